// SPDX-License-Identifier: MIT
//
// The teachers of the dynamics tasks: against integrators and recursions written here from the
// equations alone, and what the task files promise about starts, commands and parts.
#include "datasets/generators/dynamics.h"

#include <algorithm>
#include <array>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <numbers>

#include "data_hash.h"
#include "datasets/generators/flow.h"

using namespace agon::datasets;
namespace data = boost::unit_test::data;

namespace {

using Vector = std::array<double, 3>;

Vector slope(System system, const Vector& x) {
  const double w = 2 * std::numbers::pi;
  switch (system) {
    case System::oscillator: return {-0.7 * x[0] + w * x[1], -w * x[0] - 0.7 * x[1], 0};
    case System::van_der_pol: {  // X'' = mu (1 - X^2) X' - X in turns of time, x = X / 2
      const double X = 2 * x[0], Y = 2 * x[1];
      return {w * Y / 2, w * ((1 - X * X) * Y - X) / 2, 0};
    }
    case System::double_well: return {w * x[1], w * (x[0] - std::pow(x[0], 3) - 0.3 * x[1]), 0};
    default: {
      const double X = 20 * x[0], Y = 20 * x[1], Z = 20 * x[2] + 25;
      return {10 * (Y - X) / 20, (X * (28 - Z) - Y) / 20, (X * Y - 8.0 / 3 * Z) / 20};
    }
  }
}

// The midpoint rule with 50 steps in a row.
Vector next_row(System system, Vector x, const Vector& c, double dt) {
  const double h = dt / 50;
  for (int i = 0; i < 50; ++i) {
    const Vector a = slope(system, x);
    Vector half{};
    for (size_t q = 0; q < 3; ++q) half[q] = x[q] + h / 2 * (a[q] + c[q]);
    const Vector b = slope(system, half);
    for (size_t q = 0; q < 3; ++q) x[q] += h * (b[q] + c[q]);
  }
  return x;
}

Dynamics plan(System system, double command = 3) {
  return {.system = system,
          .command = command,
          .train = {.count = 12, .steps = 1200, .commands = command > 0},
          .validation = {.count = 2, .steps = 100},
          .test = {.count = 3, .steps = 100}};
}

const std::vector<System> kFlows{System::oscillator, System::van_der_pol, System::double_well,
                                 System::lorenz};

size_t dims(System system) { return static_cast<size_t>(state_dims(system)); }

}  // namespace

namespace agon::datasets {
std::ostream& operator<<(std::ostream& out, System system) {
  return out << "system " << static_cast<int>(system);
}
}  // namespace agon::datasets

BOOST_AUTO_TEST_SUITE(dynamics)

BOOST_DATA_TEST_CASE(flows_follow_their_equations, data::make(kFlows)) {
  const size_t k = dims(sample);
  const Trajectories all = make_trajectories(plan(sample));
  bool driven = false;
  for (const Trajectory& t : {all.train[0], all.train[1]}) {
    Vector x{}, c{};
    for (size_t q = 0; q < k; ++q) x[q] = static_cast<double>(t.state[q]);
    double worst = 0;
    for (size_t n = 0; n + 1 < t.steps(k); ++n) {
      for (size_t q = 0; q < k; ++q) {
        c[q] = static_cast<double>(t.drive[n * k + q]);
        driven = driven || c[q] != 0;
      }
      x = next_row(sample, x, c, 1e-3);
      for (size_t q = 0; q < k; ++q) {
        worst = std::max(worst, std::fabs(x[q] - static_cast<double>(t.state[(n + 1) * k + q])));
      }
    }
    BOOST_TEST(worst < 2e-5);
  }
  BOOST_TEST(driven);
}

