// SPDX-License-Identifier: MIT
//
// What is left of a first task when a second is learnt; see train/protocols/forgetting.h.
#include "harness/train/protocols/forgetting.h"

#include <fmt/format.h>

#include "harness/plan/study.h"

namespace agon::harness {
namespace {

std::vector<Treatment> one_after_the_other(const Study&, const RuleManifest&) {
  return {{reports::Mode::forgetting, {}}};
}

std::string refuses(const datasets::TaskInfo& task) {
  if (task.matched() != 0) return "";
  return fmt::format("task {} is one task: forgetting needs two, as in split-digits", task.id);
}

}  // namespace

StudyType forgetting_study() {
  StudyType type{reports::StudyKind::forgetting, forgetting_cell};
  type.treatments = one_after_the_other;
  type.refuses = refuses;
  return type;
}

}  // namespace agon::harness
