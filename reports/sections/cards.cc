// SPDX-License-Identifier: MIT
//
// What rules and tasks say of themselves.
#include <algorithm>
#include <cmath>

#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

Text marker(const Look& look) {
  Text out;
  out.pieces.push_back({"", As::marker, "", look});
  return out;
}

// The look of its first variant: the one that the charts show first.
Look card_look(const PageInput& page, const std::string& rule) {
  const auto row = std::ranges::find(page.summary.rows, rule, &SummaryRow::rule);
  return page.look(rule, row == page.summary.rows.end() ? "" : row->variant);
}

}  // namespace

Section rules_section(const PageInput& page) {
  Section section{"rules", "Rules"};
  if (page.input.run.rules.empty()) {
    section.absent("The run names no rules.");
    return section;
  }
  Cards cards;
  for (const RuleCard& rule : page.input.run.rules) {
    Card& card = cards.all.emplace_back();
    Look look = card_look(page, rule.id);
    look.open = rule.control;
    card.title = marker(look).add(rule.id);
    if (!rule.name.empty() && rule.name != rule.id) card.title.beside(rule.name, As::small);
    card.summary = rule.summary;
    card.about.rule = rule.id;
    if (rule.control) card.tags.push_back("control");
    card.tags.insert(card.tags.end(), rule.properties.begin(), rule.properties.end());
    card.facts.add("Phases per step", std::to_string(rule.phases));
    card.facts.add("Extra memory per parameter", shortest(rule.memory_per_parameter, 3));
    card.facts.add("Reference", rule.reference);
    card.facts.add("Plugin", rule.plugin + (rule.version.empty() ? "" : " " + rule.version) +
                                 (rule.license.empty() ? "" : ", " + rule.license));
  }
  section.add(std::move(cards));
  return section;
}

Section tasks_section(const PageInput& page) {
  Section section{"tasks", "Tasks"};
  if (page.input.run.tasks.empty()) {
    section.absent("The run names no tasks.");
    return section;
  }
  Cards cards;
  for (const TaskCard& task : page.input.run.tasks) {
    Card& card = cards.all.emplace_back();
    card.title = task.title.empty() ? task.id : task.title;
    if (!task.title.empty() && task.title != task.id) card.title.beside(task.id, As::small);
    card.summary = task.summary;
    card.about.task = task.id;
    const bool forecast = std::isfinite(task.ridge);
    std::string metric = task.metric;
    if (!metric.empty())
      metric += (forecast ? ", persistence " : ", chance ") + shortest(task.chance, 3);
    if (forecast) metric += ", ridge " + shortest(task.ridge, 3);
    card.facts.add("Metric", metric);
    card.facts.add("Kind", task.kind);
    card.facts.add("Split", task.split);
    card.facts.add("Licence", task.licence);
    card.facts.add("Attribution", task.attribution);
    for (const FactCard& fact : task.facts) card.facts.add(capital(fact.title), fact.text);
    for (const BaselineCard& baseline : task.baselines)
      card.facts.add("Baseline " + baseline.name, shortest(baseline.score, 4));
    if (!task.missing.empty()) card.facts.add("Data missing", Text().add(task.missing, As::reason));
    if (!task.samples.values.empty()) card.samples = &task.samples;
  }
  section.add(std::move(cards));
  return section;
}

}  // namespace agon::reports