BOOST_AUTO_TEST_CASE(commands_hold_for_half_a_second_and_are_off_half_of_the_time) {
  Dynamics d = plan(System::van_der_pol, 3);
  d.train = {.count = 200, .steps = 2000, .commands = true};
  const Trajectories all = make_trajectories(d);
  int on = 0, commands = 0;
  double square = 0;
  for (const Trajectory& t : all.train) {
    BOOST_TEST_REQUIRE(t.drive.size() == t.state.size());
    for (size_t n = 0; n < 2000; ++n) {
      for (size_t q = 0; q < 2; ++q)
        BOOST_TEST_REQUIRE(t.drive[n * 2 + q] == t.drive[n / 500 * 1000 + q]);
      if (n % 500 != 0) continue;
      ++commands;
      const double a = static_cast<double>(t.drive[n * 2]),
                   b = static_cast<double>(t.drive[n * 2 + 1]);
      on += a != 0 || b != 0 ? 1 : 0;
      square += a * a + b * b;
    }
  }
  BOOST_TEST(commands == 800);
  BOOST_TEST(std::abs(on - 400) < 60);  // 4 standard deviations
  BOOST_TEST(std::sqrt(square / on) == 3.0, boost::test_tools::tolerance(0.1));
  for (const Trajectory& t : all.test) BOOST_TEST(t.drive.empty());
}

BOOST_AUTO_TEST_CASE(starts_lie_where_the_tasks_say) {
  const auto starts = [](System system) {
    Dynamics d = plan(system, 0);
    d.train = {.count = 300, .steps = 2};
    std::vector<std::array<double, 2>> out;
    for (const Trajectory& t : make_trajectories(d).train)
      out.push_back({static_cast<double>(t.state[0]), static_cast<double>(t.state[1])});
    return out;
  };
  double near = 1, far = 0;
  for (const auto& [a, b] : starts(System::van_der_pol)) {
    near = std::min(near, std::hypot(a, b));
    far = std::max(far, std::hypot(a, b));
  }
  BOOST_TEST(near > 0.399);
  BOOST_TEST(near < 0.42);
  BOOST_TEST(far < 1.001);
  BOOST_TEST(far > 0.98);
  for (const auto& [system, half] :
       {std::pair{System::oscillator, 1.0}, {System::double_well, 1.3}}) {
    double most = 0;
    for (const auto& [a, b] : starts(system)) most = std::max({most, std::fabs(a), std::fabs(b)});
    BOOST_TEST(most <= half);
    BOOST_TEST(most > 0.97 * half);
  }
}

