// SPDX-License-Identifier: MIT
#include "reports/summary/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "reports/record/outcome.h"
#include "reports/statistics/selection.h"
#include "reports/summary/builds.h"
#include "reports/summary/group.h"
#include "reports/summary/hosts.h"
#include "reports/summary/scoreboard.h"
#include "reports/summary/speed.h"

namespace agon::reports {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double mean_of(std::span<const double> values) { return mean_interval(values).mean; }

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  return percentile(values, 0.5);
}

template <typename Member>
double mean_over(std::span<const CellRecord* const> cells, Member CellOutcome::*member) {
  std::vector<double> values;
  for (const CellRecord* r : cells) {
    if (r->outcome.status != Status::ok) continue;
    const auto x = static_cast<double>(r->outcome.*member);
    if (std::isfinite(x) && x >= 0) values.push_back(x);
  }
  return mean_of(values);
}

// The cells of one learning rate.
struct Rate {
  double lr = kNaN;
  std::vector<const CellRecord*> cells;
};

// Ascending; cells without a learning rate are one entry.
std::vector<Rate> rates_of(const Group& group) {
  std::map<double, Rate> by_rate;
  for (const CellRecord* r : group.cells) {
    Rate& rate = by_rate[std::isnan(r->id.lr) ? kInfinity : r->id.lr];
    rate.lr = r->id.lr;
    rate.cells.push_back(r);
  }
  std::vector<Rate> rates;
  for (auto& [lr, rate] : by_rate) rates.push_back(std::move(rate));
  return rates;
}

// Mean initial loss of a group: what a failed run that could not say its own counts as.
double loss_init_of(const Group& group) {
  std::vector<double> values;
  for (const CellRecord* r : group.cells) {
    if (std::isfinite(r->outcome.loss_init)) values.push_back(r->outcome.loss_init);
  }
  return mean_of(values);
}

double selection_score(const CellOutcome& o) {
  return std::isfinite(o.score_val) ? o.score_val : o.score_train;
}

LearningRatePoint point_of(const Rate& rate, double chance, const TaskCard* card,
                           double loss_init) {
  LearningRatePoint point;
  point.lr = rate.lr;
  std::vector<double> test, selection, losses;
  for (const CellRecord* r : rate.cells) {
    const CellOutcome& o = r->outcome;
    if (o.status == Status::skipped) continue;
    const bool bad = counts_as_failed(*r);
    ++point.n;
    point.n_failed += bad ? 1 : 0;
    const double score = judged_score(*r, chance);
    if (!std::isnan(score)) test.push_back(score);
    const double selected = selection_score(o);
    selection.push_back(bad || !std::isfinite(selected) ? chance : selected);
    const double own_init = std::isfinite(o.loss_init) ? o.loss_init : loss_init;
    losses.push_back(bad ? own_init : std::min(o.loss_final, own_init));
  }
  point.test = score_interval(test);
  if (const Tested tested = tested_of(rate.cells, chance, card); tested.basis == Basis::rows)
    point.test.ci = score_interval(tested);
  point.validation = mean_of(selection);
  point.loss = mean_of(losses);  // NaN when the rule has no loss
  return point;
}

// Best validation score, then lowest loss, then lowest rate; rates that never ran come last. Of
// trials the one that the ruleset tuned takes.
size_t select(std::span<const LearningRatePoint> points, Mode mode) {
  if (is_trial(mode)) {
    std::vector<double> means;
    for (const LearningRatePoint& p : points) means.push_back(p.validation);
    return best_of_grid(means);
  }
  const auto key = [](const LearningRatePoint& p) {
    return std::tuple(p.n > 0 ? -p.validation : kInfinity,
                      std::isfinite(p.loss) ? p.loss : kInfinity);
  };
  size_t best = 0;
  for (size_t i = 1; i < points.size(); ++i) {
    if (key(points[i]) < key(points[best])) best = i;
  }
  return best;
}

void add_sweep(SummaryRow& row, std::vector<LearningRatePoint> points, size_t selected,
               double loss_init) {
  std::vector<double> rates, scores, losses;
  for (const LearningRatePoint& p : points) {
    if (p.n == 0 || !(p.lr > 0)) continue;
    rates.push_back(p.lr);
    scores.push_back(p.validation);
    losses.push_back(p.loss);
  }
  if (rates.size() < 2) return;
  const std::vector<double> relative = relative_performance(scores, row.chance);
  for (size_t i = 0, ran = 0; i < points.size(); ++i) {
    if (points[i].n > 0 && points[i].lr > 0) points[i].relative = relative[ran++];
  }
  LearningRateMetrics& m = row.learning_rate;
  m.points = rates.size();
  m.decades = std::log10(rates.back() / rates.front());
  const bool has_loss =
      std::ranges::all_of(losses, [](double loss) { return std::isfinite(loss); });
  if (has_loss) m.sensitivity = lr_sensitivity(losses, loss_init);
  m.area = mean_of(relative);
  m.width95 = usable_width(rates, relative, 0.95);
  m.width90 = usable_width(rates, relative, 0.90);
  m.best_at_edge = points[selected].lr == rates.front() || points[selected].lr == rates.back();
  row.sweep = std::move(points);
}

