// SPDX-License-Identifier: MIT
//
// Efficient balanced spiking network with a local rule for arbitrary dynamics.
//
// A. Alemi, C. Machens, S. Deneve, J.-J. Slotine, "Learning arbitrary dynamics in efficient,
// balanced spiking networks using local plasticity rules", arXiv:1705.08026 (2017). N neurons with
// decoders d_i (the columns of D), K dimensions, B dendrites per neuron:
//
//   (1)  dx/dt = f(x) + c(t)                                the teacher
//   (2)  dr/dt = -lambda r + s(t),   xhat = D r             every spike adds d_i to xhat
//   (3)  V = D^T (x - xhat) - mu r            a spike pays if it lowers |x-xhat|^2 + mu |r|^2
//   (4)  T_i = (|d_i|^2 + mu) / 2             the threshold at which it does
//   (5)  dV/dt = -lambda V + D^T c + W psi + k D^T e - (D^T D + mu I) s + sigma xi
//   (6)  e = x - xhat                         while learning; 0 afterwards
//   (7)  psi_j = phi(M_j xhat + theta_j) - psi0_j
//   (8)  dW_ij/dt = eta (D^T e)_i psi_j       the local rule: feedback current x dendrite
//   (9)  W(0) = 0, so W = D^T A with dA/dt = eta e psi^T
//        fixed point A psi(x) = f(x) + lambda x
//  (10)  the fast weights -(D^T D + mu I) are fixed, or learnt as in W. Brendel, R. Bourdoukan,
//        P. Vertechi, C. Machens, S. Deneve, PLoS Comput. Biol. 16 (2020).
//
// Beside it stand the references its source compares it with, as rules of their own:
//
//   ebn-rate  no spikes: dxhat/dt = -lambda xhat + c + A psi + k e in place of (2) to (5)
//   ebn-ls    the same network, whose A is not learnt but solved for: least_squares.h
//
// network.h has the step and its order, trajectories.h and classes.h what is taught.
//
// Simplified: time goes in steps with up to S greedy spikes, one at a time; psi0 is measured once
// instead of being a slow homeostasis; eta falls exponentially on a schedule.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "agon/metrics.h"
#include "agon/rule.h"
#include "card.h"
#include "classes.h"
#include "contradictions.h"
#include "options.h"
#include "trajectories.h"

