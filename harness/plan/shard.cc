// SPDX-License-Identifier: MIT
#include "harness/plan/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <tuple>
#include <unordered_map>

#include "core/hash.h"
#include "core/number.h"
#include "harness/plan/tuning.h"

namespace agon::harness {
namespace {

constexpr int64_t kMostShards = 100'000;
constexpr double kRows = 1000;  // of a task, for a budget in epochs beside one in updates

// -1 where the rule has no such parameter.
double count_of(const Variant& variant, std::string_view key) {
  const size_t i = variant.rule->index_of(key);
  return i < variant.values.size() && variant.rule->params[i].type == AGON_INT &&
                 !variant.rule->params[i].is_list()
             ? static_cast<double>(variant.values[i].i)
             : -1;
}

// Rows learnt from times the weights between them. Only its ratios within one rule and task count.
double cost_of(const Variant& variant, const datasets::TaskInfo& task) {
  double inputs = 1;
  for (const int64_t n : task.shape) inputs *= static_cast<double>(n);
  const double outputs = std::max<double>(
      1, static_cast<double>(task.classes()) + static_cast<double>(task.targets()));
  const double depth = count_of(variant, "depth"), width = count_of(variant, "width");
  double weights = inputs * outputs;
  if (width > 0 && depth != 0)
    weights = inputs * width + (std::max(depth, 1.0) - 1) * width * width + width * outputs;
  const double updates = count_of(variant, "updates"), epochs = count_of(variant, "epochs");
  const double rows = updates > 0 ? updates * std::max(count_of(variant, "batch"), 1.0)
                                  : std::max(epochs, 1.0) * kRows;
  return rows * weights;
}

constexpr uint32_t kNoCell = ~0u;
// Any of its trials that the plan has.
uint32_t first_trial(const Tuning& tuning) {
  for (const auto& cells : tuning.cells) {
    if (!cells.empty()) return cells.front();
  }
  return kNoCell;
}

// Cells that must stay together.
struct Unit {
  std::string family;  // what it is balanced within
  std::string order;   // of units that cost the same: a hash of what its cells are
  double cost = 0;
  std::vector<uint32_t> cells;
};

class Sharing {
 public:
  explicit Sharing(const Plan& plan) : plan_(plan), parent_(plan.cells.size()) {
    std::iota(parent_.begin(), parent_.end(), 0u);
    join();
    for (const Variant& variant : plan.variants) settings_.push_back(params_json(variant));
    for (const Treatment& treatment : plan.treatments) work_.push_back(text_of(treatment));
  }

  // The part, from 0 on, of each cell.
  std::vector<uint32_t> parts(uint32_t count) const {
    std::vector<uint32_t> out(plan_.cells.size());
    std::vector<double> loads(count);
    std::unordered_map<std::string, std::vector<double>> family_loads;
    for (const Unit& unit : units()) {
      auto& own = family_loads.try_emplace(unit.family, count, 0.0).first->second;
      uint32_t best = 0;
      for (uint32_t part = 1; part < count; ++part) {
        if (std::tie(own[part], loads[part]) < std::tie(own[best], loads[best])) best = part;
      }
      own[best] += unit.cost;
      loads[best] += unit.cost;
      for (const uint32_t cell : unit.cells) out[cell] = best;
    }
    return out;
  }

 private:
  uint32_t root(uint32_t cell) {
    while (parent_[cell] != cell) cell = parent_[cell] = parent_[parent_[cell]];
    return cell;
  }

