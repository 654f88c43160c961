// SPDX-License-Identifier: MIT
//
// The cells of two runs by what they are a setting of, whatever their builds and data. Pure
// functions, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "reports/record/record.h"

namespace agon::reports {

using BySeed = std::map<uint64_t, const CellRecord*>;

struct SettingPair {
  const CellRecord* first = nullptr;  // any of its cells
  std::string setting;                // what tells it from the others of its study, rule and task
  BySeed before, after;               // one of them may be empty

  // fn(before, after) for each seed that both have.
  template <typename Fn>
  void for_each_pair(Fn&& fn) const {
    for (const auto& [seed, record] : before) {
      if (const auto at = after.find(seed); at != after.end()) fn(*record, *at->second);
    }
  }
};

// In the order of `before`, then what `after` has alone. Skipped cells are left out. notes: of
// parameters that one of the two knows alone.
std::vector<SettingPair> pair_settings(std::span<const CellRecord> before,
                                       std::span<const CellRecord> after,
                                       std::vector<std::string>& notes);

}  // namespace agon::reports
