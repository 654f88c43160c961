// SPDX-License-Identifier: MIT
#include "datasets/scaling.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace agon::datasets {
namespace {

struct Column {
  double mean, sd, low, high;
};

Column column_of(const core::Matrix& m, std::span<const int32_t> rows, size_t c) {
  double sum = 0, square = 0, low = std::numeric_limits<double>::infinity(), high = -low;
  const auto value = [&](int32_t r) {
    return static_cast<double>(m.at(static_cast<size_t>(r), c));
  };
  for (const int32_t r : rows) {
    const double v = value(r);
    sum += v;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  const double mean = sum / static_cast<double>(rows.size());
  for (const int32_t r : rows) {
    const double off = value(r) - mean;
    square += off * off;
  }
  return {mean, std::sqrt(square / static_cast<double>(rows.size())), low, high};
}

}  // namespace

void Scaling::apply(core::Matrix& m) const {
  for (size_t r = 0; r < m.rows(); ++r) {
    for (size_t c = 0; c < m.cols(); ++c) {
      m.at(r, c) = static_cast<float>((static_cast<double>(m.at(r, c)) - shift[c]) / scale[c]);
    }
  }
}

Scaling standard_scaling(const core::Matrix& m, std::span<const int32_t> rows) {
  Scaling out;
  for (size_t c = 0; c < m.cols(); ++c) {
    const Column column = column_of(m, rows, c);
    out.shift.push_back(column.mean);
    out.scale.push_back(column.low == column.high ? 1.0 : column.sd);
  }
  return out;
}

Scaling unit_scaling(const core::Matrix& m, std::span<const int32_t> rows, double margin) {
  Scaling out;
  for (size_t c = 0; c < m.cols(); ++c) {
    const Column column = column_of(m, rows, c);
    const double range = column.high - column.low;
    out.shift.push_back(column.low - margin * range);
    out.scale.push_back(range == 0 ? 1.0 : (1 + 2 * margin) * range);
  }
  return out;
}

void scale_inputs(InputScaling scaling, std::span<const int32_t> train, core::Matrix& x) {
  if (scaling == InputScaling::none) return;
  if (scaling == InputScaling::standard) return standard_scaling(x, train).apply(x);
  unit_scaling(x, train, 0).apply(x);
  for (size_t r = 0; r < x.rows(); ++r) {
    for (float& v : x.row(r)) v = std::clamp(v, 0.0f, 1.0f);
  }
}

}  // namespace agon::datasets
