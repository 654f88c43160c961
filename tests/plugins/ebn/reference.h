// SPDX-License-Identifier: MIT
//
// The step of the network in plain double loops, written from its equations: the order a. to f.,
// greedy spikes, both forms of the slow weights.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "tests/plugins/golden/open_rule.h"

namespace agon::test {

struct EbnReference {
  Rows DT, M;  // [N x K], [B x K]
  std::vector<double> theta, psi0;
  std::string phi = "gauss";
  double dt = 1e-3, lambda = 10, mu = 0, k = 0, eta = 0;
  int cap = 1;
  bool full = false;

  Rows A, W;  // [K x B], [N x B]
  std::vector<double> V, r, xhat, z;
  std::vector<std::pair<int, int>> spikes;  // (step, neuron)
  int n = 0;
  double margin = 1e300;  // smallest |V - T| at a decision

  void begin() {
    V.assign(DT.size(), 0);
    r = V;
    xhat.assign(DT[0].size(), 0);
    z = xhat;
    A.assign(xhat.size(), std::vector<double>(theta.size()));
    W.assign(V.size(), std::vector<double>(theta.size()));
  }
  double inner(size_t i, size_t j) const {
    double sum = 0;
    for (size_t q = 0; q < DT[i].size(); ++q) sum += DT[i][q] * DT[j][q];
    return sum;
  }
  double basis(double s) const {
    if (phi == "tanh") return std::tanh(s);
    if (phi == "exp") return std::exp(s);
    return phi == "gauss" ? std::exp(-s * s) : s;
  }

  void step(const std::vector<double>& c, const std::vector<double>& x) {
    const size_t N = V.size(), K = xhat.size(), B = theta.size();
    std::vector<double> e(K), psi(B), u(K);
    for (size_t q = 0; q < K; ++q) e[q] = x.empty() ? 0 : x[q] - xhat[q];
    for (size_t j = 0; j < B; ++j) {
      double s = theta[j];
      for (size_t q = 0; q < M[j].size(); ++q) s += M[j][q] * xhat[q];
      psi[j] = basis(s) - psi0[j];
    }
    for (size_t q = 0; q < K; ++q) {
      u[q] = c[q] + k * e[q];
      for (size_t j = 0; j < B && !full; ++j) u[q] += A[q][j] * psi[j];
      z[q] = (1 - lambda * dt) * z[q] + dt * u[q];
    }
    for (size_t i = 0; i < N; ++i) {
      double current = 0;
      for (size_t q = 0; q < K; ++q) current += DT[i][q] * u[q];
      for (size_t j = 0; j < B && full; ++j) current += W[i][j] * psi[j];
      V[i] = (1 - lambda * dt) * V[i] + dt * current;
    }
    for (double& v : xhat) v *= 1 - lambda * dt;
    for (double& v : r) v *= 1 - lambda * dt;
    for (int fired = 0; fired < cap; ++fired) {
      size_t best = 0;
      const auto over = [&](size_t i) { return V[i] - (inner(i, i) + mu) / 2; };
      for (size_t i = 1; i < N; ++i) {
        if (over(i) > over(best)) best = i;
      }
      margin = std::min(margin, std::fabs(over(best)));
      if (over(best) <= 0) break;
      for (size_t i = 0; i < N; ++i) V[i] -= inner(i, best);
      V[best] -= mu;
      r[best] += 1;
      for (size_t q = 0; q < K; ++q) xhat[q] += DT[best][q];
      spikes.emplace_back(n, static_cast<int>(best));
    }
    for (size_t j = 0; j < B; ++j) {
      for (size_t q = 0; q < K; ++q) A[q][j] += eta * dt * e[q] * psi[j];
      for (size_t i = 0; i < N; ++i) {
        double feedback = 0;
        for (size_t q = 0; q < K; ++q) feedback += DT[i][q] * e[q];
        W[i][j] += eta * dt * feedback * psi[j];
      }
    }
    ++n;
  }
};

}  // namespace agon::test
