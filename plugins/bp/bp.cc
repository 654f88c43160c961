// SPDX-License-Identifier: MIT
//
// Backpropagation: the yardstick. Multilayer perceptron, L weight layers, sizes n_0..n_L, minibatch
// B, W_l [n_l x n_{l-1}], b_l [n_l], h_0 = x [B x n_0].
//
//   (1) a_l = h_{l-1} W_l^T + b_l,  h_l = f(a_l) for l < L
//       h_L = a_L, or sigmoid(a_L) with squared error
//
//   (2) squared error: E = 1/(2B) sum |h_L - t|^2
//       cross-entropy: E = -1/B sum log softmax(a_L)[label]
//
//   (3) delta_L = (h_L - t) * f'(a_L), or softmax(a_L) - t
//       delta_l = (delta_{l+1} W_{l+1}) * f'(a_l)
//
//   (4) dW_l = delta_l^T h_{l-1} / B,  db_l = column sums of delta_l / B
//
//   (5) sgd:        W -= lr dW
//       momentum:   v = .9 v + dW,  W -= lr v
//       adam:       m = .9 m + .1 dW,  v = .999 v + .001 dW^2,
//                   W -= lr (m / (1 - .9^t)) / (sqrt(v / (1 - .999^t)) + 1e-8)
//       adam-keras: W -= lr sqrt(1 - .999^t) / (1 - .9^t) m / (sqrt(v) + 1e-7)
//       decay:      W *= 1 - lr decay before the step, never on b
//
//   (6) W_l uniform in +-sqrt(6 / (n_{l-1} + n_l)) (Glorot) or +-sqrt(6 / n_{l-1}) (He), b_l = 0
//
// D. E. Rumelhart, G. E. Hinton, R. J. Williams, Nature 323 (1986), (1)-(4); D. P. Kingma, J. Ba,
// ICLR 2015 and its Keras form, (5); I. Loshchilov, F. Hutter, ICLR 2019, decay; X. Glorot, Y.
// Bengio, AISTATS 2010 and K. He et al., ICCV 2015, (6). Simplified: all hidden layers have one
// width; no schedule, no dropout, no normalisation.
#include <cmath>

#include "agon/contradictions.h"
#include "agon/init.h"
#include "agon/optimiser.h"
#include "agon/rule.h"
#include "card.h"