// Starts near a fixed point of lorenz (|x1| = |x2| = .424, x3 = .1) would all lie close to it.
BOOST_AUTO_TEST_CASE(lorenz_starts_on_its_attractor) {
  Dynamics d = plan(System::lorenz, 0);
  d.train = {.count = 400, .steps = 2};
  d.reference = {.count = 1, .steps = 200'000};
  const Trajectories all = make_trajectories(d);
  const auto spread = [](const std::vector<double>& v) {
    double mean = 0, square = 0;
    for (const double x : v) mean += x / static_cast<double>(v.size());
    for (const double x : v) square += (x - mean) * (x - mean) / static_cast<double>(v.size());
    return std::pair(mean, std::sqrt(square));
  };
  for (size_t q = 0; q < 3; ++q) {
    std::vector<double> starts, usual;
    for (const Trajectory& t : all.train) starts.push_back(static_cast<double>(t.state[q]));
    for (size_t n = 0; n < 200'000; n += 100)
      usual.push_back(static_cast<double>(all.reference.state[n * 3 + q]));
    const auto [mean, sd] = spread(starts);
    const auto [want_mean, want_sd] = spread(usual);
    BOOST_TEST(std::fabs(mean - want_mean) < 0.25 * want_sd);
    BOOST_TEST(sd == want_sd, boost::test_tools::tolerance(0.15));
  }
}

// x(t+1) = x(t) e^-.1 + integral of e^-.1(1-s) g(x(t+s-17)) ds: by Simpson's rule, x between the
// seconds by a cubic.
BOOST_AUTO_TEST_CASE(mackey_glass_obeys_its_delay_equation) {
  const Dynamics d{.system = System::mackey_glass,
                   .dt = 1,
                   .warmup = 17,
                   .train = {.count = 2, .steps = 500},
                   .validation = {.count = 1, .steps = 30},
                   .test = {.count = 1, .steps = 30}};
  const auto g = [](double x) { return 0.2 * x / (1 + std::pow(x, 10)); };
  for (const Trajectory& t : make_trajectories(d).train) {
    BOOST_TEST_REQUIRE(t.steps(1) == 517u);
    BOOST_TEST(t.drive.empty());
    const auto x = [&t](size_t n) { return static_cast<double>(t.state[n]); };
    double worst = 0, change = 0, low = 2, high = 0;
    for (size_t n = 18; n + 1 < 517; ++n) {
      const double a = x(n - 17), b = x(n - 16);
      const double middle = (9 * (a + b) - x(n - 18) - x(n - 15)) / 16;
      const double grown = (std::exp(-0.1) * g(a) + 4 * std::exp(-0.05) * g(middle) + g(b)) / 6;
      worst = std::max(worst, std::fabs(x(n) * std::exp(-0.1) + grown - x(n + 1)));
      change = std::max(change, std::fabs(x(n + 1) - x(n)));
      low = std::min(low, x(n));
      high = std::max(high, x(n));
    }
    BOOST_TEST(worst < 1e-3);
    BOOST_TEST(change > 0.03);
    BOOST_TEST(low > 0.2);
    BOOST_TEST(low < 0.6);
    BOOST_TEST(high > 1.2);
    BOOST_TEST(high < 1.4);
  }
}

BOOST_AUTO_TEST_CASE(narma_obeys_its_recursion) {
  const Dynamics d{.system = System::narma,
                   .dt = 1,
                   .warmup = 9,
                   .train = {.count = 3, .steps = 400},
                   .validation = {.count = 1, .steps = 30},
                   .test = {.count = 1, .steps = 30}};
  for (const Trajectory& t : make_trajectories(d).train) {
    BOOST_TEST_REQUIRE(t.steps(1) == 409u);
    BOOST_TEST_REQUIRE(t.drive.size() == 409u);
    for (size_t n = 9; n + 1 < 409; ++n) {
      double sum = 0;
      for (size_t i = 0; i < 10; ++i) sum += static_cast<double>(t.state[n - i]);
      const double y = static_cast<double>(t.state[n]);
      const double want =
          0.3 * y + 0.05 * y * sum + 0.1 +
          1.5 * static_cast<double>(t.drive[n]) * static_cast<double>(t.drive[n - 9]);
      BOOST_TEST_REQUIRE(std::fabs(want - static_cast<double>(t.state[n + 1])) < 1e-6);
      BOOST_TEST_REQUIRE((t.drive[n] >= 0.0f && t.drive[n] < 0.5f));
    }
  }
}

BOOST_AUTO_TEST_CASE(trajectories_depend_on_their_seed_and_parts_on_nothing_else) {
  for (const System system :
       {System::oscillator, System::lorenz, System::mackey_glass, System::narma}) {
    Dynamics d = plan(system);
    if (system == System::mackey_glass || system == System::narma) d.dt = 1;
    const Trajectories once = make_trajectories(d);
    BOOST_TEST(testing::data_hash(once) == testing::data_hash(make_trajectories(d)));
    BOOST_TEST((once.train[0].state != once.train[1].state));
    BOOST_TEST((once.train[0].state[0] != once.test[0].state[0]));
    Dynamics more = d;
    more.train.count = 1;
    BOOST_TEST((make_trajectories(more).test[2].state == once.test[2].state));
    d.seed = 2;
    BOOST_TEST(testing::data_hash(once) != testing::data_hash(make_trajectories(d)));
  }
}

BOOST_AUTO_TEST_CASE(points_side_by_side_step_as_each_alone) {
  for (const System system :
       {System::oscillator, System::van_der_pol, System::double_well, System::lorenz}) {
    Points x{}, c{};
    for (size_t i = 0; i < kAbreast; ++i) {
      for (size_t q = 0; q < 3; ++q) {
        x[q][i] = std::sin(static_cast<double>(1 + i + 7 * q));
        c[q][i] = std::cos(static_cast<double>(1 + i + 7 * q));
      }
    }
    const Points next = flow_step(system, x, c, 1e-3);
    for (size_t i = 0; i < kAbreast; ++i) {
      const Point alone = flow_step(system, Point{x[0][i], x[1][i], x[2][i]},
                                    Point{c[0][i], c[1][i], c[2][i]}, 1e-3);
      for (size_t q = 0; q < 3; ++q) BOOST_TEST(next[q][i] == alone[q]);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
