// SPDX-License-Identifier: MIT
//
// The mean input of every class over training, for a net that predicts inputs from labels: what its
// synthesis is compared with. Threads: [model].
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "agon/rule.h"

namespace agon::pc {

class Prototypes {
 public:
  Prototypes(int64_t classes, int64_t inputs)
      : sums_(classes, inputs), counts_(1, classes), labels_(classes, classes) {
    for (int64_t c = 0; c < classes; ++c) labels_.at(c, c) = 1.0f;
  }

  // labels [B x classes] one-hot, x [B x inputs].
  void add(Context& ctx, ConstView labels, ConstView x) {
    ctx.gemm_tn(labels, x, sums_, {.accumulate = true});
    ctx.column_sums(labels, 1.0f, true, counts_.data());
  }

  void state(State& s) {
    s("sums", sums_);
    s("counts", counts_);
  }

  // One row per class, one-hot.
  ConstView labels() const { return labels_; }

  // The lowest Pearson correlation over the classes seen between an image and the mean of its
  // class; NaN when none was. images [classes x inputs].
  double lowest_correlation(ConstView images) const {
    double lowest = std::numeric_limits<double>::infinity();
    for (int64_t c = 0; c < images.rows; ++c) {
      if (counts_.at(0, c) == 0) continue;
      lowest = std::min(lowest, correlation(row_of(images, c), sums_.row(c)));
    }
    return std::isinf(lowest) ? std::numeric_limits<double>::quiet_NaN() : lowest;
  }

 private:
  // Blind to scale: sums do as well as means.
  static double correlation(std::span<const float> a, std::span<const float> b) {
    const double n = static_cast<double>(a.size());
    double mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;
    for (size_t i = 0; i < a.size(); ++i) mean_a += a[i] / n, mean_b += b[i] / n;
    for (size_t i = 0; i < a.size(); ++i) {
      const double p = a[i] - mean_a, q = b[i] - mean_b;
      aa += p * p;
      bb += q * q;
      ab += p * q;
    }
    return ab / std::sqrt(aa * bb);
  }

  Matrix sums_, counts_, labels_;  // [classes x inputs], [1 x classes], [classes x classes]
};

}  // namespace agon::pc
