// SPDX-License-Identifier: MIT
#include "reports/studies/robustness.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "reports/record/outcome.h"

namespace agon::reports {
namespace {

using Cells = std::vector<const CellRecord*>;

// Of the row's learning rate, run.
Cells selected(const Group& group, const SummaryRow& row) {
  Cells out;
  for (const CellRecord* cell : group.cells) {
    const bool own = std::isnan(row.best_lr) || cell->id.lr == row.best_lr;
    if (own && cell->outcome.status != Status::skipped) out.push_back(cell);
  }
  return out;
}

std::string scores_under(std::string_view harm) { return "score@" + std::string(harm); }

std::set<double> levels_of(const Cells& cells, std::string_view harm) {
  std::set<double> levels;
  for (const CellRecord* cell : cells) {
    for (const SeriesPoint& p : cell->outcome.series) {
      if (p.series == scores_under(harm) && p.reason.empty()) levels.insert(p.x);
    }
  }
  return levels;
}

std::string reason_against(const Cells& cells, std::string_view harm) {
  for (const CellRecord* cell : cells) {
    for (const SeriesPoint& p : cell->outcome.series) {
      if (p.series == scores_under(harm) && !p.reason.empty()) return p.reason;
    }
  }
  return "";
}

HarmLevel measure(const Cells& cells, std::string_view harm, double level, double chance) {
  HarmLevel out;
  out.level = level;
  std::vector<double> scores;
  double nrmse = 0;
  for (const CellRecord* cell : cells) {
    if (counts_as_failed(*cell)) {
      ++out.n_failed;
      scores.push_back(counted_score(*cell, &CellOutcome::score_test, chance));
    } else if (const double score = series_value(cell->outcome, scores_under(harm), level);
               !std::isnan(score)) {
      scores.push_back(score);
      nrmse += series_value(cell->outcome, "nrmse@" + std::string(harm), level);
    }
  }
  out.score = score_interval(scores);
  if (scores.size() > out.n_failed)
    out.nrmse = nrmse / static_cast<double>(scores.size() - out.n_failed);
  return out;
}

HarmCurves& curves_of(Robustness& all, const SummaryRow& row, std::string_view harm) {
  const auto at = std::ranges::find_if(all.curves, [&](const HarmCurves& c) {
    return c.study == row.study && c.task == row.task && c.harm == harm;
  });
  if (at != all.curves.end()) return *at;
  return all.curves.emplace_back(
      HarmCurves{row.study, row.task, std::string(harm), row.metric, row.chance, {}});
}

}  // namespace

double HarmLine::lost(size_t i, double chance) const {
  const double intact = levels.front().score.mean;
  return intact > chance ? (intact - levels[i].score.mean) / (intact - chance) : kNaN;
}

Robustness robustness_of(std::span<const Group> groups, std::span<const SummaryRow> rows) {
  Robustness all;
  auto next = rows.begin();
  for (const Group& group : groups) {
    if (is_again(group.id().mode)) continue;  // has no row
    const SummaryRow& row = *next++;
    const Cells cells = selected(group, row);
    for (const std::string_view harm : kHarms) {
      const std::set<double> levels = levels_of(cells, harm);
      if (const std::string reason = reason_against(cells, harm); !reason.empty()) {
        all.not_taken.push_back({row.study, row.task, std::string(harm), row.label, reason});
      }
      if (levels.empty()) continue;
      const std::string rate = chosen_rate(row);
      HarmLine& line =
          curves_of(all, row, harm)
              .lines.emplace_back(HarmLine{row.rule,
                                           row.variant,
                                           rate.empty() ? row.label : row.label + " (" + rate + ")",
                                           {}});
      for (const double level : levels)
        line.levels.push_back(measure(cells, harm, level, row.chance));
    }
  }
  // A harm that only a later rule takes stands where it belongs all the same.
  std::ranges::stable_sort(all.curves, {}, [&](const HarmCurves& c) {
    const auto first = std::ranges::find_if(
        rows, [&](const SummaryRow& row) { return row.study == c.study && row.task == c.task; });
    return std::pair(first - rows.begin(), std::ranges::find(kHarms, c.harm) - kHarms.begin());
  });
  return all;
}

Section robustness_section(const PageInput& page);

StudyReport robustness_report() {
  return {.kind = StudyKind::robustness,
          .name = "robustness",
          .reads =
              [](std::string_view series) {
                const size_t at = series.find('@');
                const std::string_view what = series.substr(0, at);
                return at != series.npos && (what == "score" || what == "nrmse") &&
                       std::ranges::find(kHarms, series.substr(at + 1)) != kHarms.end();
              },
          .sections = {robustness_section}};
}

}  // namespace agon::reports
