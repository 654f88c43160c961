// SPDX-License-Identifier: MIT
//
// The penalty lambda of agon/ridge.h: given or chosen, and raised where the features are nearly
// dependent. Thread: [model].
// Errors: RuleError.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <span>

#include "agon/ops.h"
#include "agon/ridge/gathered.h"
#include "agon/state.h"

namespace agon::ridge {

inline constexpr double kUnsolved = std::numeric_limits<double>::infinity();

class Penalty {
 public:
  // lambda 0: yet to be chosen. all: the rows are all there are.
  Penalty(double lambda, bool all) : lambda_(lambda), all_(all) {}

  double value() const noexcept { return lambda_; }
  bool open() const noexcept { return lambda_ == 0; }
  bool all() const noexcept { return all_; }
  void state(State& s) { s("lambda", lambda_); }

  // That of the least error(lambda), of (4) or of the rows themselves; smallest first among equals.
  // 1 where there are fewer than 4 rows.
  template <typename Error>
  void choose(const Context& ctx, const Gathered& rows, Error&& error) {
    lambda_ = !all_ && rows.parts[kInner].rows() == 0 ? 1.0 : least(ctx, error);
  }

  // solve() until it succeeds, with a penalty of ten times as much each time.
  template <typename Solve>
  void raise_until(const Context& ctx, Solve&& solve) {
    const double first = lambda_;
    while (!solve()) {
      if (!(lambda_ < 1e12)) throw RuleError(AGON_DIVERGED, "the features are not finite");
      lambda_ = times_ten(lambda_);
    }
    if (lambda_ == first) return;
    std::array<char, 128> text{};
    std::snprintf(text.data(), text.size(),
                  "the features are nearly dependent: the ridge penalty %g was raised to %g", first,
                  lambda_);
    ctx.log(AGON_LOG_WARNING, text.data());
  }

 private:
  static constexpr std::array<double, 9> kLambdas{1e-6, 1e-5, 1e-4, 1e-3, 0.01,
                                                  0.1,  1.0,  10.0, 100.0};
  static constexpr size_t kFirstOfSample = 4;

  template <typename Error>
  double least(const Context& ctx, Error& error) const {
    double best = kUnsolved, chosen = kLambdas.back();
    for (const double lambda : std::span(kLambdas).subspan(all_ ? 0 : kFirstOfSample)) {
      ctx.stop_if_asked();
      const double e = error(lambda);
      if (e < best) {
        best = e;
        chosen = lambda;
      }
    }
    return chosen;
  }

  // As people write it: 1e-6 becomes 1e-5 to the last bit, which 1e-6 * 10 is not.
  static double times_ten(double v) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), 10.0 * v,
                                   std::chars_format::general, 15)
                         .ptr;
    std::from_chars(text.data(), end, v);
    return v;
  }

  double lambda_;
  bool all_;
};

}  // namespace agon::ridge
