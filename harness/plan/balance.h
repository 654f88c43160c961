// SPDX-License-Identifier: MIT
//
// Shares costs out over parts, greedily: of a family (rule, task and kind of work) the heaviest first to
// the part that has least of it. The parts that have least in all come first where they have as much of
// the family. n costs take O(n log parts).
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace agon::harness {

class Balance {
 public:
  explicit Balance(uint32_t parts);

  // costs: of one family, the heaviest first. Returns the part of each, from 0 on.
  std::vector<uint32_t> add(std::span<const double> costs);
  // What each part has.
  const std::vector<double>& loads() const noexcept { return loads_; }

 private:
  std::vector<double> loads_;
  std::set<std::pair<double, uint32_t>> lightest_;  // load and part
};

}  // namespace agon::harness
