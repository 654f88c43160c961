// SPDX-License-Identifier: MIT
#include "reports/group.h"

#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "reports/params.h"

namespace agon::reports {
namespace {

// Parameters that have columns of their own or are no difference between methods.
const std::set<std::string> kOwnColumns = {"lr", "depth", "width", "seed"};
// Budgets are often tied to depth: they tell methods apart only where depth and width are equal.
const std::set<std::string> kBudget = {"epochs", "updates"};

Params compared(const std::string& text) {
  Params params = parse_params(text);
  std::erase_if(params, [](const auto& p) { return kOwnColumns.contains(p.first); });
  return params;
}

// The values that the cells of one task of a (study, mode, rule) take.
struct Seen {
  std::map<std::string, std::set<std::string>> values;
  std::map<std::tuple<std::string, int64_t, int64_t>, std::set<std::string>>
      budgets;  // per depth, width
  std::set<int64_t> depths, widths;
  std::set<std::string> rulesets;
};

// What tells the cells of a (study, mode, rule) apart.
struct Varying {
  std::set<std::string> keys;
  bool depth = false, width = false, ruleset = false;
};

using Family = std::tuple<std::string, std::string, std::string>;  // study, mode, rule

Family family_of(const CellRecord& r) { return {r.study, r.id.mode, r.id.rule}; }

std::map<Family, Varying> varying_of(std::span<const CellRecord> records,
                                     std::unordered_map<std::string, Params>& parsed) {
  std::map<Family, std::map<std::string, Seen>> seen;
  for (const CellRecord& r : records) {
    const auto [it, added] = parsed.try_emplace(r.id.params_json);
    if (added) it->second = compared(r.id.params_json);
    Seen& task = seen[family_of(r)][r.id.task];
    for (const auto& [key, value] : it->second) {
      if (kBudget.contains(key)) {
        task.budgets[{key, r.id.depth, r.id.width}].insert(value);
      } else {
        task.values[key].insert(value);
      }
    }
    task.depths.insert(r.id.depth);
    task.widths.insert(r.id.width);
    task.rulesets.insert(r.id.ruleset);
  }
  std::map<Family, Varying> out;
  for (const auto& [family, tasks] : seen) {
    Varying& varying = out[family];
    for (const auto& [name, task] : tasks) {
      for (const auto& [key, values] : task.values) {
        if (values.size() > 1) varying.keys.insert(key);
      }
      for (const auto& [key, values] : task.budgets) {
        if (values.size() > 1) varying.keys.insert(std::get<0>(key));
      }
      varying.depth |= task.depths.size() > 1;
      varying.width |= task.widths.size() > 1;
      varying.ruleset |= task.rulesets.size() > 1;
    }
  }
  return out;
}

void add(std::string& text, const std::string& key, const std::string& value) {
  if (!text.empty()) text += ' ';
  text += key + "=" + value;
}

}  // namespace

std::vector<Group> group_cells(std::span<const CellRecord> records) {
  std::unordered_map<std::string, Params> parsed;
  const auto varying = varying_of(records, parsed);
  std::vector<Group> groups;
  std::map<std::tuple<Family, std::string, std::string, int64_t, int64_t>, size_t> index;
  for (const CellRecord& r : records) {
    const Varying& v = varying.at(family_of(r));
    const Params& params = parsed.at(r.id.params_json);
    std::string variant;
    for (const std::string& key : v.keys) {
      const auto it = params.find(key);
      if (it != params.end()) add(variant, key, it->second);
    }
    if (v.ruleset) add(variant, "ruleset", r.id.ruleset);
    const auto [it, added] = index.try_emplace(
        {family_of(r), variant, r.id.task, r.id.depth, r.id.width}, groups.size());
    if (added) {
      Group& group = groups.emplace_back();
      group.label = r.id.rule + (variant.empty() ? "" : " " + variant);
      if (v.depth && r.id.depth >= 0) add(group.label, "depth", std::to_string(r.id.depth));
      if (v.width && r.id.width >= 0) add(group.label, "width", std::to_string(r.id.width));
      group.variant = std::move(variant);
    }
    groups[it->second].cells.push_back(&r);
  }
  return groups;
}

}  // namespace agon::reports
