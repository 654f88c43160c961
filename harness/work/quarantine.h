// SPDX-License-Identifier: MIT
//
// Which plugins have crashed, at which places of the plan. From a plugin's first crash on its cells run one
// at a time in plan order, from the third on they run no more: which cells are quarantined does not depend on
// the number of jobs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace agon::harness {

// A plugin with this many crashed cells runs no more of them.
inline constexpr size_t kQuarantineCrashes = 3;

class Quarantine {
 public:
  // Places in the plan of crashes in earlier attempts of the run, by plugin.
  explicit Quarantine(const std::map<std::string, std::vector<size_t>>& before) {
    for (const auto& [plugin, places] : before)
      crashes_[plugin].insert(places.begin(), places.end());
  }

  void crashed(const std::string& plugin, size_t place) { crashes_[plugin].insert(place); }
  bool has_crashed(const std::string& plugin) const { return crashes_.contains(plugin); }
  // Some plugin's cells do not run.
  bool any() const {
    return std::ranges::any_of(
        crashes_, [](const auto& crashed) { return crashed.second.size() >= kQuarantineCrashes; });
  }
  // The place of the crash behind which the plugin's cells do not run; nothing while they do.
  std::optional<size_t> last_place(const std::string& plugin) const {
    const auto found = crashes_.find(plugin);
    if (found == crashes_.end() || found->second.size() < kQuarantineCrashes) return std::nullopt;
    return *std::next(found->second.begin(), kQuarantineCrashes - 1);
  }

 private:
  std::map<std::string, std::set<size_t>> crashes_;
};

}  // namespace agon::harness