namespace agon::ebn {
namespace {

constexpr agon_metric kTrainError{
    "train_error", "",
    "rms of x - xhat per dimension in the last epoch; feedback keeps it small: no result"};
constexpr auto kMetrics = std::to_array<agon_metric>({
    {"spikes_per_s", "1/s", "spikes of the population in a free run"},
    {"rate_hz", "Hz", "mean rate of a neuron in a free run"},
    {"spikes_per_sample", "spikes", "spikes for one input"},
    {"cv_isi", "",
     "sd / mean of a neuron's intervals, mean over neurons with 3 of them (Poisson: 1)"},
    {"cv2", "", "the same from neighbouring intervals, free of slow changes of the rate"},
    {"ei_correlation", "",
     "correlation over time of a neuron's excitation and inhibition, filtered by 10 ms"},
    {"cap_hit_share", "", "share of the last epoch's steps that needed more spikes than allowed"},
    {"poisson_spikes_ratio", "",
     "times as many spikes a Poisson population of these decoders needs to be as exact"},
    kTrainError,
});
constexpr std::array<agon_metric, 1> kRateMetrics{kTrainError};

constexpr uint64_t kCanLearn = AGON_CAN_CLASSIFY | AGON_CAN_SEQUENCE | AGON_CAN_DYNAMICS;
constexpr const char* kArticle = "Alemi, Machens, Deneve, Slotine 2017, arXiv:1705.08026";
constexpr RuleInfo kInfo{
    .id = "ebn",
    .name = "Balanced spiking network",
    .summary = "few spikes code the error of a population; slow weights learn any dynamics locally",
    .reference = kArticle,
    .capabilities = kCanLearn | AGON_SPIKING | AGON_ONLINE | AGON_LOCAL_UPDATES,
    .phases = 1};
constexpr RuleInfo kRateInfo{
    .id = "ebn-rate",
    .name = "Rate student of ebn (control)",
    .summary = "ebn's dendrites, feedback and local rule without spikes: what does spiking cost?",
    .reference = kArticle,
    .capabilities = kCanLearn | AGON_CONTROL | AGON_ONLINE | AGON_LOCAL_UPDATES,
    .phases = 1};
constexpr RuleInfo kLeastSquaresInfo{
    .id = "ebn-ls",
    .name = "Least-squares bound of ebn (control)",
    .summary = "ebn's spiking network, its slow weights solved for: what does the local rule miss?",
    .reference = kArticle,
    .capabilities = kCanLearn | AGON_CONTROL | AGON_SPIKING | AGON_CLOSED_FORM,
    .phases = 1};

template <Variant kVariant>
class Rule {
 public:
  static constexpr bool kSpikes = kVariant != Variant::rate;
  static constexpr RuleInfo info = kVariant == Variant::spiking ? kInfo
                                   : kSpikes                    ? kLeastSquaresInfo
                                                                : kRateInfo;
  static constexpr auto params = table(kOptions);
  static constexpr auto presets = kPresets;
  static constexpr auto equations = equations_of<kVariant>();
  static constexpr auto limits = limits_of<kVariant>();
  static constexpr auto metrics = [] {
    if constexpr (kSpikes) {
      return kMetrics;
    } else {
      return kRateMetrics;
    }
  }();
  static constexpr auto pictures = std::to_array<agon_picture>({
      {sizeof(agon_picture), AGON_RASTER, "raster", "Spikes of a free run", "time, s", "neuron", "",
       ""},
  });

  static void check(const agon_task& task, const Values& values) {
    if (task.kind == AGON_REGRESS) {
      invalid(
          std::string(info.id) +
          " learns trajectories and classes, not real-valued targets; take a task of these kinds");
    }
    const Options o(task, values, kVariant);
    refuse_contradictions(task, o);
    if (!o.dynamics) Classes::check(task, o);
  }

  Rule(Context& ctx, const agon_task& task, const Values& values) {
    const Options o(task, values, kVariant);
    if (o.dynamics) {
      trajectories_.emplace(ctx, task, o);
    } else {
      classes_.emplace(ctx, task, o);
    }
    warn(ctx, o);
  }

  bool takes_series() const { return classes_ && classes_->core.o.stream; }
  void prepare(Context& ctx, ConstView x, bool last) { classes().prepare(ctx, x, last); }
  void prepare(Context& ctx, const agon_series& in, bool last) { classes().prepare(ctx, in, last); }
  double fit(Context& ctx, const agon_batch& batch) {
    trained_ = true;
    return classes().fit(ctx, batch);
  }
  double fit(Context& ctx, const agon_series& series) {
    trained_ = true;
    return classes().fit(ctx, series);
  }
  double fit(Context& ctx, ConstView drive, ConstView teacher, bool new_episode) {
    trained_ = true;
    return trajectories().fit(ctx, drive, teacher, new_episode);
  }
  void end_epoch(Context& ctx, int64_t /*epoch*/) { core().end_epoch(ctx); }
  // What is solved for has no error before that.
  double loss(Context& ctx, const agon_batch& batch) requires(kVariant != Variant::least_squares) {
    return classes().loss(ctx, batch);
  }
  double loss(Context& ctx,
              const agon_series& series) requires(kVariant != Variant::least_squares) {
    return classes().loss(ctx, series);
  }
  double loss(Context& ctx, ConstView drive,
              ConstView teacher) requires(kVariant != Variant::least_squares) {
    return trajectories().loss(ctx, drive, teacher);
  }
  void predict(Context& ctx, ConstView x, View out) { classes().predict(ctx, x, out); }
  void predict(Context& ctx, const agon_series& series, View out) {
    classes().predict(ctx, series, out);
  }
  void rollout(Context& ctx, ConstView start, ConstView drive, View out) {
    trajectories().rollout(ctx, start, drive, out);
  }

