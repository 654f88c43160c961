// SPDX-License-Identifier: MIT
//
// The kinds of problem that a rule declares, with which values it takes them, and how a check goes
// through all of them.
#include <fmt/format.h>

#include <map>
#include <utility>

#include "harness/conformance/trial.h"
#include "harness/plugins/values.h"
#include "harness/train/guarded_output.h"

namespace agon::conformance {

using harness::RuleFailure;

const char* name(Kind kind) noexcept {
  switch (kind) {
    case Kind::classify: return "classes";
    case Kind::regress: return "real targets";
    case Kind::series: return "series";
    default: return "trajectories";
  }
}

std::vector<Kind> kinds_of(const agon_rule& rule) {
  std::vector<Kind> kinds;
  const auto add = [&](uint64_t bit, Kind kind) {
    if ((rule.capabilities & bit) != 0) kinds.push_back(kind);
  };
  // A rule may take series only: then it offers no table for flat rows.
  if (rule.extension(&rule, AGON_SUPERVISED_ID) != nullptr) {
    add(AGON_CAN_CLASSIFY, Kind::classify);
    add(AGON_CAN_REGRESS, Kind::regress);
  }
  if ((rule.capabilities & AGON_CAN_CLASSIFY) != 0) add(AGON_CAN_SEQUENCE, Kind::series);
  add(AGON_CAN_DYNAMICS, Kind::dynamics);
  return kinds;
}

bool has_rows(Kind kind) noexcept { return kind == Kind::classify || kind == Kind::regress; }

// ---- values

namespace {

std::vector<agon_value> taken_values(const Subject& subject, Kind kind) {
  const Problem problem{.kind = kind};
  std::vector<std::vector<agon_value>> candidates{subject.manifest.defaults()};
  for (const harness::PresetManifest& preset : subject.manifest.presets)
    candidates.push_back(harness::preset_values(subject.manifest, preset));
  std::string refusal;
  for (const std::vector<agon_value>& values : candidates) {
    try {
      Trial trial(subject, problem, values);
      return values;
    } catch (const RuleFailure& failure) {
      if (refusal.empty()) refusal = failure.what();
    }
  }
  throw Fault{fmt::format("it declares {}, and neither its defaults nor a preset takes them: {}",
                          name(kind), refusal)};
}

}  // namespace

// To know them takes a model, and models are dear: once a process. A rule lives as long as that.
const std::vector<agon_value>& usual_values(const Subject& subject, Kind kind) {
  static std::map<std::pair<const agon_rule*, Kind>, std::vector<agon_value>> known;
  const std::pair key(subject.rule, kind);
  auto found = known.find(key);
  if (found == known.end()) found = known.emplace(key, taken_values(subject, kind)).first;
  return found->second;
}

std::optional<std::vector<agon_value>> with(const Subject& subject, std::vector<agon_value> values,
                                            std::string_view key, int64_t number) {
  const size_t i = subject.manifest.index_of(key);
  if (i >= subject.manifest.params.size()) return std::nullopt;
  const harness::ParamManifest& param = subject.manifest.params[i];
  if (param.type != AGON_INT) return std::nullopt;
  const agon_value value =
      param.is_list() ? harness::list_value({{.i = number}}) : agon_value{.i = number};
  if (!harness::range_error(param, value).empty()) return std::nullopt;
  values[i] = value;
  return values;
}

// ---- how a check goes through a rule

void for_each_kind(const Subject& subject, const std::function<void(Kind)>& visit) {
  std::string nothing;
  bool applied = false;
  for (const Kind kind : kinds_of(*subject.rule)) {
    const auto told = [kind](std::string_view text) {
      return fmt::format("{}: {}", name(kind), text);
    };
    try {
      visit(kind);
      applied = true;
    } catch (const NotApplicable& none) {
      if (nothing.empty()) nothing = none.reason;
    } catch (const Fault& fault) {
      throw Fault{told(fault.reason)};
    } catch (const RuleFailure& failure) {
      throw Fault{
          told(fmt::format("{} ({})", failure.what(), harness::status_words(failure.status())))};
    } catch (const harness::BadOutput& bad) {
      throw Fault{told(bad.detail)};
    }
  }
  if (!applied) throw NotApplicable{nothing.empty() ? "it declares no kind" : nothing};
}

bool done_or_refused(const std::function<void()>& work) {
  try {
    work();
    return true;
  } catch (const RuleFailure& failure) {
    switch (failure.status()) {
      case AGON_INVALID:
      case AGON_UNSUPPORTED:
        require(std::string_view(failure.what()) != harness::status_words(failure.status()),
                "it refuses and gives no reason ({})", failure.what());
        return false;
      case AGON_DIVERGED:
      case AGON_NO_MEMORY: return false;
      default:
        throw Fault{
            fmt::format("{} ({}) where it may only refuse (AGON_INVALID, AGON_UNSUPPORTED) or "
                        "diverge (AGON_DIVERGED)",
                        failure.what(), harness::status_words(failure.status()))};
    }
  }
}

}  // namespace agon::conformance
