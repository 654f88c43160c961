// SPDX-License-Identifier: MIT
#include "reports/group.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "reports/label.h"
#include "reports/params.h"

namespace agon::reports {
namespace {

// Parameters that have columns of their own or are no difference between methods.
const std::set<std::string> kOwnColumns = {"depth", "width", "seed"};
// Budgets are often tied to depth: they tell methods apart only where depth and width are equal.
const std::set<std::string> kBudget = {"epochs", "updates"};

// A learning rate is a choice within a method, to be made on validation; what a rule forgets is no
// score to choose by: there every rate stands for itself.
bool chosen(const CellRecord& r, const std::string& key) {
  return key == "lr" && r.id.mode != "forgetting";
}

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
      if (chosen(r, key)) continue;
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

// The variants of a (study, mode, rule), in order of first appearance.
struct Variants {
  std::vector<Setting> settings;
  std::vector<std::string> texts;  // of the settings, whole
};

void add(std::string& text, const std::string& more) {
  if (!text.empty() && !more.empty()) text += ' ';
  text += more;
}

}  // namespace

std::vector<Group> group_cells(std::span<const CellRecord> records) {
  std::unordered_map<std::string, Params> parsed;
  const auto varying = varying_of(records, parsed);
  std::vector<Group> groups;
  std::map<Family, Variants> variants;
  std::map<std::tuple<Family, std::string, std::string, int64_t, int64_t>, size_t> index;
  for (const CellRecord& r : records) {
    const Family family = family_of(r);
    const Varying& v = varying.at(family);
    const Params& params = parsed.at(r.id.params_json);
    Setting setting;
    for (const std::string& key : v.keys) {
      const auto it = params.find(key);
      if (it != params.end()) setting.emplace_back(*it);
    }
    if (v.ruleset) setting.emplace_back("ruleset", r.id.ruleset);
    std::string variant = setting_text(setting);
    const auto [it, added] =
        index.try_emplace({family, variant, r.id.task, r.id.depth, r.id.width}, groups.size());
    if (added) {
      Variants& known = variants[family];
      if (std::ranges::find(known.texts, variant) == known.texts.end()) {
        known.texts.push_back(variant);
        known.settings.push_back(std::move(setting));
      }
      groups.emplace_back().variant = std::move(variant);
    }
    groups[it->second].cells.push_back(&r);
  }
  std::map<Family, std::vector<std::string>> names;
  for (const auto& [family, known] : variants) names[family] = short_texts(known.settings);
  for (Group& group : groups) {
    const Family family = family_of(*group.cells.front());
    const Variants& known = variants.at(family);
    const auto place = std::ranges::find(known.texts, group.variant) - known.texts.begin();
    group.name = group.id().rule;
    add(group.name, names.at(family)[static_cast<size_t>(place)]);
    group.label = group.name;
    const Varying& v = varying.at(family);
    if (v.depth && group.id().depth >= 0)
      add(group.label, "depth=" + std::to_string(group.id().depth));
    if (v.width && group.id().width >= 0)
      add(group.label, "width=" + std::to_string(group.id().width));
  }
  return groups;
}

}  // namespace agon::reports
