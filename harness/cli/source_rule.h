// SPDX-License-Identifier: MIT
//
// -r python[file=my_rule.py,lr=0.1]: a rule by its source, as --plugin my_rule.py -r 'my-rule[lr=0.1]' names it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace agon::harness {

// The selector with the id of the file's rule in the place of `python`; the file joins `plugins`. Any other
// selector as it is. Throws agon::Error: usage without a file, or for one with several rules and no rule=ID;
// plugin for one that cannot be loaded.
std::string rule_by_source(const std::string& selector,
                           std::vector<std::filesystem::path>& plugins);

}  // namespace agon::harness
