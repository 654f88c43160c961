// SPDX-License-Identifier: MIT
//
// Predictive coding in double, written from the equations alone: plain loops, no kernels, every
// product computed at every step. Nodes may have any sizes. Numbers in parentheses are the
// equations of plugins/pc/pc.cc.
#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "tests/plugins/golden/open_rule.h"

namespace agon::test {

using Row = std::vector<double>;

class PcReference {
 public:
  std::vector<Rows> w;     // w[l - 1] [n_l x n_{l-1}]
  std::vector<Row> b;      // b[l - 1] [n_l]
  std::vector<Rows> back;  // B, shaped as w; empty: W itself
  std::vector<double> pi;  // pi[l - 1]
  std::string act = "tanh";
  bool pre = true, ce = false, frozen = false;
  bool free_first = false, free_last = false;

  std::vector<Rows> x, mu, e, a, v;  // of node l; mu, e, a from 1 on
  std::vector<Rows> dw;              // (6), shaped as w
  std::vector<Row> db;

  size_t top() const { return w.size(); }

  double f(double z) const {
    if (act == "tanh") return std::tanh(z);
    if (act == "sigmoid") return 1 / (1 + std::exp(-z));
    if (act == "relu") return z > 0 ? z : 0;
    if (act == "lrelu") return z > 0 ? z : 0.01 * z;
    if (act == "gelu") return z * phi(z);
    return z;
  }
  double slope(double z) const {
    if (act == "tanh") return 1 - std::tanh(z) * std::tanh(z);
    if (act == "sigmoid") return f(z) * (1 - f(z));
    if (act == "relu") return z > 0 ? 1 : 0;
    if (act == "lrelu") return z > 0 ? 1 : 0.01;
    if (act == "gelu") return phi(z) + z * std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    return 1;
  }

  // Node 0 and node L at the data, hidden states at their forward values, momentum at rest.
  void begin(const Rows& first, const Rows& last) {
    x.assign(top() + 1, {});
    x[0] = first;
    mu = e = a = x;
    for (size_t l = 1; l <= top(); ++l) {
      predict(l);
      x[l] = mu[l];
    }
    if (!last.empty()) x[top()] = last;
    forward_x_ = x;
    forward_x_[top()] = mu[top()];
    v = x;
    for (Rows& rows : v) {
      for (Row& row : rows) std::ranges::fill(row, 0.0);
    }
    errors();
  }

  // (1), (2) for all nodes.
  void errors() {
    for (size_t l = 1; l <= top(); ++l) {
      if (!frozen) predict(l);
      e[l] = x[l];
      for (size_t r = 0; r < e[l].size(); ++r) {
        const Row y = l == top() && ce ? softmax(mu[l][r]) : mu[l][r];
        for (size_t i = 0; i < y.size(); ++i)
          e[l][r][i] = (l == top() && ce ? 1 : pi[l - 1]) * (x[l][r][i] - y[i]);
      }
    }
  }

  // (3) of node l, mean over the rows.
  double energy(size_t l) const {
    double sum = 0;
    for (size_t r = 0; r < x[l].size(); ++r) {
      const Row p = softmax(mu[l][r]);
      for (size_t i = 0; i < x[l][r].size(); ++i) {
        const double off = x[l][r][i] - mu[l][r][i];
        sum += l == top() && ce ? -x[l][r][i] * std::log(p[i]) : 0.5 * pi[l - 1] * off * off;
      }
    }
    return sum / static_cast<double>(x[l].size());
  }
  double energy() const {
    double sum = 0;
    for (size_t l = 1; l <= top(); ++l) sum += energy(l);
    return sum;
  }

  // (4), all nodes from the same errors; the errors are left as they were. Returns max |d|.
  double move(double gamma, double momentum = 0) {
    const std::vector<Rows> old = x;
    double largest = 0;
    for (size_t l = free_first ? 0 : 1; l <= (free_last ? top() : top() - 1); ++l) {
      for (size_t r = 0; r < x[l].size(); ++r) {
        for (size_t i = 0; i < x[l][r].size(); ++i) {
          double d = l < top() ? carried(l, r, i, old) : 0;
          if (l > 0) d -= e[l][r][i];
          largest = std::max(largest, std::abs(d));
          v[l][r][i] = momentum * v[l][r][i] + d;
          x[l][r][i] += gamma * v[l][r][i];
        }
      }
    }
    return largest;
  }

  // (6) of layer l from the current errors, added to dw and db.
  void learn(size_t l, double scale = 1) {
    const double batch = static_cast<double>(x[0].size());
    const std::vector<Rows>& seen = frozen ? forward_x_ : x;
    for (size_t r = 0; r < x[0].size(); ++r) {
      for (size_t j = 0; j < w[l - 1].size(); ++j) {
        const double g = scale * shaped(l, r, j) / batch;
        db[l - 1][j] += g;
        for (size_t i = 0; i < w[l - 1][j].size(); ++i) {
          const double h = seen[l - 1][r][i];
          dw[l - 1][j][i] += g * (pre && l > 1 ? f(h) : h);
        }
      }
    }
  }
  void clear() {
    dw = w;
    db = b;
    for (Rows& rows : dw) {
      for (Row& row : rows) std::ranges::fill(row, 0.0);
    }
    for (Row& row : db) std::ranges::fill(row, 0.0);
  }
  void add(double lr) {
    for (size_t l = 0; l < w.size(); ++l) {
      for (size_t j = 0; j < w[l].size(); ++j) {
        b[l][j] += lr * db[l][j];
        for (size_t i = 0; i < w[l][j].size(); ++i) w[l][j][i] += lr * dw[l][j][i];
      }
    }
  }

