// SPDX-License-Identifier: MIT
#include "reports/statistics/draws.h"

#include <cmath>

namespace agon::reports {

double draw_uniform(core::Stream& stream) {
  return (static_cast<double>(stream.next()) + 0.5) * 0x1p-32;
}

double draw_exponential(core::Stream& stream) { return -std::log(draw_uniform(stream)); }

double draw_gamma(core::Stream& stream, double shape) {
  if (shape < 1) {
    const double more = draw_gamma(stream, shape + 1);
    return more * std::pow(draw_uniform(stream), 1 / shape);
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = stream.normal(), root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    if (std::log(draw_uniform(stream)) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

double draw_t(core::Stream& stream, double df) {
  const double z = stream.normal();
  return std::isinf(df) ? z : z / std::sqrt(draw_gamma(stream, df / 2) * 2 / df);
}

}  // namespace agon::reports
