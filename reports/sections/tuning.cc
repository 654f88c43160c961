// SPDX-License-Identifier: MIT
//
// What the ruleset tuned chose, from which trials, and what they cost.
#include <fmt/format.h>

#include <cmath>
#include <map>

#include "reports/sections/sections.h"
#include "reports/summary/tuned.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

Cell tried_cell(const TunedChoice& choice, bool there, size_t place) {
  if (!there) return missing_cell("edge of the grid");
  const Tried& tried = choice.tried[place];
  Cell cell = number_cell(fixed(tried.score.mean), tried.score.mean);
  cell.text.beside("at " + tried.value, As::small);
  return cell;
}

Table choice_table(const std::vector<TunedChoice>& choices) {
  Table table({"Rule", "Task", "Parameter", "#Chosen", "#By default", "#Score on validation",
               "#One value below", "#One value above", "#Given up", "#Failed"},
              true);
  for (const TunedChoice& c : choices) {
    const Tried& best = c.tried[c.chosen];
    size_t failed = 0, given_up = 0;
    for (const Tried& tried : c.tried) {
      failed += tried.n_failed;
      given_up += tried.n_given_up;
    }
    Cell chosen = number_cell(best.value, number_of(best.value));
    if (c.at_edge()) chosen.text.beside("edge", As::small);
    table.add({text_cell(c.label), text_cell(c.task), text_cell(c.parameter), std::move(chosen),
               c.by_default.empty() ? missing_cell("not run")
                                    : number_cell(c.by_default, number_of(c.by_default)),
               mean_cell(best.score), tried_cell(c, c.chosen > 0, c.chosen - 1),
               tried_cell(c, c.chosen + 1 < c.tried.size(), c.chosen + 1),
               number_cell(std::to_string(given_up), static_cast<double>(given_up)),
               number_cell(std::to_string(failed), static_cast<double>(failed))});
  }
  return table;
}

Table budget_table(const std::vector<TunedChoice>& choices) {
  Table table({"Rule", "Task", "#Trials", "#Samples of a trial", "#MACs of a trial"}, true);
  for (const TunedChoice& c : choices) {
    const auto number = [](double x) {
      return std::isfinite(x) ? number_cell(si(x), x) : missing_cell(std::string(kNotMeasured));
    };
    table.add({text_cell(c.label), text_cell(c.task),
               number_cell(std::to_string(c.tried.size()), static_cast<double>(c.tried.size())),
               number(c.samples), number(c.macs)});
  }
  return table;
}

}  // namespace

Section tuning_section(const PageInput& page) {
  Section section{"tuning", "Tuning"};
  const std::vector<TunedChoice> choices = tuned_choices(page.input.records, page.summary.rows);
  if (choices.empty()) return section;
  section.note(
      "The ruleset tuned takes, on each task, the value with the highest mean validation score over "
      "all seeds; of equal ones that nearest to the middle of the grid. Trials read no test row. One "
      "that diverged or failed counts as chance; one whose loss after a quarter of its epochs was above "
      "that before training was given up and counts as what it scored then. A lone spike between low "
      "neighbours is luck more likely than a good value.");
  section.add(choice_table(choices));
  section.add(Heading{"What tuning cost"});
  section.add(budget_table(choices));
  section.note(
      "Samples are those of one trial that went to its end. Every rule has as many trials; equal "
      "samples are not equal work, which the multiply-accumulates say.");
  return section;
}

}  // namespace agon::reports
