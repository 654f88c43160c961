// SPDX-License-Identifier: MIT
//
// What a class must have to be a rule, as assertions of one readable line each, made before anything else
// is instantiated: a member that is missing, that has another signature, or whose name is nearly that of
// an optional one, which would be left out in silence.
//
// Errors: of the compiler alone. Thread: none, nothing of it runs.
#pragma once

#include <concepts>

#include "agon/card.h"
#include "agon/lesions.h"
#include "agon/tables.h"

namespace agon::detail {

template <typename R>
concept CallsCheck = requires(const agon_task& task, const Values& values) {
  R::check(task, values);
};
// What every rule has.
template <typename R>
consteval void expect_a_rule() {
  static_assert(
      requires {
        { R::info } -> std::convertible_to<const RuleInfo&>;
      },
      "a rule has, public: static constexpr agon::RuleInfo info{.id = ...}");
  static_assert(
      requires {
        { R::params[0] } -> std::convertible_to<const agon_param&>;
      },
      "a rule has, public: static constexpr auto params = std::to_array<agon_param>(...)");
  static_assert(std::constructible_from<R, Context&, const agon_task&, const Values&>,
                "a rule has, public: a constructor of (agon::Context&, const agon_task&, const "
                "agon::Values&)");
}

// What its capabilities promise.
template <typename R>
consteval void expect_its_verbs() {
  constexpr bool rows = (R::info.capabilities & (AGON_CAN_CLASSIFY | AGON_CAN_REGRESS)) != 0;
  constexpr bool series = (R::info.capabilities & AGON_CAN_SEQUENCE) != 0;
  constexpr bool fits_rows = requires(R r, Context c, const agon_batch& batch) {
    { r.fit(c, batch) } -> std::convertible_to<double>;
  };
  constexpr bool predicts_rows = requires(R r, Context c, ConstView x, View out) {
    r.predict(c, x, out);
  };
  constexpr bool only_series = series && !fits_rows && !predicts_rows;
  constexpr bool moves = (R::info.capabilities & AGON_CAN_DYNAMICS) != 0;
  static_assert(rows || moves,
                "info.capabilities names at least one of AGON_CAN_CLASSIFY, AGON_CAN_REGRESS and "
                "AGON_CAN_DYNAMICS");
  static_assert(
      !rows || only_series || fits_rows,
      "a rule that classifies or regresses has: double fit(agon::Context&, const agon_batch&)");
  static_assert(!rows || only_series || predicts_rows,
                "a rule that classifies or regresses has: void predict(agon::Context&, "
                "agon::ConstView x, agon::View out)");
  static_assert(
      !series ||
          requires(R r, Context c, const agon_series& in) {
            { r.fit(c, in) } -> std::convertible_to<double>;
          },
      "a rule that works on time has: double fit(agon::Context&, const agon_series&)");
  static_assert(
      !series ||
          requires(R r, Context c, const agon_series& in, View out) { r.predict(c, in, out); },
      "a rule that works on time has: void predict(agon::Context&, const agon_series&, agon::View "
      "out)");
  static_assert(!series || rows,
                "AGON_CAN_SEQUENCE has AGON_CAN_CLASSIFY or AGON_CAN_REGRESS beside it");
  static_assert(series || !HasSequence<R>,
                "a rule with fit and predict of agon_series names AGON_CAN_SEQUENCE");
  static_assert(
      !moves ||
          requires(R r, Context c, ConstView v) {
            { r.fit(c, v, v, true) } -> std::convertible_to<double>;
          },
      "a rule that learns trajectories has: double fit(agon::Context&, agon::ConstView drive, "
      "agon::ConstView teacher, bool new_episode)");
  static_assert(
      !moves || requires(R r, Context c, ConstView v, View out) { r.rollout(c, v, v, out); },
      "a rule that learns trajectories has: void rollout(agon::Context&, agon::ConstView start, "
      "agon::ConstView drive, agon::View out)");
}

// A member of an optional one's name that does not fit would be left out.
template <typename R>
consteval void expect_optional_members() {
  static_assert(
      CallsCheck<R> || !requires { &R::check; },
      "check is: static void check(const agon_task&, const agon::Values&)");
  static_assert(
      CallsPrepare<R> || PreparesSeries<R> || !requires { &R::prepare; },
      "prepare is: void prepare(agon::Context&, agon::ConstView x, bool last)");
  static_assert(
      ChoosesSeries<R> || !requires { &R::takes_series; },
      "takes_series is: bool takes_series() const");
  static_assert(
      CallsEndEpoch<R> || !requires { &R::end_epoch; },
      "end_epoch is: void end_epoch(agon::Context&, int64_t epoch)");
  static_assert(
      HasTensors<R> || !requires { &R::tensors; },
      "tensors is: std::vector<agon::Tensor> tensors()");
  static_assert(
      HasGenerate<R> || !requires { &R::generate; },
      "generate is: void generate(agon::Context&, agon::ConstView target, agon::View out)");
  static_assert(
      HasSilence<R> || !requires { &R::silence; },
      "silence is: void silence(agon::Context&, double share, uint64_t seed)");
  static_assert(
      HasStateNoise<R> || !requires { &R::state_noise; },
      "state_noise is: void state_noise(agon::Context&, double level, uint64_t seed)");
  static_assert(
      HasState<R> || !requires { &R::state; }, "state is: void state(agon::State&)");
  static_assert(
      HasMetrics<R> || !requires { &R::read_metrics; },
      "read_metrics is: void read_metrics(agon::Context&, double* out), beside a table "
      "metrics or std::vector<agon_metric> metric_rows()");
  static_assert(
      HasMetrics<R> || !requires { &R::metrics; },
      "metrics has beside it: void read_metrics(agon::Context&, double* out)");
  static_assert(
      HasMetricRows<R> || !requires { &R::metric_rows; },
      "metric_rows is: std::vector<agon_metric> metric_rows()");
  static_assert(
      HasPictureRows<R> || !requires { &R::picture_rows; },
      "picture_rows is: std::vector<agon_picture> picture_rows()");
  static_assert(
      HasEquations<R> || !requires { R::equations; },
      "equations is: static constexpr auto equations = std::to_array<agon_equation>({{says, tex}, ...})");
  static_assert(
      HasLimits<R> || !requires { R::limits; },
      "limits is: static constexpr auto limits = std::to_array<const char*>({...})");
}

// Names that are nearly those of optional members.
template <typename R>
consteval void expect_no_slip() {
  static_assert(
      !requires { &R::end_epochs; } && !requires { &R::epoch_end; } &&
          !requires { &R::endepoch; } && !requires { &R::endEpoch; } &&
          !requires { &R::on_epoch_end; },
      "the member is called end_epoch");
  static_assert(
      !requires { &R::tensor; } && !requires { &R::get_tensors; } &&
          !requires { &R::list_tensors; },
      "the member is called tensors");
  static_assert(
      !requires { &R::preset; }, "the member is called presets");
  static_assert(
      !requires { &R::metric; } && !requires { &R::read_metric; } && !requires { &R::get_metrics; },
      "the members are called metrics and read_metrics");
  static_assert(
      !requires { &R::prepair; } && !requires { &R::prepare_inputs; },
      "the member is called prepare");
  static_assert(
      !requires { &R::checks; } && !requires { &R::check_values; }, "the member is called check");
  static_assert(
      !requires { &R::losses; } && !requires { &R::get_loss; }, "the member is called loss");
  static_assert(
      !requires { &R::silent; } && !requires { &R::lesion; }, "the member is called silence");
  static_assert(
      !requires { &R::noise_state; } && !requires { &R::statenoise; },
      "the member is called state_noise");
  static_assert(
      !requires { &R::draw_picture; } && !requires { &R::read_picture; },
      "the members are called pictures and picture");
  static_assert(
      !requires { &R::save_state; } && !requires { &R::load_state; },
      "the member for both directions is called state");
  static_assert(
      !requires { R::equation; }, "the member is called equations");
  static_assert(
      !requires { R::limit; }, "the member is called limits");
}

template <typename R>
consteval bool expect() {
  expect_a_rule<R>();
  if constexpr (requires { R::info.capabilities; }) expect_its_verbs<R>();
  expect_optional_members<R>();
  expect_no_slip<R>();
  return true;
}

template <typename... R>
consteval bool expect_all() {
  return (expect<R>() && ...);
}

}  // namespace agon::detail
