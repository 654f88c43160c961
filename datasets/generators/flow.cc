// SPDX-License-Identifier: MIT
#include "datasets/generators/flow.h"

#include <bit>
#include <numbers>

namespace agon::datasets {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;  // 1/s
constexpr int kSubSteps = 4;

// A double each of kAbreast points; the compiler makes of it the vectors that it has.
using Lanes [[gnu::vector_size(kAbreast * sizeof(double))]] = double;

// Of one point, Number = double, or of several.
template <typename Number>
using Coordinates = std::array<Number, 3>;

struct Oscillator {
  static constexpr size_t kDims = 2;
  template <typename Number>
  static Coordinates<Number> f(const Coordinates<Number>& x) noexcept {
    return {-0.7 * x[0] + kTurn * x[1], -kTurn * x[0] - 0.7 * x[1], Number{}};
  }
};
struct VanDerPol {
  static constexpr size_t kDims = 2;
  template <typename Number>
  static Coordinates<Number> f(const Coordinates<Number>& x) noexcept {
    return {kTurn * x[1], kTurn * ((1.0 - 4.0 * x[0] * x[0]) * x[1] - x[0]), Number{}};
  }
};
struct DoubleWell {
  static constexpr size_t kDims = 2;
  template <typename Number>
  static Coordinates<Number> f(const Coordinates<Number>& x) noexcept {
    return {kTurn * x[1], kTurn * (x[0] - x[0] * x[0] * x[0] - 0.3 * x[1]), Number{}};
  }
};
struct Lorenz {
  static constexpr size_t kDims = 3;
  template <typename Number>
  static Coordinates<Number> f(const Coordinates<Number>& x) noexcept {
    const Number z = 20.0 * x[2] + 25.0;  // x1 and x2 scale out
    return {10.0 * (x[1] - x[0]), x[0] * (28.0 - z) - x[1],
            20.0 * x[0] * x[1] - 8.0 / 3.0 * z / 20.0};
  }
};

template <typename S, typename Number>
void step(Coordinates<Number>& x, const Coordinates<Number>& c, double dt) noexcept {
  const double h = dt / kSubSteps;
  const auto slope = [&](const Coordinates<Number>& at) {
    Coordinates<Number> d = S::f(at);
    for (size_t q = 0; q < S::kDims; ++q) d[q] += c[q];
    return d;
  };
  const auto along = [&](const Coordinates<Number>& d, double t) {
    Coordinates<Number> p = x;
    for (size_t q = 0; q < S::kDims; ++q) p[q] += t * d[q];
    return p;
  };
  for (int part = 0; part < kSubSteps; ++part) {
    const auto k1 = slope(x), k2 = slope(along(k1, h / 2)), k3 = slope(along(k2, h / 2)),
               k4 = slope(along(k3, h));
    for (size_t q = 0; q < S::kDims; ++q)
      x[q] += h / 6 * (k1[q] + 2.0 * k2[q] + 2.0 * k3[q] + k4[q]);
  }
}

template <typename Number>
void step(System system, Coordinates<Number>& x, const Coordinates<Number>& c, double dt) noexcept {
  switch (system) {
    case System::oscillator: return step<Oscillator>(x, c, dt);
    case System::van_der_pol: return step<VanDerPol>(x, c, dt);
    case System::double_well: return step<DoubleWell>(x, c, dt);
    case System::lorenz: return step<Lorenz>(x, c, dt);
    case System::mackey_glass:
    case System::narma: return;
  }
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
  Point out = x;
  step(system, out, c, dt);
  return out;
}

Points flow_step(System system, const Points& x, const Points& c, double dt) noexcept {
  static_assert(sizeof(Coordinates<Lanes>) == sizeof(Points));
  auto at = std::bit_cast<Coordinates<Lanes>>(x);
  step(system, at, std::bit_cast<Coordinates<Lanes>>(c), dt);
  return std::bit_cast<Points>(at);
}

}  // namespace agon::datasets
