// SPDX-License-Identifier: MIT
#include "reports/claims/cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/record/outcome.h"
#include "reports/summary/group.h"

namespace agon::reports {
namespace {

std::string text_of(const Params& params, const std::string& key) {
  const auto at = params.find(key);
  return at == params.end() ? "" : at->second;
}

bool accepts(const std::vector<std::string>& values, const std::string& value) {
  return values.empty() ||
         std::ranges::any_of(values, [&](const auto& v) { return same_value(v, value); });
}

bool has_parameters(const CellFilter& filter, const Params& params) {
  return std::ranges::all_of(filter.params, [&](const auto& named) {
    const auto at = params.find(named.first);
    return at != params.end() && accepts(named.second, at->second);
  });
}

// What the cells of one number differ in besides the seed, in words; "" when they are alike.
std::string difference(const Cells& cells) {
  std::set<std::string> tasks, keys, builds;
  for (const auto& cell : cells) {
    builds.insert(cell.record->id.plugin_build);
    tasks.insert(cell.record->id.task);
    for (const auto& [key, value] : *cell.params) keys.insert(key);
  }
  if (builds.size() > 1) {
    return fmt::format("the cells are of {} builds of the rule's plugin: report their runs apart",
                       builds.size());
  }
  if (tasks.size() > 1) {
    return "the cells are of the tasks " +
           joined(std::vector<std::string>(tasks.begin(), tasks.end()), ", ") + ": name one";
  }
  for (const std::string& key : keys) {
    std::set<std::string> values;
    for (const auto& cell : cells) values.insert(text_of(*cell.params, key));
    if (values.size() < 2) continue;
    std::vector<std::string> shown;
    for (const std::string& v : values) {
      if (shown.size() == 4) {
        shown.emplace_back("...");
        break;
      }
      shown.push_back(v.empty() ? "none" : v);
    }
    return fmt::format("the cells differ in {} ({}): name one value of it, or use per", key,
                       joined(shown, ", "));
  }
  return "";
}

}  // namespace

const std::vector<std::string>* named_values(const CellFilter& filter, const std::string& key) {
  for (const auto& [name, values] : filter.params) {
    if (name == key) return &values;
  }
  return nullptr;
}

std::string joined(const std::vector<std::string>& values, const char* between) {
  return fmt::format("{}", fmt::join(values, between));
}

std::string counted(size_t n, const char* noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

Cells at_value(const Cells& cells, const std::string& key, const std::string& value) {
  Cells out;
  for (const auto& cell : cells) {
    const auto at = cell.params->find(key);
    if (at != cell.params->end() && same_value(at->second, value)) out.push_back(cell);
  }
  return out;
}

std::vector<std::string> values_of(const Cells& cells, const std::string& key) {
  std::vector<std::string> out;
  for (const auto& cell : cells) {
    const auto at = cell.params->find(key);
    if (at == cell.params->end()) continue;
    const bool known =
        std::ranges::any_of(out, [&](const auto& v) { return same_value(v, at->second); });
    if (!known) out.push_back(at->second);
  }
  return out;
}

std::string LeftOut::words(const std::string& value) const {
  std::vector<std::string> parts;
  if (!skipped.empty()) {
    parts.push_back(counted(skipped.size(), "seed") + " skipped" +
                    (skip_detail.empty() ? "" : " (" + skip_detail + ")"));
  }
  if (!without_number.empty())
    parts.push_back(counted(without_number.size(), "seed") + " without " + value);
  if (!without_partner.empty())
    parts.push_back(counted(without_partner.size(), "seed") + " without a partner");
  if (!undefined.empty())
    parts.push_back(counted(undefined.size(), "seed") + " without a finite comparison");
  return parts.empty() ? "" : "left out: " + joined(parts, "; ");
}

BySeed numbers(const Cells& cells, const std::string& value, LeftOut& left_out) {
  if (const std::string differs = difference(cells); !differs.empty()) throw Unmeasured{differs};
  BySeed out;
  for (const auto& cell : cells) {
    const uint64_t seed = cell.record->id.seed;
    const double x = cell_value(*cell.record, value, cell.chance);
    if (!std::isnan(x)) {
      out.emplace(seed, x);
    } else if (cell.record->outcome.status == Status::skipped) {
      left_out.skipped.insert(seed);
      if (left_out.skip_detail.empty()) left_out.skip_detail = cell.record->outcome.status_detail;
    } else {
      left_out.without_number.insert(seed);
    }
  }
  return out;
}

ClaimCells::ClaimCells(std::span<const CellRecord> records, std::span<const TaskCard> tasks,
                       const std::function<bool(const CellRecord&)>& of_these) {
  const auto chance = chance_levels(records, tasks);
  const CellRecord* last = nullptr;
  for (const CellRecord& r : records) {
    if (of_these && !of_these(r)) continue;
    if (is_again(r.id.mode)) continue;  // the first measurement's
    if (last == nullptr || !alike_but_seed(*last, r)) params_.push_back(params_of(r.id));
    last = &r;
    by_study_[r.study].push_back({&r, &params_.back(), chance.at(r.id.task)});
  }
}

std::vector<ClaimCells::Cell> ClaimCells::of(const CellFilter& filter, std::string& reason) const {
  const auto study = by_study_.find(filter.study);
  if (study == by_study_.end()) {
    reason = fmt::format("no cell of study {} has finished", filter.study);
    return {};
  }
  Cells of_rule, of_task, out;
  for (const Cell& cell : study->second) {
    if (cell.record->id.rule != filter.rule) continue;
    of_rule.push_back(cell);
    if (!filter.task.empty() && cell.record->id.task != filter.task) continue;
    of_task.push_back(cell);
    if (has_parameters(filter, *cell.params)) out.push_back(cell);
  }
  if (of_rule.empty()) {
    reason = fmt::format("no cell of {} in study {}", filter.rule, filter.study);
  } else if (of_task.empty()) {
    reason = fmt::format("no cell of {} on {} in study {}", filter.rule, filter.task, filter.study);
  } else if (out.empty()) {
    std::vector<std::string> wanted;
    for (const auto& [key, values] : filter.params)
      wanted.push_back(key + " = " + (values.empty() ? "any" : joined(values, " or ")));
    reason = fmt::format("no cell of {} in study {} with {}", filter.rule, filter.study,
                         joined(wanted, ", "));
  }
  return out;
}

bool matches(const CellFilter& filter, const std::string& study, const CellIdentity& id) {
  if (filter.study != study || filter.rule != id.rule) return false;
  if (!filter.task.empty() && filter.task != id.task) return false;
  return filter.params.empty() || has_parameters(filter, params_of(id));
}

}  // namespace agon::reports
