// SPDX-License-Identifier: MIT
//
// Level 3: same seed, same bytes, whatever runs beside; what only looks leaves no trace; a saved model
// goes on as it was; harm is healed.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>

#include "core/machine.h"
#include "core/parallel.h"
#include "harness/conformance/levels.h"
#include "harness/conformance/trial.h"

namespace agon::conformance {
namespace {

// What a model has become: its tensors and its answers.
struct Result {
  std::map<std::string, Bits> tensors;
  Bits answers;
};

Result learn(const Subject& s, Kind kind, int64_t epochs = 2) {
  Trial m(s, {.kind = kind});
  m.prepare();
  m.epochs(epochs);
  Result result{m.tensors(), {}};
  result.answers = m.answers();
  return result;
}

void require_same(const Result& a, const Result& b, const std::string& when) {
  for (const auto& [tensor, values] : a.tensors) {
    const auto other = b.tensors.find(tensor);
    require(other != b.tensors.end() && same_bits(values, other->second),
            "tensor '{}' has other bytes {}", tensor, when);
  }
  require(same_bits(a.answers, b.answers), "its answers have other bytes {}", when);
}

void same_seed(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    require_same(learn(s, kind), learn(s, kind), "when it learns the same again");
  });
}

// Two models at once are each what it is alone.
void models_apart(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    const Result alone = learn(s, kind);
    Trial a(s, {.kind = kind}), b(s, {.kind = kind, .seed = 2});
    a.prepare();
    b.prepare();
    for (int64_t e = 1; e <= 2; ++e) {
      for (size_t i = 0; i < a.portions(); ++i) {
        a.fit(i);
        b.fit(i);
      }
      a->end_epoch(e);
      b->end_epoch(e);
    }
    b.answers();
    Result beside{a.tensors(), {}};
    beside.answers = a.answers();
    require_same(alone, beside, "when another model learns beside it");
  });
}

// Puts the process back when it goes.
struct OneThread {
  ~OneThread() {
    core::set_parallel(core::Backend::serial, 1);
    core::set_shared_from(core::kSharedFrom);
  }
};

void threads(const Subject& s) {
  const OneThread restored;
  core::set_shared_from(1);  // every kernel
  for_each_kind(s, [&](Kind kind) {
    core::set_parallel(core::Backend::serial, 1);
    const Result one = learn(s, kind, 1);
    for (const unsigned count : {2u, 4u}) {
      core::set_parallel(core::Backend::std_threads, count);
      require_same(one, learn(s, kind, 1), fmt::format("on {} threads", count));
    }
  });
}

struct SameTarget {
  const std::string target = core::simd_target();
  ~SameTarget() { core::pin_simd_target(target); }
};

void simd(const Subject& s) {
  const SameTarget restored;
  std::vector<std::string> fused;
  for (const std::string& target : core::simd_targets()) {
    core::pin_simd_target(target);
    if (core::simd_class() == "fma") fused.push_back(target);
  }
  if (fused.size() < 2) throw NotApplicable{"this machine has less than two SIMD targets with FMA"};
  for_each_kind(s, [&](Kind kind) {
    core::pin_simd_target(fused.front());
    const Result best = learn(s, kind);
    for (const std::string& target : fused) {
      core::pin_simd_target(target);
      require_same(best, learn(s, kind),
                   fmt::format("on {}, as against {}", target, fused.front()));
    }
  });
}

// Answers between two minibatches change nothing that is learnt, and the same is answered twice.
void answering(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    Trial quiet(s, {.kind = kind}), asked(s, {.kind = kind});
    for (Trial* m : {&quiet, &asked}) m->prepare();
    for (int64_t e = 1; e <= 2; ++e) {
      for (size_t i = 0; i < quiet.portions(); ++i) {
        quiet.fit(i);
        asked.fit(i);
        asked.answers(asked.portion(0));
      }
      quiet->end_epoch(e);
      asked->end_epoch(e);
    }
    const auto before = asked.kept();
    require(before == quiet.kept(), "asking while it learns changes what it learns");
    const Bits once = asked.answers();
    require(same_bits(once, asked.answers()), "the second answer has other bytes than the first");
    require(before == asked.kept(), "answering changes its tensors");
    require(same_bits(once, quiet.answers()), "asking while it learns changes its answers");
  });
}