  // A dead neuron never spikes again; it stays in its place, and nothing else changes.
  void silence(Context& ctx, double share, uint64_t seed) requires kSpikes {
    core().silence(ctx, share, seed);
    forget_measures();
  }
  // level: the sd that V would have by the noise alone, as a share of the threshold. In free runs.
  void state_noise(Context&, double level, uint64_t seed) requires kSpikes {
    core().noise.set(level, seed);
    forget_measures();
  }

  void read_metrics(Context&, double* out) {
    Core& c = core();
    const MetricValues values(metrics, out);
    values["train_error"] = c.train_error;
    if constexpr (!kSpikes) return;
    values["cap_hit_share"] = c.cap_share;
    if (c.measure.empty()) return;
    double spikes_per_s = c.measure.spikes_per_s();
    if (classes_) {
      const double spikes = classes_->spikes_per_sample();
      values["spikes_per_sample"] = spikes;
      spikes_per_s = spikes / classes_->seconds_per_sample();
    }
    values["spikes_per_s"] = spikes_per_s;
    values["rate_hz"] = spikes_per_s / static_cast<double>(c.o.neurons);
    values["cv_isi"] = c.measure.train.cv();
    values["cv2"] = c.measure.train.cv2();
    values["ei_correlation"] = c.measure.ei_correlation();
    values["poisson_spikes_ratio"] = c.measure.poisson_ratio(c.o.gamma);
  }

  // Of the longest free run since the last learning, the latest of equals; or of the first inputs
  // predicted since.
  ConstView picture(Context&, size_t /*index*/) requires kSpikes {
    return core().measure.empty() ? ConstView{} : core().measure.train.raster();
  }

  void state(agon::State& s) {
    s("trained", trained_);
    if (trajectories_) s("trajectories", *trajectories_);
    if (classes_) s("classes", *classes_);
  }

  // Learnt: "A" [K x B], or "W" [N x B] with weights=full; "fast" [N x N] with fast=learnt, where
  // it starts from the decoders. Fixed, to be set before the first fit: "DT" [N x K] rows d_i, "M"
  // [seen x B] (M transposed), "theta" and "psi0" [1 x B], which prepare() measures for classes.
  std::vector<Tensor> tensors() {
    Core& c = core();
    if (!trained_) c.wired = false;
    std::vector<Tensor> out;
    if (c.o.full) {
      out.push_back({"W", c.net.W});
    } else {
      out.push_back({"A", c.net.A});
    }
    out.push_back({"M", c.net.M, Role::fixed});
    out.push_back({"theta", c.net.theta, Role::fixed});
    out.push_back({"psi0", c.net.psi0, Role::fixed});
    if constexpr (kSpikes) {
      out.push_back({"DT", c.net.decoders, Role::fixed});
      out.push_back({"fast", c.net.fast, c.o.fast_learnt ? Role::learnt : Role::fixed, false});
    }
    return out;
  }

 private:
  Trajectories& trajectories() {
    if (!trajectories_) invalid("the model was made for classes and cannot run trajectories");
    return *trajectories_;
  }
  Classes& classes() {
    if (!classes_) invalid("the model was made for trajectories and cannot learn classes");
    return *classes_;
  }
  void forget_measures() {
    if (classes_) classes_->forget_measures();
    if (trajectories_) trajectories_->forget_measures();
  }
  Core& core() { return trajectories_ ? trajectories_->core : classes_->core; }

  std::optional<Trajectories> trajectories_;
  std::optional<Classes> classes_;
  bool trained_ = false;
};

}  // namespace
}  // namespace agon::ebn

AGON_PLUGIN("ebn", "1.1.0", "MIT", agon::ebn::Rule<agon::ebn::Variant::spiking>,
            agon::ebn::Rule<agon::ebn::Variant::rate>,
            agon::ebn::Rule<agon::ebn::Variant::least_squares>)
