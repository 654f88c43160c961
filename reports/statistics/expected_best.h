// SPDX-License-Identifier: MIT
//
// What the best of k trials is expected to score, without bias: the mean over all subsets of k of
// the N trials made (the plug-in of Dodge et al. 2019 is biased down). Pure functions, any thread.
#pragma once

#include <cstddef>
#include <span>

namespace agon::reports {

// values: one a trial, a failed one counts as chance. NaN unless 1 <= k <= N.
double expected_best(std::span<const double> values, size_t k);
// The best is the one of best validation score, what counts is its test score.
double expected_best(std::span<const double> test, std::span<const double> validation, size_t k);

}  // namespace agon::reports
