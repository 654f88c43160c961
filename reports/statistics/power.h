// SPDX-License-Identifier: MIT
//
// How many seeds and test rows a difference would need to be seen. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "reports/statistics/crossed.h"

namespace agon::reports {

// Probability that a true difference delta > 0 is significant on its own in a table of so many
// comparisons: the noncentral t with 3 (n - 1) degrees of freedom. NaN below two seeds, without a
// row, or where nothing varies.
double power(const Components& pair, double delta, size_t seeds, size_t rows, size_t comparisons);

struct SeedsAndRows {
  size_t seeds = 0, rows = 0;
};
// For 5, 10, 20 and 40 seeds the fewest test rows of a ladder from 100 to 50 000 that see delta with
// probability 0.8; a number of seeds that none is enough for is left out. pair: components() of the
// difference.
std::vector<SeedsAndRows> needed(const Components& pair, double delta, size_t comparisons = 1);

}  // namespace agon::reports
