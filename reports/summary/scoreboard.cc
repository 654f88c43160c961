// SPDX-License-Identifier: MIT
#include "reports/summary/scoreboard.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "reports/record/outcome.h"
#include "reports/summary/builds.h"
#include "reports/summary/compare.h"
#include "reports/summary/group.h"

namespace agon::reports {
namespace {

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
  std::unordered_set<std::string_view> seen;  // a cell may belong to several studies
  seen.reserve(records.size());
  const Builds builds(records);
  const CellRecord* last = nullptr;
  std::vector<ScoreboardRow*> rows;  // that count it
  for (const CellRecord& r : records) {
    if (!seen.insert(r.id.cell_key).second) continue;
    if (last == nullptr || is_speed(r.id.mode) || !alike_but_seed(*last, r)) {
      rows.clear();
      Params params = params_of(r.id);
      for (auto& apart : builds.of(r)) params.insert(std::move(apart));
      for (Contender& c : contenders) {
        if (r.id.rule == c.row.rule && has_setting(params, c.row.setting) &&
            r.id.ruleset == c.params.at("ruleset"))
          rows.push_back(&c.row);
      }
    }
    last = &r;
    for (ScoreboardRow* row : rows) {
      ++row->cells;
      row->failed += r.outcome.status != Status::skipped && counts_as_failed(r) ? 1 : 0;
      row->skipped += r.outcome.status == Status::skipped ? 1 : 0;
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

Scoreboard make_scoreboard(std::span<SummaryRow> rows, std::span<const RowCells> cells,
                           std::span<const CellRecord> records,
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
  for (Contender& c : contenders) {
    c.row.is_baseline = &c == baseline;
    add_learning_rate(c, rows);
    add_depth(c, rows);
    add_speed(c, rows);
  }
  compare(contenders, baseline, {rows, cells, chance}, board);
  count_cells(contenders, records);
  std::ranges::stable_sort(contenders, [](const Contender& a, const Contender& b) {
    const double x = a.row.normalised.value, y = b.row.normalised.value;
    return std::isnan(y) ? !std::isnan(x) : x > y;
  });
  for (Contender& c : contenders) board.rows.push_back(std::move(c.row));
  return board;
}

}  // namespace agon::reports
