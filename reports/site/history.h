// SPDX-License-Identifier: MIT
//
// How the scores of a rule went from run to run of one version of a suite. Pure functions, any
// thread.
#pragma once

#include <string>
#include <vector>

#include "reports/site/entry.h"
#include "reports/statistics/comparison.h"

namespace agon::reports {

// first: no run before it has the setting. same: the same score of every seed. changed: not the same,
// and no evidence of better or worse. apart: other data or no seed in common, so not compared.
enum class Step { first, same, changed, improved, worse, apart };

struct HistoryPoint {
  const SiteRun* run = nullptr;
  const SiteScore* score = nullptr;
  Step step = Step::first;
  bool new_build = false;   // of the rule's plugin
  Difference difference{};  // to the point before, paired by seed
};

// A setting of the rule on a task over the runs, the oldest first.
struct History {
  std::string study, task, setting, metric;
  std::vector<HistoryPoint> points;
};

// runs: of one board, the oldest first. The steps of the rule are one table: one correction.
std::vector<History> histories(const std::vector<const SiteRun*>& runs, const std::string& rule);

}  // namespace agon::reports