void add_scores(SummaryRow& row, const Rate& rate, const Tested& tested) {
  std::vector<double> scores, epochs, seconds, good;  // good: NaN for a failed run
  for (const CellRecord* r : rate.cells) {
    const CellOutcome& o = r->outcome;
    if (o.status == Status::skipped) continue;
    ++row.n;
    row.n_failed += counts_as_failed(*r) ? 1 : 0;
    row.n_diverged += o.status == Status::diverged ? 1 : 0;
    if (is_speed(r->id.mode)) continue;
    const double score = judged_score(*r, row.chance);
    if (!std::isnan(score)) {
      scores.push_back(score);
      good.push_back(counts_as_failed(*r) ? kNaN : score);
    }
    if (!counts_as_failed(*r) && o.epochs_to_target >= 0) {
      epochs.push_back(static_cast<double>(o.epochs_to_target));
      if (std::isfinite(o.time_to_target_s)) seconds.push_back(o.time_to_target_s);
    }
  }
  row.score_by_seed = tested.scores;
  row.score = score_interval(scores);
  row.basis = tested.basis;
  row.rows = tested.rows();
  if (row.rows > 0) row.score.ci = score_interval(tested);
  row.below = seeds_below(good, row.chance);
  row.iqm = interquartile_mean(scores).value;
  row.n_reached = epochs.size();
  row.epochs_to_target = median_of(epochs);
  row.time_to_target_s = median_of(seconds);
}

SummaryRow row_of(const Group& group, double chance, const TaskCard* card, RowCells& own) {
  const CellIdentity& id = group.id();
  SummaryRow row;
  row.study = group.study();
  row.rule = id.rule;
  row.variant = group.variant;
  row.name = group.name;
  row.label = group.label;
  row.setting = group.setting;
  row.task = id.task;
  row.kind = id.kind;
  row.mode = id.mode;
  row.ruleset = id.ruleset;
  row.depth = id.depth;
  row.width = id.width;
  row.chance = chance;
  for (const CellRecord* r : group.cells) {
    if (row.metric.empty()) row.metric = r->outcome.metric;
    row.n_skipped += r->outcome.status == Status::skipped ? 1 : 0;
    row.n_all_failed += r->outcome.status != Status::skipped && counts_as_failed(*r) ? 1 : 0;
  }
  const std::vector<Rate> rates = rates_of(group);
  const double loss_init = loss_init_of(group);
  std::vector<LearningRatePoint> points;
  for (const Rate& rate : rates) points.push_back(point_of(rate, chance, card, loss_init));
  const size_t selected = select(points, id.mode);
  row.best_lr = rates[selected].lr;
  own = {is_speed(id.mode) ? std::vector<const CellRecord*>() : rates[selected].cells, card,
         chance};
  add_scores(row, rates[selected], own.tested());
  if (is_speed(id.mode)) {
    row.train = throughput(speed_rounds(group.cells, true));
    row.predict = throughput(speed_rounds(group.cells, false));
  } else if (trains(id.mode) && rates.size() > 1) {
    add_sweep(row, std::move(points), selected, loss_init);
  }
  const auto& cells = rates[selected].cells;
  row.macs_per_sample = mean_over(cells, &CellOutcome::macs_per_sample);
  row.n_params = mean_over(cells, &CellOutcome::n_params);
  row.peak_rss_mib = mean_over(cells, &CellOutcome::peak_rss_mib);
  row.train_s = mean_over(cells, &CellOutcome::train_s);
  if (trains(id.mode)) {
    row.selection = selection_bias(row, cells);
    row.cost = cost_of(cells);
  }
  return row;
}

using Ladder = std::map<int64_t, SummaryRow*>;  // by depth

// By test rows where every depth has the same ones, else by scores.
DepthMetrics ladder_metrics(std::span<const SummaryRow> rows, std::span<const RowCells> cells,
                            const Ladder& ladder) {
  const double chance = ladder.begin()->second->chance;
  std::vector<DepthPoint> scores;
  std::vector<DepthRuns> runs;
  RowKind kind{true, TestedRows::sampled};
  for (const auto& [depth, row] : ladder) {
    scores.push_back({depth, row->score_by_seed});
    Tested tested = cells[static_cast<size_t>(row - rows.data())].tested();
    const bool same =
        tested.basis == Basis::rows && runs.size() + 1 == scores.size() &&
        (runs.empty() || (runs.front().runs.test == tested.runs.test &&
                          runs.front().runs.by_seed.begin()->second.size() == tested.rows()));
    if (!same) continue;
    kind.binary = kind.binary && tested.kind.binary;
    runs.push_back({depth, std::move(tested.runs)});
  }
  return runs.size() == scores.size() ? depth_metrics(runs, chance, kind)
                                      : depth_metrics(scores, chance);
}

