// SPDX-License-Identifier: MIT
//
// Control: random features of a given width under a trained linear readout ("extreme learning
// machine").
//
//   (1) H = tanh((x - m) W^T + b)      x [B x n], W [width x n], b [width], H [B x width]
//       W ~ N(0, gain^2 / V), b ~ N(0, bias^2), fixed; m the training mean of x and V the sum of
//       its variances, so that a unit's input has sd `gain` over the training set
//   (2) y = linear readout of H, see agon/readout.h
//
// G.-B. Huang, Q.-Y. Zhu, C.-K. Siew, Neurocomputing 70 (2006); the same idea as random features in
// A. Rahimi, B. Recht, NIPS 2008. What a fixed random network of equal width reaches needs no rule:
// a rule with fixed weights shows something only above this line.
// Simplified: dense Gaussian weights, no receptive fields. Beyond kKeptFloats the feature
// statistics come from every k-th training row.
#include <cmath>

#include "agon/kept_rows.h"
#include "agon/readout.h"

namespace {

constexpr uint64_t kWeightStream = 1, kBiasStream = 2;
// Training rows are kept between the passes of prepare(), which sees each of them once: m must be
// known before the features whose mean and sd the readout needs. 64 MiB.
constexpr int64_t kKeptFloats = int64_t{1} << 24;

struct Options {
  int64_t width;
  double gain;
  float bias;
};
constexpr auto kOptions = agon::options<Options>(
    agon::integer<&Options::width>("width", 512, 1, 65536, agon::kStructure | agon::kLog, "units",
                                   "random features"),
    agon::real<&Options::gain>("gain", 0.5, 1e-3, 100.0, agon::kLog, "",
                               "sd of a unit's input over the training set"),
    agon::real<&Options::bias>("bias", 1.0, 0.0, 100.0, agon::kPlain, "",
                               "sd of the random biases"));

class RandomFeatures : public agon::ReadoutRule<RandomFeatures> {
 public:
  static constexpr agon::RuleInfo info{
      .id = "elm",
      .name = "Random features (control)",
      .summary = "fixed random tanh features under a linear readout",
      .reference = "Huang, Zhu, Siew 2006, Neurocomputing 70",
      .capabilities = AGON_CAN_CLASSIFY | AGON_CAN_REGRESS | AGON_CLOSED_FORM | AGON_FIXED_WEIGHTS |
                      AGON_CONTROL,
      .phases = 1};
  static constexpr auto params = agon::join(
      agon::table(kOptions), agon::readout_params(agon::ReadoutKind::ridge, 0.15, 256, 1));
  static constexpr auto presets = std::to_array<agon_preset>({agon::preset(
      "softmax", "readout=softmax,epochs=100,batch=32", "the readout trained by SGD")});
  static constexpr auto equations = std::to_array<agon_equation>(
      {{"features, m the training mean of the inputs", R"(H = \tanh((x - m) W^\top + b))"},
       {"drawn once, V the sum of the inputs' variances",
        R"(W \sim \mathcal{N}(0, \operatorname{gain}^2 / V), \quad b \sim \mathcal{N}(0, \operatorname{bias}^2))"},
       {"answer, Z the features z-scored", R"(y = Z A^\top + a)"},
       {"readout=ridge, m the mean of the targets",
        R"(A^\top = (Z^\top Z + \lambda \mathbf{I})^{-1} Z^\top (t - m))"}});
  static constexpr auto limits =
      std::to_array<const char*>({"A control: its features are drawn and never learn.",
                                  "Dense Gaussian weights, no receptive fields."});

  RandomFeatures(agon::Context& ctx, const agon_task& task, const agon::Values& values)
      : ReadoutRule(ctx, task, values.integer("width"), values),
        o_(agon::read(kOptions, values)),
        keep_every_((task.train_rows * task.inputs + kKeptFloats - 1) / kKeptFloats),
        sum_(static_cast<size_t>(task.inputs)),
        weights_(o_.width, task.inputs),
        bias_(1, o_.width),
        features_(task.max_batch, o_.width),
        known_(task, o_.width),
        kept_(task.max_batch, task.inputs) {
    keep_every_ = std::max<int64_t>(keep_every_, 1);
    rows_.reserve(static_cast<size_t>((task.train_rows / keep_every_ + 1) * task.inputs));
    ctx.random_normal(task.seed, kWeightStream, 1.0f, weights_);
    ctx.random_normal(task.seed, kBiasStream, o_.bias, bias_);
  }