namespace {

enum class Loss { cross_entropy, squared };
enum class Output { linear, sigmoid };
enum class Init { automatic, glorot, he, keras };

constexpr std::array<int32_t, 4> kActivationKinds{AGON_SIGMOID, AGON_TANH, AGON_RELU, AGON_GELU};

constexpr agon_activation kIdentity{AGON_IDENTITY, 1.0f, 0.0f};
constexpr agon_activation kSigmoid{AGON_SIGMOID, 1.0f, 0.0f};

struct Options {
  int64_t depth, width;
  size_t activation;  // of kActivationKinds
  Loss loss;
  Output output;
  agon::Optimiser optimiser;
  float lr, decay;
  Init init;
  agon::Learn learn;
};

constexpr auto kOptions = agon::options<Options>(
    agon::integer<&Options::depth>("depth", 1, 0, 4096, agon::kStructure, "layers",
                                   "hidden layers"),
    agon::integer<&Options::width>("width", 64, 1, 65536, agon::kStructure | agon::kLog, "units",
                                   "units per hidden layer"),
    agon::choice<&Options::activation, "sigmoid", "tanh", "relu", "gelu">(
        "activation", agon::kStructure, "f of the hidden layers", 2),
    agon::choice<&Options::loss, "cross-entropy", "squared">(
        "loss", agon::kPlain, "E of equation 2; regression is always squared"),
    agon::choice<&Options::output, "linear", "sigmoid">(
        "output", agon::kPlain, "sigmoid needs loss=squared; on two classes it is a single unit"),
    agon::choice<&Options::optimiser, "sgd", "momentum", "adam", "adam-keras">(
        "optimiser", agon::kPlain, "step of equation 5", 2),
    agon::real<&Options::lr>("lr", 0.003, 1e-7, 1000.0, agon::kLog | agon::kTunable, "",
                             "learning rate"),
    agon::real<&Options::decay>("decay", 0.0, 0.0, 10.0, agon::kPlain, "",
                                "decoupled weight decay"),
    agon::choice<&Options::init, "auto", "glorot", "he", "keras">(
        "init", agon::kPlain,
        "auto: Glorot for sigmoid and tanh, He for ReLU and GELU; keras: Glorot for all"),
    agon::learn_param<&Options::learn>(), agon::batch_param(32), agon::epochs_param(50),
    agon::updates_param());

struct Layer {
  agon::Learnt w, b;  // W_l [n_l x n_{l-1}], b_l [1 x n_l]
  agon::Matrix a;     // [max_batch x n_l], kept for GELU only: the others get f' from h
  agon::Matrix h;     // [max_batch x n_l]
};

// What of equation 3 is kept no longer than the step from one layer to the next: two deltas of hidden layers by
// turns and one of the output, so that a deep net does not fetch one from memory for every layer.
struct Errors {
  std::array<agon::Matrix, 2> hidden;  // delta_l [max_batch x width]
  agon::Matrix output;                 // delta_L [max_batch x n_L]
  agon::Matrix output_slope;           // f'(a_L) of a sigmoid output [max_batch x n_L]
};

class Backpropagation {
 public:
  static constexpr agon::RuleInfo info{
      .id = "bp",
      .name = "Backpropagation",
      .summary = "multilayer perceptron, exact gradient by the chain rule",
      .reference = "Rumelhart, Hinton, Williams 1986, Nature 323; Kingma, Ba 2015 (Adam)",
      .capabilities = AGON_CAN_CLASSIFY | AGON_CAN_REGRESS | AGON_WEIGHT_TRANSPORT,
      .phases = 2,
      .memory_per_parameter = 2};
  static constexpr auto params = agon::table(kOptions);
  static constexpr auto presets =
      std::to_array<agon_preset>({agon::preset("keras",
                                               "activation=sigmoid,loss=squared,output=sigmoid,"
                                               "optimiser=adam-keras,init=keras,batch=64,lr=0.01",
                                               "the baseline of the error-diffusion article")});
  static constexpr auto equations = agon::bp::kEquations;
  static constexpr auto limits = agon::bp::kLimits;

  static void check(const agon_task& task, const agon::Values& values) {
    const Options o = agon::read(kOptions, values);
    if (loss_of(task, o) == Loss::cross_entropy && o.output == Output::sigmoid) {
      agon::clash("output=sigmoid", "loss=cross-entropy",
                  "cross-entropy here means softmax of a linear output",
                  "loss=squared, or output=linear");
    }
  }

  Backpropagation(agon::Context& ctx, const agon_task& task, const agon::Values& values)
      : Backpropagation(ctx, task, agon::read(kOptions, values)) {}

  Backpropagation(agon::Context& ctx, const agon_task& task, const Options& o)
      : f_{kActivationKinds[o.activation], 1.0f, 0.0f},
        loss_(loss_of(task, o)),
        output_(o.output),
        optimiser_(o.optimiser),
        lr_(o.lr),
        decay_(o.decay),
        learn_(o.learn),
        stepper_(optimiser_, lr_) {
    single_unit_ = task.kind == AGON_CLASSIFY && task.outputs == 2 && output_ == Output::sigmoid;
    const int64_t units = single_unit_ ? 1 : task.outputs;
    if (single_unit_) target_ = agon::Matrix(task.max_batch, 1);
    errors_ = make_errors(task.max_batch, o.depth > 0 ? o.width : 0, units);
    layers_.reserve(static_cast<size_t>(o.depth + 1));
    int64_t in = task.inputs;
    for (int64_t l = 0; l <= o.depth; ++l) {
      const int64_t out = l == o.depth ? units : o.width;
      add_layer(in, out, task.max_batch, l < o.depth);
      initialise(ctx, task.seed, static_cast<uint64_t>(l), o.init);
      in = out;
    }
  }

