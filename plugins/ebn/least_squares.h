// SPDX-License-Identifier: MIT
//
// The slow weights of least squares: no A has a smaller penalised squared error in
//
//   A psi(x_n) = (x_{n+1} - (1 - lambda dt) x_n) / dt - c_n
//
// over every 10 ms of the teacher, whose rows in between say the same. That is one step from the
// teacher's state; a bound on free runs it is only with mu = 0, as a cost of spikes keeps xhat
// short of the x that A was solved for. Solved in closed form at the end of the first epoch; later
// epochs change nothing.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "agon/ridge.h"
#include "network.h"

namespace agon::ebn {

class LeastSquares {
 public:
  explicit LeastSquares(const Shape& s)
      : leak_(1 - s.lambda * s.dt),
        dt_(s.dt),
        every_(std::max<int64_t>(1, std::llround(kSpacing / s.dt))),
        last_x_(1, s.dims),
        last_c_(1, s.dims),
        psi_(kRows, s.basis),
        target_(kRows, s.dims),
        ridge_(s.basis, s.dims, kMostRows, kPenalty, false) {}

  // A stretch begins: the next row follows none.
  void begin() {
    n_ = 0;
    open_ = false;
  }

  // The next row of the teacher, x [K] under the command c [K]; learns: whether its successor makes
  // an equation. The squared error of x [K] by the last equation: of dt A psi against its right
  // side.
  double see(const Context& ctx, const Network<float>& net, const float* c, const float* x,
             bool learns) {
    if (open_) close(ctx, net, x);
    open_ = false;
    if (learns && n_ % every_ == 0) {
      std::copy_n(x, last_x_.cols(), last_x_.data());
      std::copy_n(c, last_c_.cols(), last_c_.data());
      net.dendrites(x, psi_.data(rows_));
      ctx.count_macs(net.dendrite_macs());
      open_ = true;
    }
    ++n_;
    return error_;
  }

  void solve(const Context& ctx, Network<float>& net) {
    if (solved_) return;
    flush(ctx);
    Matrix none(1, net.shape.dims);
    solved_ = ridge_.solve(ctx, net.A, none);
  }

  void state(agon::State& s) {
    for (Matrix* m : {&last_x_, &last_c_, &psi_, &target_}) s("equations", *m);
    s("ridge", ridge_);
    s("error", error_);
    s("n", n_);
    s("rows", rows_);
    s("open", open_);
    s("solved", solved_);
  }

 private:
  static constexpr double kSpacing = 10e-3;  // s
  static constexpr int64_t kRows = 64;       // handed to the regression at a time
  static constexpr int64_t kMostRows = int64_t{1} << 40;
  static constexpr double kPenalty = 1e-3;

  void close(const Context& ctx, const Network<float>& net, const float* x) {
    float* const t = target_.data(rows_);
    error_ = 0;
    for (int64_t q = 0; q < target_.cols(); ++q) {
      const double now = static_cast<double>(x[q]), last = static_cast<double>(last_x_.data()[q]);
      t[q] =
          static_cast<float>((now - leak_ * last) / dt_ - static_cast<double>(last_c_.data()[q]));
      const double off =
          dt_ * static_cast<double>(t[q] - dot(net.A.data(q), psi_.data(rows_), psi_.stride()));
      error_ += off * off;
    }
    if (!solved_ && ++rows_ == kRows) flush(ctx);
  }
  void flush(const Context& ctx) {
    const auto top = [this](const Matrix& b) {
      return ConstView{b.data(), rows_, b.cols(), b.stride()};
    };
    ridge_.add(ctx, top(psi_), top(target_));
    rows_ = 0;
  }

  double leak_, dt_;
  int64_t every_;           // steps from one equation to the next
  Matrix last_x_, last_c_;  // [K] of the row that waits for its successor
  Matrix psi_, target_;     // [kRows x B], [kRows x K]
  Ridge ridge_;
  double error_ = 0;
  int64_t n_ = 0, rows_ = 0;  // rows of the stretch; equations not yet handed over
  bool open_ = false, solved_ = false;
};

}  // namespace agon::ebn
