// SPDX-License-Identifier: MIT
//
// Which setting is selected, and what selection would have added: picking the best test epoch, the best seeds, or the setting by
// its test score. All at least 0; they stand beside a score, never in it. Pure functions, any
// thread.
#pragma once

#include <cstddef>
#include <span>

namespace agon::reports {

// Of settings in the order of their grid, by their mean scores: the best one; of several equal ones
// that nearest to the middle of the grid, then the earlier. NaN is behind every number; 0 for none.
size_t best_of_grid(std::span<const double> means);

// One run: scores after each epoch, NaN where not measured.
struct EpochScores {
  std::span<const double> test, validation;
};
// Mean over seeds of the best test score of any epoch less that of the selected epoch: the last of
// equal best validation scores. Runs without an epoch that has both count nowhere; NaN without any.
double best_epoch_gain(std::span<const EpochScores> seeds);

// Mean of the best k seeds less the mean of all. NaN unless 1 <= k <= n.
double best_k_gain(std::span<const double> scores, size_t k);

// The best mean test score of any setting less that of the one chosen on validation.
double tuned_on_test_gain(std::span<const double> test_means, size_t chosen);

}  // namespace agon::reports
