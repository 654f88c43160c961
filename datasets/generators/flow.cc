// SPDX-License-Identifier: MIT
#include "datasets/generators/flow.h"

#include <numbers>

namespace agon::datasets {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;  // 1/s
constexpr int kSubSteps = 4;

struct Oscillator {
  static constexpr size_t kDims = 2;
  static Point f(const Point& x) noexcept {
    return {-0.7 * x[0] + kTurn * x[1], -kTurn * x[0] - 0.7 * x[1], 0};
  }
};
struct VanDerPol {
  static constexpr size_t kDims = 2;
  static Point f(const Point& x) noexcept {
    return {kTurn * x[1], kTurn * ((1 - 4 * x[0] * x[0]) * x[1] - x[0]), 0};
  }
};
struct DoubleWell {
  static constexpr size_t kDims = 2;
  static Point f(const Point& x) noexcept {
    return {kTurn * x[1], kTurn * (x[0] - x[0] * x[0] * x[0] - 0.3 * x[1]), 0};
  }
};
struct Lorenz {
  static constexpr size_t kDims = 3;
  static Point f(const Point& x) noexcept {
    const double z = 20 * x[2] + 25;  // x1 and x2 scale out
    return {10 * (x[1] - x[0]), x[0] * (28 - z) - x[1], 20 * x[0] * x[1] - 8.0 / 3.0 * z / 20};
  }
};

template <typename S>
Point step(Point x, const Point& c, double dt) noexcept {
  const double h = dt / kSubSteps;
  const auto slope = [&](const Point& at) {
    Point d = S::f(at);
    for (size_t q = 0; q < S::kDims; ++q) d[q] += c[q];
    return d;
  };
  const auto along = [&](const Point& d, double t) {
    Point p = x;
    for (size_t q = 0; q < S::kDims; ++q) p[q] += t * d[q];
    return p;
  };
  for (int part = 0; part < kSubSteps; ++part) {
    const Point k1 = slope(x), k2 = slope(along(k1, h / 2)), k3 = slope(along(k2, h / 2)),
                k4 = slope(along(k3, h));
    for (size_t q = 0; q < S::kDims; ++q) x[q] += h / 6 * (k1[q] + 2 * k2[q] + 2 * k3[q] + k4[q]);
  }
  return x;
}

}  // namespace

Point field(System system, const Point& x) noexcept {
  switch (system) {
    case System::oscillator: return Oscillator::f(x);
    case System::van_der_pol: return VanDerPol::f(x);
    case System::double_well: return DoubleWell::f(x);
    case System::lorenz: return Lorenz::f(x);
    case System::mackey_glass:
    case System::narma: break;
  }
  return {};
}

Point flow_step(System system, const Point& x, const Point& c, double dt) noexcept {
  switch (system) {
    case System::oscillator: return step<Oscillator>(x, c, dt);
    case System::van_der_pol: return step<VanDerPol>(x, c, dt);
    case System::double_well: return step<DoubleWell>(x, c, dt);
    case System::lorenz: return step<Lorenz>(x, c, dt);
    case System::mackey_glass:
    case System::narma: break;
  }
  return x;
}

}  // namespace agon::datasets