// What is answered to a row does not depend on the rows beside it. Sums may be taken in another order.
void rows_apart(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    if (kind == Kind::dynamics) throw NotApplicable{"a free run has no rows beside it"};
    Trial m(s, {.kind = kind});
    m.prepare();
    m.epochs(1);
    const Bits together = m.answers();
    const auto cols = static_cast<size_t>(m.outputs());
    float largest = 1;
    for (const float v : together) largest = std::max(largest, std::fabs(v));
    for (const int64_t row : {0, 1, 2, 7, 17, 35}) {
      const Bits alone = m.answers(m.portion_of({row}));
      for (size_t k = 0; k < cols; ++k) {
        const float beside = together[static_cast<size_t>(row) * cols + k];
        require(std::fabs(alone[k] - beside) <= 1e-4f * largest,
                "row {} alone is answered {}, among others {}", row, alone[k], beside);
      }
    }
  });
}

// The loss is what fit reports before its update, and asking for it leaves no trace.
void loss(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    const Problem problem{.kind = kind, .rows = 16};  // one minibatch
    Trial asked(s, problem), quiet(s, problem);
    if (!asked->has_loss()) throw NotApplicable{"it offers no loss"};
    for (Trial* m : {&asked, &quiet}) m->prepare();
    const double before = asked.loss();
    require(std::isfinite(before), "its loss before learning is not finite");
    require(asked.loss() == before, "its loss is another when it is asked again");
    const double reported = asked.epoch(1), unasked = quiet.epoch(1);
    require(reported == unasked, "asking for the loss changes what fit reports");
    // Within a trajectory, and row by row, a rule learns while the loss is taken.
    if (kind != Kind::dynamics && !s.can(AGON_ONLINE)) {
      require(std::fabs(reported - before) <= 1e-6 * std::fabs(before),
              "its loss is {}, fit reports {} for the same rows", before, reported);
    }
    asked.loss();
    require(asked.kept() == quiet.kept(), "asking for the loss changes what it learns");
    require(same_bits(asked.answers(), quiet.answers()), "asking for the loss changes its answers");
    asked.epoch(2);
    quiet.epoch(2);
    require(asked.kept() == quiet.kept(), "asking for the loss changes what it learns next");
    require(same_numbers(asked->metrics(), quiet->metrics()),
            "asking for the loss changes its metrics");
  });
}

// ---- a saved model

void require_alike(Trial& whole, Trial& resumed, const std::string& when) {
  require(whole->save() == resumed->save(), "it saves other bytes {}", when);
  require(whole.tensors() == resumed.tensors(), "its tensors are others {}", when);
  require(same_bits(whole.answers(), resumed.answers()), "its answers are others {}", when);
  require(same_numbers(whole->metrics(), resumed->metrics()), "its metrics are others {}", when);
}

void state(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    for (const int64_t before : {0, 1, 3}) {
      Trial whole(s, {.kind = kind}), resumed(s, {.kind = kind});
      if (!whole->has_state()) throw NotApplicable{"it does not offer " AGON_STATE_ID};
      whole.prepare();
      whole.epochs(before);
      const std::string bytes = whole->save();
      resumed->load(bytes);
      require(resumed->save() == bytes, "it saves other bytes than it was loaded from");
      const std::string break_at = fmt::format("after a break at epoch {}", before);
      require_alike(whole, resumed, break_at);
      for (int64_t e = before + 1; e <= before + 2; ++e) {
        const double a = whole.epoch(e), b = resumed.epoch(e);
        require(a == b || (std::isnan(a) && std::isnan(b)), "its loss is another {}", break_at);
      }
      require_alike(whole, resumed, break_at + " and two epochs more");
    }
  });
}

void state_within_an_epoch(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    Trial whole(s, {.kind = kind}), resumed(s, {.kind = kind});
    if (!whole->has_state()) throw NotApplicable{"it does not offer " AGON_STATE_ID};
    whole.prepare();
    whole.fit(0);
    resumed->load(whole->save());
    for (Trial* m : {&whole, &resumed}) {
      for (size_t i = 1; i < m->portions(); ++i) m->fit(i);
      (*m)->end_epoch(1);
    }
    require_alike(whole, resumed, "after a break within an epoch");
    // A model that has learnt takes no state.
    bool taken = true;
    try {
      whole->load(resumed->save());
    } catch (const harness::RuleFailure&) {
      taken = false;
    }
    require(!taken, "it loads a state after it has learnt");
  });
}

// ---- harm

constexpr std::array<const char*, 3> kHarms{"silence", "noise on the state",
                                            "noise on the weights"};

