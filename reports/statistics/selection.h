// SPDX-License-Identifier: MIT
//
// What selection would have added: picking the best test epoch, the best seeds, or the setting by
// its test score. All at least 0; they stand beside a score, never in it. Pure functions, any
// thread.
#pragma once

#include <cstddef>
#include <span>

namespace agon::reports {

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
