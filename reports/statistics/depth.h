// SPDX-License-Identifier: MIT
//
// What depth costs a rule. No accepted scalar for depth robustness exists; these are Agon's own:
//  - Retention R(d) = (P(d) - c) / (P(d_ref) - c), d_ref = the best depth of at most 2 hidden
//    layers, or the smallest depth. Where the test rows are known, a ratio with the noise of both
//    over seeds and rows, see normalised() in tasks.h. Of scores alone: seeds are paired, R = 1 +
//    mean(P_s(d) - P_s(d_ref)) / (P(d_ref) - c), and its interval is the t interval of that
//    difference over seeds, with the denominator held fixed.
//  - Depth AUC = mean of min(1, max(0, R)) over depths d_1, 2 d_1, 4 d_1, ... up to the largest
//    depth, R linear in log2 d between measured depths. 1 = no loss.
//  - Trainable depth = the largest d such that every depth from d_ref to d has a lower bound of
//    R >= 0.9 (after the trainable depth of Schoenholz et al., ICLR 2017); censored when it is the
//    largest depth measured.
// Pure functions, any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <vector>

#include "reports/statistics/interval.h"
#include "reports/statistics/rows.h"

namespace agon::reports {

inline constexpr double kTrainableRetention = 0.9;

// Scores of one depth by seed; a failed run enters as chance.
struct DepthPoint {
  int64_t depth = 1;  // >= 1
  std::map<uint64_t, double> score_by_seed;
};

// The same with every test row; a failed run is a row of chance.
struct DepthRuns {
  int64_t depth = 1;
  Runs runs;
};

struct Retention {
  int64_t depth = 1;
  double value = std::numeric_limits<double>::quiet_NaN();
  size_t n = 0;   // paired seeds
  Interval ci{};  // NaN where nothing varies; of scores alone with fewer than two seeds too
};

struct DepthMetrics {
  int64_t reference = -1;            // d_ref
  std::vector<Retention> retention;  // ascending depth; empty when d_ref does not beat chance
  double auc = std::numeric_limits<double>::quiet_NaN();
  int64_t trainable = -1;           // -1: unknown (fewer than two paired seeds, or d_ref at chance)
  bool trainable_censored = false;  // read it as "at least"
};

// points: ascending depth.
DepthMetrics depth_metrics(std::span<const DepthPoint> points, double chance);
DepthMetrics depth_metrics(std::span<const DepthRuns> points, double chance, RowKind kind);

struct TrainableDepth {
  int64_t depth = -1;     // -1: the reference is not measured
  bool at_least = false;  // it is the largest depth measured
};
// depths: ascending. lower: the lower bound of R at each of them, NaN where unknown.
TrainableDepth trainable_depth(std::span<const int64_t> depths, std::span<const double> lower,
                               int64_t reference, double level = kTrainableRetention);

// Depth AUC of a retention curve; ascending depths >= 1, NaN when empty.
double depth_auc(std::span<const Retention> curve);

}  // namespace agon::reports
