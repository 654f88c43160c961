// SPDX-License-Identifier: MIT
//
// What is learnt: W_l, b_l and the feedback weights B_l of layers l = 1..L between nodes l - 1 and
// l. Numbers in parentheses are the equations of pc.cc. Threads: [model].
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "agon/init.h"
#include "agon/optimiser.h"
#include "agon/rule.h"
#include "options.h"

namespace agon::pc {

class Network {
 public:
  // sizes: n_0 .. n_L. Layer l draws W from stream l - 1 of the seed, B from kFeedback + l.
  Network(Context& ctx, uint64_t seed, const std::vector<int64_t>& sizes, const Options& o)
      : sizes_(sizes),
        feedback_(o.feedback),
        own_(o.feedback != Feedback::sym),
        precision_(1, o.layers()),
        decay_(o.decay),
        first_learnt_(o.learn == Learn::readout ? sizes.size() - 2 : 0),
        stepper_(o.optimiser, o.lr) {
    for (size_t l = 1; l < sizes.size(); ++l) {
      Layer layer{
          Learnt(sizes[l], sizes[l - 1], o.optimiser), Learnt(1, sizes[l], o.optimiser), {}};
      draw(ctx, seed, l - 1, o.init, l > 1 ? o.w_scale : 1.0, layer.w.value);
      if (own_ && (l > 1 || o.first_ever_free())) {
        layer.back = Learnt(sizes[l], sizes[l - 1], o.optimiser);
        draw(ctx, seed, kFeedback + l, o.init, o.b_scale, layer.back.value);
      }
      layers_.push_back(std::move(layer));
      const bool top = l + 1 == sizes.size();
      precision_.at(0, static_cast<int64_t>(l - 1)) = top ? o.precision_out : o.precision_hidden;
    }
  }

  size_t top() const { return layers_.size(); }                   // L
  const std::vector<int64_t>& sizes() const { return sizes_; }    // n_0 .. n_L
  ConstView w(size_t l) const { return layers_[l - 1].w.value; }  // [n_l x n_{l-1}]
  const float* b(size_t l) const { return layers_[l - 1].b.value.data(); }
  ConstView gradient(size_t l) const { return layers_[l - 1].w.gradient; }  // -dW_l
  float precision(size_t l) const { return precision_.at(0, static_cast<int64_t>(l - 1)); }
  // What carries the error of node l to node l - 1: B_l, or W_l with feedback=sym.
  ConstView back(size_t l) const {
    const Layer& layer = layers_[l - 1];
    return layer.back.exists() ? layer.back.value : layer.w.value;
  }

  // (6), (8): -scale times the mean over rows of what layer l should change by, into its gradients
  // or added to them. g, e [B x n_l]; h [B x n_{l-1}] what the prediction was made from; x
  // [B x n_{l-1}] the state there.
  void learn(Context& ctx, size_t l, ConstView g, ConstView h, ConstView e, ConstView x,
             float scale, bool add) {
    if (l - 1 < first_learnt_) return;
    Layer& layer = layers_[l - 1];
    const float share = -scale / static_cast<float>(g.rows);
    ctx.gemm_tn(g, h, layer.w.gradient, {.scale = share, .accumulate = add});
    ctx.column_sums(g, share, add, layer.b.gradient.data());
    if (feedback_ == Feedback::local && layer.back.exists()) {
      ctx.gemm_tn(e, x, layer.back.gradient, {.scale = share, .accumulate = add});
    }
  }

  // Adds the optimiser's step for the gradients of all layers.
  void step(Context& ctx) {
    stepper_.advance();
    for (Layer& layer : std::span(layers_).subspan(first_learnt_)) {
      if (layer.back.exists() && feedback_ != Feedback::fixed) {
        const bool kp = feedback_ == Feedback::kp;
        decay(ctx, layer.back);
        stepper_.apply(ctx, layer.back, kp ? layer.w.gradient : layer.back.gradient);
      }
      decay(ctx, layer.w);
      stepper_.apply(ctx, layer.w, layer.w.gradient);
      stepper_.apply(ctx, layer.b, layer.b.gradient);
    }
  }

  // The lowest cos(W_l, B_l) of the layers that carry an error; 1 with feedback=sym, NaN without
  // such a layer.
  double alignment(Context& ctx) const {
    double lowest = std::numeric_limits<double>::quiet_NaN();
    for (size_t l = 1; l <= top(); ++l) {
      if (l == 1 && !layers_[0].back.exists()) continue;
      const ConstView a = w(l), c = back(l);
      const double cosine = own_ ? ctx.dot(a, c) / std::sqrt(ctx.dot(a, a) * ctx.dot(c, c)) : 1.0;
      lowest = std::isnan(lowest) ? cosine : std::min(lowest, cosine);
    }
    return lowest;
  }

  void state(State& s) {
    s("optimiser", stepper_);
    for (Layer& layer : layers_) {
      s("w", layer.w);
      s("b", layer.b);
      s("back", layer.back);
    }
  }

  // "W0", "b0" and, where it is a matrix of its own, "feedback0", ... from node 0 on, and the
  // precisions pi_1 .. pi_L, "precision" [1 x L].
  void list(std::vector<Tensor>& out) {
    for (size_t l = 0; l < layers_.size(); ++l) {
      const std::string number = std::to_string(l);
      out.push_back({"W" + number, layers_[l].w.value});
      out.push_back({"b" + number, layers_[l].b.value});
      if (!layers_[l].back.exists()) continue;
      const Role role = feedback_ == Feedback::fixed ? Role::fixed : Role::learnt;
      out.push_back({"feedback" + number, layers_[l].back.value, role});
    }
    out.push_back({"precision", precision_, Role::setting});
  }

 private:
  static constexpr uint64_t kFeedback = 1u << 20;

  struct Layer {
    Learnt w, b, back;  // W_l, B_l [n_l x n_{l-1}], b_l [1 x n_l]; back is empty where B_l is W_l
  };

  // (9)
  static void draw(Context& ctx, uint64_t seed, uint64_t stream, Init init, double scale,
                   Matrix& w) {
    init == Init::he ? draw_he(ctx, seed, stream, w, scale)
                     : draw_glorot(ctx, seed, stream, w, scale);
  }

  void decay(Context& ctx, Learnt& p) const {
    if (decay_ > 0) ctx.affine(1.0f - decay_, 0.0f, p.value);
  }

  std::vector<int64_t> sizes_;
  Feedback feedback_;
  bool own_;
  Matrix precision_;
  std::vector<Layer> layers_;
  float decay_;          // share of W and B that an update takes off first
  size_t first_learnt_;  // layers below it stay as they were drawn
  Stepper stepper_;
};

}  // namespace agon::pc
