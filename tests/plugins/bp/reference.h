// SPDX-License-Identifier: MIT
//
// Backpropagation in double, written from the equations alone: plain loops, no kernels. Layers may
// have any sizes.
#pragma once

#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "tests/plugins/golden/open_rule.h"

namespace agon::test {

struct BpOptions {
  std::string activation = "relu", loss = "squared", output = "linear", optimiser = "sgd";
  double lr = 0.1, decay = 0;
};

class BpReference {
 public:
  std::vector<Rows> w;                 // w[l] [out x in]
  std::vector<std::vector<double>> b;  // b[l] [out]
  BpOptions o;
  // Filled by gradient().
  std::vector<Rows> dw;
  std::vector<std::vector<double>> db;

  double f(double a) const {
    if (o.activation == "sigmoid") return sigmoid(a);
    if (o.activation == "tanh") return std::tanh(a);
    if (o.activation == "relu") return a > 0 ? a : 0;
    return a * phi(a);
  }
  double slope(double a) const {
    if (o.activation == "sigmoid") return sigmoid(a) * (1 - sigmoid(a));
    if (o.activation == "tanh") return 1 - std::tanh(a) * std::tanh(a);
    if (o.activation == "relu") return a > 0 ? 1 : 0;
    return phi(a) + a * std::exp(-a * a / 2) / std::sqrt(2 * std::numbers::pi);
  }

  // h_L [B x n_L]; keeps all a_l and h_l.
  const Rows& forward(const Rows& x) {
    h_ = {x};
    a_ = {{}};
    for (size_t l = 0; l < w.size(); ++l) {
      Rows a(x.size(), b[l]), h;
      for (size_t r = 0; r < x.size(); ++r) {
        for (size_t u = 0; u < b[l].size(); ++u) {
          for (size_t i = 0; i < w[l][u].size(); ++i) a[r][u] += w[l][u][i] * h_[l][r][i];
        }
      }
      h = a;
      const bool last = l + 1 == w.size();
      for (auto& row : h) {
        for (double& v : row) v = !last ? f(v) : o.output == "sigmoid" ? sigmoid(v) : v;
      }
      a_.push_back(a);
      h_.push_back(h);
    }
    return h_.back();
  }

  double loss(const Rows& x, const Rows& t) {
    const Rows& y = forward(x);
    double sum = 0;
    for (size_t r = 0; r < x.size(); ++r) {
      const std::vector<double> p = softmax(y[r]);
      for (size_t k = 0; k < y[r].size(); ++k) {
        sum += o.loss == "squared" ? 0.5 * (y[r][k] - t[r][k]) * (y[r][k] - t[r][k])
                                   : -t[r][k] * std::log(p[k]);
      }
    }
    return sum / static_cast<double>(x.size());
  }

  // Fills dw and db; returns the loss.
  double gradient(const Rows& x, const Rows& t) {
    const double value = loss(x, t);
    const double batch = static_cast<double>(x.size());
    const size_t top = w.size();
    Rows delta = h_[top];
    for (size_t r = 0; r < x.size(); ++r) {
      const std::vector<double> y = o.loss == "squared" ? h_[top][r] : softmax(h_[top][r]);
      for (size_t k = 0; k < y.size(); ++k) {
        delta[r][k] = y[k] - t[r][k];
        if (o.output == "sigmoid") delta[r][k] *= y[k] * (1 - y[k]);
      }
    }
    dw = w;
    db = b;
    for (size_t l = top; l-- > 0;) {
      for (size_t u = 0; u < b[l].size(); ++u) {
        db[l][u] = 0;
        for (double& v : dw[l][u]) v = 0;
        for (size_t r = 0; r < x.size(); ++r) {
          db[l][u] += delta[r][u] / batch;
          for (size_t i = 0; i < dw[l][u].size(); ++i)
            dw[l][u][i] += delta[r][u] * h_[l][r][i] / batch;
        }
      }
      if (l == 0) break;
      Rows below(x.size(), std::vector<double>(b[l - 1].size(), 0.0));
      for (size_t r = 0; r < x.size(); ++r) {
        for (size_t i = 0; i < below[r].size(); ++i) {
          for (size_t u = 0; u < b[l].size(); ++u) below[r][i] += delta[r][u] * w[l][u][i];
          below[r][i] *= slope(a_[l][r][i]);
        }
      }
      delta = below;
    }
    return value;
  }

  // One learning step; returns the loss before it.
  double fit(const Rows& x, const Rows& t) {
    const double value = gradient(x, t);
    if (step_++ == 0) {
      for (const Rows& g : dw)
        memory_.emplace_back(g.size(), std::vector<std::pair<double, double>>(g[0].size()));
      for (const auto& g : db)
        memory_.emplace_back(1, std::vector<std::pair<double, double>>(g.size()));
    }
    for (size_t l = 0; l < w.size(); ++l) {
      for (size_t u = 0; u < w[l].size(); ++u) {
        for (size_t i = 0; i < w[l][u].size(); ++i) {
          w[l][u][i] *= 1 - o.lr * o.decay;
          w[l][u][i] -= move(dw[l][u][i], memory_[l][u][i]);
        }
        b[l][u] -= move(db[l][u], memory_[w.size() + l][0][u]);
      }
    }
    return value;
  }

 private:
  static double sigmoid(double a) { return 1 / (1 + std::exp(-a)); }
  static double phi(double a) { return 0.5 * (1 + std::erf(a / std::numbers::sqrt2)); }
  static std::vector<double> softmax(const std::vector<double>& a) {
    std::vector<double> p = a;
    double sum = 0;
    for (double& v : p) sum += v = std::exp(v);
    for (double& v : p) v /= sum;
    return p;
  }
  double move(double g, std::pair<double, double>& m) const {
    if (o.optimiser == "sgd") return o.lr * g;
    if (o.optimiser == "momentum") return o.lr * (m.first = 0.9 * m.first + g);
    m.first = 0.9 * m.first + 0.1 * g;
    m.second = 0.999 * m.second + 0.001 * g * g;
    const double c1 = 1 - std::pow(0.9, step_), c2 = 1 - std::pow(0.999, step_);
    if (o.optimiser == "adam") return o.lr * (m.first / c1) / (std::sqrt(m.second / c2) + 1e-8);
    return o.lr * std::sqrt(c2) / c1 * m.first / (std::sqrt(m.second) + 1e-7);
  }

  std::vector<Rows> a_, h_;
  std::vector<std::vector<std::vector<std::pair<double, double>>>> memory_;
  int step_ = 0;
};

}  // namespace agon::test
