// SPDX-License-Identifier: MIT
#include "reports/summary/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "reports/statistics/crossed.h"
#include "reports/statistics/improvement.h"
#include "reports/statistics/iqm_interval.h"
#include "reports/statistics/rank_group.h"

namespace agon::reports {
namespace {

// The scale of a task: chance is 0, the unit is 1.
struct TaskScale {
  double chance = kNaN, unit = 1;
  bool is_baseline = false;  // the unit is bp's score; else a perfect one
};

// bp serves where its score is above chance by more than its interval, see statistics/tasks.h.
TaskScale scale_of(Scoreboard& board, const std::string& task, const Contender* baseline,
                   double chance) {
  TaskScale scale{chance, 1, false};
  const SummaryRow* bp = nullptr;
  if (baseline != nullptr && baseline->by_task.contains(task)) bp = baseline->by_task.at(task);
  RowScore score;
  if (bp != nullptr) score.ci = bp->score.ci;
  if (serves_as_unit(score, chance)) {
    scale.unit = bp->score.mean;
    scale.is_baseline = true;
  } else if (bp == nullptr || bp->score.mean != 1) {  // of a perfect bp both units are one
    board.unnormalised_tasks.push_back(task);
  }
  return scale;
}

TaskValue normalised(const Tested& x, const Tested& baseline, const TaskScale& scale) {
  if (!scale.is_baseline) {
    const TestedPair own = pair_of(x, x);
    return scaled_to_perfect(own.x, scale.chance, own.kind);
  }
  if (&x == &baseline) return {1, 0, x.scores.size()};  // by definition
  const TestedPair pair = pair_of(x, baseline);
  if (pair.x.seeds == 0) return {};
  return agon::reports::normalised(pair.x, pair.y, scale.chance, pair.kind);
}

AgainstBaseline hold_against(const Tested& x, const Tested& baseline) {
  AgainstBaseline out;
  const TestedPair pair = pair_of(x, baseline);
  if (pair.x.seeds == 0) return out;
  const RowTable d = minus(pair.x, pair.y);
  out.difference = difference(d, pair.kind);
  out.never = never_significant(out.difference.n, out.difference.discordant, pair.kind.test_rows);
  if (pair.kind.test_rows == TestedRows::sampled)
    out.one_point = needed(components(d), kPracticallyEqual);
  return out;
}

// Of every pair of contenders the differences on their common tasks; `few` where some of them share
// too few seeds.
struct PairDifferences {
  std::vector<TaskValue> tasks;
  bool few = false;
};
using Pairs = std::map<std::pair<size_t, size_t>, PairDifferences>;

void add_pairs(Pairs& pairs, std::span<const std::optional<Tested>> tested,
               const TaskScale& scale) {
  for (size_t i = 0; i < tested.size(); ++i) {
    for (size_t k = i + 1; tested[i] && k < tested.size(); ++k) {
      if (!tested[k]) continue;
      const TestedPair pair = pair_of(*tested[i], *tested[k]);
      if (pair.x.seeds == 0) continue;
      PairDifferences& own = pairs[{i, k}];
      if (pair.x.seeds < kSeedsToCompare) {
        own.few = true;
      } else {
        own.tasks.push_back(
            scaled_difference(minus(pair.x, pair.y), scale.unit - scale.chance, pair.kind));
      }
    }
  }
}

// Of the contenders of that rule the one whose learnt weights on the task are nearest in number.
void hold_against_control(const std::string& task, std::span<Contender> contenders,
                          std::span<const std::optional<Tested>> tested, size_t own,
                          const char* rule, Added& out) {
  const double params = contenders[own].by_task.at(task)->n_params;
  const auto far = [&](size_t i) {
    const double ratio = contenders[i].by_task.at(task)->n_params / params;
    return std::isfinite(ratio) && ratio > 0 ? std::fabs(std::log(ratio))
                                             : std::numeric_limits<double>::infinity();
  };
  size_t nearest = contenders.size();
  for (size_t i = 0; i < contenders.size(); ++i) {
    if (contenders[i].row.rule != rule || !tested[i]) continue;
    if (nearest == contenders.size() || far(i) < far(nearest)) nearest = i;
  }
  if (nearest == contenders.size()) return;
  const TestedPair pair = pair_of(*tested[own], *tested[nearest]);
  if (pair.x.seeds == 0) return;
  out.difference = difference(pair.x, pair.y, pair.kind);
  out.params = contenders[nearest].by_task.at(task)->n_params / params;
}

void hold_against_controls(const std::string& task, std::span<Contender> contenders,
                           std::span<const std::optional<Tested>> tested, size_t own) {
  SummaryRow& row = *contenders[own].by_task.at(task);
  if (row.rule == kLinear || row.rule == kRandomFeatures) return;
  hold_against_control(task, contenders, tested, own, kLinear, row.over_linear);
  hold_against_control(task, contenders, tested, own, kRandomFeatures, row.over_elm);
}

constexpr const char *kLearn = "learn", *kReadout = "readout";

// Rows of settings of which only the readout learns, by their place among all rows.
std::vector<size_t> of_readouts(const ScoreboardInput& input) {
  std::vector<size_t> out;
  for (size_t i = 0; i < input.rows.size(); ++i) {
    const SummaryRow& row = input.rows[i];
    const auto learn = row.params.find(kLearn);
    if (row.mode == Mode::train && learn != row.params.end() && learn->second == kReadout)
      out.push_back(i);
  }
  return out;
}

// The same rule and parameters, but for what learns.
bool differs_by_learning_only(const SummaryRow& a, const SummaryRow& readout) {
  if (a.rule != readout.rule) return false;
  Params all = a.params;
  const auto learn = all.find(kLearn);
  if (!a.sweep.empty() || !readout.sweep.empty()) return false;  // of several rates
  if (learn == all.end() || learn->second == kReadout) return false;
  learn->second = kReadout;
  return all == readout.params;
}

void hold_against_readout(const std::string& task, const ScoreboardInput& input,
                          std::span<const size_t> readouts, const Tested& own, SummaryRow& row) {
  for (const size_t i : readouts) {
    const SummaryRow& readout = input.rows[i];
    if (readout.task != task || !differs_by_learning_only(row, readout)) continue;
    const TestedPair pair = pair_of(own, input.cells[i].tested());
    if (pair.x.seeds == 0) continue;
    row.over_readout.difference = difference(pair.x, pair.y, pair.kind);
    row.over_readout.params = readout.n_params / row.n_params;
    return;
  }
}

// Every contender on one task, by test rows, which are kept no longer than this takes.
void measure_task(const std::string& task, std::span<Contender> contenders,
                  const Contender* baseline, const ScoreboardInput& input,
                  std::span<const size_t> readouts, Scoreboard& board, Pairs& pairs) {
  const TaskScale scale = scale_of(board, task, baseline, input.chance.at(task));
  std::vector<std::optional<Tested>> tested;
  const Tested* unit = nullptr;
  tested.reserve(contenders.size());  // unit points into it
  for (const Contender& c : contenders) {
    const auto row = c.by_task.find(task);
    tested.emplace_back();
    if (row == c.by_task.end() || row->second->score_by_seed.empty()) continue;
    tested.back() = input.cells[static_cast<size_t>(row->second - input.rows.data())].tested();
    if (&c == baseline) unit = &*tested.back();
  }
  for (size_t i = 0; i < contenders.size(); ++i) {
    if (!tested[i]) continue;
    Contender& c = contenders[i];
    const TaskValue value = normalised(*tested[i], unit == nullptr ? *tested[i] : *unit, scale);
    if (!std::isnan(value.value)) {
      c.values.push_back(value);
      c.tasks.push_back(task);
      c.by_task.at(task)->normalised = value.value;
    }
    if (unit != nullptr && &c != baseline)
      c.by_task.at(task)->against = hold_against(*tested[i], *unit);
  }
  for (size_t i = 0; i < contenders.size(); ++i) {
    if (!tested[i]) continue;
    hold_against_controls(task, contenders, tested, i);
    hold_against_readout(task, input, readouts, *tested[i], *contenders[i].by_task.at(task));
  }
  add_pairs(pairs, tested, scale);
}

void average(Contender& c) {
  ScoreboardRow& row = c.row;
  row.tasks = c.values.size();
  row.normalised = mean_of_tasks(c.values);
  size_t seeds = c.values.empty() ? 0 : c.values.front().n;
  for (const TaskValue& value : c.values) seeds = std::min(seeds, value.n);
  const bool failed =
      std::ranges::any_of(c.by_task, [](const auto& task) { return task.second->n_failed > 0; });
  row.narrow = too_narrow(failed, seeds, row.tasks);
  if (c.values.size() < kTasksForIqm) return;
  std::vector<double> means;
  for (const TaskValue& value : c.values) means.push_back(value.value);
  const InterquartileMean iqm = interquartile_mean(means);
  row.normalised_iqm = iqm.value;
  for (const size_t i : iqm.cut) row.iqm_cut.push_back(c.tasks[i]);
  row.iqm_ci = iqm_interval(c.values);
  row.tasks_like = iqm_of_tasks_like(means);
}

// Every comparison with the baseline on every task: one table, corrected as a whole.
void judge(std::span<Contender> contenders, Scoreboard& board) {
  std::vector<AgainstBaseline*> compared;
  std::vector<Difference> table;
  for (Contender& c : contenders) {
    for (const auto& [task, row] : c.by_task) {
      if (row->against.difference.n == 0) continue;
      compared.push_back(&row->against);
      table.push_back(row->against.difference);
    }
  }
  const JudgedTable judged = judge_table(table);
  board.comparisons = judged.comparisons;
  for (size_t i = 0; i < compared.size(); ++i) {
    compared[i]->corrected = judged.cells[i].corrected;
    compared[i]->outcome = judged.cells[i].outcome;
    compared[i]->alone_only = judged.cells[i].alone_only;
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

// What learning added: a table of its own.
void judge_added(std::span<Contender> contenders) {
  std::vector<Added*> compared;
  std::vector<Difference> table;
  for (Contender& c : contenders) {
    for (const auto& [task, row] : c.by_task) {
      for (Added* added : {&row->over_linear, &row->over_elm, &row->over_readout}) {
        if (added->difference.n == 0) continue;
        compared.push_back(added);
        table.push_back(added->difference);
      }
    }
  }
  const JudgedTable judged = judge_table(table);
  for (size_t i = 0; i < compared.size(); ++i) {
    compared[i]->corrected = judged.cells[i].corrected;
    compared[i]->outcome = judged.cells[i].outcome;
  }
}

// Each contender against the baseline over the tasks that both have.
void compare_over_tasks(const Contender& baseline, std::span<Contender> contenders) {
  std::vector<ScoreboardRow*> tested;
  std::vector<double> p;
  for (Contender& c : contenders) {
    if (&c == &baseline) continue;
    std::vector<TaskPair> pairs;
    std::vector<double> differences;
    for (const auto& [task, row] : c.by_task) {
      if (row->against.difference.n == 0) continue;
      pairs.push_back({&row->score_by_seed, &baseline.by_task.at(task)->score_by_seed});
      differences.push_back(row->against.difference.mean);
    }
    const Improvement ahead = probability_of_improvement(pairs);
    c.row.ahead = ahead.value;
    c.row.ahead_ci = ahead.ci;
    OverTasks& over = c.row.over_tasks;
    over.tasks = differences.size();
    if (differences.empty()) continue;
    over.signed_ranks = wilcoxon(differences);
    if (over.tasks >= kTasksForSignedRank) over.posterior = bayes_signed_rank(differences);
    tested.push_back(&c.row);
    p.push_back(over.signed_ranks.p);
  }
  const std::vector<double> corrected = holm(p);
  for (size_t i = 0; i < tested.size(); ++i) {
    tested[i]->over_tasks.corrected = corrected[i];
    tested[i]->over_tasks.never =
        never_significant_over(tested[i]->over_tasks.tasks, tested.size());
  }
}

// Leaves out of the best group whom some other is significantly better than.
void find_best(std::span<Contender> contenders, const Pairs& pairs, Scoreboard& board) {
  const RankGroup group = best_group(contenders.size(), [&](size_t i, size_t k) {
    const auto at = pairs.find({i, k});
    return at == pairs.end() || at->second.few ? std::vector<TaskValue>() : at->second.tasks;
  });
  board.groups = group.known;
  for (size_t i = 0; i < contenders.size(); ++i)
    contenders[i].row.among_best = group.among_best[i] && contenders[i].row.tasks > 0;
}

// Mean rank over the tasks on which every contender has a score.
void rank(std::span<Contender> contenders, Scoreboard& board) {
  std::vector<double> scores;  // [tasks x contenders]
  for (const std::string& task : board.tasks) {
    std::vector<double> means;
    for (const Contender& c : contenders) {
      const auto it = c.by_task.find(task);
      if (it != c.by_task.end() && it->second->score.n > 0) means.push_back(it->second->score.mean);
    }
    if (means.size() == contenders.size()) scores.insert(scores.end(), means.begin(), means.end());
  }
  board.friedman = friedman(scores, contenders.size());
  const std::vector<double>& ranks = board.friedman.mean_ranks;
  for (size_t i = 0; i < ranks.size(); ++i) contenders[i].row.mean_rank = ranks[i];
}

}  // namespace

void compare(std::span<Contender> contenders, const Contender* baseline,
             const ScoreboardInput& input, Scoreboard& board) {
  Pairs pairs;
  const std::vector<size_t> readouts = of_readouts(input);
  for (const std::string& task : board.tasks)
    measure_task(task, contenders, baseline, input, readouts, board, pairs);
  for (Contender& c : contenders) average(c);
  judge(contenders, board);
  judge_added(contenders);
  if (baseline != nullptr) compare_over_tasks(*baseline, contenders);
  find_best(contenders, pairs, board);
  rank(contenders, board);
}

}  // namespace agon::reports
