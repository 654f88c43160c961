// SPDX-License-Identifier: MIT
#include "datasets/generators/dynamics.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <span>

#include "core/rng.h"
#include "datasets/generators/flow.h"

namespace agon::datasets {
namespace {

constexpr double kCommandSeconds = 0.5;
constexpr double kGrid = 4096;  // sines and logarithms enter as multiples of 2^-12

double rounded(double v) { return std::round(v * kGrid) / kGrid; }
double between(core::Stream& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random.uniform());
}
size_t size(int64_t n) { return static_cast<size_t>(n); }

// ---- flows

// One part's episodes. Systems with an attractor run on from episode to episode, others start anew.
class FlowPart {
 public:
  FlowPart(const Dynamics& d, uint64_t part)
      : d_(d), part_(part), dims_(size(state_dims(d.system))) {}

  // Episodes from `first` on, at most abreast() of them.
  void episodes(const Episodes& plan, uint64_t first, std::span<Trajectory> out) {
    std::vector<core::Stream> random;
    Points x{}, c{};
    const bool commands = plan.commands && d_.command > 0;
    const auto hold = std::lround(kCommandSeconds / d_.dt);
    for (size_t i = 0; i < out.size(); ++i) {
      random.emplace_back(d_.seed, part_ << 32 | (first + i));
      put(start(random[i]), i, x);
      out[i].state.reserve(size(plan.steps) * dims_);
      if (commands) out[i].drive.reserve(size(plan.steps) * dims_);
    }
    for (int64_t n = 0; n < plan.steps; ++n) {
      for (size_t i = 0; i < out.size(); ++i) {
        if (commands && n % hold == 0) put(command(random[i]), i, c);
        for (size_t q = 0; q < dims_; ++q) {
          out[i].state.push_back(static_cast<float>(x[q][i]));
          if (commands) out[i].drive.push_back(static_cast<float>(c[q][i]));
        }
      }
      if (out.size() > 1) {
        x = flow_step(d_.system, x, c, d_.dt);
      } else {
        put(flow_step(d_.system, get(x), get(c), d_.dt), 0, x);
      }
    }
    last_ = get(x);
  }
  // How many at once: one where an episode goes on from the last.
  size_t abreast() const { return d_.system == System::lorenz ? 1 : kAbreast; }

 private:
  static constexpr double kTransient = 100, kGap = 0.5;  // s, before the first and between episodes

  Point start(core::Stream& random) {
    switch (d_.system) {
      case System::van_der_pol: {
        const double radius = between(random, 0.4, 1);
        const double angle = between(random, 0, 2 * std::numbers::pi);
        return {rounded(radius * std::cos(angle)), rounded(radius * std::sin(angle)), 0};
      }
      case System::lorenz:
        return last_ ? along(*last_, kGap) : along(cube(random, 0.5), kTransient);
      case System::double_well: return cube(random, 1.3);
      default: return cube(random, 1);
    }
  }

  static void put(const Point& point, size_t i, Points& at) {
    for (size_t q = 0; q < at.size(); ++q) at[q][i] = point[q];
  }

  static Point get(const Points& at) { return {at[0][0], at[1][0], at[2][0]}; }

  Point cube(core::Stream& random, double half) const {
    Point x{};
    for (size_t q = 0; q < dims_; ++q) x[q] = between(random, -half, half);
    return x;
  }

  Point along(Point x, double seconds) const {
    for (auto n = std::lround(seconds / d_.dt); n > 0; --n) x = flow_step(d_.system, x, {}, d_.dt);
    return x;
  }

  // Both draws are made, whatever comes out: the numbers of later commands do not depend on it.
  Point command(core::Stream& random) const {
    const bool on = random.uniform() < 0.5f;
    Point c{};
    for (size_t q = 0; q < dims_; ++q) {
      const double draw = rounded(random.normal());
      c[q] = on ? static_cast<double>(
                      static_cast<float>(d_.command * draw / std::sqrt(static_cast<double>(dims_))))
                : 0.0;
    }
    return c;
  }

  const Dynamics& d_;
  uint64_t part_;
  size_t dims_;
  std::optional<Point> last_;
};

// ---- Mackey-Glass

// The delay equation on a grid of .1 s, which a half step meets by cubic interpolation.
class MackeyGlassPart {
 public:
  MackeyGlassPart(const Dynamics& d, uint64_t part) : d_(d) {
    core::Stream random(d.seed, part << 32);
    past_.assign(kDelay + 1, between(random, 0.9, 1.3));
    advance(kTransient);
  }

