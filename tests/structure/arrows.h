// SPDX-License-Identifier: MIT
//
// Which room of the house may include which: the include directions of the architecture as a table.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace agon::structure {

// Files under `room` may include their own room and what one of `may_include` is a prefix of. The
// longest matching room decides.
struct Arrow {
  std::string_view room;
  std::vector<std::string_view> may_include;
};

std::span<const Arrow> arrows();

// Says whether a path relative to the root is a file of the project.
using Exists = std::function<bool(const std::string&)>;

// One message per include of `text` (the file `path`) that points against the table, in the order
// of lines: "datasets/a.cc:3: includes reports/store/store.h; datasets may include: core/".
std::vector<std::string> wrong_arrows(const std::string& path, std::string_view text,
                                      const Exists& exists);

}  // namespace agon::structure
