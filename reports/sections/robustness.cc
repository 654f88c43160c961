// SPDX-License-Identifier: MIT
//
// What harms cost trained models: score over the level of a harm.
#include "reports/studies/robustness.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/sections/finding.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

struct Words {
  std::string_view harm, title, level;
};
constexpr std::array kWords{
    Words{"input-noise", "Noise on the inputs", "sd of the noise / sd of the inputs"},
    Words{"weight-noise", "Noise on the learnt weights", "sd of the noise / rms of the tensor"},
    Words{"lesion", "Units silenced", "share of the units"},
    Words{"state-noise", "Noise on the state", "level, in the rule's own unit"}};

const Words& words_of(const std::string& harm) {
  return *std::ranges::find(kWords, harm, &Words::harm);
}

Told told(const HarmLine& line, double chance) {
  const HarmLevel& last = line.levels.back();
  return {line.label,
          fmt::format(" goes from {} to {} at {}", fixed(line.levels.front().score.mean),
                      fixed(last.score.mean), shortest(last.level)),
          1 - line.lost(line.levels.size() - 1, chance)};
}

Chart chart_of(const PageInput& page, const HarmCurves& curves, const ChartShare<HarmLine>& share) {
  const Words& words = words_of(curves.harm);
  Chart chart;
  chart.title = fmt::format("{}, {}{}", words.title,
                            page.title_of({curves.study, curves.task}, "robustness"), share.part);
  chart.x.title = words.level;
  chart.y = score_axis(curves.metric);
  std::vector<Told> lines;
  for (const HarmLine& line : share.lines) {
    const Look look = page.look(line.rule, line.variant);
    ChartSeries series{line.label, look.style, look.open, true, {}, line.rule};
    for (const HarmLevel& at : line.levels) {
      series.points.push_back({at.level,
                               at.score.mean,
                               at.score.ci.low,
                               at.score.ci.high,
                               {},
                               runs_note(at.score.n, at.n_failed)});
    }
    chart.series.push_back(std::move(series));
    lines.push_back(told(line, curves.chance));
  }
  chart.references.push_back(chance_reference(curves.metric, curves.chance));
  chart.finding = tell(std::move(lines), "Keeps most", "least", "beat chance");
  return chart;
}

// "0.912 [0.90, 0.92]" and, below it, what is lost.
Cell level_cell(const HarmLine& line, size_t i, double chance) {
  const HarmLevel& at = line.levels[i];
  Cell cell = mean_cell(at.score);
  std::vector<std::string> notes;
  if (const double lost = line.lost(i, chance); i > 0 && std::isfinite(lost)) {
    const long percent = std::lround(-100 * lost);
    notes.push_back(percent == 0 ? "0 %" : fmt::format("{:+} %", percent));
  }
  if (!std::isnan(at.nrmse)) notes.push_back("NRMSE " + shortest(at.nrmse, 3));
  cell.text.add(fmt::format("{}", fmt::join(notes, ", ")), As::below);
  return cell;
}

Table table_of(const PageInput& page, const HarmCurves& curves) {
  std::vector<double> levels;
  for (const HarmLine& line : curves.lines) {
    for (const HarmLevel& at : line.levels) {
      if (std::ranges::find(levels, at.level) == levels.end()) levels.push_back(at.level);
    }
  }
  std::ranges::sort(levels);
  std::vector<std::string> columns{std::string(words_of(curves.harm).title)};
  for (const double level : levels)
    columns.push_back(level == 0 ? "#Unharmed" : "#At " + shortest(level));
  Table table(columns, true);
  for (const HarmLine& line : curves.lines) {
    std::vector<Cell> row{text_cell(rule_text(page, line.rule, line.variant, line.label))};
    for (const double level : levels) {
      const auto at = std::ranges::find(line.levels, level, &HarmLevel::level);
      row.push_back(
          at == line.levels.end()
              ? number_cell(kNotMeasured, kNaN)
              : level_cell(line, static_cast<size_t>(at - line.levels.begin()), curves.chance));
    }
    table.add(std::move(row), {line.rule, curves.task, curves.study});
  }
  return table;
}

std::string question(const PageInput& page, const HarmCurves& curves) {
  const auto& studies = page.input.run.studies;
  const auto card = std::ranges::find(studies, curves.study, &StudyCard::name);
  return card == studies.end() ? "" : card->question;
}

void add_charts(Charts& charts, const PageInput& page, const HarmCurves& curves, size_t index) {
  size_t part = 0;
  for (const auto& share : chart_shares(std::span<const HarmLine>(curves.lines))) {
    Chart chart = chart_of(page, curves, share);
    chart.id = fmt::format("robustness-{}-{}", index, part++);
    charts.all.push_back({std::move(chart), "", {"", curves.task, curves.study}});
  }
}

}  // namespace

Section robustness_section(const PageInput& page) {
  Section section{"robustness", "Robustness"};
  const Robustness all = robustness_of(page.groups, page.summary.rows);
  if (all.empty()) return section;
  section.note(fmt::format(
      "The trained model is harmed, scored on the test set again and restored. Mean with its {}; each "
      "level is drawn several times and averaged first. Level 0 is the test score. The tables add "
      "the share of the score above chance that a level costs.",
      kSeedsInterval));
  const auto same_place = [](const HarmCurves& a, const HarmCurves& b) {
    return a.study == b.study && a.task == b.task;
  };
  for (size_t from = 0, to = 0; from < all.curves.size(); from = to) {
    while (to < all.curves.size() && same_place(all.curves[from], all.curves[to])) ++to;
    if (std::string asked = question(page, all.curves[from]); !asked.empty()) section.note(asked);
    Charts charts;
    for (size_t i = from; i < to; ++i) add_charts(charts, page, all.curves[i], i);
    section.add(std::move(charts));
    for (size_t i = from; i < to; ++i) section.add(table_of(page, all.curves[i]));
  }
  if (all.not_taken.empty()) return section;
  section.add(Heading{"Not taken"});
  Table table({"Rule", "Task", "Harm", "Reason"}, true);
  for (const HarmNotTaken& n : all.not_taken)
    table.add({text_cell(n.label), text_cell(n.task), text_cell(n.harm), text_cell(n.reason)});
  section.add(std::move(table));
  return section;
}

}  // namespace agon::reports
