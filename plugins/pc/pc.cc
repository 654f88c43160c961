// SPDX-License-Identifier: MIT
//
// Predictive coding (PC). Nodes l = 0..L of n_l units, node l - 1 predicts node l; a minibatch has
// B rows, states x_l [B x n_l], weights W_l [n_l x n_{l-1}], b_l [n_l], precisions pi_l.
// Discriminative: x_0 is the input, x_L the label. Generative: x_0 is the label, x_L the input.
//
//   (1) prediction, f before the weights (pre): mu_l = f(x_{l-1}) W_l^T + b_l, with f = id on x_0;
//       f after them (post): a_l = x_{l-1} W_l^T + b_l, mu_l = f(a_l), mu_L = a_L
//
//   (2) error e_l = pi_l (x_l - mu_l);  cross-entropy at L: e_L = x_L - softmax(mu_L)
//       g_l = e_l (pre),  e_l * f'(a_l) (post)
//
//   (3) energy F = 1/B sum_l sum_rows pi_l/2 |x_l - mu_l|^2, its last term -sum x_L log
//       softmax(mu_L) with cross-entropy
//
//   (4) drive of a free node: d_l = -e_l + g_{l+1} B_{l+1} [* f'(x_l) with pre];
//       node 0: d_0 = g_1 B_1 - pi_0 x_0;  node L: d_L = -e_L
//       all at once: v_l = m v_l + d_l,  x_l += gamma v_l
//
//   (5) gamma = min(given, 1.5 / (max pi (1 + s)^2)), s = max_l |W_l|_2, l >= 2 (l >= 1 when x_0 is
//       free): below 2 / (max pi (1 + s)^2) the energy falls
//
//   (6) dW_l = g_l^T h_l / B, db_l = mean of g_l, h_l what mu_l was made from; W_l loses the share
//       `decay`, then sgd, momentum (.9) or Adam (.9, .999, 1e-8) adds its step along dW_l
//
//   (7) schedules, from hidden states at their forward values and the data at both ends:
//       pc: T times (4), then (6).  ipc: T times (4) and (6) from the same errors.
//       fixedpred: pc with mu_l, h_l and f' of the forward pass.  zil: gamma = 1, at step t =
//       0..L-1 layer L - t alone takes (6).  bp: the gradient itself. With pi = 1, fixedpred (gamma
//       = 1, T >= L - 1) and zil are bp exactly.
//
//   (8) feedback: B_l = W_l (sym), or its own: kp dB_l = dW_l, local dB_l = e_l^T x_{l-1} / B
//
//   (9) W_l, B_l uniform in +-sqrt(6 / (n_{l-1} + n_l)) (Xavier) or +-sqrt(6 / n_{l-1}) (He), W_l
//   of
//       l >= 2 times w_scale, B_l times b_scale; b_l = 0
//
//  (10) read-out: mu_L of the forward pass; or relax T_r steps with the input clamped and read the
//       label; or clamp every label in turn and take the one of least energy
//
//  (11) synthesis: mu_L of the forward pass from a label, the zero-energy state
//
//  (12) nudging: x_L is clamped to mu_L + k (y - mu_L), dW is divided by k; k = beta (pn), -beta
//       (nn), the mean of both (cn)
//
// A. Kirsanov, Learning algorithm of biological networks (video); R. Rao, D. Ballard, Nature
// Neuroscience 2 (1999); J. Whittington, R. Bogacz, Neural Computation 29 (2017), (1)-(6); B.
// Millidge et al., Neural Computation 34 (2022), fixedpred; Y. Song et al., NeurIPS 2020, zil; T.
// Salvatori et al., ICLR 2024, ipc; J. Kolen, J. Pollack, 1994, kp; L. Pinchetti et al., ICLR 2025,
// nudging. (5) is derived here. Simplified: hidden layers of one width, the states' own start is
// the forward pass, generative feedback trains B_1 as well because its read-out uses it.
#include <cmath>
#include <optional>

#include "agon/metrics.h"
#include "agon/rule.h"
#include "card.h"
#include "contradictions.h"
#include "kept.h"
#include "learner.h"
#include "metrics.h"
#include "network.h"
#include "options.h"
#include "prototypes.h"
#include "rate.h"
#include "readout.h"
#include "states.h"

