// SPDX-License-Identifier: MIT
#include "datasets/kinds/kind.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>

namespace agon::datasets {

// Each in the file of its name.
extern const TaskKind kClassify;
extern const TaskKind kDynamics;
extern const TaskKind kRegress;

namespace {

// In the order of Kind.
constexpr std::array kKinds = {&kClassify, &kDynamics, &kRegress};

}  // namespace

const TaskKind& task_kind(Kind kind) noexcept { return *kKinds.at(static_cast<size_t>(kind)); }

std::vector<std::string_view> kind_names() {
  std::vector<std::string_view> names;
  for (const TaskKind* kind : kKinds) names.push_back(kind->name);
  return names;
}

Kind kind_named(std::string_view name) {
  return static_cast<Kind>(std::ranges::find(kKinds, name, &TaskKind::name) - kKinds.begin());
}

std::string_view name(Kind kind) noexcept { return task_kind(kind).name; }
std::vector<Fact> facts(const TaskInfo& info) {
  std::vector<Fact> all = task_kind(info.kind()).facts(info);
  std::vector<std::string> reached;
  for (const Baseline& baseline : info.baselines)
    reached.push_back(fmt::format("{} {}", baseline.name, baseline.score));
  if (!reached.empty()) all.push_back({"baselines", fmt::format("{}", fmt::join(reached, ", "))});
  return all;
}
std::string_view chance_name(const TaskInfo& info) noexcept {
  return task_kind(info.kind()).chance;
}

int32_t TaskInfo::classes() const noexcept {
  const auto* rows = std::get_if<ClassifyInfo>(&of);
  return rows ? rows->classes : 0;
}

int64_t TaskInfo::targets() const noexcept {
  const auto* rows = std::get_if<RegressInfo>(&of);
  return rows ? rows->targets : 0;
}

double TaskInfo::matched() const noexcept {
  const auto* rows = std::get_if<ClassifyInfo>(&of);
  return rows ? rows->matched : 0;
}

double TaskInfo::ridge() const noexcept {
  const auto* moves = std::get_if<DynamicsInfo>(&of);
  return moves ? moves->ridge : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace agon::datasets