  // (7) from begin() on; fills dw, db.
  void pc(int steps, double gamma, double momentum = 0) {
    for (int t = 0; t < steps; ++t) {
      move(gamma, momentum);
      errors();
    }
    clear();
    for (size_t l = 1; l <= top(); ++l) learn(l);
  }
  void zil() {
    clear();
    for (size_t l = top(); l > 0; --l) {
      learn(l);
      move(1.0);
      errors();
    }
  }
  void bp() {  // the chain rule, without pi
    clear();
    std::vector<Rows> delta(top() + 1);
    for (size_t l = top(); l > 0; --l) {
      delta[l] = x[l];
      for (size_t r = 0; r < x[l].size(); ++r) {
        const Row y = ce ? softmax(mu[l][r]) : mu[l][r];
        for (size_t i = 0; i < x[l][r].size(); ++i) {
          double d = x[l][r][i] - y[i];
          if (l < top()) {
            d = 0;
            for (size_t j = 0; j < w[l].size(); ++j)
              d += delta[l + 1][r][j] * (back.empty() ? w : back)[l][j][i];
            d *= slope(a[l][r][i]);
          }
          delta[l][r][i] = d;
        }
      }
      for (size_t r = 0; r < x[0].size(); ++r) {
        for (size_t j = 0; j < w[l - 1].size(); ++j) {
          const double g = delta[l][r][j] / static_cast<double>(x[0].size());
          db[l - 1][j] += g;
          for (size_t i = 0; i < w[l - 1][j].size(); ++i)
            dw[l - 1][j][i] += g * (l == 1 ? x[0][r][i] : f(a[l - 1][r][i]));
        }
      }
    }
  }

 private:
  static double phi(double z) { return 0.5 * (1 + std::erf(z / std::numbers::sqrt2)); }
  static Row softmax(const Row& z) {
    Row p = z;
    double sum = 0;
    for (double& q : p) sum += q = std::exp(q);
    for (double& q : p) q /= sum;
    return p;
  }

  void predict(size_t l) {
    a[l].assign(x[0].size(), b[l - 1]);
    for (size_t r = 0; r < x[0].size(); ++r) {
      for (size_t j = 0; j < b[l - 1].size(); ++j) {
        for (size_t i = 0; i < w[l - 1][j].size(); ++i) {
          const double h = x[l - 1][r][i];
          a[l][r][j] += w[l - 1][j][i] * (pre && l > 1 ? f(h) : h);
        }
      }
    }
    mu[l] = a[l];
    if (pre || l == top()) return;
    for (Row& row : mu[l]) {
      for (double& m : row) m = f(m);
    }
  }

  // g_l
  double shaped(size_t l, size_t r, size_t j) const {
    return !pre && l < top() ? e[l][r][j] * slope(a[l][r][j]) : e[l][r][j];
  }
  // g_{l+1} B_{l+1} [* f'(x_l)]
  double carried(size_t l, size_t r, size_t i, const std::vector<Rows>& states) const {
    const Rows& carrier = (back.empty() ? w : back)[l];
    double sum = 0;
    for (size_t j = 0; j < carrier.size(); ++j) sum += shaped(l + 1, r, j) * carrier[j][i];
    if (pre && l > 0) sum *= slope(frozen ? forward_x_[l][r][i] : states[l][r][i]);
    return sum;
  }

  std::vector<Rows> forward_x_;
};

// Numbers in [-1, 1).
inline Rows drawn(size_t rows, size_t cols, unsigned& state, double scale = 1) {
  Rows out(rows, Row(cols));
  for (Row& row : out) {
    for (double& u : row)
      u = scale *
          (static_cast<double>((state = state * 1664525u + 1013904223u) >> 8) / 8388608.0 - 1);
  }
  return out;
}

// Weights of these sizes, uniform within the Xavier limit times scale.
inline PcReference drawn_net(const std::vector<size_t>& sizes, double scale, unsigned& state) {
  PcReference net;
  for (size_t l = 1; l < sizes.size(); ++l) {
    const double limit = std::sqrt(6.0 / static_cast<double>(sizes[l] + sizes[l - 1]));
    net.w.push_back(drawn(sizes[l], sizes[l - 1], state, scale * limit));
    net.b.push_back(drawn(1, sizes[l], state, 0.1)[0]);
    net.pi.push_back(1);
  }
  return net;
}

inline double largest(const Rows& rows) {
  double m = 0;
  for (const Row& row : rows) {
    for (const double u : row) m = std::max(m, std::abs(u));
  }
  return m;
}

inline void compare_within(const Rows& got, const Rows& want, double tolerance) {
  BOOST_REQUIRE_EQUAL(got.size(), want.size());
  for (size_t r = 0; r < got.size(); ++r) {
    BOOST_REQUIRE_EQUAL(got[r].size(), want[r].size());
    for (size_t i = 0; i < got[r].size(); ++i) BOOST_CHECK_SMALL(got[r][i] - want[r][i], tolerance);
  }
}

// got = want, to a share of want's largest element (or of 1e-3).
inline void compare(const Rows& got, const Rows& want, double relative) {
  compare_within(got, want, relative * std::max(largest(want), 1e-3));
}

}  // namespace agon::test
