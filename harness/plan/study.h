// SPDX-License-Identifier: MIT
//
// What a kind of study is to the harness: its keys, its cells and how they are trained. The kinds
// stand in harness/studies/, a file each; plan and work ask this table and know none of them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/toml.h"
#include "datasets/task.h"
#include "harness/plan/suite.h"
#include "harness/plugins/manifest.h"
#include "reports/record/record.h"

namespace agon::harness {

struct CellContext;

// One way to run a rule on a task with a seed: each is a cell. Mode and conditions are part of its
// key, so that two kinds which share both must train alike.
struct Treatment {
  reports::Mode mode = reports::Mode::train;
  std::vector<Condition> conditions;
  bool operator==(const Treatment&) const = default;
};

struct StudyType {
  reports::StudyKind kind;
  // Trains one cell in a worker. Never throws for what a rule does.
  reports::CellOutcome (*protocol)(const CellContext& cell);

  // The key of [[study]] that this kind has and no other, read by read(), or "".
  std::string_view key{};
  std::string_view without{};  // of a study of another kind: "harms no models"
  // The parameter that its cells go over, where it is always the same: "width".
  std::string_view over{};
  // Takes from the study's table what this kind needs, and completes the study; may be null.
  void (*read)(const core::TomlTable& table, Study& study) = nullptr;

  // The condition that tells its cells apart, a cell for each of its values, or "". To reports it is
  // a parameter of the cell, and the study goes over it.
  std::string_view varies{};
  // The cells of each seed of this rule; null: one under the study's conditions, or what `varies`
  // says.
  std::vector<Treatment> (*treatments)(const Study& study, const RuleManifest& rule) = nullptr;
  // Why no rule runs on this task, or ""; null: there is no reason.
  std::string (*refuses)(const datasets::TaskInfo& task) = nullptr;
  bool pictures = true;   // the first seed's are shown
  bool measures = false;  // its cells may be trials: measure, trials_of
};

// Defined in harness/studies/studies.cc.
std::span<const StudyType> study_types();
const StudyType& study_type(reports::StudyKind kind);

std::vector<Treatment> treatments(const Study& study, const RuleManifest& rule);

}  // namespace agon::harness
