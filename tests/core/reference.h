// SPDX-License-Identifier: MIT
//
// Random matrices and scalar double references for the kernel tests.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>
#include <vector>

#include "core/kernels.h"
#include "core/matrix.h"
#include "core/rng.h"

namespace agon::test {

using core::ConstView;
using core::Matrix;
using core::View;

inline constexpr float kGarbage = 12345.0f;

// Uniform in [-1, 1); the padding holds `padding`.
inline Matrix random_matrix(size_t rows, size_t cols, uint64_t seed, float padding = 0.0f) {
  Matrix m(rows, cols);
  core::fill_uniform(seed, 7, -1.0f, 1.0f, m.view());
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = cols; c < m.stride(); ++c) m.data()[r * m.stride() + c] = padding;
  }
  return m;
}

inline Matrix copy(const Matrix& from) {
  Matrix to(from.rows(), from.cols());
  if (from.data() != nullptr)
    std::memcpy(to.data(), from.data(), from.rows() * from.stride() * sizeof(float));
  return to;
}

// Equal bits inside the columns; the padding does not count.
inline bool same_bits(const Matrix& a, const Matrix& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return false;
  for (size_t r = 0; r < a.rows(); ++r) {
    if (a.cols() > 0 &&
        std::memcmp(a.row(r).data(), b.row(r).data(), a.cols() * sizeof(float)) != 0)
      return false;
  }
  return true;
}

inline bool padding_is_zero(const Matrix& m) {
  for (size_t r = 0; r < m.rows(); ++r) {
    for (size_t c = m.cols(); c < m.stride(); ++c) {
      if (m.data()[r * m.stride() + c] != 0.0f) return false;
    }
  }
  return true;
}

// max over elements of |got - want| / max(1, |want|); want(r, c) in double.
template <class Want>
double worst_error(const Matrix& got, Want want) {
  double worst = 0;
  for (size_t r = 0; r < got.rows(); ++r) {
    for (size_t c = 0; c < got.cols(); ++c) {
      const double w = want(r, c);
      const double e = std::abs(static_cast<double>(got.at(r, c)) - w) / std::max(1.0, std::abs(w));
      if (!(e <= worst)) worst = std::isnan(e) ? 1e300 : e;
    }
  }
  return worst;
}

inline double activation(core::Activation f, double a) {
  const double x = static_cast<double>(f.gain) * a;
  switch (f.kind) {
    case core::ActivationKind::identity: return x;
    case core::ActivationKind::sigmoid: return 1 / (1 + std::exp(-x));
    case core::ActivationKind::tanh: return std::tanh(x);
    case core::ActivationKind::relu: return std::max(x - static_cast<double>(f.shift), 0.0);
    case core::ActivationKind::gelu: return 0.5 * x * std::erfc(-x / std::sqrt(2.0));
  }
  return 0;
}

}  // namespace agon::test
