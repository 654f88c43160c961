// SPDX-License-Identifier: MIT
//
// Level 2: a rule runs on every kind that it declares, also at the edges of what it may be given.
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "harness/conformance/levels.h"
#include "harness/conformance/trial.h"
#include "harness/plugins/call.h"
#include "harness/plugins/host.h"
#include "harness/plugins/values.h"

namespace agon::conformance {
namespace {

// Two epochs and the answers, which are numbers.
void live(Trial& m) {
  m.prepare();
  m.epochs(2);
  require(finite(m.answers()), "its answers are not finite");
}

void runs(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    Trial m(s, {.kind = kind});
    m.prepare();
    const double loss = m.epoch(1);
    require(!std::isinf(loss), "its loss is infinite");
    m.epoch(2);
    require(finite(m.answers()), "its answers are not finite");
  });
}

// Any number of rows up to max_batch, in any order of sizes.
void batches(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    if (kind == Kind::dynamics) throw NotApplicable{"trajectories have no minibatches"};
    Trial m(s, {.kind = kind});
    m.prepare();
    for (const size_t rows : {size_t{1}, size_t{16}, size_t{7}, size_t{2}}) {
      std::vector<int64_t> numbers(m.portion(0).numbers);
      numbers.resize(rows);
      const Portion portion = m.portion_of(numbers);
      const double loss = m.fit(portion);
      require(!std::isinf(loss), "its loss of a minibatch of {} rows is infinite", rows);
      require(finite(m.answers(portion)), "its answers to {} rows are not finite", rows);
    }
  });
}

void batch_of_one(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    if (kind == Kind::dynamics) throw NotApplicable{"trajectories have no minibatches"};
    std::vector<agon_value> values = usual_values(s, kind);
    values = with(s, values, "batch", 1).value_or(values);
    const Problem problem{.kind = kind, .rows = 6, .batch = 1};
    done_or_refused([&] {
      Trial m(s, problem, values);
      live(m);
    });
  });
}

// One parameter at each of some values; NotApplicable when the rule has none of them.
void at_each(const Subject& s, Kind kind, std::string_view key, std::span<const int64_t> numbers) {
  const std::vector<agon_value> usual = usual_values(s, kind);
  bool any = false;
  for (const int64_t number : numbers) {
    const auto values = with(s, usual, key, number);
    if (!values) continue;
    any = true;
    try {
      done_or_refused([&] {
        Trial m(s, {.kind = kind, .rows = 20}, *values);
        live(m);
      });
    } catch (const Fault& fault) {
      throw Fault{fmt::format("{}={}: {}", key, number, fault.reason)};
    }
  }
  if (!any) throw NotApplicable{fmt::format("it has no parameter {} that takes such values", key)};
}

void width_of_one(const Subject& s) {
  for_each_kind(s, [&](Kind kind) { at_each(s, kind, "width", std::array{int64_t{1}}); });
}

void depths(const Subject& s) {
  constexpr std::array<int64_t, 9> kDepths{0, 1, 2, 3, 4, 5, 6, 7, 8};
  for_each_kind(s, [&](Kind kind) { at_each(s, kind, "depth", kDepths); });
}

void presets(const Subject& s) {
  if (s.manifest.presets.empty()) throw NotApplicable{"it has no presets"};
  for (const harness::PresetManifest& preset : s.manifest.presets) {
    const auto values = harness::preset_values(s.manifest, preset);
    try {
      for_each_kind(s, [&](Kind kind) {
        done_or_refused([&] {
          Trial m(s, {.kind = kind}, values);
          m.prepare();
          m.epochs(1);
          m.answers();  // numbers or not: its settings may be made for another task
        });
      });
    } catch (const Fault& fault) {
      throw Fault{fmt::format("preset '{}': {}", preset.name, fault.reason)};
    }
  }
}

void one_class(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    if (kind != Kind::classify && kind != Kind::series) throw NotApplicable{"it has no classes"};
    done_or_refused([&] {
      Trial m(s, {.kind = kind, .one_class = true});
      live(m);
    });
  });
}

void constant_inputs(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    done_or_refused([&] {
      Trial m(s, {.kind = kind, .inputs = Inputs::constant});
      live(m);
    });
  });
}

// Trial::answers() looks: every element written, nothing around them.
void outputs(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    Trial m(s, {.kind = kind});
    m.prepare();
    m.epochs(1);
    if (kind == Kind::dynamics) {
      m.answers();
      return;
    }
    for (const size_t rows : {size_t{1}, size_t{5}, size_t{16}}) {
      std::vector<int64_t> numbers(m.portion(0).numbers);
      numbers.resize(rows);
      m.answers(m.portion_of(numbers));
    }
  });
}