  // The lower place is the root, so that a unit is known by its first cell.
  void join(uint32_t a, uint32_t b) {
    a = root(a);
    b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

  void join() {
    std::unordered_map<std::string_view, uint32_t> first;
    first.reserve(plan_.cells.size());
    uint32_t speed = static_cast<uint32_t>(plan_.cells.size());
    for (uint32_t i = 0; i < plan_.cells.size(); ++i) {
      const PlanCell& cell = plan_.cells[i];
      const auto [at, added] = first.try_emplace(cell.key, i);
      if (!added) join(at->second, i);
      if (!reports::is_speed(plan_.treatments[cell.treatment].mode)) continue;
      if (speed < plan_.cells.size()) join(speed, i);
      speed = std::min(speed, i);
    }
    for (const Tuning& tuning : plan_.tunings) {
      const uint32_t trial = first_trial(tuning);
      for (const auto& cells : tuning.cells) {
        for (const uint32_t cell : cells) join(trial, cell);
      }
      for (size_t value = 0; value < tuning.variants.size(); ++value) {
        for (const PlanCell& winner : winners_with(plan_, tuning, value)) {
          const auto at = first.find(winner.key);
          if (at != first.end()) join(trial, at->second);
        }
      }
    }
    for (uint32_t i = 0; i < plan_.cells.size(); ++i) parent_[i] = root(i);
  }

  static std::string text_of(const Treatment& treatment) {
    std::string text(reports::name(treatment.mode));
    for (const Condition& condition : treatment.conditions)
      text += fmt::format(" {}={}", condition.name, fmt::join(condition.values, ","));
    return text;
  }

  std::vector<Unit> units() const {
    std::vector<Unit> out;
    std::unordered_map<uint32_t, size_t> places;
    std::unordered_map<std::string_view, bool> counted;  // a cell of two studies runs once
    for (uint32_t i = 0; i < plan_.cells.size(); ++i) {
      const PlanCell& cell = plan_.cells[i];
      const Variant& variant = plan_.variants[cell.variant];
      const datasets::TaskInfo& task = *plan_.tasks[cell.task];
      std::string family = fmt::format("{}\n{}\n{}\n{}", work_[cell.treatment], variant.rule->id,
                                       task.id, cell.skip.empty());
      const std::string order =
          core::hash_hex(fmt::format("{}\n{}\n{}\n{}", family, settings_[cell.variant], cell.seed,
                                     plan_.suite.studies[cell.study].refit));
      const auto [at, added] = places.try_emplace(parent_[i], out.size());
      if (added) out.emplace_back();
      Unit& unit = out[at->second];
      unit.cells.push_back(i);
      if (added || family < unit.family) unit.family = std::move(family);
      if (unit.order.empty() || order < unit.order) unit.order = order;
      if (cell.skip.empty() && counted.try_emplace(cell.key, true).second)
        unit.cost += cost_of(variant, task);
    }
    std::ranges::sort(out, [](const Unit& a, const Unit& b) {
      return std::tie(b.cost, a.order) < std::tie(a.cost, b.order);
    });
    return out;
  }

  const Plan& plan_;
  std::vector<uint32_t> parent_;  // of each cell the first one of its unit
  std::vector<std::string> settings_, work_;
};

// Of all cells in their order: parts of one plan know each other by it.
std::string fingerprint_of(const Plan& plan) {
  std::string chain;
  for (const PlanCell& cell : plan.cells)
    chain = core::hash_hex(chain + plan.suite.studies[cell.study].name + '\n' + cell.key);
  return chain;
}

}  // namespace

Shard parse_shard(std::string_view text) {
  const size_t slash = text.find('/');
  const auto index = core::parse_whole(text.substr(0, slash)),
             count = slash == text.npos ? std::nullopt : core::parse_whole(text.substr(slash + 1));
  if (!index || !count || *count < 1 || *count > kMostShards || *index < 1 || *index > *count) {
    throw std::invalid_argument(fmt::format(
        "must be i/n with i from 1 to n and n at most {}, as in 2/3: got '{}'", kMostShards, text));
  }
  return {static_cast<uint32_t>(*index), static_cast<uint32_t>(*count)};
}

std::string shard_text(const Shard& shard) {
  return shard.count == 1 ? "" : fmt::format("{}/{}", shard.index, shard.count);
}

void keep_shard(Plan& plan, const Shard& shard) {
  plan.shard = shard;
  plan.fingerprint = fingerprint_of(plan);
  plan.whole = plan.cells.size();
  for (size_t i = 0; i < plan.cells.size(); ++i) plan.cells[i].position = static_cast<uint32_t>(i);
  plan.whole_with_winners = plan.whole;
  for (Tuning& tuning : plan.tunings) {
    tuning.position = static_cast<uint32_t>(plan.whole_with_winners);
    plan.whole_with_winners += winners_with(plan, tuning, 0).size();
  }
  if (shard.count == 1) return;
  const std::vector<uint32_t> parts = Sharing(plan).parts(shard.count);
  const auto others = [&](uint32_t cell) { return parts[cell] + 1 != shard.index; };
  std::erase_if(plan.tunings, [&](const Tuning& tuning) {
    const uint32_t first = first_trial(tuning);
    return first == kNoCell || others(first);
  });
  std::erase_if(plan.cells, [&](const PlanCell& cell) { return others(cell.position); });
  std::vector<uint32_t> places(plan.whole);  // of those that are kept
  for (size_t i = 0; i < plan.cells.size(); ++i)
    places[plan.cells[i].position] = static_cast<uint32_t>(i);
  for (Tuning& tuning : plan.tunings) {
    for (auto& cells : tuning.cells) {
      for (uint32_t& cell : cells) cell = places[cell];
    }
  }
}

}  // namespace agon::harness
