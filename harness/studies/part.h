// SPDX-License-Identifier: MIT
//
// Part of the training rows, class by class. Pure; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace agon::harness {

// Those of the rows that are in their class's share, above 0 and at most 1, in their order: of every
// class so many, rounded, one at least, in an order that the seed alone decides, so that a larger share
// holds the rows of a smaller one. labels: of all rows of the data; empty: all are of class 0.
std::vector<int32_t> part_of(const std::vector<int32_t>& rows, std::span<const int32_t> labels,
                             const std::function<double(int32_t label)>& share, uint64_t seed);

}  // namespace agon::harness
