// SPDX-License-Identifier: MIT
//
// Scores of a free run against its teacher.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "agon/matrix.h"
#include "teachers.h"

namespace agon::test {

inline double median(std::vector<double> v) {
  std::ranges::sort(v);
  const size_t half = v.size() / 2;
  return v.size() % 2 == 1 ? v[half] : (v[half - 1] + v[half]) / 2;
}

// rms error over the rms of the teacher about its mean, one mean per dimension.
inline double nrmse(const Matrix& run, const Matrix& teacher) {
  double error = 0, size = 0;
  for (int64_t q = 0; q < teacher.cols(); ++q) {
    double mean = 0;
    for (int64_t n = 0; n < teacher.rows(); ++n) mean += teacher.at(n, q);
    mean /= static_cast<double>(teacher.rows());
    for (int64_t n = 0; n < teacher.rows(); ++n) {
      const double x = teacher.at(n, q), off = run.at(n, q) - x;
      error += off * off;
      size += (x - mean) * (x - mean);
    }
  }
  return std::sqrt(error / size);
}

// Of x1: 20 ms moving average, mean interval between upward passages through +0.3 after a passage
// below -0.3, the first 2 s dropped. Hz.
inline double frequency(const Matrix& run) {
  constexpr int64_t kWindow = 20;
  bool low = false;
  int64_t first = -1, last = -1, passages = 0;
  double sum = 0;
  for (int64_t n = 0; n < run.rows(); ++n) {
    sum += run.at(n, 0);
    if (n >= kWindow) sum -= run.at(n - kWindow, 0);
    if (n < 2000) continue;
    const double x = sum / kWindow;
    if (x < -0.3) low = true;
    if (low && x > 0.3) {
      low = false;
      if (first < 0) first = n;
      last = n;
      ++passages;
    }
  }
  return passages > 1
             ? static_cast<double>(passages - 1) / (static_cast<double>(last - first) * kStep)
             : 0;
}

// Mean distance of the run, after 2 s, from the nearest point of the teacher's orbit, over the
// orbit's rms radius.
inline double orbit_distance(const Matrix& run, const Matrix& teacher) {
  double sum = 0, square = 0;
  int64_t count = 0;
  for (int64_t n = 2000; n < run.rows(); n += 7) {
    double nearest = std::numeric_limits<double>::infinity();
    for (int64_t m = 2000; m < std::min<int64_t>(teacher.rows(), 5000); ++m) {
      const double a = run.at(n, 0) - teacher.at(m, 0), b = run.at(n, 1) - teacher.at(m, 1);
      nearest = std::min(nearest, a * a + b * b);
    }
    sum += std::sqrt(nearest);
    square += teacher.at(n, 0) * teacher.at(n, 0) + teacher.at(n, 1) * teacher.at(n, 1);
    ++count;
  }
  return sum / static_cast<double>(count) / std::sqrt(square / static_cast<double>(count));
}

}  // namespace agon::test
