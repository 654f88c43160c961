// SPDX-License-Identifier: MIT
//
// Level 4: a rule keeps what it declares of its learning: it stops when asked, its updates are local,
// it learns row by row.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/rng.h"
#include "harness/conformance/levels.h"
#include "harness/conformance/trial.h"
#include "harness/plugins/values.h"

namespace agon::conformance {
namespace {

// 10 ms of work at 10 multiply-accumulates a nanosecond.
constexpr uint64_t kMostUnpolled = 100'000'000;

// Asked to stop, every verb ends with AGON_STOPPED, or has no more than 10 ms of work to do. Counted,
// not timed.
void stops(const Subject& s) {
  constexpr int64_t kMany = 2048;
  for_each_kind(s, [&](Kind kind) {
    const Problem problem{.kind = kind, .rows = kMany, .batch = kMany};
    const std::vector<agon_value> values = usual_values(s, kind);
    const auto asked = [&](const char* verb, bool taught, auto&& call) {
      Trial m(s, problem, values);
      m.prepare();
      if (taught) m.fit(0);
      m.call().request_stop();
      m.call().work().reset();
      try {
        call(m);
      } catch (const harness::RuleFailure& failure) {
        require(failure.status() == AGON_STOPPED, "asked to stop, {} ends with: {}", verb,
                failure.what());
        return;
      }
      require(m.call().macs() <= kMostUnpolled,
              "asked to stop, {} goes on for {} million multiply-accumulates", verb,
              m.call().macs() / 1'000'000);
    };
    asked("fit", false, [](Trial& m) { m.fit(0); });
    asked("end_epoch", true, [](Trial& m) { m->end_epoch(1); });
    asked("predict", false, [](Trial& m) { m.answers(); });
  });
}

// The learnt tensors before the one that is changed, with how a fit moved them.
using Moves = std::map<std::string, Bits>;

Moves moves_of(Trial& m, const Portion& portion) {
  const auto before = m.tensors();
  m.fit(portion);
  m->end_epoch(1);
  Moves moves;
  for (const auto& [tensor, after] : m.tensors()) {
    if (!m.learns(tensor)) continue;
    Bits moved(after.size());
    for (size_t i = 0; i < moved.size(); ++i) moved[i] = after[i] - before.at(tensor)[i];
    moves[tensor] = std::move(moved);
  }
  return moves;
}

float rms(const Bits& values) {
  double sum = 0;
  for (const float v : values) sum += static_cast<double>(v) * static_cast<double>(v);
  return values.empty() ? 0
                        : static_cast<float>(std::sqrt(sum / static_cast<double>(values.size())));
}

// A local update is made of what meets at the synapse and of errors that are broadcast. So the weights
// of the last layer are changed and the targets with them, by as much as the answers move: all errors
// stay, and so must the updates of the first tensors. Errors that came back through the last weights
// would not.
void local(const Subject& s) {
  if (!s.can(AGON_LOCAL_UPDATES)) throw NotApplicable{"it does not declare local updates"};
  if (s.can(AGON_WEIGHT_TRANSPORT))
    throw NotApplicable{"it declares weight transport: errors reach a layer through other weights"};
  if (s.can(AGON_CLOSED_FORM)) throw NotApplicable{"it solves for its weights"};
  if (!s.can(AGON_CAN_REGRESS))
    throw NotApplicable{"it takes no real targets, with which its errors could be kept"};
  std::vector<agon_value> values = usual_values(s, Kind::regress);
  values = with(s, values, "depth", 3).value_or(values);
  const Problem problem{.kind = Kind::regress, .rows = 4, .batch = 4};
  Trial usual(s, problem, values), changed(s, problem, values);
  for (Trial* m : {&usual, &changed}) m->prepare();
  std::vector<std::string> order;
  for (const agon_tensor& t : changed->tensors()) {
    if (t.writable == AGON_TENSOR_LEARNT || t.writable == AGON_TENSOR_LEARNT_OWN)
      order.emplace_back(t.name);
  }
  if (order.size() < 2) throw NotApplicable{"it has one learnt tensor, nothing is far from it"};
  const std::string last = order.back();
  const agon_tensor far = changed->tensor(last);
  if (far.writable != AGON_TENSOR_LEARNT)
    throw NotApplicable{fmt::format("its last tensor '{}' cannot be set", last)};
  PageMatrix other(far.view.rows, far.view.cols);
  for (int64_t r = 0; r < other.rows(); ++r) {
    for (int64_t c = 0; c < other.cols(); ++c)
      other.at(r, c) =
          far.view.data[r * far.view.stride + c] * ((r + c) % 2 == 0 ? 0.5f : 0.9f) + 0.01f;
  }
  changed->set_tensor(last, other.view());
  const Bits before = usual.answers(), after = changed.answers();
  Portion portion = changed.portion_of(changed.portion(0).numbers);
  const auto cols = static_cast<size_t>(changed.outputs());
  for (size_t i = 0; i < after.size(); ++i) {
    portion.target.at(static_cast<int64_t>(i / cols), static_cast<int64_t>(i % cols)) +=
        after[i] - before[i];
  }
  if (same_bits(before, after)) throw NotApplicable{fmt::format("'{}' moves no answer", last)};
  const Moves one = moves_of(usual, usual.portion(0)), two = moves_of(changed, portion);
  bool moved = false;
  for (size_t i = 0; i + 1 < order.size(); ++i) {
    const Bits &a = one.at(order[i]), &b = two.at(order[i]);
    moved = moved || rms(a) > 0;
    Bits difference(a.size());
    for (size_t k = 0; k < a.size(); ++k) difference[k] = a[k] - b[k];
    require(
        rms(difference) <= 1e-3f * rms(a),
        "the update of '{}' changes by {:.3g} of its size when '{}' is changed and all errors stay",
        order[i], rms(difference) / rms(a), last);
  }
  require(moved, "no tensor but '{}' is moved by a minibatch", last);
}

// A rule that declares to be online learns from one row after the other: a minibatch is its rows in
// their order.
void online(const Subject& s) {
  if (!s.can(AGON_ONLINE)) throw NotApplicable{"it does not declare to be online"};
  for_each_kind(s, [&](Kind kind) {
    if (kind == Kind::dynamics) throw NotApplicable{"a trajectory is one after the other anyway"};
    Trial together(s, {.kind = kind}), apart(s, {.kind = kind});
    for (Trial* m : {&together, &apart}) m->prepare();
    together.fit(0);
    for (const int64_t row : together.portion(0).numbers) apart.fit(apart.portion_of({row}));
    const auto a = together.kept(), b = apart.kept();
    for (const auto& [tensor, values] : a) {
      require(same_bits(values, b.at(tensor)),
              "'{}' is another after a minibatch than after its rows one by one", tensor);
    }
  });
}

constexpr auto kChecks = std::to_array<Check>({
    {"stops", 4, "Asked to stop, every verb ends within 10 ms of work",
     "call ctx.stop_if_asked() at least every 10 ms of work", stops},
    {"local", 4, "Declared local updates do not see weights far away",
     "do not declare AGON_LOCAL_UPDATES, or declare AGON_WEIGHT_TRANSPORT as well", local},
    {"online", 4, "Declared online learning goes row by row",
     "do not declare AGON_ONLINE, or update after each row", online},
});

}  // namespace

std::span<const Check> principle_checks() { return kChecks; }

}  // namespace agon::conformance