// Rows of the problem whose largest score is that of their class; 0 where there are no classes.
int64_t hits(const Trial& m, const Bits& answers) {
  if (m.problem().kind != Kind::classify && m.problem().kind != Kind::series) return 0;
  const auto cols = static_cast<std::ptrdiff_t>(m.outputs());
  int64_t count = 0;
  for (int64_t row = 0; row < m.problem().rows; ++row) {
    const auto at = answers.begin() + row * cols;
    count += std::max_element(at, at + cols) - at == row % cols ? 1 : 0;
  }
  return count;
}

void harm(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    Trial m(s, {.kind = kind});
    m.prepare();
    m.epochs(2);
    const Bits whole = m.answers();
    const auto tensors = m.kept();
    float largest = 1;
    for (const float v : whole) largest = std::max(largest, std::fabs(v));
    bool any = false;
    for (uint32_t harm = 0; harm < kHarms.size(); ++harm) {
      if (!m->takes_harm(harm)) continue;
      any = true;
      m->harm(harm, 1e-6, 1);
      const Bits hardly = m.answers();
      // A spike moves an answer by a whole step, and a free run by all that follows.
      for (size_t i = 0; i < whole.size() && has_rows(kind) && !s.can(AGON_SPIKING); ++i) {
        require(std::fabs(hardly[i] - whole[i]) <= 1e-3f * (1 + largest),
                "{} of level 1e-6 moves an answer from {} to {}", kHarms[harm], whole[i],
                hardly[i]);
      }
      require(std::abs(hits(m, hardly) - hits(m, whole)) <= 1,
              "{} of level 1e-6 changes the class of {} rows", kHarms[harm],
              std::abs(hits(m, hardly) - hits(m, whole)));
      m->harm(harm, 0.5, 2);
      require(!same_bits(whole, m.answers()), "{} of level 0.5 changes no answer", kHarms[harm]);
      m->harm(harm, 0, 0);
      require(same_bits(whole, m.answers()), "level 0 does not undo {}: other answers",
              kHarms[harm]);
      require(tensors == m.kept(), "level 0 does not undo {}: other tensors", kHarms[harm]);
    }
    if (!any) throw NotApplicable{"it takes no harm"};
  });
}

void weight_noise(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    Trial m(s, {.kind = kind});
    if (!m->takes_harm(AGON_WEIGHT_NOISE)) throw NotApplicable{"it takes no noise on its weights"};
    m.prepare();
    m.epochs(2);
    const auto before = m.tensors();
    m->harm(AGON_WEIGHT_NOISE, 0.5, 1);
    for (const auto& [tensor, values] : m.tensors()) {
      const bool noisy = !same_bits(values, before.at(tensor));
      require(noisy || !m.learns(tensor), "no noise falls on the learnt tensor '{}'", tensor);
      require(!noisy || m.learns(tensor), "noise falls on '{}', which is not learnt", tensor);
    }
  });
}

constexpr const char* kRandom =
    "draw from agon_task.seed through the host's streams; read no clock, address or uninitialised memory";
constexpr const char* kChunks =
    "let chunks of parallel_for write apart; sum them afterwards in their order";
constexpr const char* kPure = "work on copies in what does not learn";
constexpr const char* kState = "let state() visit everything that fit, end_epoch and prepare leave";

constexpr auto kChecks = std::to_array<Check>({
    {"same-seed", 3, "The same seed gives the same bytes", kRandom, same_seed},
    {"models-apart", 3, "Two models side by side are what each is alone",
     "keep no mutable globals or statics", models_apart},
    {"threads", 3, "1, 2 and 4 threads give the same bytes", kChunks, threads},
    {"simd", 3, "All SIMD targets with FMA give the same bytes",
     "leave arithmetic to the host's kernels, or compile with -ffp-contract=off and sum in one order",
     simd},
    {"answering", 3, "predict and rollout leave no trace, twice is the same", kPure, answering},
    {"rows-apart", 3, "The answer to a row does not depend on the rows beside it",
     "start every row from rest", rows_apart},
    {"loss", 3, "loss is what fit reports, and leaves no trace", kPure, loss},
    {"state", 3, "A saved model goes on to the same bytes", kState, state},
    {"state-within-an-epoch", 3, "Also when the break falls between two minibatches", kState,
     state_within_an_epoch},
    {"harm", 3, "Harm grows from nothing and level 0 undoes it to the byte",
     "keep what harm changes and put it back", harm},
    {"weight-noise", 3, "Noise on the weights falls on all that was learnt and on nothing else",
     "give each Tensor the role it has", weight_noise},
});

}  // namespace

std::span<const Check> repeating_checks() { return kChecks; }

}  // namespace agon::conformance
