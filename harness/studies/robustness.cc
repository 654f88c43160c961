// SPDX-License-Identifier: MIT
//
// What harms cost the trained models; see train/protocols/robustness.h. The study's conditions are
// its harms with their levels, in the order of reports::kHarms.
#include "harness/train/protocols/robustness.h"

#include <fmt/format.h>

#include <cmath>

#include "core/error.h"
#include "harness/plan/study.h"

namespace agon::harness {
namespace {

void read_levels(const core::TomlTable& table, Condition& harm) {
  for (const core::TomlItem& item : table.list(harm.name, "levels")) {
    const auto level = item.as_number();
    const auto refuse = [&](const char* reason, const char* fix) {
      throw Error(Exit::usage, item.where(), fmt::format("a level of {} {}", harm.name, reason),
                  fix);
    };
    if (!level || !std::isfinite(*level) || !(*level > 0))
      refuse("must be a number > 0", "leave level 0 out: it is the test score");
    if (harm.name == "lesion" && !(*level < 1))
      refuse("is a share of units, < 1", "write e.g. 0.4");
    if (!harm.values.empty() && !(*level > harm.values.back()))
      refuse("does not ascend", "sort them, each once");
    harm.values.push_back(*level);
  }
}

void read(const core::TomlTable& table, Study& study) {
  const core::TomlTable harms = table.section("harms");
  harms.allow_only(reports::kHarms);
  for (const std::string_view harm : reports::kHarms) {
    if (!harms.has(harm)) continue;
    read_levels(harms, study.conditions.emplace_back(Condition{std::string(harm), {}}));
  }
  if (study.conditions.empty()) {
    throw Error(Exit::usage, harms.where(), "'harms' names no harm",
                "write harms = { lesion = [0.1, 0.4] }");
  }
}

}  // namespace

StudyType robustness_study() {
  StudyType type{reports::StudyKind::robustness, robustness_cell};
  type.key = "harms";
  type.without = "harms no models";
  type.read = read;
  return type;
}

}  // namespace agon::harness
