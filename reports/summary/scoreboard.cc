// SPDX-License-Identifier: MIT
#include "reports/summary/scoreboard.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "reports/record/outcome.h"
#include "reports/statistics/friedman.h"
#include "reports/statistics/improvement.h"
#include "reports/statistics/rank_group.h"
#include "reports/summary/builds.h"
#include "reports/summary/group.h"

namespace agon::reports {
namespace {

// Less than this share of the way from chance to perfect, and bp cannot serve as a unit.
constexpr double kMinimalSpan = 0.05;

struct Contender {
  ScoreboardRow row;
  std::map<std::string, SummaryRow*> by_task;
  Params params;  // of its first row
};

// See Scoreboard::study.
std::string study_of(std::span<const SummaryRow> rows, std::span<const StudyCard> studies) {
  std::string of_kind, other;
  for (const SummaryRow& row : rows) {
    if (!trains(row.mode) || is_trial(row.mode) || !row.over.empty()) continue;
    if (study_report(study_kind_from(row.study)).ranks) return row.study;  // called as its kind is
    const auto card = std::ranges::find(studies, row.study, &StudyCard::name);
    const bool accuracy = card != studies.end() && study_report(card->kind).ranks;
    std::string& first = accuracy ? of_kind : other;
    if (first.empty()) first = row.study;
  }
  return of_kind.empty() ? other : of_kind;
}

// The scale of a task: chance is 0, the unit is 1.
struct TaskScale {
  double chance = kNaN, unit = 1;
  const SummaryRow* baseline = nullptr;  // whose score the unit is; null for a perfect score
};
using Scales = std::map<std::string, TaskScale>;

Scales scales_of(Scoreboard& board, const Contender* baseline,
                 const std::map<std::string, double>& chance) {
  Scales scales;
  for (const std::string& task : board.tasks) {
    TaskScale& scale = scales[task];
    scale.chance = chance.at(task);
    if (baseline != nullptr) {
      const auto it = baseline->by_task.find(task);
      const double least = scale.chance + kMinimalSpan * (1 - scale.chance);
      if (it != baseline->by_task.end() && it->second->score.mean >= least) {
        scale.baseline = it->second;
        scale.unit = it->second->score.mean;
      }
    }
    if (scale.baseline == nullptr) board.unnormalised_tasks.push_back(task);
  }
  return scales;
}

TaskValue normalised(const SummaryRow& row, const TaskScale& scale) {
  if (scale.baseline == nullptr) return scaled_to_perfect(row.score_by_seed, scale.chance);
  if (scale.baseline == &row) return {1, 0, row.score_by_seed.size()};  // by definition
  return scaled_to(scale.baseline->score_by_seed, row.score_by_seed, scale.chance);
}

void normalise(Contender& c, const Scoreboard& board, const Scales& scales) {
  std::vector<TaskValue> values;
  std::vector<double> means;
  std::vector<std::string> tasks;
  for (const std::string& task : board.tasks) {
    const auto it = c.by_task.find(task);
    if (it == c.by_task.end() || it->second->score_by_seed.empty()) continue;
    const TaskValue value = normalised(*it->second, scales.at(task));
    if (std::isnan(value.value)) continue;
    values.push_back(value);
    means.push_back(value.value);
    tasks.push_back(task);
  }
  c.row.tasks = values.size();
  c.row.normalised = mean_of_tasks(values);
  if (values.size() < kTasksForIqm) return;
  const InterquartileMean iqm = interquartile_mean(means);
  c.row.normalised_iqm = iqm.value;
  for (const size_t i : iqm.cut) c.row.iqm_cut.push_back(tasks[i]);
}

// Every contender against the baseline on every task: one table, corrected as a whole.
void hold_against(const Contender& baseline, std::vector<Contender>& contenders,
                  Scoreboard& board) {
  std::vector<SummaryRow*> compared;
  std::vector<Difference> table;
  for (Contender& c : contenders) {
    if (&c == &baseline) continue;
    std::vector<TaskPair> pairs;
    for (const auto& [task, row] : c.by_task) {
      const auto it = baseline.by_task.find(task);
      if (it == baseline.by_task.end()) continue;
      row->against.difference = difference(row->score_by_seed, it->second->score_by_seed);
      if (row->against.difference.n == 0) continue;
      pairs.push_back({&row->score_by_seed, &it->second->score_by_seed});
      compared.push_back(row);
      table.push_back(row->against.difference);
    }
    c.row.ahead = probability_of_improvement(pairs).value;
  }
  const JudgedTable judged = judge_table(table);
  board.comparisons = judged.comparisons;
  for (size_t i = 0; i < compared.size(); ++i) {
    compared[i]->against.corrected = judged.cells[i].corrected;
    compared[i]->against.outcome = judged.cells[i].outcome;
  }
  for (Contender& c : contenders) {
    for (const auto& [task, row] : c.by_task) {
      if (row->against.difference.n == 0) continue;
      const Outcome outcome = row->against.outcome;
      c.row.wins += outcome == Outcome::win ? 1 : 0;
      c.row.ties += outcome == Outcome::tie ? 1 : 0;
      c.row.losses += outcome == Outcome::loss ? 1 : 0;
      c.row.unknown += outcome == Outcome::unknown ? 1 : 0;
    }
  }
}

// a - b over the tasks that both have, on the scale of the scoreboard; nothing where they share too
// few seeds.
std::vector<TaskValue> differences(const Contender& a, const Contender& b, const Scales& scales) {
  std::vector<TaskValue> out;
  for (const auto& [task, row] : a.by_task) {
    const auto it = b.by_task.find(task);
    if (it == b.by_task.end()) continue;
    const TaskScale& scale = scales.at(task);
    const TaskValue value =
        scaled_difference(row->score_by_seed, it->second->score_by_seed, scale.unit - scale.chance);
    if (value.n == 0) continue;
    if (value.n < kSeedsToCompare) return {};
    out.push_back(value);
  }
  return out;
}

// Leaves out of the best group whom some other is significantly better than.
void find_best(std::vector<Contender>& contenders, const Scales& scales, Scoreboard& board) {
  const RankGroup group = best_group(contenders.size(), [&](size_t i, size_t k) {
    return differences(contenders[i], contenders[k], scales);
  });
  board.groups = group.known;
  for (size_t i = 0; i < contenders.size(); ++i)
    contenders[i].row.among_best = group.among_best[i] && contenders[i].row.tasks > 0;
}

// Mean rank over the tasks on which every contender has a score.
void rank(std::vector<Contender>& contenders, const std::vector<std::string>& tasks) {
  std::vector<double> scores;  // [tasks x contenders]
  for (const std::string& task : tasks) {
    std::vector<double> means;
    for (const Contender& c : contenders) {
      const auto it = c.by_task.find(task);
      if (it != c.by_task.end() && it->second->score.n > 0) means.push_back(it->second->score.mean);
    }
    if (means.size() == contenders.size()) scores.insert(scores.end(), means.begin(), means.end());
  }
  const std::vector<double> ranks = friedman(scores, contenders.size()).mean_ranks;
  for (size_t i = 0; i < ranks.size(); ++i) contenders[i].row.mean_rank = ranks[i];
}

// Whether a row of another study speaks of this contender: each has what the other is named after.
bool is_same_setting(const Contender& c, const SummaryRow& row) {
  // Depth and width are what other studies go over.
  Setting own = row.setting;
  std::erase_if(own, [](const auto& n) { return n.first == "depth" || n.first == "width"; });
  const auto task = c.by_task.find(row.task);
  const Params& params = task == c.by_task.end() ? c.params : task->second->params;
  return row.rule == c.row.rule && has_setting(row.params, c.row.setting) &&
         has_setting(params, own);
}

// The rows of this contender that carry what `has` asks for. Of sweeps only those over `over`: the
// settings that others go through are not the rule's.
template <typename Has>
std::vector<const SummaryRow*> rows_with(std::span<const SummaryRow> rows, const Contender& c,
                                         std::string_view over, Has has) {
  std::vector<const SummaryRow*> out;
  for (const SummaryRow& row : rows) {
    if (has(row) && (row.over.empty() || row.over == over) && is_same_setting(c, row))
      out.push_back(&row);
  }
  return out;
}

void add_learning_rate(Contender& c, std::span<const SummaryRow> rows) {
  ScoreboardRow& out = c.row;
  auto sweeps =
      rows_with(rows, c, "lr", [](const SummaryRow& r) { return r.learning_rate.points > 0; });
  // A sweep made for the question beats those that other studies made on the way.
  const auto own = [](const SummaryRow* r) {
    return study_report(study_kind_from(r->study)).about == "lr";
  };
  if (std::ranges::any_of(sweeps, own))
    std::erase_if(sweeps, [&](const SummaryRow* r) { return !own(r); });
  std::vector<double> widths, sensitivities;
  for (const SummaryRow* r : sweeps) {
    widths.push_back(r->learning_rate.width95.decades);
    out.lr_width95_at_edge |= r->learning_rate.width95.at_edge();
    const double s = r->learning_rate.sensitivity.normalised;
    if (std::isfinite(s)) sensitivities.push_back(s);
  }
  out.lr_width95 = mean_interval(widths).mean;
  out.lr_sensitivity = mean_interval(sensitivities).mean;
}

void add_depth(Contender& c, std::span<const SummaryRow> rows) {
  ScoreboardRow& out = c.row;
  const auto ladders = rows_with(
      rows, c, "depth", [](const SummaryRow& r) { return !r.depth_metrics.retention.empty(); });
  std::vector<double> areas;
  std::set<int64_t> seen;  // every depth of a ladder repeats its metrics
  for (const SummaryRow* r : ladders) {
    if (!seen.insert(r->ladder).second) continue;
    const DepthMetrics& m = r->depth_metrics;
    areas.push_back(m.auc);
    if (m.trainable >= 0 && (out.trainable_depth < 0 || m.trainable < out.trainable_depth)) {
      out.trainable_depth = m.trainable;
      out.trainable_depth_censored = m.trainable_censored;
    }
  }
  out.depth_auc = mean_interval(areas).mean;
}

// Over the tasks; of the baseline exactly 1; nothing where the machine was too busy to say.
SpeedRatio shown(std::span<const SpeedRatio> ratios, std::string_view rule) {
  SpeedRatio ratio = over_tasks(ratios);
  if (ratio.word == SpeedWord::too_busy || !std::isfinite(ratio.value)) return {};
  if (rule == kBaseline) {
    ratio = {};
    ratio.value = 1;
  }
  return ratio;
}

void add_speed(Contender& c, std::span<const SummaryRow> rows) {
  ScoreboardRow& out = c.row;
  const auto timed = rows_with(rows, c, "", [](const SummaryRow& r) {
    return r.train.processes() > 0 || r.predict.processes() > 0;
  });
  if (timed.empty()) return;
  std::vector<SpeedRatio> train, predict;
  for (const SummaryRow* r : timed) {
    if (std::isfinite(r->train_ratio.value)) train.push_back(r->train_ratio);
    if (std::isfinite(r->predict_ratio.value)) predict.push_back(r->predict_ratio);
  }
  out.train_ratio = shown(train, out.rule);
  out.predict_ratio = shown(predict, out.rule);
  out.samples_per_s_train = timed.front()->train.rate;
  out.samples_per_s_predict = timed.front()->predict.rate;
  out.macs_per_sample = timed.front()->macs_per_sample;
}

void count_cells(std::vector<Contender>& contenders, std::span<const CellRecord> records) {
  std::set<std::string_view> seen;  // a cell may belong to several studies
  const Builds builds(records);
  for (const CellRecord& r : records) {
    if (!seen.insert(r.id.cell_key).second) continue;
    Params params = params_of(r.id);
    for (auto& apart : builds.of(r)) params.insert(std::move(apart));
    for (Contender& c : contenders) {
      if (r.id.rule != c.row.rule || !has_setting(params, c.row.setting) ||
          r.id.ruleset != c.params.at("ruleset"))
        continue;
      ++c.row.cells;
      c.row.failed += r.outcome.status != Status::skipped && counts_as_failed(r) ? 1 : 0;
      c.row.skipped += r.outcome.status == Status::skipped ? 1 : 0;
    }
  }
}

// Of a study with two rulesets the board is of the default one: the other stands beside it (tuned.h).
bool only_tuned(std::span<const SummaryRow> rows, const std::string& study) {
  return std::ranges::none_of(rows, [&](const SummaryRow& row) {
    return row.study == study && row.ruleset != kTunedRuleset;
  });
}

// The settings of the scoreboard's study in plan order.
std::vector<Contender> contenders_of(Scoreboard& board, std::span<SummaryRow> rows) {
  std::vector<Contender> contenders;
  const bool tuned = only_tuned(rows, board.study);
  for (SummaryRow& row : rows) {
    if (row.study != board.study || !trains(row.mode)) continue;
    if (!tuned && row.ruleset == kTunedRuleset) continue;
    if (std::ranges::find(board.tasks, row.task) == board.tasks.end())
      board.tasks.push_back(row.task);
    auto it = std::ranges::find_if(contenders,
                                   [&](const Contender& c) { return c.row.label == row.label; });
    if (it == contenders.end()) {
      it = contenders.emplace(contenders.end());
      it->row.rule = row.rule;
      it->row.variant = row.variant;
      it->row.label = row.label;
      it->row.setting = row.setting;
      it->params = row.params;
    }
    it->by_task.emplace(row.task, &row);
    if (row.score.n > 0) {
      board.min_seeds = board.max_seeds == 0 ? row.score.n : std::min(board.min_seeds, row.score.n);
      board.max_seeds = std::max(board.max_seeds, row.score.n);
    }
  }
  return contenders;
}

// Of several settings of bp the first one that has a score.
const Contender* baseline_of(std::span<const Contender> contenders) {
  const auto at = std::ranges::find_if(contenders, [](const Contender& c) {
    return c.row.rule == kBaseline && std::ranges::any_of(c.by_task, [](const auto& task) {
             return task.second->score.n > 0;
           });
  });
  return at == contenders.end() ? nullptr : &*at;
}

}  // namespace

Scoreboard make_scoreboard(std::span<SummaryRow> rows, std::span<const CellRecord> records,
                           std::span<const StudyCard> studies) {
  Scoreboard board;
  board.study = study_of(rows, studies);
  if (board.study.empty()) return board;
  std::vector<Contender> contenders = contenders_of(board, rows);
  std::map<std::string, double> chance;
  for (const SummaryRow& row : rows) {
    if (row.study == board.study && trains(row.mode)) chance.emplace(row.task, row.chance);
  }
  const Contender* baseline = baseline_of(contenders);
  board.has_baseline = baseline != nullptr;
  const Scales scales = scales_of(board, baseline, chance);
  for (Contender& c : contenders) {
    c.row.is_baseline = &c == baseline;
    normalise(c, board, scales);
    add_learning_rate(c, rows);
    add_depth(c, rows);
    add_speed(c, rows);
  }
  if (baseline != nullptr) hold_against(*baseline, contenders, board);
  find_best(contenders, scales, board);
  count_cells(contenders, records);
  rank(contenders, board.tasks);
  std::ranges::stable_sort(contenders, [](const Contender& a, const Contender& b) {
    const double x = a.row.normalised.value, y = b.row.normalised.value;
    return std::isnan(y) ? !std::isnan(x) : x > y;
  });
  for (Contender& c : contenders) board.rows.push_back(std::move(c.row));
  return board;
}

}  // namespace agon::reports
