// SPDX-License-Identifier: MIT
#include "harness/plan/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <numeric>
#include <span>
#include <stdexcept>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "core/hash.h"
#include "core/number.h"
#include "harness/plan/balance.h"
#include "harness/plan/tuning.h"

namespace agon::harness {
namespace {

constexpr int64_t kMostShards = 100'000;
constexpr uint32_t kNone = ~0u;

// Any of its trials that the plan has.
uint32_t first_trial(const Tuning& tuning) {
  for (const auto& cells : tuning.cells) {
    if (!cells.empty()) return cells.front();
  }
  return kNone;
}

// Cells that must stay together.
struct Unit {
  uint32_t first = 0;       // the lowest place of its cells
  uint32_t family = kNone;  // what it is balanced within
  uint64_t order = 0;       // of units that cost the same: a hash of what its cells are
  double cost = 0;
};

class Sharing {
 public:
  Sharing(const Plan& plan, const Costs& costs)
      : plan_(plan), costs_(costs), parent_(plan.cells.size()) {
    std::iota(parent_.begin(), parent_.end(), 0u);
    join();
    for (const Variant& variant : plan.variants) settings_.push_back(params_json(variant));
    for (const Treatment& treatment : plan.treatments) work_.push_back(text_of(treatment));
  }

  // The part, from 0 on, of each cell; `loads` becomes what each part costs.
  std::vector<uint32_t> parts(uint32_t count, std::vector<double>& loads) {
    const std::vector<Unit> all = units();
    Balance balance(count);
    std::vector<uint32_t> out(plan_.cells.size());
    std::vector<double> costs;
    for (const std::span<const Unit> family : families(all)) {
      costs.clear();
      for (const Unit& unit : family) costs.push_back(unit.cost);
      const std::vector<uint32_t> own = balance.add(costs);
      for (size_t i = 0; i < family.size(); ++i) out[family[i].first] = own[i];
    }
    for (size_t i = 0; i < out.size(); ++i) out[i] = out[parent_[i]];
    loads = balance.loads();
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

  // The first digits of a hash.
  static uint64_t number_of(const std::string& text) {
    uint64_t out = 0;
    const std::string hash = core::hash_hex(text);
    std::from_chars(hash.data(), hash.data() + 16, out, 16);
    return out;
  }

  // What cells that differ in their seed alone share.
  struct Setting {
    uint32_t study = kNone, variant = kNone, task = kNone, treatment = kNone;
    bool skipped = false;
    bool operator==(const Setting&) const = default;
  };
  struct Shared {
    uint32_t family = 0;
    std::string text;
    double cost = 0;
  };
  Shared shared_by(const PlanCell& cell) {
    const Variant& variant = plan_.variants[cell.variant];
    // With seconds that are known all units are one family.
    std::string family =
        costs_.measured() ? ""
                          : fmt::format("{}\n{}\n{}\n{}", work_[cell.treatment], variant.rule->id,
                                        plan_.tasks[cell.task]->id, cell.skip.empty());
    const auto at = families_.try_emplace(family, static_cast<uint32_t>(families_.size())).first;
    if (at->second == names_.size()) names_.push_back(number_of(family));
    return {at->second,
            fmt::format("{}\n{}\n{}\n{}\n{}\n", work_[cell.treatment], variant.rule->id,
                        plan_.tasks[cell.task]->id, settings_[cell.variant],
                        plan_.suite.studies[cell.study].refit),
            cell.skip.empty() ? costs_.of(plan_, cell) : 0.0};
  }

  // By family and in it by cost.
  std::vector<Unit> units() {
    std::vector<Unit> out;
    std::vector<uint32_t> places(plan_.cells.size());
    std::unordered_set<std::string_view> counted;  // a cell of two studies runs once
    counted.reserve(plan_.cells.size());
    Setting last;
    Shared shared;
    for (uint32_t i = 0; i < plan_.cells.size(); ++i) {
      const PlanCell& cell = plan_.cells[i];
      const Setting setting{cell.study, cell.variant, cell.task, cell.treatment,
                            !cell.skip.empty()};
      if (setting != last) shared = shared_by(cell);
      last = setting;
      if (parent_[i] == i) {
        places[i] = static_cast<uint32_t>(out.size());
        out.push_back({i, shared.family, ~uint64_t{0}, 0});
      }
      Unit& unit = out[places[parent_[i]]];
      if (names_[shared.family] < names_[unit.family]) unit.family = shared.family;
      unit.order = std::min(unit.order, number_of(shared.text + std::to_string(cell.seed)));
      if (counted.insert(cell.key).second) unit.cost += shared.cost;
    }
    for (const Tuning& tuning : plan_.tunings) {
      if (const uint32_t trial = first_trial(tuning); trial != kNone)
        out[places[parent_[trial]]].cost += cost_of_winners(tuning);
    }
    std::ranges::sort(out, [&](const Unit& a, const Unit& b) {
      return std::tie(names_[a.family], b.cost, a.order) <
             std::tie(names_[b.family], a.cost, b.order);
    });
    return out;
  }

  // The cells that are yet to join: of each value that may win as often as of any other.
  double cost_of_winners(const Tuning& tuning) const {
    double sum = 0;
    size_t cells = 0;
    for (size_t value = 0; value < tuning.variants.size(); ++value) {
      const std::vector<PlanCell> winners = winners_with(plan_, tuning, value);
      if (winners.empty() || !winners.front().skip.empty()) continue;
      sum += costs_.of(plan_, winners.front());
      cells = winners.size();
    }
    return std::round(sum / static_cast<double>(tuning.variants.size())) *
           static_cast<double>(cells);
  }

  // The heaviest first.
  std::vector<std::span<const Unit>> families(std::span<const Unit> units) const {
    std::vector<std::pair<double, std::span<const Unit>>> found;
    for (size_t begin = 0, end = 0; begin < units.size(); begin = end) {
      double cost = 0;
      for (; end < units.size() && units[end].family == units[begin].family; ++end)
        cost += units[end].cost;
      found.emplace_back(cost, units.subspan(begin, end - begin));
    }
    std::ranges::stable_sort(found, std::greater<>(), &decltype(found)::value_type::first);
    std::vector<std::span<const Unit>> out;
    for (const auto& [cost, family] : found) out.push_back(family);
    return out;
  }

  const Plan& plan_;
  const Costs& costs_;
  std::vector<uint32_t> parent_;  // of each cell the first one of its unit
  std::vector<std::string> settings_, work_;
  std::unordered_map<std::string, uint32_t> families_;
  std::vector<uint64_t> names_;  // of families: numbers that do not depend on the plan's order
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
  return {static_cast<uint32_t>(*index), static_cast<uint32_t>(*count), {}};
}

std::string shard_text(const Shard& shard) {
  if (shard.count == 1) return "";
  return fmt::format("{}/{}{}", shard.index, shard.count,
                     shard.costs.empty() ? "" : " by costs " + shard.costs);
}

void keep_shard(Plan& plan, const Shard& shard, const Costs& costs) {
  plan.shard = shard;
  plan.fingerprint = fingerprint_of(plan);
  plan.whole = plan.cells.size();
  for (size_t i = 0; i < plan.cells.size(); ++i) plan.cells[i].position = static_cast<uint32_t>(i);
  plan.whole_with_winners = plan.whole;
  for (Tuning& tuning : plan.tunings) {
    tuning.position = static_cast<uint32_t>(plan.whole_with_winners);
    plan.whole_with_winners += count_winners(plan, tuning);
  }
  if (shard.count == 1) return;
  plan.shard.costs = costs.id();
  const std::vector<uint32_t> parts = Sharing(plan, costs).parts(shard.count, plan.loads);
  const auto others = [&](uint32_t cell) { return parts[cell] + 1 != shard.index; };
  std::erase_if(plan.tunings, [&](const Tuning& tuning) {
    const uint32_t first = first_trial(tuning);
    return first == kNone || others(first);
  });
  std::erase_if(plan.cells, [&](const PlanCell& cell) { return others(cell.position); });
  plan.cells.shrink_to_fit();
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
