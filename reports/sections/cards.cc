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

Equations equations_of(const RuleCard& rule) {
  Equations out;
  for (const EquationCard& e : rule.equations) out.all.push_back({e.says, e.tex});
  return out;
}

// By the suite that measured them, with intervals; what a sample costs beside it.
Fold expected_of(const std::string& by, const std::vector<ExpectedCard>& rows, bool of_task) {
  Fold fold{"Expected scores, by the suite " + by, {}};
  Table table({of_task ? "Rule" : "Task", "Settings", "#Score", "#Seeds", "#MACs per sample"});
  table.stacked = true;
  // The rulesets of a task side by side.
  std::vector<ExpectedCard> sorted;
  for (const ExpectedCard& row : rows) {
    const auto same = [&](const ExpectedCard& one) {
      return one.task == row.task && one.rule == row.rule;
    };
    const auto after = std::find_if(sorted.rbegin(), sorted.rend(), same).base();
    sorted.insert(std::ranges::any_of(sorted, same) ? after : sorted.end(), row);
  }
  for (const ExpectedCard& row : sorted) {
    Cell score = number_cell(fixed(row.mean), row.mean);
    add_interval(score, {row.low, row.high}, [](double x) { return fixed(x); });
    Text settings = row.ruleset;
    if (!row.settings.empty()) settings.beside(row.settings, As::small);
    table.add({text_cell(of_task ? row.rule : row.task), text_cell(settings), std::move(score),
               number_cell(std::to_string(row.seeds), static_cast<double>(row.seeds)),
               std::isfinite(row.macs_per_sample)
                   ? number_cell(si(row.macs_per_sample), row.macs_per_sample)
                   : missing_cell("not counted")});
  }
  fold.blocks.push_back({std::move(table)});
  return fold;
}

Fold options_of(const RuleCard& rule) {
  Fold fold{plural(static_cast<int64_t>(rule.options.size()), "option"), {}};
  Table table({"Option", "Default", "Values", "What it is"});
  for (const OptionCard& option : rule.options)
    table.add({text_cell(Text().add(option.key, As::code)), text_cell(option.value),
               text_cell(option.range), text_cell(option.help)});
  fold.blocks.push_back({std::move(table)});
  return fold;
}

// Below the facts: what it computes, where it fails, what to expect of it, its options.
void add_rule(const RuleCard& rule, Card& card) {
  if (!rule.equations.empty()) card.more.push_back({equations_of(rule)});
  if (!rule.limits.empty()) card.more.push_back({Heading{"Known limits"}});
  for (const std::string& limit : rule.limits)
    card.more.push_back({Paragraph{Paragraph::Kind::note, limit}});
  if (!rule.expected.empty())
    card.more.push_back({expected_of(rule.expected_by, rule.expected, false)});
  if (!rule.options.empty()) card.more.push_back({options_of(rule)});
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
    if (!rule.conformance.empty()) card.tags.push_back("conformance: " + rule.conformance);
    card.facts.add("Phases per step", std::to_string(rule.phases));
    card.facts.add("Extra memory per parameter", shortest(rule.memory_per_parameter, 3));
    card.facts.add("Reference", rule.reference);
    card.facts.add("Plugin", rule.plugin + (rule.version.empty() ? "" : " " + rule.version) +
                                 (rule.license.empty() ? "" : ", " + rule.license));
    add_rule(rule, card);
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
    if (!task.expected.empty())
      card.more.push_back({expected_of(task.expected_by, task.expected, true)});
  }
  section.add(std::move(cards));
  return section;
}

std::vector<Section> card_sections(const ReportInput& input) {
  const Summary summary = summarise(input.records, input.run.tasks);
  const PageInput page(input, summary);
  std::vector<Section> out;
  for (const auto make : {rules_section, tasks_section}) {
    Section section = make(page);
    auto* const cards = std::get_if<Cards>(&section.blocks.front().is);
    if (cards == nullptr) continue;
    for (Card& card : cards->all) {
      for (Block& block : card.more) {
        if (auto* const fold = std::get_if<Fold>(&block.is)) fold->open = true;
      }
    }
    out.push_back(std::move(section));
  }
  return out;
}

}  // namespace agon::reports
