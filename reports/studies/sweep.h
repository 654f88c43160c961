// SPDX-License-Identifier: MIT
//
// What a study measures over the parameter that it varies: one sweep per study and task, one line
// per rule and per values of the other parameters that differ. Pure functions, any thread.
#pragma once

#include <string>
#include <vector>

#include "reports/report.h"
#include "reports/statistics/interval.h"

namespace agon::reports {

// What a sweep draws, and so which statistics stand for a point.
enum class SweepValue {
  score,    // mean with its t interval over seeds only; a failed run scores chance
  reached,  // epochs or seconds to the target: median and range of the runs that reached it
  speed,    // samples per second, over processes: see statistics/speed.h
  number    // any other: mean with its t interval over seeds only
};

struct SweepPoint {
  size_t place = 0;  // of Sweep::values
  double center = kNaN;
  Interval interval{};
  size_t n = 0;              // runs behind it, processes for speed
  size_t n_failed = 0;       // of these failed or diverged
  size_t n_skipped = 0;      // besides these
  size_t n_not_reached = 0;  // of these, for SweepValue::reached
  std::string skipped;       // why the first one was
};

struct SweepLine {
  std::string rule, variant;       // variant: "activation=relu loss=mse"
  std::string label;               // rule and what its variant does unlike most lines: see label.h
  std::vector<SweepPoint> points;  // ascending place
};

struct Sweep {
  const StudyCard* study = nullptr;  // points into the input's run
  std::string by, task, metric;
  SweepValue value = SweepValue::number;
  double chance = kNaN;
  std::vector<std::string> values;  // of `by`: ascending where all are numbers, else in plan order
  std::vector<double> numbers;      // the same as numbers, empty where one is none, and where
                                    // 0 stands beside values of three decades
  std::vector<SweepLine> lines;
  bool measured() const;  // some point has a number
};

// In the order of the run's studies, then of tasks in the plan. Cells without the parameter are
// left out.
std::vector<Sweep> make_sweeps(const ReportInput& input);

}  // namespace agon::reports