  Trajectory episode(const Episodes& plan) {
    Trajectory out;
    for (int64_t n = 0; n < d_.warmup + plan.steps; ++n) {
      out.state.push_back(static_cast<float>(past_.back()));
      advance(d_.dt);
    }
    advance(kGap);
    past_.erase(past_.begin(), past_.end() - static_cast<std::ptrdiff_t>(kDelay + 1));
    return out;
  }

 private:
  static constexpr double kStep = 0.1, kTransient = 2000, kGap = 50;  // s
  static constexpr size_t kDelay = 170;                               // steps: 17 s

  static double grown(double delayed) {
    const double x2 = delayed * delayed, x4 = x2 * x2;
    return 0.2 * delayed / (1 + x4 * x4 * x2);
  }

  void advance(double seconds) {
    for (auto n = std::lround(seconds / kStep); n > 0; --n) {
      const double* const then = past_.data() + past_.size() - 1 - kDelay;  // x(t - 17)
      const double before = past_.size() > kDelay + 1 ? then[-1] : then[0];
      const double middle = (9 * (then[0] + then[1]) - before - then[2]) / 16;
      const double g0 = grown(then[0]), g1 = grown(middle), g2 = grown(then[1]);
      const double x = past_.back();
      const double k1 = g0 - 0.1 * x, k2 = g1 - 0.1 * (x + kStep / 2 * k1);
      const double k3 = g1 - 0.1 * (x + kStep / 2 * k2), k4 = g2 - 0.1 * (x + kStep * k3);
      past_.push_back(x + kStep / 6 * (k1 + 2 * k2 + 2 * k3 + k4));
    }
  }

  const Dynamics& d_;
  std::vector<double> past_;  // x on the grid, the present last
};

// ---- NARMA

Trajectory narma(const Dynamics& d, const Episodes& plan, uint64_t stream) {
  constexpr size_t kOrder = 10, kWashout = 100;
  constexpr double kBounded =
      2;  // the recursion can leave its range for good; such a draw is redone
  const size_t steps = kWashout + size(d.warmup + plan.steps);
  for (uint64_t attempt = 0;; ++attempt) {
    core::Stream random(d.seed, stream + (attempt << 16));
    std::vector<double> y(steps + 1, 0.0), u(steps);
    for (double& v : u) v = 0.5 * static_cast<double>(random.uniform());
    for (size_t t = kOrder - 1; t < steps; ++t) {
      double sum = 0;
      for (size_t i = 0; i < kOrder; ++i) sum += y[t - i];
      y[t + 1] = 0.3 * y[t] + 0.05 * y[t] * sum + 1.5 * u[t - (kOrder - 1)] * u[t] + 0.1;
    }
    if (!(*std::ranges::max_element(y) < kBounded)) continue;
    Trajectory out;
    for (size_t t = kWashout; t < steps; ++t) {
      out.state.push_back(static_cast<float>(y[t]));
      out.drive.push_back(static_cast<float>(u[t]));
    }
    return out;
  }
}

std::vector<Trajectory> make_part(const Dynamics& d, const Episodes& plan, uint64_t part) {
  std::vector<Trajectory> out;
  if (plan.count == 0) return out;
  if (d.system == System::mackey_glass) {
    MackeyGlassPart source(d, part);
    for (int64_t i = 0; i < plan.count; ++i) out.push_back(source.episode(plan));
  } else if (d.system == System::narma) {
    for (int64_t i = 0; i < plan.count; ++i) {
      out.push_back(narma(d, plan, part << 32 | static_cast<uint64_t>(i)));
    }
  } else {
    FlowPart source(d, part);
    out.resize(size(plan.count));
    for (size_t i = 0; i < out.size(); i += source.abreast())
      source.episodes(plan, i,
                      std::span(out).subspan(i, std::min(source.abreast(), out.size() - i)));
  }
  return out;
}

}  // namespace

int64_t state_dims(System system) noexcept {
  switch (system) {
    case System::lorenz: return 3;
    case System::mackey_glass:
    case System::narma: return 1;
    default: return 2;
  }
}

int64_t drive_dims(System system) noexcept {
  return system == System::mackey_glass ? 0 : state_dims(system);
}

Trajectories make_trajectories(const Dynamics& d) {
  Trajectories out;
  out.train = make_part(d, d.train, 0);
  out.validation = make_part(d, d.validation, 1);
  out.test = make_part(d, d.test, 2);
  out.runs = make_part(d, d.runs, 3);
  std::vector<Trajectory> reference = make_part(d, d.reference, 4);
  if (!reference.empty()) out.reference = std::move(reference.front());
  return out;
}

}  // namespace agon::datasets
