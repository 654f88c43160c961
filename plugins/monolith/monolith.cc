// SPDX-License-Identifier: MIT
//
// Monolith: an untrained lattice whose prediction errors are read out.
//
// bluecrow, memo "Monolith", Qiita items/dfe786ef34f013a1555b: fixed weights, a 3D lattice, a
// linear readout of the loss. The memo leaves the update of p, the X sites and the scaling open;
// they are ours, see README.md.
//
// N = Z Y X sites of type E, I or X; e, p, o in R^N, all 0 at t = 0; t = 1..T, synchronous:
//
//   (1)  s_j = phi(g r_j)                 r = e(t-1) for drive=loss, p(t-1) for drive=activity
//
//   (2)  o_j = s_j                        E and I sites
//
//   (3)  o_j = |s_j(t) - s_j(t-1)|        X sites, for xmode=abs; change.h has the others
//
//   (4)  d_i = sum_k w_ik o_{i+off_k} + [z_i = 0] alpha u_i(t)
//
//   (5)  e_i(t) = d_i - p_i(t-1)          the loss
//
//   (6)  p_i(t) = (1 - lambda) p_i(t-1) + eta e_i(t)
//
//   (7)  w_ik = (rho / rho_hat) sigma_j |n_ik|       n_ik ~ N(0, 1), j = i + off_k
//
// sigma_j is the sign of the source (E +, I -, X a coin), rho_hat the spectral radius before
// scaling. The readout is a linear map of e_T, of the mean or of all e_t, of p_T, or of e_T and
// p_T.
//
// From (5) and (6): p_T = eta sum_t (1-lambda)^(T-t) e_t, so p is a low-pass of the loss. Layer z
// is exactly 0 until step z + 1. Without X sites and with slope 1 the lattice is stable for every
// phase of its eigenvalues iff their modulus is below rho* = 1 - eta / (2 - lambda).
//
// Simplified: the weights never change and nothing in the lattice learns; only the readout does.
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agon/kept_rows.h"
#include "agon/metrics.h"
#include "agon/readout.h"
#include "agon/rule.h"
#include "agon/workspaces.h"
#include "block.h"
#include "card.h"
#include "contradictions.h"
#include "input.h"
#include "lattice.h"
#include "options.h"

namespace agon::monolith {
namespace {

class Monolith {
 public:
  static constexpr RuleInfo info{
      .id = "monolith",
      .name = "Monolith",
      .summary = "a fixed 3D lattice whose prediction errors feed a linear readout",
      .reference = "bluecrow, Monolith memo, Qiita items/dfe786ef34f013a1555b",
      .capabilities = AGON_CAN_CLASSIFY | AGON_CAN_REGRESS | AGON_CAN_SEQUENCE |
                      AGON_LOCAL_UPDATES | AGON_FIXED_WEIGHTS | AGON_DALE,
      .phases = 1};
  static constexpr auto params = kParams;
  static constexpr auto presets = kPresets;
  static constexpr auto equations = kEquations;
  static constexpr auto limits = kLimits;
  static constexpr auto metrics = std::to_array<agon_metric>({
      {"rho_star", "", "spectral radius below which the linear lattice is stable"},
      {"flick", "", "rms(e_T - e_{T-1}) / rms(e_T) over the training inputs: oscillation"},
      {"saturation", "",
       "share of sites with |g r| > 2 at the last step, over the training inputs"},
      {"loss_abs", "", "mean |e_T| over the training inputs"},
      Readout::kLambdaUsed,
  });

  static constexpr auto pictures =
      std::to_array<agon_picture>({heatmap("activity", "Activity per layer over time", "step",
                                           "layer z", "rms of e over the training inputs")});

  // Refuses what the constructor would: an input that does not fit, options that contradict.
  static void check(const agon_task& task, const Values& values) {
    const Options options = consistent(values);
    const InputLayer input(task, options);
    Readout::check(task, values);
  }

  Monolith(Context& ctx, const agon_task& task, const Values& values)
      : o_(consistent(values)),
        input_(task, o_),
        steps_(input_.steps()),
        lattice_(ctx, task.seed, o_),
        in_cone_(o_.boundary == Boundary::open && o_.dark_is_silent()),
        readout_(task, feature_count(), values),
        features_(task.max_batch, feature_count()),
        kept_(task, feature_count()),
        blocks_([this] { return std::make_unique<Block>(o_); }),
        activity_(o_.z, steps_),
        energy_(static_cast<size_t>(o_.z * steps_)),
        seen_at_(static_cast<size_t>(steps_)) {
    warn(ctx, o_, steps_);
    Readout::warn(ctx, values);
  }

