// SPDX-License-Identifier: MIT
#include "reports/comparison/settings.h"

#include <fmt/format.h>

#include <set>
#include <tuple>
#include <unordered_map>

#include "reports/record/params.h"
#include "reports/summary/label.h"

namespace agon::reports {
namespace {

// The values that each parameter of each rule takes.
using Seen = std::map<std::string, std::map<std::string, std::set<std::string>>>;

class Pairs {
 public:
  Pairs(std::span<const CellRecord> before, std::span<const CellRecord> after)
      : before_(before), after_(after), seen_{see(before), see(after)} {}

  std::vector<SettingPair> take(std::vector<std::string>& notes) {
    leave_out(seen_[0], seen_[1], "A", notes);
    leave_out(seen_[1], seen_[0], "B", notes);
    for (const CellRecord& r : before_) add(r, &SettingPair::before);
    for (const CellRecord& r : after_) add(r, &SettingPair::after);
    name();
    return std::move(pairs_);
  }

 private:
  const Params& params(const CellRecord& r) {
    const auto [at, added] = parsed_.try_emplace(r.id.params_json);
    if (added) at->second = parse_params(r.id.params_json);
    return at->second;
  }

  Seen see(std::span<const CellRecord> records) {
    Seen seen;
    std::set<std::pair<std::string_view, std::string_view>> known;
    for (const CellRecord& r : records) {
      if (!known.emplace(r.id.rule, r.id.params_json).second) continue;
      for (const auto& [key, value] : params(r)) seen[r.id.rule][key].insert(value);
    }
    return seen;
  }

  void leave_out(const Seen& one, const Seen& other, const char* where,
                 std::vector<std::string>& notes) {
    for (const auto& [rule, keys] : one) {
      const auto at = other.find(rule);
      if (at == other.end()) continue;
      for (const auto& [key, values] : keys) {
        if (at->second.contains(key) || values.size() > 1) continue;
        left_out_[rule].insert(key);
        notes.push_back(
            fmt::format("{} has the parameter {}={} in {} alone: left out of the pairing", rule,
                        key, *values.begin(), where));
      }
    }
  }

  Params compared(const CellRecord& r) {
    Params out = params(r);
    if (const auto at = left_out_.find(r.id.rule); at != left_out_.end()) {
      for (const std::string& key : at->second) out.erase(key);
    }
    if (!r.id.condition.empty()) out.emplace("condition", r.id.condition);
    return out;
  }

  void add(const CellRecord& r, BySeed SettingPair::*side) {
    if (r.outcome.status == Status::skipped) return;
    Params own = compared(r);
    std::string key;
    for (const std::string_view part :
         {std::string_view(r.study), reports::name(r.id.mode), std::string_view(r.id.ruleset),
          std::string_view(r.id.rule), std::string_view(r.id.task)})
      key += std::string(part) + '\x1f';
    for (const auto& [name, value] : own) key += name + '=' + value + '\x1f';
    const auto [at, added] = places_.try_emplace(std::move(key), pairs_.size());
    if (added) {
      pairs_.emplace_back().first = &r;
      params_.push_back(std::move(own));
    }
    (pairs_[at->second].*side).try_emplace(r.id.seed, &r);
  }

  // A setting is called by the values that differ among those of its study, rule and task.
  void name() {
    using Family = std::tuple<std::string_view, std::string_view, std::string_view>;
    std::map<Family, std::map<std::string, std::set<std::string>>> values;
    const auto family = [](const CellRecord& r) { return Family(r.study, r.id.rule, r.id.task); };
    for (size_t i = 0; i < pairs_.size(); ++i) {
      for (const auto& [key, value] : params_[i])
        values[family(*pairs_[i].first)][key].insert(value);
    }
    for (size_t i = 0; i < pairs_.size(); ++i) {
      Setting setting;
      for (const auto& [key, all] : values.at(family(*pairs_[i].first))) {
        const auto own = params_[i].find(key);
        if (all.size() > 1 && own != params_[i].end()) setting.emplace_back(*own);
      }
      pairs_[i].setting = setting_text(setting);
    }
  }

  std::span<const CellRecord> before_, after_;
  std::unordered_map<std::string, Params> parsed_;  // by params_json
  Seen seen_[2];
  std::map<std::string, std::set<std::string>> left_out_;  // by rule
  std::unordered_map<std::string, size_t> places_;
  std::vector<SettingPair> pairs_;
  std::vector<Params> params_;  // of pairs_
};

}  // namespace

std::vector<SettingPair> pair_settings(std::span<const CellRecord> before,
                                       std::span<const CellRecord> after,
                                       std::vector<std::string>& notes) {
  return Pairs(before, after).take(notes);
}

}  // namespace agon::reports
