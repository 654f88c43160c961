// SPDX-License-Identifier: MIT
#include "reports/comparison/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "reports/comparison/results.h"
#include "reports/comparison/settings.h"
#include "reports/comparison/speeds.h"
#include "reports/record/outcome.h"
#include "reports/statistics/comparison.h"
#include "reports/summary/tested.h"

namespace agon::reports {
namespace {

using Chances = std::unordered_map<std::string, double>;

double chance_of(const Chances& chances, const std::string& task) {
  const auto at = chances.find(task);
  return at == chances.end() ? 0 : at->second;
}

double score_of(const CellRecord& r, const Chances& chances) {
  return counted_score(r, &CellOutcome::score_test, chance_of(chances, r.id.task));
}

// Of the seeds that both have.
Tested tested_of(const SettingPair& pair, bool after, double chance, const TaskCard* card) {
  std::vector<const CellRecord*> cells;
  pair.for_each_pair(
      [&](const CellRecord& p, const CellRecord& q) { cells.push_back(after ? &q : &p); });
  return tested_of(cells, chance, card);
}

class Comparer {
 public:
  Comparer(const StoredResults& a, const StoredResults& b) : a_(a), b_(b) {
    chances_ = chance_levels(a.results.records, a.results.run.tasks);
    chances_.merge(chance_levels(b.results.records, b.results.run.tasks));
  }

  Comparison compare() {
    const std::array<FactsOfRun, 2> facts{FactsOfRun{a_.results.place, a_.results.run, a_.facts},
                                          FactsOfRun{b_.results.place, b_.results.run, b_.facts}};
    out_.differs = differences(facts);
    if (std::string text = numerics_difference(facts); !text.empty())
      out_.notes.push_back(std::move(text));
    out_.cells_before = a_.results.records.size();
    out_.cells_after = b_.results.records.size();
    const std::vector<SettingPair> pairs =
        pair_settings(a_.results.records, b_.results.records, out_.notes);
    for (const SettingPair& pair : pairs) {
      count_cells(pair);
      if (!is_speed(pair.first->id.mode)) add_scores(pair);
    }
    judge();
    compare_speeds(pairs, out_);
    return std::move(out_);
  }

 private:
  void count_cells(const SettingPair& pair) {
    pair.for_each_pair([&](const CellRecord& x, const CellRecord& y) {
      ++out_.paired;
      out_.by_key += x.id.cell_key == y.id.cell_key ? 1 : 0;
      if (is_speed(x.id.mode)) return;
      ++out_.result_cells;
      out_.same_bits += same_results(x, y) ? 1 : 0;
    });
  }

  void add_scores(const SettingPair& pair) {
    ComparedSetting& s = out_.settings.emplace_back(named(pair, "score"));
    double before = 0, after = 0;
    size_t scored = 0;
    pair.for_each_pair([&](const CellRecord& p, const CellRecord& q) {
      s.same_bits += same_results(p, q) ? 1 : 0;
      s.failed_before += is_failure(p.outcome.status) ? 1 : 0;
      s.failed_after += is_failure(q.outcome.status) ? 1 : 0;
      const double u = score_of(p, chances_), v = score_of(q, chances_);
      if (!std::isfinite(u) || !std::isfinite(v)) return;
      ++scored;
      before += u;
      after += v;
    });
    if (scored == 0) return;
    s.before = before / static_cast<double>(scored);
    s.after = after / static_cast<double>(scored);
    const auto card = std::ranges::find(a_.results.run.tasks, s.task, &TaskCard::id);
    const TaskCard* const task = card == a_.results.run.tasks.end() ? nullptr : &*card;
    const double chance = chance_of(chances_, s.task);
    const TestedPair both =
        pair_of(tested_of(pair, true, chance, task), tested_of(pair, false, chance, task));
    s.difference = difference(both.x, both.y, both.kind);
  }

  // One table, one correction.
  void judge() {
    std::vector<Difference> table;
    for (const ComparedSetting& s : out_.settings) table.push_back(s.difference);
    const JudgedTable judged = judge_table(table);
    for (size_t i = 0; i < out_.settings.size(); ++i) {
      ComparedSetting& s = out_.settings[i];
      s.corrected = judged.cells[i].corrected;
      if (s.change != Change::none) continue;
      const Outcome outcome = judged.cells[i].outcome;
      if (s.failed_after > s.failed_before) {
        s.change = Change::worse;
        s.why = fmt::format("{} of {} cells failed, {} before", s.failed_after, s.paired,
                            s.failed_before);
      } else if (outcome == Outcome::win || outcome == Outcome::loss) {
        s.change = outcome == Outcome::win ? Change::improved : Change::worse;
      } else if (s.failed_after < s.failed_before) {
        s.change = Change::improved;
        s.why = fmt::format("{} of {} cells failed, {} before", s.failed_after, s.paired,
                            s.failed_before);
      } else if (s.same_bits == s.paired) {
        s.why = "the same bits";
      } else if (s.difference.n < kSeedsToCompare) {
        s.why = fmt::format("{} paired seed{}, {} are needed", s.difference.n,
                            s.difference.n == 1 ? "" : "s", kSeedsToCompare);
      }
    }
  }

  const StoredResults& a_;
  const StoredResults& b_;
  Chances chances_;
  Comparison out_;
};

}  // namespace

std::string_view name(Change change) {
  constexpr std::array kNames{"improved", "worse", "no evidence", "new", "missing"};
  return kNames[static_cast<size_t>(change)];
}

ComparedSetting named(const SettingPair& pair, std::string quantity) {
  const CellRecord& r = *pair.first;
  ComparedSetting out;
  out.study = r.study;
  out.task = r.id.task;
  out.rule = r.id.rule;
  out.ruleset = r.id.ruleset;
  out.condition = r.id.condition;
  out.metric = r.outcome.metric;
  out.setting = pair.setting;
  out.quantity = std::move(quantity);
  out.cells_before = pair.before.size();
  out.cells_after = pair.after.size();
  if (pair.before.empty() || pair.after.empty()) {
    out.change = pair.before.empty() ? Change::added : Change::missing;
  } else {
    pair.for_each_pair([&](const CellRecord&, const CellRecord&) { ++out.paired; });
    if (out.paired == 0) out.why = "no seed in common";
  }
  return out;
}

double ComparedSetting::fall_pct() const {
  if (quantity == "score") {
    if (!(after < before)) return 0;
    return 100 * (before - after) / (before == 0 ? 1 : std::fabs(before));
  }
  return ratio.ci.high < 1 && ratio.value < 1 ? 100 * (1 - ratio.value) : 0;
}

size_t Comparison::count(Change change) const {
  return static_cast<size_t>(std::ranges::count(settings, change, &ComparedSetting::change));
}

Comparison compare(const StoredResults& a, const StoredResults& b) {
  return Comparer(a, b).compare();
}

std::vector<const ComparedSetting*> regressions(const Comparison& comparison, double percent) {
  std::vector<const ComparedSetting*> out;
  for (const ComparedSetting& s : comparison.settings) {
    if (s.paired > 0 && (s.failed_after > s.failed_before || s.fall_pct() > percent))
      out.push_back(&s);
  }
  return out;
}

}  // namespace agon::reports