  void prepare(Context& ctx, ConstView x, bool last) {
    kept_.forget();
    for (int64_t begin = 0; begin < x.rows; begin += features_.rows()) {
      const ConstView part = rows_of(x, begin, std::min(begin + features_.rows(), x.rows));
      readout_.prepare(run(ctx, input_.shown(part, o_), true), last && begin + part.rows == x.rows);
    }
    if (last) publish_activity();
  }
  double fit(Context& ctx, const agon_batch& batch) {
    return readout_.fit(ctx, features_of(ctx, batch), batch);
  }
  double loss(Context& ctx, const agon_batch& batch) {
    return readout_.loss(ctx, features_of(ctx, batch), batch);
  }
  void end_epoch(Context& ctx, int64_t epoch) { readout_.end_epoch(ctx, epoch); }
  void predict(Context& ctx, ConstView x, View out) {
    readout_.predict(ctx, run(ctx, input_.shown(x, o_)), out);
  }

  // Series: a frame in each step, and what is read ends with the row's own last one.
  bool takes_series() const { return o_.input == Input::stream; }
  void prepare(Context& ctx, const agon_series& in, bool last) {
    readout_.prepare(run(ctx, Shown(in), true), last);
    if (last) publish_activity();
  }
  double fit(Context& ctx, const agon_series& in) {
    return readout_.fit(ctx, run(ctx, Shown(in)), answers_of(in));
  }
  double loss(Context& ctx, const agon_series& in) {
    return readout_.loss(ctx, run(ctx, Shown(in)), answers_of(in));
  }
  void predict(Context& ctx, const agon_series& in, View out) {
    readout_.predict(ctx, run(ctx, Shown(in)), out);
  }

  void read_metrics(Context&, double* out) {
    const MetricValues values(metrics, out);
    values["rho_star"] = o_.rho_star();
    readout_.read_metrics(values);
    if (seen_ == 0) return;
    const double seen = static_cast<double>(seen_ * o_.sites());
    values["flick"] = last_square_ > 0 ? std::sqrt(last_change_ / last_square_) : 0.0;
    values["saturation"] = static_cast<double>(saturated_) / seen;
    values["loss_abs"] = last_abs_ / seen;
  }

  // [Z x T], of the steps that a picture has room for.
  ConstView picture(Context&, size_t /*index*/) {
    constexpr int64_t kMostElements = 65536;
    if (seen_ == 0) return {};
    return {activity_.data(), o_.z, std::min(steps_, kMostElements / o_.z), activity_.stride()};
  }

  void state(State& s) {
    s("readout", readout_);
    s("energy", energy_);
    s("seen_at", seen_at_);
    s("seen", seen_);
    s("saturated", saturated_);
    s("last_change", last_change_);
    s("last_square", last_square_);
    s("last_abs", last_abs_);
  }

  // "weights" [N x K] and "types" [1 x N] (0 E, 1 I, 2 X) can be set; setting the weights skips
  // (7). "e", "p", "o" [N x 32] belong to the last block of samples that ran, one lane per sample;
  // "activity" [Z x T] is the rms of e per layer and step over the training inputs.
  std::vector<Tensor> tensors() {
    kept_.forget();
    std::vector<Tensor> out{
        {"weights", lattice_.weights(), Role::fixed}, {"types", lattice_.types(), Role::setting},
        {"e", blocks_.first().e, Role::state},        {"p", blocks_.first().p, Role::state},
        {"o", blocks_.first().o, Role::state},        {"activity", activity_, Role::state}};
    readout_.add_tensors(out);
    return out;
  }

 private:
  static Options consistent(const Values& values) {
    const Options o = read(kOptions, values);
    refuse_contradictions(o);
    return o;
  }

  // What the readout reads of a batch beside its features.
  static agon_batch answers_of(const agon_series& in) {
    return {sizeof(agon_batch), 0, {}, in.target, in.labels, nullptr, 0};
  }

  // ---- (1) to (6) for all rows, into their features. What enters at z = 0 climbs one layer per
  // update; where an undriven site sends 0, everything above is exactly 0 and is left out.

  // The lattice never changes: a training row has the same features in every epoch.
  View features_of(Context& ctx, const agon_batch& batch) {
    const View out = features_.top(batch.x.rows);
    kept_.rows(ctx, batch, out, [&] { run(ctx, input_.shown(batch.x, o_)); });
    return out;
  }