  double fit(agon::Context& ctx, const agon_batch& batch) {
    const int64_t rows = batch.x.rows;
    const double loss = this->loss(ctx, batch);
    if (!std::isfinite(loss)) throw agon::RuleError(AGON_DIVERGED, "the loss is not finite");
    stepper_.advance();
    for (size_t l = layers_.size(); l-- > 0;) {
      // (3), with W_{l+1} as it was
      if (l > 0 && learn_ == agon::Learn::all) propagate_error(ctx, l, rows);
      const agon::ConstView below = l > 0 ? layers_[l - 1].h.top(rows) : batch.x;
      learn(ctx, l, below, rows);
      if (learn_ == agon::Learn::readout) break;
    }
    return loss;
  }

  // (1), (2), and delta_L of (3).
  double loss(agon::Context& ctx, const agon_batch& batch) {
    Layer& top = layers_.back();
    forward(ctx, batch.x, top.h.top(batch.x.rows));
    return output_error(ctx, batch, top.h.top(batch.x.rows));
  }

  // Classification: a_L (or sigmoid(a_L)), larger is more likely; regression: h_L.
  void predict(agon::Context& ctx, agon::ConstView x, agon::View out) {
    if (!single_unit_) return forward(ctx, x, out);
    const agon::View y = layers_.back().h.top(x.rows);
    forward(ctx, x, y);
    for (int64_t r = 0; r < x.rows; ++r) {
      const float p = agon::row_of(y, r)[0];
      agon::row_of(out, r)[0] = 1.0f - p;
      agon::row_of(out, r)[1] = p;
    }
  }

  void state(agon::State& s) {
    s("optimiser", stepper_);
    for (Layer& layer : layers_) {
      s("w", layer.w);
      s("b", layer.b);
    }
  }

  // "W0", "b0", ... from the input up.
  std::vector<agon::Tensor> tensors() {
    std::vector<agon::Tensor> out;
    for (size_t l = 0; l < layers_.size(); ++l) {
      out.push_back({"W" + std::to_string(l), layers_[l].w.value});
      out.push_back({"b" + std::to_string(l), layers_[l].b.value});
    }
    return out;
  }

 private:
  static Loss loss_of(const agon_task& task, const Options& o) {
    return task.kind == AGON_REGRESS ? Loss::squared : o.loss;
  }

  void add_layer(int64_t in, int64_t out, int64_t batch, bool hidden) {
    Layer layer{.w = agon::Learnt(out, in, optimiser_),
                .b = agon::Learnt(1, out, optimiser_),
                .a = {},
                .h = agon::Matrix(batch, out)};
    if (hidden && f_.kind == AGON_GELU) layer.a = agon::Matrix(batch, out);
    layers_.push_back(std::move(layer));
  }

  Errors make_errors(int64_t batch, int64_t width, int64_t outputs) const {
    return {
        .hidden = {agon::Matrix(batch, width), agon::Matrix(batch, width)},
        .output = agon::Matrix(batch, outputs),
        .output_slope = output_ == Output::sigmoid ? agon::Matrix(batch, outputs) : agon::Matrix()};
  }

  // delta_l, or where it will be.
  agon::View delta(size_t l, int64_t rows) {
    const bool top = l + 1 == layers_.size();
    return (top ? errors_.output : errors_.hidden[l % errors_.hidden.size()]).top(rows);
  }

  // (6); layer l draws from stream l.
  void initialise(agon::Context& ctx, uint64_t seed, uint64_t l, Init init) {
    agon::Matrix& w = layers_.back().w.value;
    const bool rectifier = f_.kind == AGON_RELU || f_.kind == AGON_GELU;
    const bool he = init == Init::he || (init == Init::automatic && rectifier);
    he ? agon::draw_he(ctx, seed, l, w) : agon::draw_glorot(ctx, seed, l, w);
  }