namespace agon::pc {
namespace {

class PredictiveCoding {
 public:
  static constexpr RuleInfo info{
      .id = "pc",
      .name = "Predictive coding",
      .summary = "states relax to lower the prediction errors of all layers, weights follow",
      .reference = "Whittington, Bogacz 2017, Neural Computation 29; Rao, Ballard 1999",
      .capabilities =
          AGON_CAN_CLASSIFY | AGON_CAN_REGRESS | AGON_LOCAL_UPDATES | AGON_WEIGHT_TRANSPORT,
      .phases = 41,  // forward, and T = 20 times errors down and predictions up
      .memory_per_parameter = 2};
  static constexpr auto params = table(kOptions);
  static constexpr auto presets = kPresets;
  static constexpr auto equations = kEquations;
  static constexpr auto limits = kLimits;
  static constexpr auto metrics = kMetricTable;
  static constexpr auto pictures = std::to_array<agon_picture>(
      {{sizeof(agon_picture), AGON_LINES, "energy", "Energy while the states of a minibatch relax",
        "step", "energy per sample", "", "all layers,output,hidden layers"}});

  static void check(const agon_task& task, const Values& values) {
    refuse_contradictions(task, Options(values));
  }

  PredictiveCoding(Context& ctx, const agon_task& task, const Values& values)
      : o_(values),
        sizes_(sizes_of(task, o_)),
        batch_(task.max_batch),
        net_(ctx, task.seed, sizes_, o_),
        states_(sizes_, task.max_batch, o_),
        learner_(o_, net_, states_),
        readout_(o_, net_, states_, learner_),
        rate_(o_, sizes_),
        kept_(task.max_batch, sizes_.front(), sizes_.back()) {
    if (o_.generative() && task.kind == AGON_CLASSIFY)
      prototypes_.emplace(sizes_.front(), sizes_.back());
  }
  PredictiveCoding(const PredictiveCoding&) = delete;  // its parts refer to each other
  PredictiveCoding& operator=(const PredictiveCoding&) = delete;

  double fit(Context& ctx, const agon_batch& batch) {
    const ConstView first = first_of(batch), last = last_of(batch);
    ++batches_;
    const float gamma = rate_.of_training(ctx, net_);
    const double loss = learner_.run(ctx, first, last, gamma, true);
    if (!std::isfinite(loss)) {
      throw RuleError(AGON_DIVERGED, "the energy of the forward pass is not finite at minibatch " +
                                         std::to_string(batches_) +
                                         ", with the state rate gamma=" + std::to_string(gamma));
    }
    kept_.keep(first, last);
    if (prototypes_) prototypes_->add(ctx, first, last);
    return loss;
  }

  // (3) of the forward pass.
  double loss(Context& ctx, const agon_batch& batch) {
    return learner_.begin(ctx, first_of(batch), last_of(batch));
  }

  // Discriminative: mu_L (logits with cross-entropy); relaxed: the label node; argmin-energy: minus
  // the energies.
  void predict(Context& ctx, ConstView x, View out) {
    const bool relaxes = o_.readout != Readout::forward;
    const float gamma = relaxes ? rate_.of_readout(ctx, net_, readout_.frees_first()) : 0.0f;
    readout_.predict(ctx, x, gamma, out);
  }

  void generate(Context& ctx, ConstView target, View out) {
    if (!o_.generative()) {
      throw RuleError(AGON_UNSUPPORTED,
                      "direction=discriminative predicts labels, not inputs; set "
                      "direction=generative to synthesise");
    }
    for (int64_t r = 0; r < target.rows; r += batch_) {
      const int64_t end = std::min(target.rows, r + batch_);
      readout_.forward(ctx, rows_of(target, r, end), rows_of(out, r, end));
    }
  }

  void read_metrics(Context& ctx, double* out) {
    const MetricValues values(metrics, out);
    const Curvature c = rate_.curvature(ctx, net_, !o_.first_clamped());
    if (!kept_.empty()) read_relaxation(ctx, values);
    values["alignment"] = net_.alignment(ctx);
    const bool moves = o_.relaxes() || o_.schedule == Schedule::zil;
    if (moves) values["gamma"] = rate_.of_training_afresh(ctx, net_);
    values["spectral"] = c.s;
    values["spectral_bound"] = c.stable();
    if (prototypes_) {
      const ConstView labels = prototypes_->labels();
      Matrix images(labels.rows, sizes_.back());
      generate(ctx, labels, images);
      values["prototype"] = prototypes_->lowest_correlation(images);
    }
  }

  ConstView picture(Context& ctx, size_t) {
    if (kept_.empty() || o_.schedule == Schedule::bp) return {};
    Trace trace;
    learner_.run(ctx, kept_.first(), kept_.last(), rate_.of_training_afresh(ctx, net_), false,
                 &trace);
    const int64_t points = static_cast<int64_t>(trace.total.size());
    if (points > kPicturePoints) return {};
    picture_ = Matrix(4, points);
    for (int64_t i = 0; i < points; ++i) {
      const double all = trace.total[static_cast<size_t>(i)];
      const double output = trace.output[static_cast<size_t>(i)];
      picture_.at(0, i) = static_cast<float>(i);
      picture_.at(1, i) = static_cast<float>(all);
      picture_.at(2, i) = static_cast<float>(output);
      picture_.at(3, i) = static_cast<float>(all - output);
    }
    return picture_;
  }

