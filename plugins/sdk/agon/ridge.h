// SPDX-License-Identifier: MIT
//
// Ridge regression in closed form: the part of agon/readout.h that takes no steps.
//
// Z [n x d] the training rows, t [n x c] their targets, +-1 for classes or real, m [c] the mean of
// t:
//
//   (1)  y = z W^T + b,  b = m, or without intercept b = m = 0
//
//   (2)  W^T = (Z^T Z + lambda I)^-1 Z^T (t - m)          primal, a d x d system
//
//   (3)  W^T = Z^T (Z Z^T + lambda I)^-1 (t - m)          dual, an n x n system for the same W
//
// The primal form keeps sums over rows, never rows. The dual form keeps the rows, as floats, and
// takes over where d > n: it needs n d floats and n n doubles where the sums are d d doubles.
//
// lambda is the given one, or the one of {.01, .1, 1, 10, 100} with
//
//   (4)  the least sum of |z W^T + m - t|^2 over every 4th row (the inner part)
//
// after a fit on the other rows; then follows a refit on all rows. In the primal form (4) comes
// from the inner part's sums G = Z^T Z and C = Z^T (t - m):
//
//   (5)  tr(W G W^T) - 2 tr(W C) + sum (t - m)^2
//
// Where the rows are all there are (parity: every pattern is learnt and asked for), (4) asks for
// what nobody wants to know, and the answer misleads: the neighbours of a pattern all have the
// other class, so that the largest penalty guesses the rows left out best. Leaving out one row, or
// generalised cross-validation, says the same. There the error on the rows themselves decides, of W
// rounded to floats, between {1e-6, 1e-5, ..., 100}: what is learnt falls with lambda, what
// rounding adds grows.
//
// Nearly equal features make G singular up to rounding. A lambda too small for it is raised by 10
// until it is not; lambda() says what was used.
//
// A. E. Hoerl, R. W. Kennard, Technometrics 12 (1970); C. Saunders, A. Gammerman, V. Vovk,
// "Ridge regression learning algorithm in dual variables", ICML 1998.
// Errors: RuleError. Thread: [model]. add() does not allocate, solve() does.
#pragma once

#pragma once

#include <cstdint>
#include <span>

#include "agon/ridge/dual.h"
#include "agon/ridge/gathered.h"
#include "agon/ridge/penalty.h"
#include "agon/ridge/primal.h"

namespace agon {

class Ridge {
 public:
  enum class Rows { sample, all };  // of a larger population, or all there are

  // train_rows: the most rows that add() takes; what comes after them is a second pass and ignored.
  // lambda 0: chosen, by (4) for a sample.
  Ridge(int64_t features, int64_t outputs, int64_t train_rows, double lambda, bool intercept = true,
        Rows which = Rows::sample)
      : rows_(features, outputs, train_rows, intercept), penalty_(lambda, which == Rows::all) {}

  // Rows z [B x d] and their classes [B] or real targets [B x c], which do not mix in one
  // regression.
  void add(const Context& ctx, ConstView z, const int32_t* labels) { rows_.add(ctx, z, labels); }
  void add(const Context& ctx, ConstView z, ConstView targets) { rows_.add(ctx, z, targets); }

  // W [c x d] and b [1 x c] from all rows so far, which are let go: call it once. Without any row
  // it does nothing and returns false.
  bool solve(const Context& ctx, View weights, View bias) {
    using namespace ridge;
    if (rows_.gathered == 0) return false;
    const int64_t c = rows_.c;
    const Doubles w =
        rows_.dual ? Dual(rows_, penalty_).solve(ctx) : Primal(rows_, penalty_).solve(ctx);
    const Doubles m =
        rows_.dual ? rows_.target_mean({kOuter, kInner}) : rows_.target_mean({kOuter});
    for (int64_t k = 0; k < c; ++k) {
      const std::span<float> to = row_of(weights, k);
      for (size_t i = 0; i < to.size(); ++i) to[i] = static_cast<float>(w[i * size(c) + size(k)]);
      row_of(bias, 0)[size(k)] = static_cast<float>(m[size(k)]);
    }
    rows_.let_go();
    return true;
  }

  // Of agon/state.h: the penalty, the sums or rows so far.
  void state(State& s) {
    penalty_.state(s);
    rows_.state(s);
  }

  // The penalty that solve() used; before it the given one, 0 where it is yet to be chosen.
  double lambda() const noexcept { return penalty_.value(); }
  bool dual() const noexcept { return rows_.dual; }

 private:
  ridge::Gathered rows_;
  ridge::Penalty penalty_;
};

}  // namespace agon
