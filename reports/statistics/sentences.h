// SPDX-License-Identifier: MIT
//
// The five sentences of a comparison. Every number comes from the functions of this folder, and no
// word says more than they do: never "equal", only that no difference was shown. A sentence that has
// nothing to say is empty. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "reports/statistics/bayes.h"
#include "reports/statistics/interval.h"
#include "reports/statistics/power.h"
#include "reports/statistics/proportion.h"
#include "reports/statistics/tasks.h"

namespace agon::reports {

// Who scores best, and who cannot be told apart from it.
struct BestGroup {
  size_t tasks = 0, seeds = 0;  // the fewest seeds of any task
  std::string best, baseline;
  TaskMean score;                  // of best, in units of the baseline
  std::vector<std::string> alike;  // the others of the best group
};
std::string best_sentence(const BestGroup& group);

// What a rule wins and loses against the baseline, by the corrected table.
struct Tally {
  std::string rule, baseline;
  size_t seeds = 0;
  size_t wins = 0, losses = 0, ties = 0;
};
std::string tally_sentence(const Tally& tally);

// Of a tie: "no difference shown, the data allow -0.4 to 1.2 points".
std::string tie_text(const Interval& difference);

std::string equivalence_sentence(const std::string& rule, const std::string& baseline,
                                 const Posterior& posterior, size_t tasks);

// What could not have been seen on a task, and what one point would need.
struct Resolution {
  std::string task;
  size_t rows = 0;
  double visible = std::numeric_limits<double>::quiet_NaN();  // of a Difference
  std::vector<SeedsAndRows> one_point;                        // needed() of the same two settings
  std::string rule{}, baseline{};                             // "": those of the sentence before
};
std::string resolution_sentence(const Resolution& resolution);

struct Failures {
  size_t failed = 0, runs = 0;
  std::vector<std::string> settings;  // whose runs failed
  size_t seeds = 0;
  double best_epoch_gain = std::numeric_limits<double>::quiet_NaN();  // largest of any setting
};
std::string failures_sentence(const Failures& failures);

}  // namespace agon::reports
