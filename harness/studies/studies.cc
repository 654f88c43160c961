// SPDX-License-Identifier: MIT
//
// The kinds of study, a row each. A kind that is no more than a training per rule, task and seed is
// its row; any other has a file that is called as it is.
#include <algorithm>
#include <array>
#include <stdexcept>

#include "harness/plan/study.h"
#include "harness/train/protocols/train.h"

namespace agon::harness {

using reports::StudyKind;

StudyType sweep_study();
StudyType imbalance_study();
StudyType speed_study();
StudyType robustness_study();
StudyType forgetting_study();
StudyType data_efficiency_study();

namespace {

// Scores over one parameter of the rules.
constexpr StudyType of_parameter(StudyKind kind, std::string_view parameter) {
  return {
      .kind = kind, .protocol = train_cell, .over = parameter, .pictures = false, .measures = true};
}

}  // namespace

std::span<const StudyType> study_types() {
  static const std::array kTypes{
      StudyType{StudyKind::accuracy, train_cell},
      StudyType{.kind = StudyKind::depth, .protocol = train_cell, .measures = true},
      StudyType{.kind = StudyKind::learning_rate, .protocol = train_cell, .measures = true},
      sweep_study(),
      of_parameter(StudyKind::batch, "batch"),
      of_parameter(StudyKind::width, "width"),
      speed_study(),
      robustness_study(),
      forgetting_study(),
      data_efficiency_study(),
      imbalance_study(),
  };
  return kTypes;
}

const StudyType& study_type(StudyKind kind) {
  const auto types = study_types();
  const auto at = std::ranges::find(types, kind, &StudyType::kind);
  if (at == types.end()) throw std::invalid_argument("a study of no kind");
  return *at;
}

std::vector<Treatment> treatments(const Study& study, const RuleManifest& rule) {
  const StudyType& type = study_type(study.kind);
  if (study.trials) return {{reports::Mode::trial, {}}};
  if (type.treatments != nullptr) return type.treatments(study, rule);
  if (type.varies.empty()) return {{reports::Mode::train, study.conditions}};
  std::vector<Treatment> out;
  for (const Condition& condition : study.conditions) {
    for (const double value : condition.values)
      out.push_back({reports::Mode::train, {{condition.name, {value}}}});
  }
  return out;
}

}  // namespace agon::harness