  void prepare(agon::Context& ctx, agon::ConstView x, bool last) {
    known_.forget();
    for (int64_t r = 0; r < x.rows; ++r) {
      const std::span<const float> row = agon::row_of(x, r);
      for (size_t i = 0; i < row.size(); ++i) sum_[i] += row[i];
      if (seen_++ % keep_every_ == 0) rows_.insert(rows_.end(), row.begin(), row.end());
    }
    if (last && seen_ > 0) centre(ctx);
  }

  // (1)
  agon::ConstView features(agon::Context& ctx, agon::ConstView x) {
    const agon::View h = features_.top(x.rows);
    ctx.gemm_nt(x, weights_, h, {.activation = {AGON_TANH, 1.0f, 0.0f}, .bias = bias_.data()});
    return h;
  }

  // Nothing in (1) learns: a training row has the same features in every epoch.
  double fit(agon::Context& ctx, const agon_batch& batch) {
    return readout().fit(ctx, features_of(ctx, batch), batch);
  }
  double loss(agon::Context& ctx, const agon_batch& batch) {
    return readout().loss(ctx, features_of(ctx, batch), batch);
  }

  void state(agon::State& s) {
    s("seen", seen_);
    s("sum", sum_);
    s("rows", rows_);
    s("kept", kept_);
    ReadoutRule::state(s);
  }

  // The random layer is read-only: prepare() scales W and sets the bias to b - W m.
  std::vector<agon::Tensor> tensors() {
    known_.forget();
    std::vector<agon::Tensor> out = ReadoutRule::tensors();
    out.push_back({"random_W", weights_, agon::Role::fixed, false});
    out.push_back({"random_b", bias_, agon::Role::fixed, false});
    return out;
  }

 private:
  agon::View features_of(agon::Context& ctx, const agon_batch& batch) {
    const agon::View out = features_.top(batch.x.rows);
    known_.rows(ctx, batch, out, [&] { features(ctx, batch.x); });
    return out;
  }

  // m and V from the rows seen, W and b scaled and shifted by them, then the features' own
  // statistics.
  void centre(agon::Context& ctx) {
    const size_t n = sum_.size();
    const size_t rows = rows_.size() / n;
    for (double& m : sum_) m /= static_cast<double>(seen_);
    double variance = 0;
    for (size_t r = 0; r < rows; ++r) {
      for (size_t i = 0; i < n; ++i) variance += std::pow(rows_[r * n + i] - sum_[i], 2);
    }
    variance /= static_cast<double>(rows);
    const float scale = static_cast<float>(variance > 0 ? o_.gain / std::sqrt(variance) : o_.gain);
    ctx.affine(scale, 0.0f, weights_);
    for (int64_t u = 0; u < weights_.rows(); ++u) {
      double shift = 0;
      for (size_t i = 0; i < n; ++i) shift += static_cast<double>(weights_.row(u)[i]) * sum_[i];
      bias_.at(0, u) -= static_cast<float>(shift);
    }
    for (size_t begin = 0; begin < rows; begin += static_cast<size_t>(kept_.rows())) {
      ctx.stop_if_asked();
      const size_t end = std::min(rows, begin + static_cast<size_t>(kept_.rows()));
      for (size_t r = begin; r < end; ++r) {
        const std::span<const float> row(rows_.data() + r * n, n);
        std::ranges::copy(row, kept_.row(static_cast<int64_t>(r - begin)).begin());
      }
      const agon::View x = kept_.top(static_cast<int64_t>(end - begin));
      readout().prepare(features(ctx, x), end == rows);
    }
    rows_ = {};
    kept_ = {};
  }

  Options o_;
  int64_t keep_every_, seen_ = 0;
  std::vector<double> sum_;  // [n], then m
  std::vector<float> rows_;  // kept training rows [rows x n], until prepare() ends
  agon::Matrix weights_;     // W [width x n]
  agon::Matrix bias_;        // b - W m [1 x width]
  agon::Matrix features_;    // H [max_batch x width]
  agon::KeptRows known_;     // of H, between epochs
  agon::Matrix kept_;        // [max_batch x n], until prepare() ends
};

}  // namespace

AGON_PLUGIN("elm", "1.0.0", "MIT", RandomFeatures)