// A rule that writes to them ends here, by a signal.
void inputs(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    Trial m(s, {.kind = kind, .read_only = true});
    m.prepare();
    if (m->has_loss()) m.loss();
    m.epochs(2);
    m.answers();
  });
}

// A model that was made and never taught is destroyed, and may be asked.
void untaught(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    { const Trial unused(s, {.kind = kind}); }
    done_or_refused([&] {
      Trial m(s, {.kind = kind});
      m.prepare();
      m.answers();
    });
  });
}

struct Answer {
  agon_status status;
  std::string text;
};

// What check() says of values on a task, as a plan asks it.
Answer asked(const Subject& s, const agon_task& task, const std::vector<agon_value>& values) {
  harness::Call call;
  call.begin("check");
  const agon_status status =
      s.rule->check(s.rule, harness::Host().abi(), call.abi(), &task, values.data());
  return {status, call.failed() ? call.fail_text() : harness::status_words(status)};
}

// What check() refuses create() refuses too, with the same words; and a plan that was let through runs.
void refusals(const Subject& s) {
  if (!s.manifest.checks) throw NotApplicable{"it has no check()"};
  std::vector<std::vector<agon_value>> tried{s.manifest.defaults()};
  for (size_t i = 0; i < s.manifest.params.size(); ++i) {
    const harness::ParamManifest& p = s.manifest.params[i];
    if (p.type != AGON_CHOICE && p.type != AGON_BOOL) continue;
    const int64_t count = p.type == AGON_BOOL ? 2 : static_cast<int64_t>(p.choices.size());
    for (int64_t choice = 0; choice < count; ++choice) {
      std::vector<agon_value> values = tried.front();
      values[i].i = choice;
      tried.push_back(std::move(values));
    }
  }
  constexpr std::array<int64_t, 2> kShape{8, 8};
  agon_task task{};
  task.struct_size = sizeof(task);
  task.kind = s.can(AGON_CAN_CLASSIFY)  ? AGON_CLASSIFY
              : s.can(AGON_CAN_REGRESS) ? AGON_REGRESS
                                        : AGON_DYNAMICS;
  if (task.kind == AGON_DYNAMICS) throw NotApplicable{"it learns trajectories only"};
  task.seed = 1;
  task.inputs = 64;
  task.outputs = 3;
  task.max_batch = 4;
  task.shape = kShape.data();
  task.shape_rank = 2;
  for (const std::vector<agon_value>& values : tried) {
    const Answer at_planning = asked(s, task, values);
    agon_task known = task;
    known.train_rows = 48;
    harness::Call call;
    agon_model* model = nullptr;
    call.begin("create");
    const agon_status created =
        s.rule->create(s.rule, harness::Host().abi(), call.abi(), &known, values.data(), &model);
    if (model != nullptr) s.rule->destroy(model);
    if (at_planning.status == AGON_OK) continue;  // data may still be too small or too large
    require(created != AGON_OK, "check() refuses what create() takes: {}", at_planning.text);
    const std::string text = call.failed() ? call.fail_text() : harness::status_words(created);
    require(created == at_planning.status && text == at_planning.text,
            "check() says '{}' and create() '{}'", at_planning.text, text);
  }
}

constexpr const char* kStatus =
    "check the case and end with a status and a reason (agon::invalid), or handle it";

constexpr auto kChecks = std::to_array<Check>({
    {"runs", 2, "With its defaults (or a preset) it learns and answers on every kind it declares",
     "correct the rule, or do not declare the kind", runs},
    {"batches", 2, "It takes minibatches of any size up to max_batch, in any order",
     "use the rows of the batch, not max_batch", batches},
    {"batch-of-one", 2, "It learns from minibatches of one row", kStatus, batch_of_one},
    {"width-of-one", 2, "It runs, or refuses with a reason, with width=1", kStatus, width_of_one},
    {"depths", 2, "It runs, or refuses with a reason, with depth=0 to 8", kStatus, depths},
    {"presets", 2, "Every preset runs, or is refused with a reason", kStatus, presets},
    {"one-class", 2, "It survives training rows of one class", kStatus, one_class},
    {"constant-inputs", 2, "It survives inputs that are all the same", kStatus, constant_inputs},
    {"outputs", 2, "predict and rollout write every element of their output and nothing around it",
     "write out.rows x out.cols elements, each row out.stride floats after the last", outputs},
    {"inputs", 2, "It reads its inputs only, and not beyond their end",
     "copy what is to be changed; x and target belong to the host", inputs},
    {"untaught", 2, "A model that has learnt nothing can be asked and destroyed",
     "give every member a value in the constructor", untaught},
    {"refusals", 2, "create() refuses what check() refuses, with the same words",
     "let the constructor call what check() calls", refusals},
});

}  // namespace

std::span<const Check> running_checks() { return kChecks; }

}  // namespace agon::conformance
