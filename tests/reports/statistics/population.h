// SPDX-License-Identifier: MIT
//
// Outcomes whose truth is known. Run s of a rule gets test row i right when
//   z_p + sqrt(1 - u^2) (sqrt(r) (sqrt(h) a_i + sqrt(1 - h) a'_i) + sqrt(1 - r) e_si) + u b_s > 0,
// a of the rows and common to all rules, a' of the rows and one rule, b of the seed, e of the run and
// row: independent normals. So the mean over all rows and seeds is p, and needs no second simulation.
// Fixed streams: the same outcomes on every machine but for the last bit of a logarithm.
#pragma once

#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <vector>

#include "core/rng.h"
#include "reports/statistics/rows.h"

namespace agon::reports {

// A rule on a task.
struct Latent {
  double p = 0.97;   // true score
  double r = 0.987;  // correlation of two seeds on a row
  double u = 0.02;   // spread of the seeds: .02 as on digits, .2 to .4 where seeds matter
  double h = 0.9;    // share of the row's part that all rules have in common; 1 = the same rule
};

inline double normal_quantile(double p) { return boost::math::quantile(boost::math::normal(), p); }

// Standard normals by a table of 65 536 quantiles, two of a word: most of the time goes here, and
// an outcome only asks on which side of a threshold one lies.
class QuickNormals {
 public:
  explicit QuickNormals(core::Stream& stream) : stream_(stream) {}
  float operator()() {
    if (left_ == 0) {
      word_ = stream_.next();
      left_ = 2;
    }
    --left_;
    const uint32_t index = word_ & 0xffffu;
    word_ >>= 16;
    return table()[index];
  }

 private:
  static const std::vector<float>& table() {
    static const std::vector<float> quantiles = [] {
      std::vector<float> out;
      for (int k = 0; k < 65536; ++k)
        out.push_back(static_cast<float>(normal_quantile((k + 0.5) / 65536)));
      return out;
    }();
    return quantiles;
  }
  core::Stream& stream_;
  uint32_t word_ = 0;
  int left_ = 0;
};

// One task: its test rows are drawn at construction.
class Population {
 public:
  Population(size_t rows, core::Stream& stream) : stream_(stream) {
    for (size_t i = 0; i < rows; ++i) common_.push_back(stream_.normal());
  }

  RowTable runs(const Latent& rule, size_t seeds) {
    QuickNormals normal(stream_);
    const double rest = 1 - rule.u * rule.u, own = std::sqrt(rest * (1 - rule.r));
    const double shared = std::sqrt(rest * rule.r * rule.h),
                 apart = std::sqrt(rest * rule.r * (1 - rule.h)), z = normal_quantile(rule.p);
    std::vector<double> row;  // what a row has in store for every seed of this rule
    for (const double a : common_)
      row.push_back(z + shared * a + (apart > 0 ? apart * stream_.normal() : 0));
    RowTable out{seeds, common_.size(), {}};
    out.values.reserve(seeds * common_.size());
    for (size_t s = 0; s < seeds; ++s) {
      const double seed = rule.u * stream_.normal();
      for (const double a : row) out.values.push_back(a + seed + own * normal() > 0 ? 1 : 0);
    }
    return out;
  }

 private:
  core::Stream& stream_;
  std::vector<double> common_;
};

// How many of the intervals hold the truth.
class Coverage {
 public:
  template <typename Interval>
  void add(const Interval& ci, double truth) {
    ++all_;
    hits_ += ci.contains(truth) ? 1 : 0;
  }
  double share() const { return static_cast<double>(hits_) / static_cast<double>(all_); }
  // Twice the binomial error of the simulation is allowed.
  bool at_least(double wanted) const {
    return share() >= wanted - 2 * std::sqrt(wanted * (1 - wanted) / static_cast<double>(all_));
  }

 private:
  size_t all_ = 0, hits_ = 0;
};

}  // namespace agon::reports
