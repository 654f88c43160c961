// SPDX-License-Identifier: MIT
//
// Error diffusion in double precision, unit by unit and sample by sample, written from the
// published equations: the oracle of the fast version. Magnitudes are kept as M+ and M-, the
// thresholds last.
#pragma once

#include <cmath>
#include <string>
#include <vector>

namespace agon::test {

struct EdOptions {
  double u0 = 0.4, beta = 0.8, u1 = 1.0, lr = 0.01, c = 5.0;
  bool mean = false, relu = false, ce = false, paired = true, clamp = false, quantised = false;
  std::string rule = "ed";
};

struct EdLayer {
  std::vector<std::vector<double>> plus, minus;  // M+ [|p|][n_l], M- [|q|][n_l]
  std::vector<double> type;                      // s_j
  double norm = 1;                               // nu
};

// nets[k][l]
struct EdReference {
  EdOptions o;
  std::vector<std::vector<EdLayer>> nets;

  struct Pass {
    std::vector<std::vector<double>> p, q, g;  // per layer
    double y = 0;
  };

  static double bit(const EdLayer& layer, double m, size_t j) {
    double sum = 0;
    for (const auto& row : layer.plus) sum += row[j];
    for (const auto& row : layer.minus) sum += row[j];
    return m / (sum / static_cast<double>(layer.plus.size() + layer.minus.size())) > 0.5 ? 1.0
                                                                                         : 0.0;
  }

  Pass forward(const std::vector<EdLayer>& net, const std::vector<double>& x) const {
    Pass pass;
    std::vector<double> p = x, q = o.paired ? x : std::vector<double>{};
    for (size_t l = 0; l < net.size(); ++l) {
      p.push_back(o.beta);
      q.push_back(o.beta);
      const EdLayer& layer = net[l];
      const bool last = l + 1 == net.size();
      std::vector<double> z, g;
      for (size_t j = 0; j < layer.type.size(); ++j) {
        double a = 0;
        for (size_t i = 0; i < p.size(); ++i) {
          a += (o.quantised ? bit(layer, layer.plus[i][j], j) : layer.plus[i][j]) * p[i];
        }
        for (size_t i = 0; i < q.size(); ++i) {
          a -= (o.quantised ? bit(layer, layer.minus[i][j], j) : layer.minus[i][j]) * q[i];
        }
        a *= layer.type[j];
        if (last && o.ce) {
          z.push_back(a);
          g.push_back(1.0);
        } else if (!last && o.relu) {
          z.push_back(std::max(a - 0.1, 0.0));
          g.push_back(a > 0.1 ? 1.0 : 0.0);
        } else {
          z.push_back(1.0 / (1.0 + std::exp(-2.0 * a / o.u0)));
          g.push_back(o.c * z.back() * (1.0 - z.back()));
        }
      }
      pass.p.push_back(p);
      pass.q.push_back(q);
      pass.g.push_back(g);
      p.clear();
      q.clear();
      for (size_t j = 0; j < z.size(); ++j) (layer.type[j] > 0 ? p : q).push_back(z[j]);
      if (last) pass.y = z[0];
    }
    return pass;
  }

  // y [rows][K]
  std::vector<std::vector<double>> predict(const std::vector<std::vector<double>>& x) const {
    std::vector<std::vector<double>> y(x.size());
    for (size_t b = 0; b < x.size(); ++b) {
      for (const auto& net : nets) y[b].push_back(forward(net, x[b]).y);
    }
    return y;
  }

  // x [rows][n_0], t [rows][K]
  void fit(const std::vector<std::vector<double>>& x, const std::vector<std::vector<double>>& t) {
    std::vector<std::vector<EdLayer>> next = nets;
    for (size_t b = 0; b < x.size(); ++b) {
      std::vector<Pass> pass;
      for (const auto& net : nets) pass.push_back(forward(net, x[b]));
      double total = 0;
      for (const Pass& one : pass) total += std::exp(one.y);
      for (size_t k = 0; k < nets.size(); ++k) {
        const double y = o.ce ? std::exp(pass[k].y) / total : pass[k].y;
        learn(next[k], pass[k], t[b][k] - y, o.mean ? 1.0 / static_cast<double>(x.size()) : 1.0);
      }
    }
    nets = next;
    if (!o.clamp) return;
    for (auto& net : nets) {
      for (EdLayer& layer : net) {
        for (auto* m : {&layer.plus, &layer.minus}) {
          for (auto& row : *m) {
            for (double& v : row) v = std::max(v, 0.0);
          }
        }
      }
    }
  }

  void learn(std::vector<EdLayer>& net, const Pass& pass, double d, double share) const {
    double up = std::max(d, 0.0), down = std::max(-d, 0.0);
    if (o.rule == "both") up = d, down = -d;
    if (o.rule == "exc") up = d, down = 0;
    for (size_t l = 0; l < net.size(); ++l) {
      const bool last = l + 1 == net.size();
      const double step = o.lr / net[l].norm * share * (last ? 1.0 : o.u1);
      for (size_t j = 0; j < net[l].type.size(); ++j) {
        for (size_t i = 0; i < pass.p[l].size(); ++i)
          net[l].plus[i][j] += step * up * pass.p[l][i] * pass.g[l][j];
        for (size_t i = 0; i < pass.q[l].size(); ++i) {
          net[l].minus[i][j] += step * down * pass.q[l][i] * pass.g[l][j];
        }
      }
    }
  }
};

}  // namespace agon::test
