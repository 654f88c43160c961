// SPDX-License-Identifier: MIT
//
// From inputs to scores, and from labels to inputs: equations (10) and (11) of pc.cc. Threads:
// [model]; both leave learnt state as it is.
#pragma once

#include "agon/rule.h"
#include "learner.h"
#include "network.h"
#include "options.h"
#include "states.h"

namespace agon::pc {

class ReadoutPass {
 public:
  ReadoutPass(const Options& o, const Network& net, States& states, Learner& learner)
      : o_(o), net_(net), states_(states), learner_(learner) {}

  // Node 0 relaxes.
  bool frees_first() const { return o_.generative() && o_.readout == Readout::relax; }

  // x [B x inputs], out [B x outputs]. gamma: the state rate, where there is one.
  void predict(Context& ctx, ConstView x, float gamma, View out) {
    switch (o_.readout) {
      case Readout::automatic:
      case Readout::forward: return forward(ctx, x, out);
      case Readout::relax: return relax(ctx, x, gamma, out);
      case Readout::argmin_energy: return argmin_energy(ctx, x, gamma, out);
    }
  }

  // mu_L of the forward pass from x_0 [B x n_0] into out [B x n_L]: with the last node free, the
  // state without energy. No state is touched.
  void forward(Context& ctx, ConstView x0, View out) {
    states_.begin(x0.rows);
    ConstView below = x0;
    const size_t top = states_.top();
    for (size_t l = 1; l < top; ++l) {
      ctx.stop_if_asked();
      const View h = states_.scratch(l);
      states_.activation().layer(ctx, below, net_.w(l), net_.b(l), View{}, h);
      below = h;
    }
    ctx.gemm_nt(below, net_.w(top), out, {.bias = net_.b(top)});
  }

 private:
  size_t label_node() const { return o_.generative() ? 0 : states_.top(); }
  size_t input_node() const { return o_.generative() ? states_.top() : 0; }

  void relax(Context& ctx, ConstView x, float gamma, View out) {
    states_.begin(x.rows);
    states_.clamp(input_node(), x);
    if (o_.generative()) states_.start(0, o_.label_start);
    states_.forward(ctx, net_);
    if (!o_.generative()) states_.start(states_.top(), states_.mu(states_.top()));
    states_.errors(ctx, net_);
    learner_.relax(ctx, gamma, o_.readout_steps, frees_first(), false);
    States::copy(states_.x(label_node()), out);
  }

  // Score of class c: minus the energy that is left when the label is clamped to c.
  void argmin_energy(Context& ctx, ConstView x, float gamma, View out) {
    for (int64_t c = 0; c < out.cols; ++c) {
      states_.begin(x.rows);
      states_.clamp(input_node(), x);
      states_.start(label_node(), 0.0f);
      const View label = states_.own_state(label_node());
      for (int64_t r = 0; r < x.rows; ++r) row_of(label, r)[static_cast<size_t>(c)] = 1.0f;
      states_.clamp(label_node(), label);
      states_.forward(ctx, net_);
      states_.errors(ctx, net_);
      learner_.relax(ctx, gamma, o_.readout_steps, false, false);
      for (int64_t r = 0; r < x.rows; ++r) {
        row_of(out, r)[static_cast<size_t>(c)] = static_cast<float>(-states_.row_energy(net_, r));
      }
    }
  }

  const Options& o_;
  const Network& net_;
  States& states_;
  Learner& learner_;
};

}  // namespace agon::pc
