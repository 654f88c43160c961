// SPDX-License-Identifier: MIT
#include "reports/scoreboard.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

namespace agon::reports {
namespace {

// Less than this share of the way from chance to perfect, and bp cannot serve as a unit.
constexpr double kMinimalSpan = 0.05;

constexpr std::string_view kAccuracy = "accuracy";
constexpr std::string_view kLearningRate = "learning-rate";

struct Contender {
  ScoreboardRow row;
  std::map<std::string, const SummaryRow*> by_task;
  // Normalised scores, by task and seed.
  std::map<std::string, std::map<uint64_t, double>> normalised;
};

bool trains(const SummaryRow& row) { return row.mode == "train"; }

// See Scoreboard::study.
std::string study_of(std::span<const SummaryRow> rows, std::span<const StudyCard> studies) {
  std::string of_kind, other;
  for (const SummaryRow& row : rows) {
    if (!trains(row) || !row.over.empty()) continue;
    if (row.study == kAccuracy) return row.study;
    const auto card = std::ranges::find(studies, row.study, &StudyCard::name);
    const bool accuracy = card != studies.end() && card->kind == kAccuracy;
    std::string& first = accuracy ? of_kind : other;
    if (first.empty()) first = row.study;
  }
  return of_kind.empty() ? other : of_kind;
}

// The score that counts as 1 on each task.
std::map<std::string, double> units(Scoreboard& board,
                                    const std::map<std::string, const SummaryRow*>& bp,
                                    const std::map<std::string, double>& chance) {
  std::map<std::string, double> unit;
  for (const std::string& task : board.tasks) {
    const double c = chance.at(task);
    const auto it = bp.find(task);
    const bool usable = it != bp.end() && it->second->score.mean - c >= kMinimalSpan * (1 - c);
    unit[task] = usable ? it->second->score.mean : 1.0;
    if (!usable) board.unnormalised_tasks.push_back(task);
  }
  return unit;
}

void normalise(Contender& c, const Scoreboard& board, const std::map<std::string, double>& unit) {
  TaskScores scores;
  std::vector<double> task_means;
  for (const std::string& task : board.tasks) {
    const auto it = c.by_task.find(task);
    if (it == c.by_task.end() || it->second->score_by_seed.empty()) continue;
    const double chance = it->second->chance;
    auto& by_seed = c.normalised[task];
    auto& values = scores.emplace_back();
    for (const auto& [seed, score] : it->second->score_by_seed) {
      by_seed[seed] = (score - chance) / (unit.at(task) - chance);
      values.push_back(by_seed[seed]);
    }
    task_means.push_back(mean_interval(values).mean);
  }
  c.row.tasks = scores.size();
  c.row.normalised_mean = mean_interval(task_means).mean;
  c.row.normalised_iqm = iqm_estimate(scores);
}

void hold_against_baseline(Contender& c, const std::map<std::string, const SummaryRow*>& bp) {
  if (c.row.rule == kBaseline) return;
  TaskScores own, theirs;
  for (const auto& [task, row] : c.by_task) {
    const auto it = bp.find(task);
    if (it == bp.end() || row->score_by_seed.empty() || it->second->score_by_seed.empty()) continue;
    switch (paired_difference(row->score_by_seed, it->second->score_by_seed).outcome) {
      case Outcome::win:
        ++c.row.wins;
        break;
      case Outcome::tie:
        ++c.row.ties;
        break;
      case Outcome::loss:
        ++c.row.losses;
        break;
      case Outcome::unknown:
        ++c.row.unknown;
        break;
    }
    auto& x = own.emplace_back();
    for (const auto& [seed, score] : row->score_by_seed) x.push_back(score);
    auto& y = theirs.emplace_back();
    for (const auto& [seed, score] : it->second->score_by_seed) y.push_back(score);
  }
  if (!own.empty()) c.row.improvement = probability_of_improvement(own, theirs);
}

// Mean rank over the tasks on which every contender has a score.
void rank(std::vector<Contender>& contenders, const std::vector<std::string>& tasks) {
  std::vector<double> sums(contenders.size(), 0.0);
  size_t counted = 0;
  for (const std::string& task : tasks) {
    std::vector<double> means;
    for (const Contender& c : contenders) {
      const auto it = c.by_task.find(task);
      if (it != c.by_task.end() && it->second->score.n > 0) means.push_back(it->second->score.mean);
    }
    if (means.size() != contenders.size()) continue;
    ++counted;
    for (size_t i = 0; i < means.size(); ++i) {
      const auto better = std::ranges::count_if(means, [&](double m) { return m > means[i]; });
      const auto equal = std::ranges::count(means, means[i]);
      sums[i] += static_cast<double>(better) + static_cast<double>(equal + 1) / 2;
    }
  }
  if (counted == 0) return;
  for (size_t i = 0; i < contenders.size(); ++i) {
    contenders[i].row.mean_rank = sums[i] / static_cast<double>(counted);
  }
}

bool tied(const Contender& a, const Contender& b) {
  TaskScores x, y;
  for (const auto& [task, seeds] : a.normalised) {
    const auto it = b.normalised.find(task);
    if (it == b.normalised.end()) continue;
    std::vector<double> u, v;
    for (const auto& [seed, score] : seeds) {
      const auto other = it->second.find(seed);
      if (other == it->second.end()) continue;
      u.push_back(score);
      v.push_back(other->second);
    }
    if (u.empty()) continue;
    x.push_back(std::move(u));
    y.push_back(std::move(v));
  }
  const Estimate difference = iqm_difference(x, y);
  return !difference.ci.known() || difference.ci.contains(0);
}

// The rows of this rule that carry what `has` asks for; those of the same variant where there are
// any. Of sweeps only those over `over`: the settings that others go through are not the rule's.
template <typename Has>
std::vector<const SummaryRow*> rows_with(std::span<const SummaryRow> rows, const ScoreboardRow& of,
                                         std::string_view over, Has has) {
  std::vector<const SummaryRow*> all, same;
  for (const SummaryRow& row : rows) {
    if (row.rule != of.rule || !has(row) || (!row.over.empty() && row.over != over)) continue;
    all.push_back(&row);
    if (row.variant == of.variant) same.push_back(&row);
  }
  return same.empty() ? all : same;
}

void add_learning_rate(ScoreboardRow& out, std::span<const SummaryRow> rows) {
  auto sweeps =
      rows_with(rows, out, "lr", [](const SummaryRow& r) { return r.learning_rate.points > 0; });
  // A sweep made for the question beats those that other studies made on the way.
  const auto own = [](const SummaryRow* r) { return r->study == kLearningRate; };
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

void add_depth(ScoreboardRow& out, std::span<const SummaryRow> rows) {
  const auto ladders = rows_with(
      rows, out, "depth", [](const SummaryRow& r) { return !r.depth_metrics.retention.empty(); });
  std::vector<double> areas;
  std::set<std::string> seen;  // every depth of a ladder repeats its metrics
  for (const SummaryRow* r : ladders) {
    if (!seen.insert(r->study + '\n' + r->task + '\n' + r->variant).second) continue;
    const DepthMetrics& m = r->depth_metrics;
    areas.push_back(m.auc);
    if (m.trainable >= 0 && (out.trainable_depth < 0 || m.trainable < out.trainable_depth)) {
      out.trainable_depth = m.trainable;
      out.trainable_depth_censored = m.trainable_censored;
    }
  }
  out.depth_auc = mean_interval(areas).mean;
}

SpeedRatio geometric_mean(std::span<const SpeedRatio> ratios) {
  if (ratios.empty()) return {};
  double value = 0, low = 0, high = 0;
  for (const SpeedRatio& r : ratios) {
    value += std::log(r.value);
    low += std::log(r.ci.low);
    high += std::log(r.ci.high);
  }
  const auto n = static_cast<double>(ratios.size());
  return {std::exp(value / n), {std::exp(low / n), std::exp(high / n)}};
}

void add_speed(ScoreboardRow& out, std::span<const SummaryRow> rows) {
  const auto timed = rows_with(
      rows, out, "", [](const SummaryRow& r) { return r.train.n > 0 || r.predict.n > 0; });
  std::vector<SpeedRatio> train, predict;
  for (const SummaryRow* r : timed) {
    if (std::isfinite(r->train_ratio.value)) train.push_back(r->train_ratio);
    if (std::isfinite(r->predict_ratio.value)) predict.push_back(r->predict_ratio);
  }
  out.train_ratio = geometric_mean(train);
  out.predict_ratio = geometric_mean(predict);
  if (timed.empty()) return;
  out.samples_per_s_train = timed.front()->train.median;
  out.samples_per_s_predict = timed.front()->predict.median;
  out.macs_per_sample = timed.front()->macs_per_sample;
}

void count_cells(ScoreboardRow& out, std::span<const CellRecord> records) {
  std::set<std::string_view> seen;  // a cell may belong to several studies
  for (const CellRecord& r : records) {
    if (r.id.rule != out.rule || !seen.insert(r.id.cell_key).second) continue;
    const Status status = r.outcome.status;
    ++out.cells;
    out.failed += is_failure(status) || status == Status::diverged ? 1 : 0;
    out.skipped += status == Status::skipped ? 1 : 0;
  }
}

}  // namespace

Scoreboard make_scoreboard(std::span<const SummaryRow> rows, std::span<const CellRecord> records,
                           std::span<const StudyCard> studies) {
  Scoreboard board;
  board.study = study_of(rows, studies);
  if (board.study.empty()) return board;
  std::vector<Contender> contenders;
  std::map<std::string, const SummaryRow*> bp;
  std::map<std::string, double> chance;
  for (const SummaryRow& row : rows) {
    if (row.study != board.study || !trains(row)) continue;
    if (std::ranges::find(board.tasks, row.task) == board.tasks.end())
      board.tasks.push_back(row.task);
    chance.emplace(row.task, row.chance);
    if (row.rule == kBaseline && row.score.n > 0) bp.emplace(row.task, &row);
    auto it = std::ranges::find_if(contenders,
                                   [&](const Contender& c) { return c.row.label == row.label; });
    if (it == contenders.end()) {
      contenders.emplace_back();
      it = contenders.end() - 1;
      it->row.rule = row.rule;
      it->row.variant = row.variant;
      it->row.label = row.label;
    }
    it->by_task.emplace(row.task, &row);
    if (row.score.n > 0) {
      board.min_seeds = board.max_seeds == 0 ? row.score.n : std::min(board.min_seeds, row.score.n);
      board.max_seeds = std::max(board.max_seeds, row.score.n);
    }
  }
  board.has_baseline = !bp.empty();
  const auto unit = units(board, bp, chance);
  for (Contender& c : contenders) {
    normalise(c, board, unit);
    hold_against_baseline(c, bp);
    add_learning_rate(c.row, rows);
    add_depth(c.row, rows);
    add_speed(c.row, rows);
    count_cells(c.row, records);
  }
  rank(contenders, board.tasks);
  std::ranges::stable_sort(contenders, [](const Contender& a, const Contender& b) {
    const double x = a.row.normalised_iqm.value, y = b.row.normalised_iqm.value;
    return std::isnan(y) ? !std::isnan(x) : x > y;
  });
  for (Contender& c : contenders) {
    c.row.tied_with_best =
        c.row.tasks > 0 && (&c == &contenders.front() || tied(contenders.front(), c));
    board.rows.push_back(std::move(c.row));
  }
  return board;
}

}  // namespace agon::reports
