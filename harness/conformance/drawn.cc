// SPDX-License-Identifier: MIT
//
// Level 5: values, shapes, inputs and bytes that nobody would choose, drawn from a seed. Each case has a
// seed of its own, so that one that failed can be run alone (agon check --reproduce SEED). A rule may
// refuse, diverge or answer; it may not crash, hang, or make numbers of what are none.

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/cpu_time.h"
#include "harness/conformance/draw.h"
#include "harness/conformance/levels.h"
#include "harness/conformance/trial.h"
#include "harness/plugins/call.h"
#include "harness/plugins/values.h"
#include "harness/train/guarded_output.h"

namespace agon::conformance {
namespace {

using harness::ParamManifest;

constexpr double kCallLimitS = 0.5;  // then a rule is asked to stop
constexpr double kBudgetS = 20;      // of CPU time a check; a slow rule sees fewer cases
constexpr int64_t kFewestCases = 10;

void for_each_case(const Subject& s, int64_t usual, const std::function<void(Draw&)>& visit) {
  const double start = core::process_seconds();
  const int64_t count = s.cases > 0 ? s.cases : usual;
  for (int64_t i = 0; i < count; ++i) {
    if (i >= kFewestCases && core::process_seconds() - start > kBudgetS) return;
    const uint64_t seed = s.seed + static_cast<uint64_t>(i);
    harness::Call::note(fmt::format("case {}", seed).c_str());
    Draw draw(seed);
    const auto told = [seed](const std::string& reason) {
      return Fault{fmt::format("--reproduce {}: {}", seed, reason)};
    };
    try {
      visit(draw);
    } catch (const Fault& fault) {
      throw told(fault.reason);
    } catch (const harness::BadOutput& bad) {
      throw told(bad.detail);
    }
  }
}

Kind drawn_kind(const Subject& s, Draw& draw) {
  const std::vector<Kind> kinds = kinds_of(*s.rule);
  return kinds[draw.below(kinds.size())];
}

// Also counts that take long are tried, but not networks that fill the memory of the machine: of what
// shapes the network, small numbers.
constexpr int64_t kLargestStructure = 48;

agon_value drawn_item(const ParamManifest& p, Draw& draw) {
  agon_value value{};
  const bool structure = p.has(AGON_PARAM_STRUCTURE) || p.is_list();
  if (p.type == AGON_REAL) {
    switch (draw.below(5)) {
      case 0: value.r = p.min.r; break;
      case 1: value.r = p.max.r; break;
      case 2: value.r = std::clamp(0.0, p.min.r, p.max.r); break;
      default: {
        const bool decades = p.min.r > 0 && p.max.r / p.min.r > 100;
        value.r = decades ? p.min.r * std::pow(p.max.r / p.min.r, draw.unit())
                          : p.min.r + draw.unit() * (p.max.r - p.min.r);
        value.r = std::clamp(value.r, p.min.r, p.max.r);
      }
    }
    value.r = harness::without_sign_of_zero(value.r);
    return value;
  }
  const int64_t top = structure ? std::max(p.min.i, std::min(p.max.i, kLargestStructure)) : p.max.i;
  switch (draw.below(4)) {
    case 0: value.i = p.min.i; break;
    case 1: value.i = top; break;
    default: {  // as many small ones as large ones
      const auto range = static_cast<double>(top) - static_cast<double>(p.min.i);
      const double above = std::pow(range + 1, draw.unit()) - 1;
      value.i = std::clamp(p.min.i + static_cast<int64_t>(std::min(above, 9e18)), p.min.i, top);
    }
  }
  return value;
}

agon_value drawn_value(const ParamManifest& p, Draw& draw) {
  if (p.is_list()) {
    const int64_t count = p.min_count + static_cast<int64_t>(draw.below(static_cast<uint64_t>(
                                            std::min<int64_t>(p.max_count - p.min_count, 6) + 1)));
    const ParamManifest item = harness::item_of(p);
    std::vector<agon_value> items;
    for (int64_t i = 0; i < count; ++i) items.push_back(drawn_item(item, draw));
    return harness::list_value(std::move(items));
  }
  if (p.type == AGON_TEXT) {
    const int64_t count =
        p.min_count +
        static_cast<int64_t>(draw.below(static_cast<uint64_t>(p.max_count - p.min_count + 1)));
    std::string text;
    for (int64_t i = 0; i < count; ++i) text += "ab,=[]\"\\<&%"[draw.below(11)];
    return harness::text_value(text);
  }
  if (p.type == AGON_BOOL || p.type == AGON_CHOICE) {
    const uint64_t count = p.type == AGON_BOOL ? 2 : p.choices.size();
    return {.i = static_cast<int64_t>(draw.below(count))};
  }
  return drawn_item(p, draw);
}

std::string settings_text(const Subject& s, const std::vector<agon_value>& values) {
  const std::vector<agon_value> usual = s.manifest.defaults();
  std::string text;
  for (size_t i = 0; i < values.size(); ++i) {
    const ParamManifest& p = s.manifest.params[i];
    const std::string now = harness::value_text(p, values[i]);
    if (now == harness::value_text(p, usual[i])) continue;
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", p.key, now);
  }
  return fmt::format("{}[{}]", s.manifest.id, text);
}

// As a run does, but with a limit after which the rule is asked to stop.
void short_life(const Subject& s, Problem problem, const std::vector<agon_value>& values) {
  problem.limit_s = kCallLimitS;
  try {
    done_or_refused([&] {
      try {
        Trial m(s, problem, values);
        m.prepare();
        m.epochs(1);
        if (m->has_loss()) m.loss();
        m.answers();
        m->metrics();
        for (size_t i = 0; i < m->picture_count(); ++i) m->picture(i);
        m.tensors();
      } catch (const harness::RuleFailure& failure) {
        if (failure.status() == AGON_STOPPED) return;  // its half second was over
        throw;
      }
    });
  } catch (const Fault& fault) {
    throw Fault{
        fmt::format("{} on {}: {}", settings_text(s, values), name(problem.kind), fault.reason)};
  } catch (const harness::BadOutput& bad) {
    throw Fault{
        fmt::format("{} on {}: {}", settings_text(s, values), name(problem.kind), bad.detail)};
  }
}

void drawn_values(const Subject& s) {
  if (s.manifest.params.empty()) throw NotApplicable{"it has no parameters"};
  for_each_case(s, 300, [&](Draw& draw) {
    const Kind kind = drawn_kind(s, draw);
    std::vector<agon_value> values = usual_values(s, kind);
    const uint64_t changes = 1 + draw.below(4);
    for (uint64_t i = 0; i < changes; ++i) {
      const size_t at = draw.below(values.size());
      values[at] = drawn_value(s.manifest.params[at], draw);
    }
    Problem problem{.kind = kind};
    problem.rows = 20;
    problem.batch = std::min<int64_t>(
        20, with(s, values, "batch", 1) ? values[s.manifest.index_of("batch")].i : 16);
    short_life(s, problem, values);
  });
}

// Every parameter at both of its ends, alone.
void extremes(const Subject& s) {
  if (s.manifest.params.empty()) throw NotApplicable{"it has no parameters"};
  for_each_kind(s, [&](Kind kind) {
    const std::vector<agon_value> usual = usual_values(s, kind);
    for (size_t i = 0; i < s.manifest.params.size(); ++i) {
      const ParamManifest& p = s.manifest.params[i];
      if (p.is_list() || p.type == AGON_TEXT || p.type == AGON_BOOL || p.type == AGON_CHOICE)
        continue;
      const bool structure = p.has(AGON_PARAM_STRUCTURE);
      agon_value top = p.max;
      if (structure && p.type == AGON_INT)
        top.i = std::max(p.min.i, std::min(p.max.i, kLargestStructure));
      for (const agon_value end : {p.min, top}) {
        std::vector<agon_value> values = usual;
        values[i] = end;
        Problem problem{.kind = kind, .rows = 20};
        if (p.key == "batch") problem.batch = std::clamp<int64_t>(end.i, 1, 20);
        short_life(s, problem, values);
      }
    }
  });
}

void drawn_shapes(const Subject& s) {
  for_each_case(s, 100, [&](Draw& draw) {
    Problem problem{.kind = drawn_kind(s, draw)};
    problem.rows = 1 + static_cast<int64_t>(draw.below(40));
    problem.batch = 1 + static_cast<int64_t>(draw.below(32));
    if (has_rows(problem.kind)) problem.columns = 1 + static_cast<int64_t>(draw.below(100));
    problem.seed = draw.bits();
    problem.one_class = draw.below(8) == 0;
    problem.inputs = draw.below(8) == 0 ? Inputs::constant : Inputs::usual;
    short_life(s, problem, usual_values(s, problem.kind));
  });
}

// Learning from NaN ends with a reason, or shows as answers that are no numbers.
void not_a_number(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    done_or_refused([&] {
      Trial m(s, {.kind = kind, .inputs = Inputs::not_a_number});
      m.prepare();
      m.epochs(1);
      require(!finite(m.answers()), "it answers with finite numbers after learning from NaN");
    });
  });
}

