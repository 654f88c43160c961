// SPDX-License-Identifier: MIT
//
// The rules of the tree, and what a check of harness/conformance says of a rule in this process.
#pragma once

#include <algorithm>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "harness/conformance/check.h"
#include "harness/plugins/loader.h"

namespace agon::test {

inline const conformance::Check& check_named(std::string_view id) {
  for (const conformance::Check& check : conformance::checks()) {
    if (id == check.id) return check;
  }
  throw std::logic_error("no check " + std::string(id));
}

// A rule by its place in its plugin.
struct Rule {
  std::string file;
  uint32_t index = 0;
  conformance::Subject subject() const {
    const agon_plugin& plugin = harness::open_plugin(file);
    return conformance::subject_of(plugin, *plugin.rules[index], file);
  }
  std::string id() const { return harness::open_plugin(file).rules[index]->id; }
  bool can(uint64_t bits) const {
    return (harness::open_plugin(file).rules[index]->capabilities & bits) != 0;
  }
};
inline std::ostream& operator<<(std::ostream& out, const Rule& rule) { return out << rule.id(); }

// Every rule of the tree that has one of these capabilities.
inline std::vector<Rule> rules_that(uint64_t can) {
  std::vector<Rule> all;
  const std::vector<harness::PluginPlace> places{{.path = AGON_PLUGINS}};
  for (const harness::PluginPlace& file : harness::plugin_files(places)) {
    const uint32_t count = harness::open_plugin(file.path).rule_count;
    for (uint32_t i = 0; i < count; ++i) {
      const Rule rule{file.path.string(), i};
      if (rule.can(can)) all.push_back(rule);
    }
  }
  return all;
}

}  // namespace agon::test
