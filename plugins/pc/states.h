// SPDX-License-Identifier: MIT
//
// The nodes of one minibatch, B rows: states x_l, predictions mu_l, errors e_l. Equations (1) to
// (4) of pc.cc. All memory is taken at creation. Threads: [model].
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "activation.h"
#include "agon/rule.h"
#include "network.h"
#include "options.h"

namespace agon::pc {

class States {
 public:
  States(const std::vector<int64_t>& sizes, int64_t batch, const Options& o)
      : f_(o.shape),
        post_(o.place == Place::post),
        cross_entropy_(o.energy == Energy::cross_entropy),
        momentum_(o.momentum),
        prior_(o.prior),
        nodes_(sizes.size()) {
    for (size_t l = 0; l < sizes.size(); ++l) {
      const auto own = [&] { return Matrix(batch, sizes[l]); };
      Node& n = nodes_[l];
      const bool hidden = l > 0 && l < top();
      n.x = own();
      n.d = own();
      if (momentum_ > 0) n.v = own();
      if (l > 0) n.mu = own(), n.e = own();
      if (!hidden) continue;
      if (!f_.linear()) n.slope = own();
      if (!f_.linear()) (post_ ? n.g : n.h) = own();
      if (post_ && f_.needs_preactivation()) n.a = own();
    }
  }

  size_t top() const { return nodes_.size() - 1; }  // L
  const Activation& activation() const { return f_; }
  int64_t rows() const { return rows_; }

  // ---- who is fixed
  void begin(int64_t rows) {
    rows_ = rows;
    for (Node& n : nodes_) n.clamped = {};
  }
  void clamp(size_t l, ConstView values) { nodes_[l].clamped = values; }
  // Starts free at these values.
  void start(size_t l, ConstView values) { copy(values, own(nodes_[l].x)); }
  void start(size_t l, float value) { nodes_[l].x.fill(value); }
  View own_state(size_t l) { return own(nodes_[l].x); }

  // ---- what a node shows
  ConstView x(size_t l) const {
    const Node& n = nodes_[l];
    return n.clamped.data != nullptr ? n.clamped : seen(n.x);
  }
  ConstView mu(size_t l) const { return seen(nodes_[l].mu); }
  ConstView e(size_t l) const { return seen(nodes_[l].e); }
  // e_l, or e_l * f'(a_l) where f comes after the weights.
  ConstView g(size_t l) const { return has_own_g(l) ? seen(nodes_[l].g) : seen(nodes_[l].e); }
  // What the prediction of node l was made from. frozen: in the forward pass, wherever the states
  // have gone since.
  ConstView h(size_t l, bool frozen = false) const {
    if (l == 1) return x(0);
    if (nodes_[l - 1].h.rows() > 0) return seen(nodes_[l - 1].h);
    return frozen ? mu(l - 1) : x(l - 1);
  }
  // Where a pass that keeps no state may write what node l would show.
  View scratch(size_t l) { return own(nodes_[l].mu); }
  // The whole matrices, for tensors.
  View all_x(size_t l) { return nodes_[l].x; }
  View all_e(size_t l) { return nodes_[l].e; }

  // ---- (1): mu_l and f' from the states below, for nodes from `first` up to L.
  void predict(Context& ctx, const Network& net, size_t first) {
    for (size_t l = first; l <= top(); ++l) predict_node(ctx, net, l, false);
  }

  // The forward pass: hidden states become their predictions, from which all energies follow.
  void forward(Context& ctx, const Network& net) {
    for (size_t l = 1; l <= top(); ++l) {
      predict_node(ctx, net, l, true);
      if (l < top()) copy(mu(l), own(nodes_[l].x));
    }
    for (Node& n : nodes_) {
      if (n.v.rows() > 0) n.v.fill(0.0f);  // no momentum from another minibatch
    }
  }