void huge_inputs(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    done_or_refused([&] {
      Trial m(s, {.kind = kind, .inputs = Inputs::huge});
      m.prepare();
      m.epochs(2);
      m.answers();
      m->metrics();
    });
  });
}

void refuse_state(const Subject& s, const Problem& problem, std::string_view bytes,
                  const std::string& what) {
  Trial fresh(s, problem);
  try {
    fresh->load(bytes);
  } catch (const harness::RuleFailure& failure) {
    require(failure.status() == AGON_INVALID, "{} is refused with '{}', not AGON_INVALID", what,
            harness::status_words(failure.status()));
    require(std::string_view(failure.what()) != harness::status_words(AGON_INVALID),
            "{} is refused without a reason", what);
    return;
  }
  throw Fault{fmt::format("{} is loaded as a state", what)};
}

void broken_state(const Subject& s) {
  const std::vector<Kind> kinds = kinds_of(*s.rule);
  for (const Kind kind : kinds) {
    const Problem problem{.kind = kind, .rows = 20};
    std::string bytes;
    {
      Trial taught(s, problem);
      if (!taught->has_state()) throw NotApplicable{"it does not offer " AGON_STATE_ID};
      taught.prepare();
      taught.epochs(1);
      bytes = taught->save();
    }
    if (bytes.empty()) throw Fault{"it saves nothing"};
    refuse_state(s, problem, "", "the empty text");
    refuse_state(s, problem, bytes + '\0', "a state with a byte more");
    Problem other = problem;
    other.seed = 2;
    refuse_state(s, other, bytes, "the state of a model of another seed");
    for_each_case(s, 40, [&](Draw& draw) {
      std::string broken = bytes;
      switch (draw.below(3)) {
        case 0: broken.resize(draw.below(broken.size())); break;
        case 1: broken[draw.below(broken.size())] ^= static_cast<char>(1u << draw.below(8)); break;
        default:
          for (char& c : broken) c = static_cast<char>(draw.below(256));
      }
      refuse_state(s, problem, broken, "a broken state");
    });
  }
}

constexpr const char* kReason =
    "check it and end with a status and a reason (agon::invalid), or take it";

constexpr auto kChecks = std::to_array<Check>({
    {"extremes", 5, "Every parameter at both ends of its range runs, or is refused with a reason",
     "narrow the range, refuse in check(), or handle it; poll should_stop() in long loops",
     extremes},
    {"drawn-values", 5, "So do combinations of values drawn from their ranges", kReason,
     drawn_values},
    {"drawn-shapes", 5, "So do problems of any number of rows and columns, and seeds", kReason,
     drawn_shapes},
    {"not-a-number", 5, "What was learnt from NaN is not answered with numbers",
     "look at the loss or the weights and end with AGON_DIVERGED, or let NaN through",
     not_a_number},
    {"huge-inputs", 5, "Inputs of 1e38 end with a status or with answers", kReason, huge_inputs},
    {"broken-state", 5, "Cut, altered, foreign and random bytes are refused as a state",
     "use agon::State, which checks names, shapes and a sum", broken_state},
});

}  // namespace

std::span<const Check> drawn_checks() { return kChecks; }

}  // namespace agon::conformance
