// SPDX-License-Identifier: MIT
#include "harness/plan/costs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/hash.h"
#include "reports/store/store.h"

namespace agon::harness {
namespace {

constexpr double kRows = 1000;  // of a task, for a budget in epochs beside one in updates
constexpr double kMicro = 1e6;
constexpr size_t kDigits = 8;  // of the id

// Rows learnt from times the weights between them.
double estimate(const reports::CellIdentity& id, const datasets::TaskInfo& task) {
  double inputs = 1;
  for (const int64_t n : task.shape) inputs *= static_cast<double>(n);
  const double outputs = std::max<double>(
      1, static_cast<double>(task.classes()) + static_cast<double>(task.targets()));
  const auto depth = static_cast<double>(id.depth), width = static_cast<double>(id.width);
  double weights = inputs * outputs;
  if (width > 0 && depth != 0)
    weights = inputs * width + (std::max(depth, 1.0) - 1) * width * width + width * outputs;
  const auto batch = static_cast<double>(std::max<int64_t>(id.batch, 1));
  const double rows = id.updates > 0 ? static_cast<double>(id.updates) * batch
                                     : static_cast<double>(std::max<int64_t>(id.epochs, 1)) * kRows;
  return rows * weights;
}

std::string key_of(std::string_view study, const reports::CellIdentity& id) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", study, id.rule, id.task, name(id.mode),
                     id.params_json, id.condition);
}

// From the nearest to all.
std::array<std::string, 3> near_of(const reports::CellIdentity& id) {
  return {fmt::format("{}\n{}\n{}", id.rule, id.task, name(id.mode)), id.rule, ""};
}

// To 4 figures: what is summed in another order in a copy of the run is the same.
double rounded(double seconds) {
  const std::string text = fmt::format("{:.3e}", seconds);
  double out = seconds;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace

Costs::Costs(const std::filesystem::path& store, const Plan& plan) {
  std::vector<std::string> lines;
  for (const reports::CellCost& cost : reports::Store(store, reports::Store::Mode::read).costs()) {
    const auto task = std::ranges::find(plan.tasks, cost.id.task, &datasets::TaskInfo::id);
    if (task == plan.tasks.end()) continue;
    const std::string key = key_of(cost.study, cost.id);
    const double seconds = rounded(cost.seconds);
    lines.push_back(fmt::format("{}\n{}", key, seconds));
    seconds_.emplace(key, seconds);
    const double estimated = estimate(cost.id, **task);
    for (const std::string& near : near_of(cost.id)) {
      near_[near].seconds += seconds;
      near_[near].estimate += estimated;
    }
  }
  if (lines.empty()) {
    throw Error(Exit::usage, store.string(), "says of no cell of this plan what it took",
                "give --costs a run of a suite with such tasks");
  }
  std::ranges::sort(lines);
  id_ = core::hash_hex(fmt::format("{}", fmt::join(lines, "\n"))).substr(0, kDigits);
}

double Costs::of(const Plan& plan, const PlanCell& cell) const {
  const reports::CellIdentity id = identity(plan, cell);
  const double estimated = estimate(id, *plan.tasks[cell.task]);
  if (!measured()) return estimated;
  const auto known = seconds_.find(key_of(plan.suite.studies[cell.study].name, id));
  if (known != seconds_.end()) return std::round(kMicro * known->second);
  for (const std::string& near : near_of(id)) {
    const auto sum = near_.find(near);
    if (sum != near_.end())
      return std::round(kMicro * estimated * sum->second.seconds / sum->second.estimate);
  }
  return estimated;
}

}  // namespace agon::harness
