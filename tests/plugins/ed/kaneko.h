// SPDX-License-Identifier: MIT
//
// Kaneko's program of 1999 in double precision, for one output: every unit and every synapse in one
// table, as the program lays them out, plain loops. Written from its description, not from the
// rule.
//
// Units: 0, 1 the + and - threshold; 2 .. 2n+1 the inputs, each as a + and a - unit; 2n+2 the
// output; from 2n+3 on the hidden units. Types alternate and start with +, the output is +.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

namespace agon::test {

struct Kaneko {
  size_t n = 2, hidden = 8, hd2 = 0;
  int t_loop = 2;
  bool self_loops = false, loop_cut = true, multilayer = true, decrement = false;
  double alpha = 0.8, beta = 0.8, u0 = 0.4, u1 = 1.0;

  std::vector<double> type, z;
  std::vector<std::vector<double>> w;  // w[k][m], from m to k; exactly 0: no synapse

  size_t output() const { return 2 * n + 2; }
  size_t count() const { return output() + 1 + hidden; }

  void build() {
    for (size_t k = 0; k < count(); ++k) type.push_back(k % 2 == 0 ? 1.0 : -1.0);
    w.assign(count(), std::vector<double>(count(), 0.0));
    z.assign(count(), 0.0);
    z[0] = z[1] = beta;
  }

  // Whether the program has a synapse from m to k.
  bool synapse(size_t k, size_t m) const {
    if (k < output()) return false;
    const bool from_input = m >= 2 && m < output();
    const bool back = k >= count() - hd2;  // one of the last hd2 hidden units
    if (m < 2) return true;
    if (m == k) return self_loops;
    if (from_input) return k == output() ? !multilayer : !back;
    if (m == output()) return !loop_cut;
    return k == output() || back || !loop_cut;
  }

  double f(double a) const { return 1.0 / (1.0 + std::exp(-2.0 * a / u0)); }

  // The output's answer to a pattern.
  double show(const std::vector<double>& x) {
    for (size_t i = 0; i < n; ++i) z[2 + 2 * i] = z[3 + 2 * i] = x[i];
    if (loop_cut) {
      for (size_t k = output(); k < count(); ++k) z[k] = 0.0;
    }
    for (int t = 0; t < t_loop; ++t) {
      std::vector<double> next = z;
      for (size_t k = output(); k < count(); ++k) {
        double a = 0;
        for (size_t m = 0; m < count(); ++m) a += w[k][m] * z[m];
        next[k] = f(a);
      }
      z = next;
    }
    return z[output()];
  }

  // Shows the pattern and learns; returns d = t - o.
  double learn(const std::vector<double>& x, double t) {
    const double d = t - show(x), up = d > 0 ? d : 0.0, down = d < 0 ? -d : 0.0;
    for (size_t k = output(); k < count(); ++k) {
      const double amplified = k == output() ? 1.0 : u1;
      const double slope = z[k] * (1.0 - z[k]);
      for (size_t m = 0; m < count(); ++m) {
        if (w[k][m] == 0.0) continue;
        const double amine =
            decrement ? type[k] * (up - down) : type[k] * type[m] * (type[m] > 0 ? up : down);
        w[k][m] += alpha * z[m] * slope * amplified * amine;
      }
    }
    return d;
  }
};

// rand() of the GNU C library, with which the published runs were made.
class GnuRand {
 public:
  explicit GnuRand(int32_t seed) : r_{static_cast<uint32_t>(seed)} {
    for (int i = 1; i < 31; ++i) {
      r_.push_back(static_cast<uint32_t>(uint64_t{16807} * r_.back() % 2147483647u));
    }
    for (size_t i = 31; i < 34; ++i) r_.push_back(r_[i - 31]);
    for (int i = 34; i < 344; ++i) next();
  }
  uint32_t next() {
    r_.push_back(r_[r_.size() - 3] + r_[r_.size() - 31]);
    return r_.back() >> 1;
  }

 private:
  std::vector<uint32_t> r_;
};

// The program's own start: one number for every pair, also where there is no synapse.
inline Kaneko kaneko_of_seed(size_t n, size_t hidden, int32_t seed) {
  Kaneko net;
  net.n = n;
  net.hidden = hidden;
  net.build();
  GnuRand random(seed);
  for (size_t k = net.output(); k < net.count(); ++k) {
    for (size_t m = 0; m < net.count(); ++m) {
      const double drawn = static_cast<double>(random.next() % 10000) / 10000.0;
      if (net.synapse(k, m)) net.w[k][m] = net.type[k] * net.type[m] * drawn;
    }
  }
  return net;
}

// Pattern p of the parity of n bits, in the program's order.
inline std::vector<double> parity_pattern(size_t n, unsigned p) {
  std::vector<double> x;
  for (size_t l = 0; l < n; ++l) x.push_back((p >> l) & 1u);
  return x;
}
inline int parity_of(unsigned p) {
  int ones = 0;
  for (; p != 0; p >>= 1) ones += static_cast<int>(p & 1u);
  return ones % 2;
}

// Sweeps until the summed error of one sweep is below .1; limit + 1 when it never is.
inline int sweeps_to_solve(Kaneko net, int limit) {
  for (int sweep = 1; sweep <= limit; ++sweep) {
    double error = 0;
    for (unsigned p = 0; p < 1u << net.n; ++p) {
      error += std::abs(net.learn(parity_pattern(net.n, p), parity_of(p)));
    }
    if (error < 0.1) return sweep;
  }
  return limit + 1;
}

}  // namespace agon::test
