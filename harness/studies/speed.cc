// SPDX-License-Identifier: MIT
//
// How many samples a second a rule trains on and predicts; see train/protocols/speed.h.
#include "harness/train/protocols/speed.h"

#include "harness/plan/study.h"
#include "harness/train/courses/kind.h"
#include "reports/summary/summary.h"

namespace agon::harness {
namespace {

using reports::Mode;

void read(const core::TomlTable&, Study& study) { study.value = "samples_per_s_train"; }

// What a rule is held against is measured twice in every round; a study over a parameter holds
// settings against each other and says of none that it is faster than the baseline.
std::vector<Treatment> once_or_twice(const Study& study, const RuleManifest& rule) {
  if (study.by.empty() && rule.id == reports::kBaseline)
    return {{Mode::speed, {}}, {Mode::speed_again, {}}};
  return {{Mode::speed, {}}};
}

std::string refuses(const datasets::TaskInfo& task) {
  return course_kind(task).rows ? "" : "speed is measured on tasks of rows";
}

}  // namespace

StudyType speed_study() {
  StudyType type{reports::StudyKind::speed, time_cell};
  type.read = read;
  type.treatments = once_or_twice;
  type.refuses = refuses;
  return type;
}

}  // namespace agon::harness
