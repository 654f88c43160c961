// SPDX-License-Identifier: MIT
//
// Scores of a free run against its teacher.
#pragma once

#include <algorithm>
#include <array>
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

// Wasserstein-1 distance of each dimension over the teacher's sd, on (|x1|, |x2|, x3).
inline std::array<double, 3> symmetric_w1(const Matrix& run, const Matrix& teacher) {
  const auto sorted = [](const Matrix& m, int64_t q) {
    std::vector<double> v;
    for (int64_t n = 0; n < m.rows(); ++n) v.push_back(q < 2 ? std::fabs(m.at(n, q)) : m.at(n, q));
    std::ranges::sort(v);
    return v;
  };
  std::array<double, 3> out{};
  for (size_t q = 0; q < 3; ++q) {
    const auto a = sorted(run, static_cast<int64_t>(q)),
               b = sorted(teacher, static_cast<int64_t>(q));
    double mean = 0, square = 0, distance = 0;
    for (int64_t n = 0; n < teacher.rows(); ++n) {
      const double x = teacher.at(n, static_cast<int64_t>(q));
      mean += x;
      square += x * x;
    }
    mean /= static_cast<double>(b.size());
    for (size_t i = 0; i < a.size(); ++i) {
      const double at = (static_cast<double>(i) + 0.5) / static_cast<double>(a.size()) *
                        static_cast<double>(b.size());
      distance += std::fabs(a[i] - b[std::min(b.size() - 1, static_cast<size_t>(at))]);
    }
    out[q] = distance / static_cast<double>(a.size()) /
             std::sqrt(square / static_cast<double>(b.size()) - mean * mean);
  }
  return out;
}

// No change of lobe, x1 through +-0.2, in the last 20 s.
inline bool locked(const Matrix& run) {
  bool up = false, down = false;
  for (int64_t n = run.rows() - 20'000; n < run.rows(); ++n) {
    up = up || run.at(n, 0) > 0.2f;
    down = down || run.at(n, 0) < -0.2f;
  }
  return !(up && down);
}

}  // namespace agon::test
