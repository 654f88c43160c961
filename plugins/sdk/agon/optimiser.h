// SPDX-License-Identifier: MIT
//
// The step that weights W take along minus their gradient g:
//
//   sgd:        W -= lr g
//   momentum:   v = .9 v + g,  W -= lr v
//   adam:       m = .9 m + .1 g,  v = .999 v + .001 g^2,
//               W -= lr (m / (1 - .9^t)) / (sqrt(v / (1 - .999^t)) + 1e-8)
//   adam-keras: W -= lr sqrt(1 - .999^t) / (1 - .9^t) m / (sqrt(v) + 1e-7)
//
// D. P. Kingma, J. Ba, ICLR 2015 and its Keras form. Errors: RuleError. Thread: [model]. Only the
// constructor of Learnt allocates.
#pragma once

#include <array>
#include <cstdint>

#include "agon/ops.h"
#include "agon/state.h"

namespace agon {

// In the order of kOptimisers; a rule may offer the first few only.
enum class Optimiser { sgd, momentum, adam, adam_keras };
inline constexpr std::array<const char*, 4> kOptimisers{"sgd", "momentum", "adam", "adam-keras"};

// A parameter tensor with its gradient and the memory that the optimiser needs.
struct Learnt {
  Matrix value, gradient, first, second;

  Learnt() = default;
  Learnt(int64_t rows, int64_t cols, Optimiser optimiser)
      : value(rows, cols), gradient(rows, cols) {
    if (optimiser != Optimiser::sgd) first = Matrix(rows, cols);
    if (optimiser >= Optimiser::adam) second = Matrix(rows, cols);
  }
  bool exists() const { return value.rows() > 0; }
  // Of agon/state.h, with what is learnt.
  void state(State& s) {
    s("value", value);
    s("first", first);
    s("second", second);
  }
};

class Stepper {
 public:
  Stepper(Optimiser optimiser, float lr) : optimiser_(optimiser), lr_(lr) {}

  // Starts the next step: all tensors share its number t.
  void advance() { ++t_; }
  void state(State& s) { s("step", t_); }

  // Moves p.value along minus `gradient`: p's own, or that of the tensor that p follows, of the
  // shape of p.value. decay: W *= 1 - lr decay before the step (I. Loshchilov, F. Hutter, ICLR 2019).
  void apply(const Context& ctx, Learnt& p, ConstView gradient, float decay = 0.0f) const {
    switch (optimiser_) {
      case Optimiser::sgd: return ctx.sgd(lr_, decay, gradient, p.value);
      case Optimiser::momentum: return ctx.momentum(lr_, kMu, decay, gradient, p.first, p.value);
      case Optimiser::adam:
      case Optimiser::adam_keras: {
        const bool keras = optimiser_ == Optimiser::adam_keras;
        const agon_adam adam{.struct_size = sizeof(agon_adam),
                             .keras = keras ? 1 : 0,
                             .lr = lr_,
                             .beta1 = 0.9f,
                             .beta2 = 0.999f,
                             .eps = keras ? 1e-7f : 1e-8f,
                             .decay = decay,
                             .step = t_};
        return ctx.adam(adam, gradient, p.first, p.second, p.value);
      }
    }
  }

 private:
  static constexpr float kMu = 0.9f;

  Optimiser optimiser_;
  float lr_;
  int64_t t_ = 0;
};

}  // namespace agon
