// SPDX-License-Identifier: MIT
#include "reports/site/history.h"

#include <charconv>
#include <cmath>
#include <map>
#include <tuple>

namespace agon::reports {
namespace {

SeedScores seeds_of(const SiteScore& score) {
  SeedScores out;
  for (const auto& [text, value] : score.by_seed) {
    uint64_t seed = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), seed).ec == std::errc() &&
        std::isfinite(value))
      out[seed] = value;
  }
  return out;
}

void take_steps(std::vector<History>& all) {
  std::vector<HistoryPoint*> points;
  std::vector<Difference> table;
  for (History& history : all) {
    for (size_t i = 1; i < history.points.size(); ++i) {
      const SiteScore& before = *history.points[i - 1].score;
      HistoryPoint& point = history.points[i];
      const SiteScore& now = *point.score;
      point.new_build = before.build != now.build;
      if (before.data == now.data) point.difference = difference(seeds_of(now), seeds_of(before));
      point.step = point.difference.n == 0         ? Step::apart
                   : before.by_seed == now.by_seed ? Step::same
                                                   : Step::changed;
      if (point.step != Step::changed) continue;
      points.push_back(&point);
      table.push_back(point.difference);
    }
  }
  const JudgedTable judged = judge_table(table);
  for (size_t i = 0; i < points.size(); ++i) {
    if (judged.cells[i].outcome == Outcome::win) points[i]->step = Step::improved;
    if (judged.cells[i].outcome == Outcome::loss) points[i]->step = Step::worse;
  }
}

}  // namespace

std::vector<History> histories(const std::vector<const SiteRun*>& runs, const std::string& rule) {
  std::vector<History> out;
  std::map<std::tuple<std::string, std::string, std::string>, size_t> places;
  for (const SiteRun* run : runs) {
    for (const SiteScore& score : run->scores) {
      if (score.rule != rule) continue;
      const auto [at, added] =
          places.try_emplace({score.study, score.task, score.setting}, out.size());
      if (added) out.push_back({score.study, score.task, score.setting, score.metric, {}});
      out[at->second].points.push_back({run, &score});
    }
  }
  take_steps(out);
  return out;
}

}  // namespace agon::reports