  void state(State& s) {
    s("network", net_);
    s("rate", rate_);
    s("kept", kept_);
    if (prototypes_) s("prototypes", *prototypes_);
    s("batches", batches_);
  }

  // Weights, feedback and precisions; the states "x1" .. "x<L-1>" and errors "e1" .. "e<L>" of the
  // last minibatch [max_batch x n_l], read-only.
  std::vector<Tensor> tensors() {
    std::vector<Tensor> out;
    net_.list(out);
    for (size_t l = 1; l <= states_.top(); ++l) {
      const std::string number = std::to_string(l);
      if (l < states_.top()) {
        out.push_back({"x" + number, states_.all_x(l), Role::state});
      }
      out.push_back({"e" + number, states_.all_e(l), Role::state});
    }
    return out;
  }

 private:
  static constexpr int64_t kPicturePoints = 65536 / 4;

  // The data of nodes 0 and L.
  ConstView first_of(const agon_batch& batch) const {
    return o_.generative() ? batch.target : batch.x;
  }
  ConstView last_of(const agon_batch& batch) const {
    return o_.generative() ? batch.x : batch.target;
  }

  static std::vector<int64_t> sizes_of(const agon_task& task, const Options& o) {
    std::vector<int64_t> sizes{o.generative() ? task.outputs : task.inputs};
    sizes.insert(sizes.end(), static_cast<size_t>(o.depth), o.width);
    sizes.push_back(o.generative() ? task.inputs : task.outputs);
    return sizes;
  }

  // Relaxes the kept minibatch once more, without learning.
  void read_relaxation(Context& ctx, const MetricValues& values) {
    Trace trace;
    learner_.run(ctx, kept_.first(), kept_.last(), rate_.of_training_afresh(ctx, net_), false,
                 &trace);
    if (trace.total.empty()) return;
    const size_t top = states_.top();
    const double before = trace.total.front(), after = trace.total.back();
    values["energy_before"] = before;
    values["energy_after"] = after;
    values["energy_drop"] = before > 0 ? 1 - after / before : 0.0;
    values["hidden_share"] = after > 0 ? (after - trace.output.back()) / after : 0.0;
    for (size_t l = 1; l <= std::min(top, kLayerEnergies); ++l) {
      double& energy = values["energy_" + std::to_string(l)];
      if (o_.schedule == Schedule::bp) {  // its errors are gradients; hidden states are predictions
        energy = l == top ? after : 0.0;
      } else if (o_.nudging != Nudging::cn) {  // cn leaves the errors of its second half
        energy = states_.energy(ctx, net_, l);
      }
    }
    if (o_.relaxes()) {
      values["steps"] = static_cast<double>(trace.steps);
      values["residual"] = trace.residual;
    }
    values["cosine_bp"] = cosine_to_gradient(ctx);
  }

  // The update that the last run left in the network against the gradient of the same minibatch.
  double cosine_to_gradient(Context& ctx) {
    std::vector<Matrix> update;
    double own = 0, exact = 0, both = 0;
    for (size_t l = 1; l <= net_.top(); ++l) {
      const ConstView g = net_.gradient(l);
      States::copy(g, update.emplace_back(g.rows, g.cols));
      own += ctx.dot(g, g);
    }
    Options reference = o_;
    reference.schedule = Schedule::bp;
    reference.nudging = Nudging::pn;
    reference.beta = 1.0f;
    reference.clamp = Clamp::both;
    reference.feedback = Feedback::sym;
    Learner(reference, net_, states_).run(ctx, kept_.first(), kept_.last(), 1.0f, false);
    for (size_t l = 1; l <= net_.top(); ++l) {
      exact += ctx.dot(net_.gradient(l), net_.gradient(l));
      both += ctx.dot(update[l - 1], net_.gradient(l));
    }
    return both / std::sqrt(own * exact);
  }

  Options o_;
  std::vector<int64_t> sizes_;
  int64_t batch_;
  Network net_;
  States states_;
  Learner learner_;
  ReadoutPass readout_;
  Rate rate_;
  KeptBatch kept_;
  std::optional<Prototypes> prototypes_;
  Matrix picture_;
  int64_t batches_ = 0;
};

}  // namespace
}  // namespace agon::pc

AGON_PLUGIN("pc", "1.0.0", "MIT", agon::pc::PredictiveCoding)
