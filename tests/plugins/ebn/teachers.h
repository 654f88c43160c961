// SPDX-License-Identifier: MIT
//
// Teachers dx/dt = f(x) + c(t) for trajectories: damped oscillator and van der Pol,
// scaled to states of O(1); RK4 with 4 sub-steps of dt, c constant within dt.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>
#include <vector>

#include "agon/matrix.h"

namespace agon::test {

inline constexpr double kStep = 1e-3;  // s

// splitmix64
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u + 1) {}
  double uniform() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  double normal() {
    return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  uint64_t state_;
};

struct Teacher {
  using Point = std::array<double, 3>;
  std::string_view name;
  size_t dims;
  double command;  // size of the commands of training
  Point (*f)(const Point&);
  Point (*start)(Random&);

  Point next(const Point& x, const Point& c) const {
    constexpr int kParts = 4;
    constexpr double h = kStep / kParts;
    Point y = x;
    const auto at = [&](const Point& p) {
      Point d = f(p);
      for (size_t q = 0; q < dims; ++q) d[q] += c[q];
      return d;
    };
    const auto along = [&](const Point& d, double t) {
      Point p = y;
      for (size_t q = 0; q < dims; ++q) p[q] += t * d[q];
      return p;
    };
    for (int part = 0; part < kParts; ++part) {
      const Point k1 = at(y), k2 = at(along(k1, h / 2)), k3 = at(along(k2, h / 2)),
                  k4 = at(along(k3, h));
      for (size_t q = 0; q < dims; ++q) y[q] += h / 6 * (k1[q] + 2 * k2[q] + 2 * k3[q] + k4[q]);
    }
    return y;
  }
};

struct Trajectory {
  Matrix drive, state;  // [steps x K]
};

// Row 0 is the start. With commands: every 0.5 s, with probability 1/2, a new constant one, else
// none.
inline Trajectory trajectory(const Teacher& t, Random& random, double seconds, bool commands) {
  const auto steps = static_cast<int64_t>(std::lround(seconds / kStep));
  Trajectory out{Matrix(steps, static_cast<int64_t>(t.dims)),
                 Matrix(steps, static_cast<int64_t>(t.dims))};
  Teacher::Point x = t.start(random), c{};
  for (int64_t n = 0; n < steps; ++n) {
    if (commands && n % 500 == 0) {
      const bool on = random.uniform() < 0.5;
      for (size_t q = 0; q < t.dims; ++q)
        c[q] = on ? t.command * random.normal() / std::sqrt(static_cast<double>(t.dims)) : 0;
    }
    for (size_t q = 0; q < t.dims; ++q) {
      out.drive.row(n)[q] = static_cast<float>(c[q]);
      out.state.row(n)[q] = static_cast<float>(x[q]);
    }
    x = t.next(x, c);
  }
  return out;
}

inline constexpr double kTurn = 2 * std::numbers::pi;

inline const Teacher kOscillator{
    "oscillator", 2, 6,
    [](const Teacher::Point& x) -> Teacher::Point {
      return {-0.7 * x[0] + kTurn * x[1], -kTurn * x[0] - 0.7 * x[1], 0};
    },
    [](Random& r) -> Teacher::Point {
      const double a = r.uniform(-1, 1);
      return {a, r.uniform(-1, 1), 0};
    }};
inline const Teacher kVanDerPol{
    "van-der-pol", 2, 3,
    [](const Teacher::Point& x) -> Teacher::Point {
      return {kTurn * x[1], kTurn * ((1 - 4 * x[0] * x[0]) * x[1] - x[0]), 0};
    },
    [](Random& r) -> Teacher::Point {
      const double radius = r.uniform(0.4, 1), angle = r.uniform(0, kTurn);
      return {radius * std::cos(angle), radius * std::sin(angle), 0};
    }};

}  // namespace agon::test
