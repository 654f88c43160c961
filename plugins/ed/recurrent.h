// SPDX-License-Identifier: MIT
//
// The original program (I. Kaneko, 1999): one dense network per output, all hidden and output units
// updated synchronously t_loop times, online. Without hd2, self_loops, loop_cut=false and
// multilayer=false it is the layered net of depth 1, which layered.h computes faster.
//
// Per net: the sources F = [x ; x ; beta ; beta] with types + - + -, and the units U = [output ;
// hidden], the output of type +. Which synapses exist:
//
//   input     -> output   multilayer=false only
//   input     -> hidden   all but the last hd2
//   hidden    -> output   always
//   hidden i  -> hidden j the last hd2 j receive from all i; loop_cut=false: all j do
//   output    -> hidden   loop_cut=false only
//   unit      -> itself   self_loops only, the output too
//   threshold -> unit     always
//
// A pattern starts from z = 0, with loop_cut=false from the state the last learnt pattern left.
// Then t_loop times, all units at once:
//
//   (2') a_j = s_j (sum_F s_i M1_ij v_i + sum_U s_i M2_ij z_i),   z_j = f(a_j)
//
// after which (4) to (6) of ed.cc apply to every synapse that exists, z read after the last pass:
//
//   (6') dM_ij = eta/nu_j (d+ if s_i = + else d-) z_i g_j
//
// A magnitude that is 0 when learning starts is a missing synapse. The rows of a minibatch are
// learnt one after the other.
#pragma once

#include <cmath>

#include "network.h"

namespace agon::ed {

class Recurrent final : public Network {
 public:
  Recurrent(Context& ctx, const agon_task& task, const Options& options)
      : o_(options),
        two_class_(two_class(task, options)),
        nets_(two_class_ ? 1 : task.outputs),
        inputs_(task.inputs),
        synapses_(o_.input_pairing ? 2 * task.inputs : task.inputs),
        sources_(synapses_ + 2),
        units_(o_.width + 1),
        types_(1, units_),
        rate_(1, units_),
        m1_(nets_ * sources_, units_),
        m2_(nets_ * units_, units_),
        mask1_(m1_.rows(), units_),
        mask2_(m2_.rows(), units_),
        signs_(task.max_batch, units_),
        fixed_(task.max_batch, sources_),
        drive_(task.max_batch, units_),
        a_(task.max_batch, units_),
        z_(task.max_batch, units_),
        signed_z_(task.max_batch, units_),
        y_(task.max_batch, nets_),
        state_(nets_, units_),
        meeting_sources_(1, sources_),
        meeting_units_(1, units_),
        delta_(1, units_) {
    types_.at(0, 0) = 1.0f;
    std::ranges::copy(draw_types(ctx, task.seed, 0, o_), types_.row(0).begin() + 1);
    for (int64_t b = 0; b < task.max_batch; ++b) {
      std::ranges::copy(types_.row(0), signs_.row(b).begin());
    }
    for (int64_t j = 0; j < units_; ++j) {
      const double amplified = j == 0 ? 1.0 : o_.u1;
      rate_.at(0, j) = static_cast<float>(o_.lr / o_.norm(j == 0 ? 1 : o_.width) * amplified);
    }
    draw_magnitudes(ctx, task.seed);
  }

  double fit(Context& ctx, const agon_batch& batch) override {
    if (!started_) find_synapses();
    const int64_t rows = batch.x.rows;
    double loss = 0;
    for (int64_t b = 0; b < rows; ++b) {
      ctx.stop_if_asked();
      load(row_of(batch.x, b), 0);
      for (int64_t k = 0; k < nets_; ++k) {
        run(ctx, k, 1);
        if (!o_.loop_cut) std::ranges::copy(z_.row(0), state_.row(k).begin());
        const float d =
            row_of(batch.target, b)[static_cast<size_t>(two_class_ ? 1 : k)] - z_.at(0, 0);
        loss += 0.5 * static_cast<double>(d) * static_cast<double>(d);
        error_ += std::fabs(static_cast<double>(d));
        if (d != 0.0f) learn(ctx, k, d);
      }
    }
    return loss / static_cast<double>(rows);
  }

  // Every row from where predict would start.
  double loss(Context& ctx, const agon_batch& batch) override {
    outputs(ctx, batch.x);
    double loss = 0;
    for (int64_t b = 0; b < batch.x.rows; ++b) {
      for (int64_t k = 0; k < nets_; ++k) {
        const float d =
            row_of(batch.target, b)[static_cast<size_t>(two_class_ ? 1 : k)] - y_.at(b, k);
        loss += 0.5 * static_cast<double>(d) * static_cast<double>(d);
      }
    }
    return loss / static_cast<double>(batch.x.rows);
  }

