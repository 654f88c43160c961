// SPDX-License-Identifier: MIT
#include "reports/summary/group.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "reports/record/params.h"
#include "reports/summary/builds.h"
#include "reports/summary/label.h"

namespace agon::reports {
namespace {

// Parameters that have columns of their own or are no difference between methods.
const std::set<std::string> kOwnColumns = {"depth", "width", "seed"};
// How long a method trains is no part of its name where it only follows depth.
const std::set<std::string> kBudget = {"epochs", "updates"};

// A learning rate is a choice within a method, to be made on validation; where nothing is chosen
// (what a rule forgets, how fast it is) every rate stands for itself.
bool chosen(const CellRecord& r, const std::string& key) {
  return key == "lr" && trains(r.id.mode);
}

// The same for cells of the same parameters.
std::string settings_text(const CellIdentity& id) {
  return id.condition.empty() ? id.params_json : id.params_json + id.condition;
}

Params compared(const CellIdentity& id) {
  Params params = parameters(id);
  std::erase_if(params, [](const auto& p) { return kOwnColumns.contains(p.first); });
  return params;
}

using Place = std::pair<int64_t, int64_t>;  // depth, width
Place place_of(const CellRecord& r) { return {r.id.depth, r.id.width}; }

// Of one ruleset.
using Places = std::map<Place, std::set<std::string>>;

// The values that the cells of one task of a (study, mode, rule) take.
struct Seen {
  std::map<std::string, std::map<std::string, Places>> values;  // by key and ruleset
  std::set<int64_t> depths, widths;
  std::set<std::string> rulesets;
};

// What tells the cells of a (study, mode, rule) apart.
struct Varying {
  std::set<std::string> keys;       // beside depth and width
  std::set<std::string> followers;  // one value at each depth and width, but not the same at all
  bool depth = false, width = false, ruleset = false;
};

using Family = std::tuple<std::string, Mode, std::string>;  // study, mode, rule

Family family_of(const CellRecord& r) { return {r.study, r.id.mode, r.id.rule}; }

void add_varying(Varying& varying, const Seen& task) {
  // What only another ruleset has is no other method: the word for the ruleset says so.
  for (const auto& [key, rulesets] : task.values) {
    for (const auto& [ruleset, places] : rulesets) {
      std::set<std::string> all;
      bool apart = false;
      for (const auto& [place, values] : places) {
        apart |= values.size() > 1;
        all.insert(values.begin(), values.end());
      }
      if (apart) {
        varying.keys.insert(key);
      } else if (all.size() > 1) {
        varying.followers.insert(key);
      }
    }
  }
  varying.depth |= task.depths.size() > 1;
  varying.width |= task.widths.size() > 1;
  varying.ruleset |= task.rulesets.size() > 1;
}

std::map<Family, Varying> varying_of(std::span<const CellRecord> records,
                                     std::unordered_map<std::string, Params>& parsed) {
  std::map<Family, std::map<std::string, Seen>> seen;
  const CellRecord* last = nullptr;
  for (const CellRecord& r : records) {
    if (last != nullptr && alike_but_seed(*last, r)) continue;
    last = &r;
    const auto [it, added] = parsed.try_emplace(settings_text(r.id));
    if (added) it->second = compared(r.id);
    Seen& task = seen[family_of(r)][r.id.task];
    for (const auto& [key, value] : it->second) {
      if (!chosen(r, key)) task.values[key][r.id.ruleset][place_of(r)].insert(value);
    }
    task.depths.insert(r.id.depth);
    task.widths.insert(r.id.width);
    task.rulesets.insert(r.id.ruleset);
  }
  std::map<Family, Varying> out;
  for (const auto& [family, tasks] : seen) {
    Varying& varying = out[family];
    for (const auto& [name, task] : tasks) add_varying(varying, task);
    for (const std::string& key : varying.keys) varying.followers.erase(key);
    for (const std::string& key : kBudget) varying.followers.erase(key);
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

// The values that these keys have, in their order.
Setting values_of(const Params& params, const std::set<std::string>& keys) {
  Setting out;
  for (const std::string& key : keys) {
    const auto it = params.find(key);
    if (it != params.end()) out.emplace_back(*it);
  }
  return out;
}

}  // namespace

bool alike_but_seed(const CellRecord& a, const CellRecord& b) {
  return a.id.mode == b.id.mode && a.id.depth == b.id.depth && a.id.width == b.id.width &&
         a.id.params_json == b.id.params_json && a.id.task == b.id.task && a.id.rule == b.id.rule &&
         a.study == b.study && a.id.ruleset == b.id.ruleset && a.id.condition == b.id.condition &&
         a.id.plugin_build == b.id.plugin_build && a.id.plugin_version == b.id.plugin_version;
}

bool has_setting(const Params& params, const Setting& setting) {
  return std::ranges::all_of(setting, [&](const auto& named) {
    const auto it = params.find(named.first);
    return it != params.end() && same_value(it->second, named.second);
  });
}

std::vector<Group> group_cells(std::span<const CellRecord> records) {
  std::unordered_map<std::string, Params> parsed;
  const Builds builds(records);
  const auto varying = varying_of(records, parsed);
  std::vector<Group> groups;
  std::map<Family, Variants> variants;
  std::map<std::tuple<Family, std::string, std::string, int64_t, int64_t>, size_t> index;
  const CellRecord* last = nullptr;
  size_t place_of_last = 0;
  for (const CellRecord& r : records) {
    // What sets cells of speed apart is not their setting alone: see builds.h.
    if (last != nullptr && !is_speed(r.id.mode) && alike_but_seed(*last, r)) {
      groups[place_of_last].cells.push_back(&r);
      continue;
    }
    last = &r;
    const Family family = family_of(r);
    const Varying& v = varying.at(family);
    const Params& params = parsed.at(settings_text(r.id));
    Setting setting = values_of(params, v.keys);
    if (v.ruleset && r.id.ruleset != kDefaultRuleset) setting.emplace_back("ruleset", r.id.ruleset);
    for (auto& apart : builds.of(r)) setting.push_back(std::move(apart));
    std::string variant = setting_text(setting);
    const auto [it, added] =
        index.try_emplace({family, variant, r.id.task, r.id.depth, r.id.width}, groups.size());
    if (added) {
      Variants& known = variants[family];
      if (std::ranges::find(known.texts, variant) == known.texts.end()) {
        known.texts.push_back(variant);
        known.settings.push_back(setting);
      }
      Group& group = groups.emplace_back();
      group.variant = std::move(variant);
      group.setting = std::move(setting);
    }
    place_of_last = it->second;
    groups[place_of_last].cells.push_back(&r);
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
    const CellIdentity& id = group.id();
    Setting own;
    if (v.depth && id.depth >= 0) own.emplace_back("depth", std::to_string(id.depth));
    if (v.width && id.width >= 0) own.emplace_back("width", std::to_string(id.width));
    group.setting.insert(group.setting.end(), own.begin(), own.end());
    add(group.label, setting_text(own));
    add(group.label, setting_text(values_of(parsed.at(settings_text(id)), v.followers)));
  }
  return groups;
}

}  // namespace agon::reports
