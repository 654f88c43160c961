// SPDX-License-Identifier: MIT
//
// PEPITA: a second forward pass, of an input that the error has moved, in the place of a backward one.
//
//   (1) h = max(x U^T, 0),  e = softmax(h V^T) - t               U [w x n], V [c x w], no biases
//   (2) x' = x + e F^T,  h' = max(x' U^T, 0)                     F [n x c], fixed
//   (3) dU = (h - h')^T x' / B,  dV = e^T h' / B, with momentum .9; lr falls tenfold at 60 % and at 90 %
//       of the epochs
//
// G. Dellaferrera, G. Kreiman, "Error-driven input modulation", ICML 2022. Simplified: one hidden layer, no
// dropout.
#include <cmath>

#include "agon/init.h"
#include "agon/optimiser.h"
#include "agon/rule.h"

namespace {

constexpr agon_activation kRelu{AGON_RELU, 1.0f, 0.0f};

class Pepita {
 public:
  static constexpr agon::RuleInfo info{
      .id = "pepita",
      .name = "PEPITA",
      .summary = "two forward passes, the second of an input moved by the error",
      .reference = "Dellaferrera, Kreiman 2022, ICML",
      .capabilities = AGON_CAN_CLASSIFY | AGON_LOCAL_UPDATES,
      .phases = 2,
      .memory_per_parameter = 1};
  static constexpr auto params = std::to_array<agon_param>(
      {agon::integer("width", 64, 1, 4096, agon::kStructure, "units", "hidden units"),
       agon::real("lr", 0.1, 1e-6, 10, agon::kLog | agon::kTunable, "", "step size at the start"),
       agon::real("feedback_scale", 0.1, 0, 10, agon::kPlain, "",
                  "of the error that moves the input"),
       agon::batch_param(32), agon::epochs_param(50), agon::updates_param()});
  static constexpr auto equations = std::to_array<agon_equation>(
      {{"first pass", R"(h = \max(x U^\top, 0), \quad e = \operatorname{softmax}(h V^\top) - t)"},
       {"moved input, F fixed", R"(x' = x + e F^\top)"},
       {"second pass", R"(h' = \max(x' U^\top, 0))"},
       {"hidden weights", R"(\Delta U = -\frac{\eta}{B} (h - h')^\top x')"},
       {"output weights", R"(\Delta V = -\frac{\eta}{B} e^\top h')"}});
  static constexpr auto limits = std::to_array<const char*>(
      {"One hidden layer; wide ones hide whether it learns: compare with feedback_scale=0.",
       "A feedback_scale of .2 loses again late, .5 and more diverges at lr .1."});

  Pepita(agon::Context& ctx, const agon_task& task, const agon::Values& values)
      : lr_(values.real32("lr")),
        epochs_(values.integer("epochs")),
        u_(values.integer("width"), task.inputs, agon::Optimiser::momentum),
        v_(task.outputs, u_.value.rows(), agon::Optimiser::momentum),
        f_(task.inputs, task.outputs),
        x_(task.max_batch, task.inputs),
        h_(task.max_batch, u_.value.rows()),
        moved_(task.max_batch, u_.value.rows()),
        y_(task.max_batch, task.outputs),
        e_(task.max_batch, task.outputs) {
    agon::draw_he(ctx, task.seed, 0, u_.value);
    agon::draw_he(ctx, task.seed, 1, v_.value);
    const float bound =
        values.real32("feedback_scale") * std::sqrt(6.0f / static_cast<float>(task.inputs));
    ctx.random_uniform(task.seed, 2, -bound, bound, f_);
  }

  double fit(agon::Context& ctx, const agon_batch& batch) {
    const int64_t rows = batch.x.rows;
    const agon::View h = h_.top(rows), moved = moved_.top(rows), e = e_.top(rows), x = x_.top(rows);
    predict(ctx, batch.x, y_.top(rows));
    const double loss = ctx.softmax_cross_entropy(y_.top(rows), batch.target, e);
    ctx.copy(batch.x, x);
    ctx.gemm_nt(e, f_, x, {.accumulate = true});
    ctx.gemm_nt(x, u_.value, moved, {.activation = kRelu});
    const float mean = 1.0f / static_cast<float>(rows);
    ctx.gemm_tn(e, moved, v_.gradient, {.scale = mean});
    ctx.axpy(-1.0f, moved, h);  // h - h'
    ctx.gemm_tn(h, x, u_.gradient, {.scale = mean});
    const agon::Stepper step(agon::Optimiser::momentum, lr_ * decayed());
    step.apply(ctx, u_, u_.gradient);
    step.apply(ctx, v_, v_.gradient);
    return loss;
  }
  void end_epoch(agon::Context&, int64_t epoch) { done_ = epoch + 1; }

  void predict(agon::Context& ctx, agon::ConstView x, agon::View out) {
    ctx.gemm_nt(x, u_.value, h_.top(x.rows), {.activation = kRelu});
    ctx.gemm_nt(h_.top(x.rows), v_.value, out);
  }

  std::vector<agon::Tensor> tensors() {
    return {{"U", u_.value}, {"V", v_.value}, {"F", f_, agon::Role::fixed}};
  }
  void state(agon::State& s) {
    u_.state(s);
    v_.state(s);
    s("epochs", done_);
  }

 private:
  float decayed() const {
    const double part = epochs_ > 0 ? static_cast<double>(done_) / static_cast<double>(epochs_) : 0;
    return part >= 0.9 ? 0.01f : part >= 0.6 ? 0.1f : 1.0f;
  }

  float lr_;
  int64_t epochs_, done_ = 0;
  agon::Learnt u_, v_;
  agon::Matrix f_, x_, h_, moved_, y_, e_;
};

}  // namespace

AGON_PLUGIN("pepita", "1.0.0", "MIT", Pepita)