  // With loop_cut=false every row is answered from the state that the last learnt pattern left, so
  // that asking changes nothing.
  void predict(Context& ctx, ConstView x, View out) override {
    outputs(ctx, x);
    write_scores(y_.top(x.rows), two_class_, out);
  }

  Magnitudes magnitudes() const override {
    Magnitudes all;
    all.add(m1_, mask1_);
    all.add(m2_, mask2_);
    return all;
  }

  // "M1" [K * F x U]: per net the + rows of the inputs, the - rows, the + and the - threshold.
  // "M2" [K * U x U]: per net from the output, from the hidden units in order. Columns: the output,
  // the hidden units. "s" [1 x U]: the types, read-only.
  std::vector<Tensor> tensors() override {
    return {{"M1", m1_}, {"M2", m2_}, {"s", types_, Role::setting, false}};
  }

  void state(State& s) override {
    Network::state(s);
    s("started", started_);
    s("mask1", mask1_);
    s("mask2", mask2_);
    s("state", state_);
  }

 private:
  // ---- building

  bool behind(int64_t j) const { return j >= units_ - o_.hd2; }  // one of the last hd2 units
  bool input_reaches(int64_t j) const { return j == 0 ? !o_.multilayer : !behind(j); }
  bool unit_reaches(int64_t i, int64_t j) const {
    if (i == j) return o_.self_loops;
    if (i == 0) return !o_.loop_cut;
    return j == 0 || behind(j) || !o_.loop_cut;
  }

  void draw_magnitudes(Context& ctx, uint64_t seed) {
    const float low = o_.init == Init::sym ? -1.0f : 0.0f;
    ctx.random_uniform(seed, kMagnitudes, low, 1.0f, m1_);
    ctx.random_uniform(seed, kMagnitudes + 1, low, 1.0f, m2_);
    ctx.random_uniform(seed, kDensity, 0.0f, 1.0f, mask1_);
    ctx.random_uniform(seed, kDensity + 1, 0.0f, 1.0f, mask2_);
    for (int64_t j = 0; j < units_; ++j) {
      int64_t fan_in = 2 + (input_reaches(j) ? synapses_ : 0);
      for (int64_t i = 0; i < units_; ++i) fan_in += unit_reaches(i, j) ? 1 : 0;
      const float h = o_.init_bound(fan_in, j == 0 ? 1 : o_.width);
      for (int64_t r = 0; r < m1_.rows(); ++r) {
        const bool threshold = r % sources_ >= synapses_;
        const bool exists = threshold || (input_reaches(j) && kept(mask1_.at(r, j)));
        m1_.at(r, j) *= exists ? h : 0.0f;
      }
      for (int64_t r = 0; r < m2_.rows(); ++r) {
        m2_.at(r, j) *= unit_reaches(r % units_, j) && kept(mask2_.at(r, j)) ? h : 0.0f;
      }
    }
    find_synapses();
    started_ = false;
  }
  bool kept(float draw) const { return draw < static_cast<float>(o_.density); }

  void find_synapses() {
    started_ = true;
    for (auto [m, mask] : {std::pair{&m1_, &mask1_}, std::pair{&m2_, &mask2_}}) {
      for (int64_t r = 0; r < m->rows(); ++r) {
        for (int64_t j = 0; j < units_; ++j) mask->at(r, j) = m->at(r, j) != 0.0f ? 1.0f : 0.0f;
      }
    }
  }

  // ---- (2')

  // y_ of all rows of x.
  void outputs(Context& ctx, ConstView x) {
    for (int64_t b = 0; b < x.rows; ++b) load(row_of(x, b), b);
    for (int64_t k = 0; k < nets_; ++k) {
      run(ctx, k, x.rows);
      for (int64_t b = 0; b < x.rows; ++b) y_.at(b, k) = z_.at(b, 0);
    }
  }

  // Row b of fixed_ = s_i v_i: x, -x, beta, -beta.
  void load(std::span<const float> x, int64_t b) {
    const std::span<float> row = fixed_.row(b);
    std::ranges::copy(x, row.begin());
    if (o_.input_pairing) {
      std::ranges::transform(x, row.begin() + inputs_, [](float v) { return -v; });
    }
    row[static_cast<size_t>(synapses_)] = o_.beta;
    row[static_cast<size_t>(synapses_ + 1)] = -o_.beta;
  }

