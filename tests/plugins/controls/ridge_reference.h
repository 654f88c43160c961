// SPDX-License-Identifier: MIT
//
// Ridge regression in double straight from the rows: z-scores, targets +-1, Gaussian elimination,
// and the penalty by the error on every 4th row. Knows nothing of Gram matrices kept in parts.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace agon::test {

using Rows = std::vector<std::vector<double>>;

inline Rows standardised(const Rows& x) {
  Rows z = x;
  const double n = static_cast<double>(x.size());
  double largest = 0;
  std::vector<double> mean(x[0].size()), sd(x[0].size());
  for (size_t i = 0; i < mean.size(); ++i) {
    for (const auto& row : x) mean[i] += row[i] / n;
    for (const auto& row : x) sd[i] += (row[i] - mean[i]) * (row[i] - mean[i]) / n;
    sd[i] = std::sqrt(sd[i]);
    largest = std::max(largest, sd[i]);
  }
  for (auto& row : z) {
    for (size_t i = 0; i < row.size(); ++i)
      row[i] = sd[i] < 1e-6 * largest ? 0 : (row[i] - mean[i]) / sd[i];
  }
  return z;
}

struct Ridge {
  Rows w;                 // [d][c]
  std::vector<double> b;  // [c]
};

inline Ridge ridge(const Rows& z, const Rows& t, double lambda) {
  const size_t d = z[0].size(), c = t[0].size();
  Ridge out{Rows(d, std::vector<double>(c)), std::vector<double>(c)};
  for (const auto& row : t) {
    for (size_t k = 0; k < c; ++k) out.b[k] += row[k] / static_cast<double>(t.size());
  }
  Rows system(d, std::vector<double>(d + c));  // [Z^T Z + lambda I | Z^T (t - m)]
  for (size_t i = 0; i < d; ++i) {
    for (size_t r = 0; r < z.size(); ++r) {
      for (size_t j = 0; j < d; ++j) system[i][j] += z[r][i] * z[r][j];
      for (size_t k = 0; k < c; ++k) system[i][d + k] += z[r][i] * (t[r][k] - out.b[k]);
    }
    system[i][i] += lambda;
  }
  for (size_t p = 0; p < d; ++p) {
    for (size_t i = 0; i < d; ++i) {
      if (i == p) continue;
      const double factor = system[i][p] / system[p][p];
      for (size_t j = p; j < d + c; ++j) system[i][j] -= factor * system[p][j];
    }
  }
  for (size_t i = 0; i < d; ++i) {
    for (size_t k = 0; k < c; ++k) out.w[i][k] = system[i][d + k] / system[i][i];
  }
  return out;
}

inline double squared_error(const Ridge& fit, const Rows& z, const Rows& t) {
  double error = 0;
  for (size_t r = 0; r < z.size(); ++r) {
    for (size_t k = 0; k < fit.b.size(); ++k) {
      double y = fit.b[k];
      for (size_t i = 0; i < z[r].size(); ++i) y += z[r][i] * fit.w[i][k];
      error += (y - t[r][k]) * (y - t[r][k]);
    }
  }
  return error;
}

// The penalty chosen, and the refit on all rows.
inline std::pair<double, Ridge> ridge_by_inner_part(const Rows& z, const Rows& t) {
  Rows outer_z, outer_t, inner_z, inner_t;
  for (size_t r = 0; r < z.size(); ++r) {
    (r % 4 == 3 ? inner_z : outer_z).push_back(z[r]);
    (r % 4 == 3 ? inner_t : outer_t).push_back(t[r]);
  }
  double best = 0, chosen = 0;
  for (const double lambda : {0.01, 0.1, 1.0, 10.0, 100.0}) {
    const double error = squared_error(ridge(outer_z, outer_t, lambda), inner_z, inner_t);
    if (chosen == 0 || error < best) {
      best = error;
      chosen = lambda;
    }
  }
  return {chosen, ridge(z, t, chosen)};
}

}  // namespace agon::test
