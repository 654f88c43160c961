// SPDX-License-Identifier: MIT
#include "reports/summary/tuned.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "reports/record/outcome.h"
#include "reports/record/params.h"

namespace agon::reports {
namespace {

bool is_tuned(const SummaryRow& row) { return row.ruleset == kTunedRuleset && !is_trial(row.mode); }

// The row of the same setting and task under the other ruleset.
const SummaryRow* partner(std::span<const SummaryRow> rows, const SummaryRow& row) {
  const auto plain = [](Setting setting) {
    std::erase_if(setting, [](const auto& named) { return named.first == "ruleset"; });
    return setting;
  };
  const auto at = std::ranges::find_if(rows, [&](const SummaryRow& other) {
    return other.study == row.study && other.rule == row.rule && other.task == row.task &&
           other.mode == row.mode && other.ruleset != row.ruleset && other.depth == row.depth &&
           other.width == row.width && plain(other.setting) == plain(row.setting);
  });
  return at == rows.end() ? nullptr : &*at;
}

// The baseline's row on this task, null where a perfect score is the unit.
const SummaryRow* unit_of(std::span<const SummaryRow> rows, const Scoreboard& board,
                          const std::string& task) {
  if (std::ranges::count(board.unnormalised_tasks, task) > 0) return nullptr;
  const auto baseline = std::ranges::find_if(board.rows, &ScoreboardRow::is_baseline);
  if (baseline == board.rows.end()) return nullptr;
  const auto at = std::ranges::find_if(rows, [&](const SummaryRow& row) {
    return row.study == board.study && row.task == task && row.label == baseline->label;
  });
  return at == rows.end() ? nullptr : &*at;
}

TunedGain gain_of(std::span<const SummaryRow> rows, const Scoreboard& board,
                  const std::string& label) {
  TunedGain gain;
  gain.label = label;
  std::vector<TaskValue> tuned, gap;
  for (const SummaryRow& row : rows) {
    if (row.study != board.study || row.label != label || is_tuned(row)) continue;
    const SummaryRow* const other = partner(rows, row);
    if (other == nullptr || other->score_by_seed.empty() || row.score_by_seed.empty()) continue;
    const SummaryRow* const unit = unit_of(rows, board, row.task);
    const double top = unit == nullptr ? 1 : unit->score.mean;
    tuned.push_back(unit == nullptr
                        ? scaled_to_perfect(other->score_by_seed, row.chance)
                        : scaled_to(unit->score_by_seed, other->score_by_seed, row.chance));
    gap.push_back(scaled_difference(other->score_by_seed, row.score_by_seed, top - row.chance));
  }
  gain.tasks = tuned.size();
  gain.tuned = mean_of_tasks(tuned);
  gain.gap = mean_of_tasks(gap);
  return gain;
}

// The one parameter in which a trial differs from what it was tried for; "" for none or several.
std::string differing(const Params& trial, const Params& tuned) {
  std::string key;
  for (const auto& [name, value] : trial) {
    const auto at = tuned.find(name);
    if (at != tuned.end() && same_value(at->second, value)) continue;
    if (!key.empty()) return "";
    key = name;
  }
  return key;
}

struct Trial {
  const CellRecord* record;
  Params params;
};

// The trials of a row by their values: those that differ from it in one parameter, the same for
// all, or in nothing.
std::map<std::string, std::vector<const CellRecord*>> values_tried(const std::vector<Trial>& trials,
                                                                   const Params& tuned,
                                                                   std::string& parameter) {
  std::vector<std::pair<std::string, const Trial*>> near;
  for (const Trial& trial : trials) {
    const std::string key = differing(trial.params, tuned);
    if (key.empty() && trial.params != tuned) continue;
    if (parameter.empty()) parameter = key;
    if (key.empty() || key == parameter) near.emplace_back(key, &trial);
  }
  std::map<std::string, std::vector<const CellRecord*>> values;
  if (parameter.empty()) return values;
  for (const auto& [key, trial] : near)
    values[trial->params.at(parameter)].push_back(trial->record);
  return values;
}

Tried measure(const std::string& value, const std::vector<const CellRecord*>& cells,
              double chance) {
  Tried tried;
  tried.value = value;
  std::vector<double> scores;
  for (const CellRecord* cell : cells) {
    if (cell->outcome.status == Status::skipped) continue;
    scores.push_back(judged_score(*cell, chance));
    tried.n_failed += counts_as_failed(*cell) ? 1 : 0;
    tried.n_given_up += cell->outcome.given_up_at >= 0 ? 1 : 0;
  }
  tried.score = score_interval(scores);
  return tried;
}

void add_budget(TunedChoice& choice, const std::vector<const CellRecord*>& cells) {
  for (const CellRecord* cell : cells) {
    const CellOutcome& o = cell->outcome;
    if (o.status != Status::ok || o.given_up_at >= 0 || o.curve.empty()) continue;
    choice.samples = static_cast<double>(o.curve.back().samples);
    choice.macs = choice.samples * o.macs_per_sample;
    return;
  }
}

// What tells two settings of a rule apart: not its name's ruleset.
Params settings_of(const CellIdentity& id) {
  Params params = parameters(id);
  std::erase_if(params, [](const auto& p) { return p.first == "ruleset"; });
  return params;
}

}  // namespace

std::vector<TunedGain> tuned_gains(std::span<const SummaryRow> rows, const Scoreboard& board) {
  std::vector<TunedGain> gains;
  for (const ScoreboardRow& row : board.rows) {
    TunedGain gain = gain_of(rows, board, row.label);
    if (gain.tasks > 0) gains.push_back(std::move(gain));
  }
  return gains;
}

std::vector<TunedChoice> tuned_choices(std::span<const CellRecord> records,
                                       std::span<const SummaryRow> rows) {
  std::map<std::pair<std::string, std::string>, std::vector<Trial>> trials;  // by rule and task
  for (const CellRecord& r : records) {
    if (is_trial(r.id.mode)) trials[{r.id.rule, r.id.task}].push_back({&r, settings_of(r.id)});
  }
  std::vector<TunedChoice> choices;
  for (const SummaryRow& row : rows) {
    if (!is_tuned(row) || row.n == 0) continue;
    const auto record = std::ranges::find_if(records, [&](const CellRecord& r) {
      return r.study == row.study && r.id.rule == row.rule && r.id.task == row.task &&
             r.id.ruleset == row.ruleset && r.id.depth == row.depth && r.id.width == row.width;
    });
    const auto own = trials.find({row.rule, row.task});
    if (record == records.end() || own == trials.end()) continue;
    TunedChoice choice{row.study, row.rule, row.label, row.task};
    const Params tuned = settings_of(record->id);
    for (const auto& [value, cells] : values_tried(own->second, tuned, choice.parameter)) {
      choice.tried.push_back(measure(value, cells, row.chance));
      if (std::isnan(choice.samples)) add_budget(choice, cells);
    }
    if (choice.tried.empty()) continue;
    std::ranges::stable_sort(choice.tried, {}, [](const Tried& t) { return number_of(t.value); });
    const std::string& value = tuned.at(choice.parameter);
    choice.chosen = static_cast<size_t>(
        std::ranges::find_if(choice.tried,
                             [&](const Tried& t) { return same_value(t.value, value); }) -
        choice.tried.begin());
    if (const SummaryRow* other = partner(rows, row)) {
      const auto at = other->params.find(choice.parameter);
      if (at != other->params.end()) choice.by_default = at->second;
    }
    choices.push_back(std::move(choice));
  }
  return choices;
}

}  // namespace agon::reports
