// SPDX-License-Identifier: MIT
//
// Feedback alignment: the errors of hidden layers come down through weights that were drawn and stay.
//
//   (1) h_0 = x,  h_l = tanh(h_{l-1} W_l^T + b_l) for l < L,  y = softmax(h_{L-1} W_L^T + b_L)
//   (2) delta_L = y - t
//   (3) delta_l = (delta_{l+1} B_l) (1 - h_l^2)                B_l [n_{l+1} x n_l], fixed
//       feedback=direct: delta_l = (delta_L D_l) (1 - h_l^2)   D_l [n_L x n_l], fixed
//   (4) W_l by Adam along delta_l^T h_{l-1} / B, b_l along the mean of delta_l
//
// T. P. Lillicrap, D. Cownden, D. B. Tweed, C. J. Akerman, Nature Communications 7, 13276 (2016); direct: A.
// Noekland, NIPS 2016. Simplified: hidden layers of one width, classes only.
#include "agon/init.h"
#include "agon/optimiser.h"
#include "agon/rule.h"

namespace {

constexpr agon_activation kTanh{AGON_TANH, 1.0f, 0.0f};
constexpr uint64_t kFeedbackStream = 1000;  // the weights have those below

enum class Feedback { steps, direct };

struct Layer {
  agon::Learnt w, b;
  agon::Matrix feedback, h, slope, delta;  // feedback [n_{l+1} x n_l], or [n_L x n_l]
};

class FeedbackAlignment {
 public:
  static constexpr agon::RuleInfo info{
      .id = "fa",
      .name = "Feedback alignment",
      .summary = "errors come down through fixed random weights, in steps or directly",
      .reference = "Lillicrap et al. 2016, Nature Communications 7, 13276; Noekland, NIPS 2016",
      .capabilities = AGON_CAN_CLASSIFY,
      .phases = 2,
      .memory_per_parameter = 2};
  static constexpr std::array<const char*, 2> kFeedback{"steps", "direct"};
  static constexpr auto params = std::to_array<agon_param>(
      {agon::integer("depth", 1, 1, 64, agon::kStructure, "layers", "hidden layers"),
       agon::integer("width", 64, 1, 4096, agon::kStructure, "units", "units of a hidden layer"),
       agon::choice("feedback", kFeedback, agon::kPlain, "how an error comes down"),
       agon::real("lr", 0.003, 1e-6, 10, agon::kLog | agon::kTunable, "", "step size of Adam"),
       agon::batch_param(32), agon::epochs_param(30), agon::updates_param()});
  static constexpr auto equations = std::to_array<agon_equation>(
      {{"a layer, with h_0 = x", R"(h_l = \tanh(h_{l-1} W_l^\top + b_l))"},
       {"error of the output", R"(\delta_L = \operatorname{softmax}(h_{L-1} W_L^\top + b_L) - t)"},
       {"error of a hidden layer, B fixed", R"(\delta_l = (\delta_{l+1} B_l) \odot (1 - h_l^2))"},
       {"feedback=direct, D fixed", R"(\delta_l = (\delta_L D_l) \odot (1 - h_l^2))"},
       {"learning", R"(\Delta W_l = -\frac{\eta}{B} \delta_l^\top h_{l-1} \text{ (Adam)})"}});
  static constexpr auto limits = std::to_array<const char*>(
      {"Classes only; hidden layers of one width.",
       "With one hidden layer the two kinds of feedback are the same rule."});

  FeedbackAlignment(agon::Context& ctx, const agon_task& task, const agon::Values& values)
      : direct_(values.choice<Feedback>("feedback") == Feedback::direct),
        step_(agon::Optimiser::adam, values.real32("lr")) {
    const int64_t depth = values.integer("depth"), width = values.integer("width");
    for (int64_t l = 0; l <= depth; ++l) {
      const int64_t in = l == 0 ? task.inputs : width, out = l == depth ? task.outputs : width;
      Layer& layer = layers_.emplace_back();
      layer.w = {out, in, agon::Optimiser::adam};
      layer.b = {1, out, agon::Optimiser::adam};
      layer.h = {task.max_batch, out};
      layer.slope = {task.max_batch, out};
      layer.delta = {task.max_batch, out};
      agon::draw_glorot(ctx, task.seed, static_cast<uint64_t>(l), layer.w.value);
      if (l == depth) continue;
      layer.feedback = {direct_ || l + 1 == depth ? task.outputs : width, out};
      agon::draw_glorot(ctx, task.seed, kFeedbackStream + static_cast<uint64_t>(l), layer.feedback);
    }
  }

  double fit(agon::Context& ctx, const agon_batch& batch) {
    const int64_t rows = batch.x.rows;  // the last minibatch of an epoch may be short
    Layer& last = layers_.back();
    predict(ctx, batch.x, last.h.top(rows));
    const double loss =
        ctx.softmax_cross_entropy(last.h.top(rows), batch.target, last.delta.top(rows));
    for (size_t l = layers_.size() - 1; l-- > 0;) {
      Layer& layer = layers_[l];
      const agon::View h = layer.h.top(rows), slope = layer.slope.top(rows);
      Layer& above = direct_ ? last : layers_[l + 1];
      ctx.derivative(kTanh, h, h, slope);
      ctx.gemm_nn(above.delta.top(rows), layer.feedback, layer.delta.top(rows),
                  {.multiply = slope});
    }
    step_.advance();
    const float mean = 1.0f / static_cast<float>(rows);
    for (size_t l = 0; l < layers_.size(); ++l) {
      Layer& layer = layers_[l];
      const agon::ConstView below = l == 0 ? batch.x : agon::ConstView(layers_[l - 1].h.top(rows));
      ctx.gemm_tn(layer.delta.top(rows), below, layer.w.gradient, {.scale = mean});
      ctx.column_sums(layer.delta.top(rows), mean, false, layer.b.gradient.data());
      step_.apply(ctx, layer.w, layer.w.gradient);
      step_.apply(ctx, layer.b, layer.b.gradient);
    }
    return loss;
  }

  void predict(agon::Context& ctx, agon::ConstView x, agon::View out) {
    agon::ConstView below = x;
    for (Layer& layer : layers_) {
      const bool top = &layer == &layers_.back();
      const agon::View h = top ? out : layer.h.top(x.rows);
      agon::Epilogue e{.bias = layer.b.value.data()};
      if (!top) e.activation = kTanh;
      ctx.gemm_nt(below, layer.w.value, h, e);
      below = h;
    }
  }

  std::vector<agon::Tensor> tensors() {
    std::vector<agon::Tensor> out;
    for (size_t l = 0; l < layers_.size(); ++l) {
      const std::string n = std::to_string(l);
      out.push_back({"W" + n, layers_[l].w.value});
      out.push_back({"b" + n, layers_[l].b.value});
      if (l + 1 < layers_.size()) out.push_back({"B" + n, layers_[l].feedback, agon::Role::fixed});
    }
    return out;
  }
  void state(agon::State& s) {
    for (Layer& layer : layers_) {
      layer.w.state(s);
      layer.b.state(s);
    }
    step_.state(s);
  }

 private:
  bool direct_;
  agon::Stepper step_;
  std::vector<Layer> layers_;
};

}  // namespace

AGON_PLUGIN("fa", "1.0.0", "MIT", FeedbackAlignment)
