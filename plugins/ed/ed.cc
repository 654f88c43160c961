// SPDX-License-Identifier: MIT
//
// Error diffusion (ED): learning without a backward pass.
//
// I. Kaneko, "Error diffusion learning algorithm", program and notes, 1999; preset `article`:
// pocokhc, Qiita, 25 April 2024; preset `author`: that author's later TensorFlow code.
//
// K independent nets, one per class (one net for two classes), with layers l = 1..L+1, the last one
// a single unit. Every unit has a type s = +1 or -1, and a synapse from unit i to unit j has the
// weight w_ij = s_i s_j M_ij with a magnitude M >= 0. Inputs come as a + and a - copy, and each
// layer has a + and a - threshold of value beta. B rows per minibatch; all shapes are per net.
//
//   (1) p = [z^{l-1}_i with s_i = + ; beta],  q = [z^{l-1}_i with s_i = - ; beta]
//       p^1 = q^1 = [x ; beta]
//
//   (2) a_j = s_j (sum_i M+_ij p_i - sum_i M-_ij q_i)
//
//   (3) z = f(a) = 1 / (1 + exp(-2 a / u0)),  g = c z (1 - z),  c = 2/u0 or 1
//       ReLU: f = max(a - .1, 0), g = [z > 0];  linear output: g = 1
//
//   (4) d = t - y per net (mse), or onehot - softmax(y over the nets) (ce); a real target t, which
//       must lie in [0, 1], has a net of its own
//
//   (5) d+ = max(d, 0), d- = max(-d, 0): the two amines, the same for every layer
//       (hidden layers: times u1)
//
//   (6) dM+_ij = eta/nu sum_b d+_b p_bi g_bj,   dM-_ij = eta/nu sum_b d-_b q_bi g_bj
//
// All layers are updated from the same forward pass. What a synapse learns from is chosen by the
// type of its presynaptic unit, and both terms of (6) are >= 0 for inputs >= 0: magnitudes only
// grow. rule `both` puts the signed d into both terms and subtracts the second, `exc` keeps the
// first of these.
//
// Time: the original program updates all units at once, t_loop times, from a state of 0. In a net
// of layers without loops the units of layer l have their final z after pass l, because they read
// layer l - 1 alone, and no later pass changes them. Learning reads the state after the last pass.
// So every t_loop >= L + 1 gives the layered pass (1) to (3), which is what layered.h computes; a
// smaller t_loop is refused. Nets with loops or with units behind others are in recurrent.h.
//
// Simplified: M+ and M- of the hidden layers share one matrix in the order of the units.
#include <limits>
#include <memory>

#include "agon/metrics.h"
#include "agon/rule.h"
#include "card.h"
#include "contradictions.h"
#include "layered.h"
#include "options.h"
#include "recurrent.h"

namespace agon::ed {
namespace {

class ErrorDiffusion {
 public:
  static constexpr RuleInfo info{
      .id = "ed",
      .name = "Error diffusion",
      .summary = "every layer learns from the output error's sign and size; weights only grow",
      .reference = "I. Kaneko, Error diffusion learning algorithm, 1999; pocokhc, Qiita, 2024",
      .capabilities = AGON_CAN_CLASSIFY | AGON_CAN_REGRESS | AGON_NEEDS_NONNEGATIVE_INPUT |
                      AGON_LOCAL_UPDATES | AGON_DALE,
      .phases = 1,
      .memory_per_parameter = 1};
  static constexpr auto params = table(kOptions);
  static constexpr auto presets = kPresets;
  static constexpr auto equations = kEquations;
  static constexpr auto limits = kLimits;
  static constexpr auto metrics = std::to_array<agon_metric>({
      {"magnitude_max", "", "largest magnitude M of any synapse"},
      {"magnitude_mean", "", "mean magnitude M of the synapses that exist"},
      {"sweeps", "sweeps",
       "passes until the errors of one pass, each before its update, sum to less than 0.1: "
       "Kaneko's end of learning"},
      {"negative_share", "", "share of magnitudes below 0; 0 with rule=ed and an init above 0"},
  });

  static void check(const agon_task& task, const Values& values) {
    refuse_contradictions(task, read(kOptions, values));
  }

  ErrorDiffusion(Context& ctx, const agon_task& task, const Values& values) {
    const Options o = read(kOptions, values);
    if (o.init == Init::sym && o.growth == Growth::ed && !o.clamp_nonneg) {
      ctx.log(AGON_LOG_WARNING,
              "init=sym starts with negative magnitudes: growth only does not hold");
    }
    if (o.recurrent()) {
      network_ = std::make_unique<Recurrent>(ctx, task, o);
    } else {
      network_ = std::make_unique<Layered>(ctx, task, o);
    }
  }

  double fit(Context& ctx, const agon_batch& batch) { return network_->fit(ctx, batch); }
  double loss(Context& ctx, const agon_batch& batch) { return network_->loss(ctx, batch); }
  void end_epoch(Context&, int64_t epoch) {
    const double error = network_->take_error();
    if (error < kSolved && static_cast<double>(epoch) < sweeps_)
      sweeps_ = static_cast<double>(epoch);
  }
  void predict(Context& ctx, ConstView x, View out) { network_->predict(ctx, x, out); }
  std::vector<Tensor> tensors() { return network_->tensors(); }
  void state(State& s) {
    s("sweeps", sweeps_);
    network_->state(s);
  }

  void read_metrics(Context&, double* out) {
    const Magnitudes m = network_->magnitudes();
    const MetricValues values(metrics, out);
    values["magnitude_max"] = m.largest;
    values["magnitude_mean"] = m.sum / m.count;
    values["sweeps"] = sweeps_;
    values["negative_share"] = m.negative / m.count;
  }

 private:
  static constexpr double kSolved = 0.1;

  std::unique_ptr<Network> network_;
  double sweeps_ = std::numeric_limits<double>::infinity();
};

}  // namespace
}  // namespace agon::ed

AGON_PLUGIN("ed", "1.0.0", "MIT", agon::ed::ErrorDiffusion)
