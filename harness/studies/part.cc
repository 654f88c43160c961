// SPDX-License-Identifier: MIT
#include "harness/studies/part.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/rng.h"

namespace agon::harness {
namespace {

// Of the cell's seed, besides those that order its rows and draw its harms: one for each class.
constexpr uint64_t kShareStream = uint64_t{5} << 61;

}  // namespace

std::vector<int32_t> part_of(const std::vector<int32_t>& rows, std::span<const int32_t> labels,
                             const std::function<double(int32_t label)>& share, uint64_t seed) {
  std::map<int32_t, std::vector<int32_t>> classes;
  for (const int32_t row : rows)
    classes[labels.empty() ? 0 : labels[static_cast<size_t>(row)]].push_back(row);
  std::vector<int32_t> out;
  for (const auto& [label, members] : classes) {
    std::vector<int32_t> order(members.size());
    core::fill_permutation(seed, kShareStream | static_cast<uint64_t>(label), order);
    const auto exact = share(label) * static_cast<double>(members.size());
    const auto taken = std::max<size_t>(1, static_cast<size_t>(std::lround(exact)));
    for (size_t i = 0; i < taken; ++i) out.push_back(members[static_cast<size_t>(order[i])]);
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace agon::harness
