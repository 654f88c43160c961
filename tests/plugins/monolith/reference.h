// SPDX-License-Identifier: MIT
//
// The lattice in double precision for one sample, site by site from the published equations: the
// oracle of the fast version.
#pragma once

#include <array>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

namespace agon::test {

struct LatticeReference {
  int Z = 3, Y = 3, X = 3;
  std::vector<std::array<int, 3>> offsets;   // dz, dy, dx
  std::vector<std::vector<double>> weights;  // [N][K], signed
  std::vector<double> types;                 // 0 E, 1 I, 2 X
  bool periodic = false, activity = false, impulse = false;
  std::string phi = "tanh", xmode = "abs";
  double eta = 0.2, lambda = 0.1, gain = 1, alpha = 1, kappa = 0.5, theta = 0.05, xor_theta = 0,
         hi = 0.1, lo = 0;

  struct Step {
    std::vector<double> e, p, o;
  };

  static std::vector<std::array<int, 3>> neighbours(int count) {
    const int reach = count == 26 ? 3 : count == 18 ? 2 : 1;
    std::vector<std::array<int, 3>> out;
    for (int dz = -1; dz <= 1; ++dz) {
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
          const int distance = std::abs(dz) + std::abs(dy) + std::abs(dx);
          if (distance > 0 && distance <= reach) out.push_back({dz, dy, dx});
        }
      }
    }
    return out;
  }

  double f(double r) const {
    const double v = gain * r;
    if (phi == "linear") return v;
    return std::tanh(phi == "relutanh" ? std::max(v, 0.0) : v);
  }

  // u [T][Y*X]: what enters at z = 0 in each step.
  std::vector<Step> run(const std::vector<std::vector<double>>& u) const {
    const size_t n = static_cast<size_t>(Z * Y * X);
    std::vector<double> e(n), p(n), s_before(n), q(n), bit(n);
    std::vector<Step> steps;
    for (size_t t = 0; t < u.size(); ++t) {
      std::vector<double> o(n), next(n);
      for (size_t j = 0; j < n; ++j) {
        const double s = f(activity ? p[j] : e[j]);
        o[j] = types[j] == 2.0 ? send(s, s - s_before[j], q[j], bit[j]) : s;
        s_before[j] = s;
      }
      for (int z = 0; z < Z; ++z) {
        for (int y = 0; y < Y; ++y) {
          for (int x = 0; x < X; ++x) {
            const size_t i = static_cast<size_t>((z * Y + y) * X + x);
            double d = 0;
            for (size_t k = 0; k < offsets.size(); ++k) {
              int sz = z + offsets[k][0], sy = y + offsets[k][1], sx = x + offsets[k][2];
              if (periodic) {
                sz = (sz + Z) % Z, sy = (sy + Y) % Y, sx = (sx + X) % X;
              } else if (sz < 0 || sz >= Z || sy < 0 || sy >= Y || sx < 0 || sx >= X) {
                continue;
              }
              d += weights[i][k] * o[static_cast<size_t>((sz * Y + sy) * X + sx)];
            }
            if (z == 0 && (t == 0 || !impulse)) d += alpha * u[t][i];
            next[i] = d - p[i];
          }
        }
      }
      e = next;
      for (size_t i = 0; i < n; ++i) p[i] = (1 - lambda) * p[i] + eta * e[i];
      steps.push_back({e, p, o});
    }
    return steps;
  }

  double send(double s, double delta, double& q, double& bit) const {
    if (xmode == "abs") return std::abs(delta);
    if (xmode == "signed") return delta;
    if (xmode == "ident") return s;
    if (xmode == "silent") return 0;
    if (xmode == "leak") return q = (1 - kappa) * q + kappa * std::abs(delta);
    if (xmode == "dead") return std::max(std::abs(delta) - theta, 0.0);
    double next = bit;
    if (xmode == "xor") next = s > xor_theta ? 1 : 0;
    if (xmode == "hyst") next = s > hi ? 1 : s < lo ? 0 : bit;
    const double out = next != bit ? 1 : 0;
    bit = next;
    return out;
  }
};

}  // namespace agon::test