  // ---- (2): e_l and g_l of all nodes.
  void errors(Context& ctx, const Network& net) {
    for (size_t l = 1; l <= top(); ++l) {
      const View e = own(nodes_[l].e);
      if (l == top() && cross_entropy_) {
        surprise_ = ctx.softmax_cross_entropy(mu(l), x(l), e);
        ctx.affine(-1.0f, 0.0f, e);
        continue;
      }
      const float pi = net.precision(l);
      ctx.vectorised([&] {
        if (!has_own_g(l)) {
          return combine(
              e, [pi](float state, float mu) { return pi * (state - mu); }, x(l), mu(l));
        }
        const Errors to{pi, x(l), mu(l), e, own(nodes_[l].g)};
        const bool told = f_.with_slope([&](const auto& slope) { to.fill(to.mu, slope); });
        if (!told) to.fill(own(nodes_[l].slope), [](float slope) { return slope; });
      });
      const int64_t macs = has_own_g(l) ? e.rows * e.cols : 0;  // of the product with f'
      ctx.count_work({.macs = macs, .effective = macs});
    }
  }

  // (3): mean over the rows of the energy of node l, from its error.
  double energy(Context& ctx, const Network& net, size_t l) const {
    if (l == top() && cross_entropy_) return surprise_;
    return 0.5 * ctx.dot(e(l), e(l)) / (net.precision(l) * static_cast<double>(rows_));
  }
  double energy(Context& ctx, const Network& net) const {
    double sum = 0;
    for (size_t l = 1; l <= top(); ++l) sum += energy(ctx, net, l);
    return sum;
  }

  // (3) of row r alone, in double.
  double row_energy(const Network& net, int64_t r) const {
    double sum = 0;
    for (size_t l = 1; l <= top(); ++l) {
      if (l == top() && cross_entropy_) {
        sum += row_surprise(row_of(mu(l), r), row_of(x(l), r));
        continue;
      }
      double square = 0;
      for (const float v : row_of(e(l), r)) square += static_cast<double>(v) * v;
      sum += 0.5 * square / net.precision(l);
    }
    return sum;
  }

  // ---- (4): all free nodes from `lowest` up take one step from the same errors; nodes below it
  // are known to have no drive. Returns max |d| when it is asked to measure, else 0.
  float move(Context& ctx, const Network& net, float gamma, size_t lowest, bool measure = false) {
    float largest = 0;
    for (size_t l = lowest; l <= top(); ++l) {
      Node& n = nodes_[l];
      if (n.clamped.data != nullptr) continue;
      const View d = own(n.d);
      if (l < top()) {
        const bool bent = !post_ && l > 0 && !f_.linear();
        ctx.gemm_nn(g(l + 1), net.back(l + 1), d, {.multiply = bent ? seen(n.slope) : ConstView{}});
        if (l > 0) {
          ctx.axpy(-1.0f, e(l), d);
        } else if (prior_ > 0) {
          ctx.axpy(-prior_, x(0), d);
        }
      } else {
        copy(e(l), d);
        ctx.affine(-1.0f, 0.0f, d);
      }
      if (measure) largest = std::max(largest, magnitude(d));
      if (momentum_ > 0) {
        ctx.affine(momentum_, 0.0f, own(n.v));
        ctx.axpy(1.0f, d, own(n.v));
        ctx.axpy(gamma, seen(n.v), own(n.x));
      } else {
        ctx.axpy(gamma, d, own(n.x));
      }
    }
    return largest;
  }

  // The chain rule instead of relaxation: from e_L down, e_l and g_l of the hidden nodes become
  // minus the gradient with respect to a_l, carried by W_l or, unless exact, by B_l. The states are
  // those of the forward pass.
  void backward(Context& ctx, const Network& net, bool exact) {
    for (size_t l = top(); l-- > 1;) {
      Node& n = nodes_[l];
      const View delta = has_own_g(l) ? own(n.g) : own(n.e);
      ctx.gemm_nn(g(l + 1), exact ? net.w(l + 1) : net.back(l + 1), delta,
                  {.multiply = f_.linear() ? ConstView{} : seen(n.slope)});
    }
  }

