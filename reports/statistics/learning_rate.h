// SPDX-License-Identifier: MIT
//
// How much a rule depends on its learning rate. The grid G is log-spaced and ascending.
//  - Sensitivity, Wortsman et al. 2023 (arXiv:2309.14322, section 2.2):
//      LRS = mean over G of min(l(eta), l_init) - l*,  l* = min over G of l(eta);
//    a diverged run counts as l_init. Normalised: LRS / (l_init - l*), in [0, 1].
//  - Relative-performance curve, after DeepOBS (Schneider, Balles, Hennig, ICLR 2019), corrected
//    for chance c: rel(eta) = max(0, P(eta) - c) / (P* - c), P* = max over G.
//  - Usable width (Agon's own): W = log10(high / low) of the longest interval around the best eta
//    where rel >= level, linear interpolation in log eta; a bound on the edge of the grid is
//    censored.
// Pure functions, any thread.
#pragma once

#include <limits>
#include <span>
#include <vector>

namespace agon::reports {

struct Sensitivity {
  double lrs = std::numeric_limits<double>::quiet_NaN();         // in units of the loss
  double normalised = std::numeric_limits<double>::quiet_NaN();  // 0 best, 1 worst
  bool learns = false;  // false: no eta came below loss_init; normalised is then 1
};
// losses: one per grid point, NaN or infinite where the run diverged. NaN loss_init: all NaN.
Sensitivity lr_sensitivity(std::span<const double> losses, double loss_init);

// scores: one per grid point, NaN counts as chance. All zero when nothing beats chance.
std::vector<double> relative_performance(std::span<const double> scores, double chance);

struct UsableWidth {
  double decades = 0;
  double low = std::numeric_limits<double>::quiet_NaN();  // eta at the two ends of the interval
  double high = std::numeric_limits<double>::quiet_NaN();
  bool low_at_edge = false, high_at_edge = false;
  bool at_edge() const noexcept { return low_at_edge || high_at_edge; }  // read W as "at least"
};
// rates ascending and > 0, relative as from relative_performance, level in (0, 1].
UsableWidth usable_width(std::span<const double> rates, std::span<const double> relative,
                         double level);

// What a learning-rate sweep of one rule, task and depth says.
struct LearningRateMetrics {
  size_t points = 0;   // of the grid; 13 or more over 4 decades or more is a full sweep
  double decades = 0;  // log10 of the last over the first rate
  Sensitivity sensitivity;
  double area = std::numeric_limits<double>::quiet_NaN();  // mean over G of rel
  UsableWidth width95, width90;
  bool best_at_edge = false;  // the grid does not bracket the optimum
};

}  // namespace agon::reports
