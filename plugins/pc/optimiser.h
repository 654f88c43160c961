// SPDX-License-Identifier: MIT
//
// The step that weights take along minus their gradient, equations (6) and (8) of pc.cc.
#pragma once

#include "agon/rule.h"
#include "options.h"

namespace agon::pc {

// A parameter tensor with its gradient and the memory that the optimiser needs.
struct Learnt {
  Matrix value, gradient, first, second;

  Learnt() = default;
  Learnt(int64_t rows, int64_t cols, Optimiser optimiser)
      : value(rows, cols), gradient(rows, cols) {
    if (optimiser != Optimiser::sgd) first = Matrix(rows, cols);
    if (optimiser == Optimiser::adam) second = Matrix(rows, cols);
  }
  bool exists() const { return value.rows() > 0; }
};

class Stepper {
 public:
  explicit Stepper(const Options& o) : optimiser_(o.optimiser), lr_(o.lr), decay_(o.decay) {}

  // Starts the next step: all tensors share its number t.
  void advance() { ++t_; }

  // p.value (1 - decay where decays) - lr direction(gradient). gradient: p's own, or that of the
  // tensor that p follows.
  void apply(Context& ctx, Learnt& p, ConstView gradient, bool decays) const {
    if (decays && decay_ > 0) ctx.affine(1.0f - decay_, 0.0f, p.value);
    switch (optimiser_) {
      case Optimiser::sgd: return ctx.sgd(lr_, 0.0f, gradient, p.value);
      case Optimiser::momentum: return ctx.momentum(lr_, kMu, 0.0f, gradient, p.first, p.value);
      case Optimiser::adam: {
        const agon_adam adam{sizeof(agon_adam), 0, lr_, kBeta1, kBeta2, kEps, 0.0f, t_};
        return ctx.adam(adam, gradient, p.first, p.second, p.value);
      }
    }
  }

 private:
  static constexpr float kMu = 0.9f, kBeta1 = 0.9f, kBeta2 = 0.999f, kEps = 1e-8f;

  Optimiser optimiser_;
  float lr_, decay_;
  int64_t t_ = 0;
};

}  // namespace agon::pc