  // ---- views of the minibatch
  View own(Matrix& m) const { return m.top(rows_); }
  ConstView seen(const Matrix& m) const { return {m.data(), rows_, m.cols(), m.stride()}; }
  static void copy(ConstView from, View to) {
    for (int64_t r = 0; r < to.rows; ++r) std::ranges::copy(row_of(from, r), row_of(to, r).begin());
  }

 private:
  struct Node {
    Matrix x, mu, e, d;  // [B x n_l]; mu and e from l = 1 on
    Matrix h;            // pre: f(x_l) of a hidden node
    Matrix g, a;         // post: e_l * f'(a_l) of a hidden node; a_l where f' needs it
    Matrix slope;        // f'(x_l) or f'(a_l) of a hidden node
    Matrix v;            // with momentum
    ConstView clamped{};
  };

  bool has_own_g(size_t l) const { return nodes_[l].g.rows() > 0; }

  // bend: f' is asked for beside g, where mu alone would tell it.
  void predict_node(Context& ctx, const Network& net, size_t l, bool bend) {
    Node& n = nodes_[l];
    const bool hidden = l < top();
    if (!post_ && l > 1 && !f_.linear()) {
      Node& below = nodes_[l - 1];
      const View h = own(below.h);
      f_.apply(ctx, x(l - 1), h);
      f_.slope(ctx, x(l - 1), h, own(below.slope));
    }
    const View out = own(n.mu);
    if (!post_ || !hidden) {
      ctx.gemm_nt(h(l), net.w(l), out, {.bias = net.b(l)});
      return;
    }
    const View a = n.a.rows() > 0 ? own(n.a) : View{};
    f_.layer(ctx, h(l), net.w(l), net.b(l), a, out);
    if (f_.linear()) return;
    if (!bend && f_.with_slope([](const auto&) {})) {  // errors() makes it
      const int64_t macs = out.rows * out.cols;
      return ctx.count_work({.macs = macs, .effective = macs});
    }
    f_.slope(ctx, a.data != nullptr ? a : out, out, own(n.slope));
  }

  // e = pi (x - mu), g = e slope(i) for element i in memory; all but x lie alike and without gaps.
  struct Errors {
    float pi;
    ConstView x, mu;
    View e, g;

    // slope(value of `of`) is f', of shaped as e.
    template <typename Slope>
    void fill(ConstView of, const Slope& slope) const {
      for (int64_t r = 0; r < e.rows; ++r) {
        row(pi, e.stride, x.data + r * x.stride, mu.data + r * mu.stride, of.data + r * of.stride,
            e.data + r * e.stride, g.data + r * g.stride, slope);
      }
    }
    template <typename Slope>
    static void row(float pi, int64_t n, const float* x, const float* mu, const float* of,
                    float* __restrict e, float* __restrict g, const Slope& slope) {
      for (int64_t at = 0; at < n; at += 16) {
        in_lanes([=](int64_t l) {
          const float error = pi * (x[at + l] - mu[at + l]);
          e[at + l] = error;
          g[at + l] = error * slope(of[at + l]);
        });
      }
    }
  };

  // -sum target log softmax(logits)
  static double row_surprise(std::span<const float> logits, std::span<const float> target) {
    double highest = -HUGE_VAL, mass = 0, sum = 0;
    for (const float a : logits) highest = std::max(highest, static_cast<double>(a));
    for (const float a : logits) mass += std::exp(a - highest);
    for (size_t k = 0; k < logits.size(); ++k)
      sum += target[k] * (highest + std::log(mass) - logits[k]);
    return sum;
  }

  // max |m|; NaN counts as infinite.
  static float magnitude(ConstView m) {
    float largest = 0;
    for (int64_t r = 0; r < m.rows; ++r) {
      for (const float v : row_of(m, r)) {
        const float size = std::abs(v);
        if (!(size <= largest)) largest = std::isnan(size) ? HUGE_VALF : size;
      }
    }
    return largest;
  }

  Activation f_;
  bool post_, cross_entropy_;
  float momentum_, prior_;
  int64_t rows_ = 0;
  double surprise_ = 0;  // cross-entropy of the last errors()
  std::vector<Node> nodes_;
};

}  // namespace agon::pc