// Depth metrics over the rows that differ in depth and in what follows it only: see group.h. Width
// may follow it too; at several widths of one depth each width is a ladder.
void add_depth(std::vector<SummaryRow>& rows, std::span<const RowCells> cells) {
  using Key = std::tuple<std::string, std::string, std::string, std::string, int64_t>;
  std::map<Key, std::map<int64_t, std::vector<SummaryRow*>>> families;
  for (SummaryRow& row : rows) {
    if (!trains(row.mode) || row.depth < 1 || row.score_by_seed.empty()) continue;
    families[{row.study, row.rule, row.variant, row.task, -1}][row.depth].push_back(&row);
  }
  std::map<Key, Ladder> ladders;
  for (const auto& [key, depths] : families) {
    const bool by_width =
        std::ranges::any_of(depths, [](const auto& d) { return d.second.size() > 1; });
    for (const auto& [depth, members] : depths) {
      for (SummaryRow* row : members) {
        Key ladder = key;
        if (by_width) std::get<4>(ladder) = row->width;
        ladders[ladder][depth] = row;
      }
    }
  }
  int64_t number = 0;
  for (const auto& [key, ladder] : ladders) {
    if (ladder.size() < 2) continue;
    const DepthMetrics metrics = ladder_metrics(rows, cells, ladder);
    size_t i = 0;
    for (const auto& [depth, row] : ladder) {
      row->ladder = number;
      row->depth_metrics = metrics;
      if (i < metrics.retention.size()) {
        row->retention = metrics.retention[i].value;
        row->retention_ci = metrics.retention[i].ci;
      }
      ++i;
    }
    ++number;
  }
}

// The row of bp to hold `row` against: same study, mode, task and class of hosts; of these the one with
// the same depth and width, else the same depth, else, where depths may differ, the first.
SummaryRow* baseline_for(const SummaryRow& row, std::span<SummaryRow* const> bp, bool same_depth) {
  SummaryRow* best = nullptr;
  int best_match = -1;
  for (SummaryRow* other : bp) {
    if (other->study != row.study || other->mode != row.mode || other->task != row.task ||
        other->ruleset != row.ruleset || other->host != row.host)
      continue;
    if (same_depth && other->depth != row.depth) continue;
    const int match = (other->depth == row.depth ? 2 : 0) + (other->width == row.width ? 1 : 0);
    if (match > best_match) {
      best = other;
      best_match = match;
    }
  }
  return best;
}

void add_baseline(std::vector<SummaryRow>& rows, std::span<const Group> groups) {
  std::vector<SummaryRow*> all_bp;
  std::vector<SpeedPair> timed;
  for (SummaryRow& row : rows) {
    if (row.rule == kBaseline) all_bp.push_back(&row);
  }
  for (SummaryRow& row : rows) {
    if (is_speed(row.mode)) {
      if (SummaryRow* bp = baseline_for(row, all_bp, false)) timed.push_back({&row, bp});
    } else if (const SummaryRow* bp = baseline_for(row, all_bp, row.depth_metrics.reference >= 0)) {
      row.bp_gap = bp->score.mean - row.score.mean;
    }
  }
  compare_speeds(timed, groups);
}

}  // namespace

Summary summarise(std::span<const CellRecord> records, std::span<const TaskCard> tasks,
                  std::span<const StudyCard> studies) {
  Summary summary;
  const auto chance = chance_levels(records, tasks);
  const Builds builds(records);
  const std::vector<Group> groups = group_cells(records);
  std::vector<RowCells> cells;  // of each row
  for (const Group& group : groups) {
    const CellIdentity& id = group.id();
    if (is_again(id.mode)) continue;  // the first measurement's
    const auto task = std::ranges::find(tasks, id.task, &TaskCard::id);
    summary.rows.push_back(row_of(group, chance.at(id.task), task == tasks.end() ? nullptr : &*task,
                                  cells.emplace_back()));
    SummaryRow& row = summary.rows.back();
    row.params = params_of(id);
    for (auto& apart : builds.of(*group.cells.front())) {
      if (apart.first == kHost) row.host = apart.second;
      row.params.insert(std::move(apart));
    }
    const auto card = std::ranges::find(studies, row.study, &StudyCard::name);
    if (card != studies.end()) row.over = swept_by(*card);
  }
  add_depth(summary.rows, cells);
  add_baseline(summary.rows, groups);
  summary.scoreboard = make_scoreboard(summary.rows, cells, records, studies);
  return summary;
}

std::string few_seeds(const Scoreboard& board) {
  if (board.min_seeds >= kSeedsToCompare) return "the common seeds are";
  return board.min_seeds == 1 ? "1 seed is" : fmt::format("{} seeds are", board.min_seeds);
}

std::string chosen_rate(const SummaryRow& row) {
  return row.sweep.size() < 2 ? "" : fmt::format("lr {:.3g} of {}", row.best_lr, row.sweep.size());
}

std::string swept_by(const StudyCard& study) {
  return study_report(study.kind).goes_over ? study.by : "";
}

}  // namespace agon::reports