  View run(Context& ctx, const Shown& in, bool measure = false) {
    std::optional<Workspaces<Block>::Lease> last;
    const auto run_blocks = [&](int64_t from, int64_t to) {
      Workspaces<Block>::Lease block = blocks_.take();
      for (int64_t begin = from; begin < to; begin += kBlock) {
        ctx.stop_if_asked();
        run_block(ctx, *block, in, begin, std::min(kBlock, to - begin), measure);
      }
      if (to == in.rows()) last = std::move(block);
    };
    if (measure) {  // sums over the samples, in their order
      run_blocks(0, in.rows());
    } else {
      ctx.parallel_for(in.rows(), samples_at_a_time(), run_blocks);
    }
    if (last && &**last != &blocks_.first()) blocks_.first().show(**last);
    return features_.top(in.rows());
  }

  // Of a thread: whole blocks, and at least 2 M multiply-accumulates, less of which is not worth waking one.
  int64_t samples_at_a_time() const {
    const int64_t macs = o_.sites() * o_.neighbours() * kBlock * o_.hops * steps_;
    return kBlock * std::max<int64_t>(1, (int64_t{1} << 21) / macs);
  }

  void run_block(Context& ctx, Block& block, const Shown& in, int64_t begin, int64_t rows,
                 bool measure) {
    const int64_t lanes = rows <= kBlock / 2 ? kBlock / 2 : kBlock;  // 16 suffice for a small rest
    const auto narrow = [&](Matrix& m) { return View{m.data(), m.rows(), lanes, m.stride()}; };
    const View e = narrow(block.e), p = narrow(block.p), o = narrow(block.o), u = narrow(block.u);
    agon_lattice lattice = lattice_.abi();
    for (Matrix* m : {&block.e, &block.p, &block.o}) m->fill(0.0f);
    block.change.reset(lattice_);
    int64_t update = 0;
    if (o_.features == Features::loss_mean) block.e_mean.fill(0.0f);
    if (o_.features == Features::loss_all) {
      for (int64_t n = begin; n < begin + rows; ++n) std::ranges::fill(features_.row(n), 0.0f);
    }
    if (o_.input != Input::stream) input_.load(in, begin, rows, 0, block.u);
    const int64_t last = in.steps(begin);
    int64_t running = rows;  // the first lanes: those whose rows have not ended
    for (int64_t t = 0; t < last; ++t) {
      if (o_.input == Input::stream) input_.load(in, begin, running, t, block.u);
      int64_t go_on = running;
      while (go_on > 0 && in.steps(begin + go_on - 1) == t + 1) --go_on;
      const Lanes ending{go_on, running};
      if (measure && ending.count() > 0) Block::copy(block.e, block.e_before);
      for (int64_t hop = 0; hop < o_.hops; ++hop) {
        const int64_t sending = in_cone_ ? std::min(o_.z, update) * o_.layer() : o_.sites();
        const int64_t reached = in_cone_ ? std::min(o_.z, ++update) * o_.layer() : o_.sites();
        const auto lit = [&](View m) { return rows_of(m, 0, reached); };
        lattice.z = static_cast<int32_t>(reached / o_.layer());
        lattice.weights.rows = reached;
        send(ctx, block, lit(o_.drive == Drive::loss ? e : p), lit(o), sending);
        const bool pulse = o_.input != Input::impulse || (t == 0 && hop == 0);
        ctx.lattice_step(lattice, lit(o), pulse ? u : ConstView{}, o_.alpha, o_.eta, o_.lambda,
                         lit(p), lit(e));
      }
      if (o_.features == Features::loss_mean) {
        ctx.axpy(1.0f / static_cast<float>(steps_), e, narrow(block.e_mean));
      }
      if (o_.features == Features::loss_all) gather(e, begin, {0, running}, t * read_sites());
      if (measure) add_energy(ctx, e, running, t);
      if (ending.count() == 0) continue;
      switch (o_.features) {
        case Features::loss_last: gather(e, begin, ending, 0); break;
        case Features::loss_mean:
          gather(block.e_mean, begin, ending, 0);
          if (t + 1 < steps_) rescale(begin, ending, t + 1);
          break;
        case Features::loss_all: break;
        case Features::state: gather(p, begin, ending, 0); break;
        case Features::both:
          gather(e, begin, ending, 0);
          gather(p, begin, ending, read_sites());
          break;
      }
      if (measure) measure_last(block, ending);
      running = go_on;
    }
  }

  // (1) to (3). Sites from `sending` on have heard nothing yet: their o is 0 already, and only counted.
  void send(Context& ctx, Block& block, ConstView all_r, View all_o, int64_t sending) {
    const ConstView r = agon::rows_of(all_r, 0, sending);
    const View o = agon::rows_of(all_o, 0, sending);
    int64_t kernels = 1;
    switch (o_.phi) {
      case Phi::tanh: ctx.activate({AGON_TANH, o_.gain, 0.0f}, r, o); break;
      case Phi::linear:
        ctx.activate({AGON_IDENTITY, 1.0f, 0.0f}, r, o);
        if (o_.gain == 1.0f) break;
        ctx.affine(o_.gain, 0.0f, o);
        kernels = 2;
        break;
      case Phi::relutanh:
        ctx.activate({AGON_RELU, o_.gain, 0.0f}, r, o);
        ctx.activate({AGON_TANH, 1.0f, 0.0f}, o, o);
        kernels = 2;
        break;
    }
    const int64_t silent = kernels * (all_o.rows - sending) * o.cols;
    if (silent > 0) ctx.count_work({.macs = silent, .effective = silent});
    ctx.vectorised([&] { block.change.send(o); });
  }