  // z of net k for the first `rows` rows of fixed_.
  void run(Context& ctx, int64_t k, int64_t rows) {
    const ConstView m1 = rows_of(m1_.view(), k * sources_, (k + 1) * sources_);
    const ConstView m2 = rows_of(m2_.view(), k * units_, (k + 1) * units_);
    const View drive = drive_.top(rows), a = a_.top(rows), z = z_.top(rows);
    const View signed_z = signed_z_.top(rows);
    ctx.gemm_nn(fixed_.top(rows), m1, drive);  // the same in every pass
    bool at_rest = o_.loop_cut;
    for (int64_t b = 0; !at_rest && b < rows; ++b) {
      for (int64_t j = 0; j < units_; ++j) signed_z_.at(b, j) = types_.at(0, j) * state_.at(k, j);
    }
    for (int64_t t = 0; t < o_.t_loop; ++t) {
      ctx.stop_if_asked();
      for (int64_t b = 0; b < rows; ++b) std::ranges::copy(drive_.row(b), a_.row(b).begin());
      if (!at_rest) ctx.gemm_nn(signed_z, m2, a, {.accumulate = true});
      at_rest = false;
      ctx.multiply(a, signs_.top(rows), a);
      ctx.activate(o_.hidden_activation(), a, z);
      ctx.multiply(z, signs_.top(rows), signed_z);
    }
  }

  // ---- (4) to (6'), for the first row of fixed_ and z_

  void learn(Context& ctx, int64_t k, float d) {
    const agon_activation f = o_.slope_of(o_.hidden_activation());
    const float amine = o_.growth == Growth::ed ? std::fabs(d) : d;
    const Meeting meets = meeting(o_.growth, d);
    ctx.derivative(f, z_.top(1), z_.top(1), delta_);
    for (int64_t j = 0; j < units_; ++j) {
      delta_.at(0, j) *= amine * rate_.at(0, j);
      meeting_units_.at(0, j) = z_.at(0, j) * (types_.at(0, j) > 0 ? meets.plus : meets.minus);
    }
    for (int64_t i = 0; i < inputs_; ++i) {
      meeting_sources_.at(0, i) = fixed_.at(0, i) * meets.plus;
      if (o_.input_pairing) meeting_sources_.at(0, inputs_ + i) = fixed_.at(0, i) * meets.minus;
    }
    meeting_sources_.at(0, synapses_) = o_.beta * meets.plus;
    meeting_sources_.at(0, synapses_ + 1) = o_.beta * meets.minus;
    grow(ctx, meeting_sources_, m1_, mask1_, k * sources_, sources_);
    grow(ctx, meeting_units_, m2_, mask2_, k * units_, units_);
  }

  // Rows [first, first + count) of m.
  void grow(Context& ctx, ConstView source, Matrix& m, Matrix& mask, int64_t first, int64_t count) {
    const View part = rows_of(m.view(), first, first + count);
    ctx.rank_k(source, delta_, 1.0f, part);
    ctx.multiply(part, rows_of(mask.view(), first, first + count), part);
    if (o_.clamp_nonneg) ctx.activate({AGON_RELU, 1.0f, 0.0f}, part, part);
  }

  Options o_;
  bool two_class_;
  bool started_ = false;  // the masks are those of the magnitudes the first update found
  int64_t nets_;          // K
  int64_t inputs_, synapses_, sources_, units_;  // n_0; its copies; F = copies + 2; U = width + 1
  Matrix types_, rate_;                          // [1 x U]: s_j; eta/nu_j, times u1 when hidden
  Matrix m1_, m2_;                               // [K*F x U], [K*U x U]
  Matrix mask1_, mask2_;                         // shaped as m1_, m2_: 1 where a synapse exists
  Matrix signs_;                                 // [max_batch x U]: s_j in every row
  Matrix fixed_;                                 // [max_batch x F]: s_i v_i
  Matrix drive_, a_, z_, signed_z_;              // [max_batch x U]; signed_z_ = s_j z_j
  Matrix y_;                                     // [max_batch x K]
  Matrix state_;                                 // [K x U], loop_cut=false only: z to start from
  Matrix meeting_sources_, meeting_units_;       // [1 x F], [1 x U]: v, z where the amine meets s_i
  Matrix delta_;                                 // [1 x U]: rate, g and the amine
};

}  // namespace agon::ed