  // (1); the last layer's output goes to out [B x n_L].
  void forward(agon::Context& ctx, agon::ConstView x, agon::View out) {
    agon::ConstView below = x;
    for (size_t l = 0; l < layers_.size(); ++l) {
      Layer& layer = layers_[l];
      ctx.stop_if_asked();
      const bool last = l + 1 == layers_.size();
      const agon::View h = last ? out : layer.h.top(x.rows);
      const float* const bias = layer.b.value.data();
      if (!last && f_.kind == AGON_GELU) {
        const agon::View a = layer.a.top(x.rows);
        ctx.gemm_nt(below, layer.w.value, a, {.bias = bias});
        ctx.activate(f_, a, h);
      } else {
        const agon_activation f = !last ? f_ : output_ == Output::sigmoid ? kSigmoid : kIdentity;
        ctx.gemm_nt(below, layer.w.value, h, {.activation = f, .bias = bias});
      }
      below = h;
    }
  }

  // (2), (3): h = h_L [B x n_L], and makes delta_L. Returns E.
  double output_error(agon::Context& ctx, const agon_batch& batch, agon::View h) {
    const agon::View delta = this->delta(layers_.size() - 1, h.rows);
    if (loss_ == Loss::cross_entropy) return ctx.softmax_cross_entropy(h, batch.target, delta);
    agon::ConstView target = batch.target;
    if (single_unit_) {  // t = 1 for class 1
      for (int64_t r = 0; r < h.rows; ++r) target_.at(r, 0) = agon::row_of(batch.target, r)[1];
      target = target_.top(h.rows);
    }
    ctx.copy(h, delta);
    ctx.axpy(-1.0f, target, delta);
    const double loss = 0.5 * ctx.dot(delta, delta) / static_cast<double>(h.rows);
    if (output_ == Output::sigmoid) {
      const agon::View slope = errors_.output_slope.top(h.rows);
      ctx.derivative(kSigmoid, h, h, slope);
      ctx.multiply(delta, slope, delta);
    }
    return loss;
  }

  // (3) for the hidden layer below layer l.
  void propagate_error(agon::Context& ctx, size_t l, int64_t rows) {
    Layer& below = layers_[l - 1];
    // max(a, 0) > 0 exactly where a > 0: ReLU's f' needs no a of its own.
    const agon::ConstView known = f_.kind == AGON_GELU ? below.a.top(rows) : below.h.top(rows);
    ctx.gemm_nn(delta(l, rows), layers_[l].w.value, delta(l - 1, rows),
                {.multiply = known, .slopes = true, .slope = f_});
  }

  // (4), (5)
  void learn(agon::Context& ctx, size_t l, agon::ConstView below, int64_t rows) {
    Layer& layer = layers_[l];
    const agon::ConstView delta = this->delta(l, rows);
    const float share = 1.0f / static_cast<float>(rows);
    if (optimiser_ == agon::Optimiser::sgd && decay_ == 0.0f) {  // the step fused into the product
      ctx.gemm_tn(delta, below, layer.w.value, {.scale = -lr_ * share, .accumulate = true});
      ctx.column_sums(delta, -lr_ * share, true, layer.b.value.data());
      ctx.count_work({.weight_writes = layer.w.value.rows() * (layer.w.value.cols() + 1)});
      return;
    }
    ctx.gemm_tn(delta, below, layer.w.gradient, {.scale = share});
    ctx.column_sums(delta, share, false, layer.b.gradient.data());
    stepper_.apply(ctx, layer.w, layer.w.gradient, decay_);
    stepper_.apply(ctx, layer.b, layer.b.gradient);
  }

  agon_activation f_;
  Loss loss_;
  Output output_;
  agon::Optimiser optimiser_;
  float lr_, decay_;
  agon::Learn learn_;
  agon::Stepper stepper_;  // (5)
  bool single_unit_ = false;
  std::vector<Layer> layers_;
  Errors errors_;
  agon::Matrix target_;  // [max_batch x 1], single unit only
};

}  // namespace

AGON_PLUGIN("bp", "1.0.0", "MIT", Backpropagation)