  // ---- features

  int64_t read_sites() const { return o_.read_end() - o_.read_begin(); }
  int64_t feature_count() const {
    const int64_t n = read_sites();
    return o_.features == Features::loss_all ? n * steps_
           : o_.features == Features::both   ? 2 * n
                                             : n;
  }

  // Of a block.
  struct Lanes {
    int64_t from, to;
    int64_t count() const { return to - from; }
  };

  // Columns from `at` on of the features of these lanes' rows, of a block that starts at row
  // `begin`: the sites of m [N x lanes] that are read, turned.
  void gather(View all, int64_t begin, Lanes lanes, int64_t at) {
    const View m = agon::rows_of(all, o_.read_begin(), o_.read_end());
    constexpr int64_t kTile = 16;  // sites, so that a tile of m stays in the first-level cache
    for (int64_t site = 0; site < m.rows; site += kTile) {
      const int64_t count = std::min(kTile, m.rows - site);
      for (int64_t n = lanes.from; n < lanes.to; ++n) {
        float* const to = features_.data() + (begin + n) * features_.stride() + at + site;
        const float* const from = m.data + site * m.stride + n;
        for (int64_t i = 0; i < count; ++i) to[i] = from[i * m.stride];
      }
    }
  }

  // From a sum over steps_ steps to the mean over the first few.
  void rescale(int64_t begin, Lanes lanes, int64_t steps) {
    const float factor = static_cast<float>(steps_) / static_cast<float>(steps);
    for (int64_t n = lanes.from; n < lanes.to; ++n) {
      for (float& v : features_.row(begin + n)) v *= factor;
    }
  }

  // ---- what prepare() measures: the lattice is fixed, so once over the training inputs is enough

  void add_energy(Context& ctx, View e, int64_t rows, int64_t t) {
    for (int64_t z = 0; z < o_.z; ++z) {
      View layer = rows_of(e, z * o_.layer(), (z + 1) * o_.layer());
      layer.cols = rows;
      energy_[static_cast<size_t>(z * steps_ + t)] += ctx.dot(layer, layer);
    }
    seen_at_[static_cast<size_t>(t)] += rows;
  }

  void measure_last(const Block& block, Lanes lanes) {
    const Matrix& r = o_.drive == Drive::loss ? block.e : block.p;
    for (int64_t i = 0; i < o_.sites(); ++i) {
      for (int64_t n = lanes.from; n < lanes.to; ++n) {
        const double e = block.e.at(i, n),
                     change = e - static_cast<double>(block.e_before.at(i, n));
        last_change_ += change * change;
        last_square_ += e * e;
        last_abs_ += std::fabs(e);
        if (std::fabs(o_.gain * r.at(i, n)) > 2.0f) ++saturated_;
      }
    }
    seen_ += lanes.count();
  }

  void publish_activity() {
    for (int64_t z = 0; z < o_.z; ++z) {
      for (int64_t t = 0; t < steps_; ++t) {
        const int64_t seen = std::max<int64_t>(1, seen_at_[static_cast<size_t>(t)]);
        const double mean =
            energy_[static_cast<size_t>(z * steps_ + t)] / static_cast<double>(seen * o_.layer());
        activity_.at(z, t) = static_cast<float>(std::sqrt(mean));
      }
    }
  }

  Options o_;
  InputLayer input_;
  int64_t steps_;  // T
  Lattice lattice_;
  bool in_cone_;
  Readout readout_;
  Matrix features_;               // [max_batch x features]
  KeptRows kept_;                 // of these, between epochs
  Workspaces<Block> blocks_;      // the first one shows the last block of samples that ran
  Matrix activity_;               // [Z x T]
  std::vector<double> energy_;    // [Z x T]: sum of e^2
  std::vector<int64_t> seen_at_;  // [T]: rows that it is of
  int64_t seen_ = 0, saturated_ = 0;
  double last_change_ = 0, last_square_ = 0, last_abs_ = 0;
};

}  // namespace
}  // namespace agon::monolith

AGON_PLUGIN("monolith", "1.0.0", "MIT", agon::monolith::Monolith)
