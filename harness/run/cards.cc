// SPDX-License-Identifier: MIT
#include "harness/run/cards.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

#include "core/error.h"
#include "harness/conformance/level.h"
#include "harness/plugins/values.h"
#include "harness/run/expected.h"
#include "harness/run/task_data.h"

namespace agon::harness {
namespace {

// What the rule leaves out that others have.
std::vector<std::string> missing_of(const RuleManifest& rule) {
  std::vector<std::string> out;
  if (!rule.has(AGON_TENSORS_ID)) {
    out.emplace_back(
        "It shows no tensors(): how many weights it learns is not known (n_params), and it takes no "
        "noise on its weights.");
  }
  if (rule.param("epochs") == nullptr)
    out.emplace_back("It has no parameter epochs: it learns for one epoch.");
  return out;
}

Expected expected_beside(const RuleManifest& rule) {
  return read_expected(std::filesystem::path(rule.plugin_path).parent_path());
}

void add_expected(const RuleManifest& rule, reports::RuleCard& card) {
  try {
    Expected expected = expected_beside(rule);
    std::erase_if(expected.scores, [&](const auto& row) { return row.rule != rule.id_in_plugin; });
    card.expected_by = std::move(expected.suite);
    card.expected = std::move(expected.scores);
  } catch (const Error& error) {
    card.limits.push_back(error.what());
  }
}

}  // namespace

reports::RuleCard rule_card(const RuleManifest& rule) {
  reports::RuleCard card;
  card.id = rule.id;
  card.name = rule.name;
  card.summary = rule.summary;
  card.reference = rule.reference;
  card.plugin = rule.plugin_name;
  card.version = rule.plugin_version;
  card.license = rule.license;
  card.control = rule.can(AGON_CONTROL);
  card.properties = rule.capability_words();
  card.conformance = level_text(conformance::known_level(rule));
  card.phases = rule.phases;
  card.memory_per_parameter = rule.memory_per_parameter;
  for (const EquationManifest& e : rule.equations) card.equations.push_back({e.says, e.tex});
  card.limits = rule.limits;
  std::ranges::copy(missing_of(rule), std::back_inserter(card.limits));
  for (const ParamManifest& p : rule.params) {
    card.options.push_back({p.key, value_text(p, p.default_value), range_text(p),
                            p.unit.empty() ? p.help : fmt::format("{} [{}]", p.help, p.unit)});
  }
  add_expected(rule, card);
  return card;
}

namespace {

// Broken data are the cells' to report: they fail with it.
void add_data(const datasets::TaskInfo& task, const datasets::Catalogue& catalogue,
              reports::TaskCard& card) {
  try {
    if (const auto missing = catalogue.missing(task)) {
      card.missing = *missing;
      return;
    }
    const datasets::Task loaded = catalogue.load(task);
    for (const datasets::Fact& fact : data_facts(loaded))
      card.facts.push_back({fact.title, fact.text});
    card.samples = sample_picture(loaded);
    card.tests_all = !loaded.split.test.empty() && loaded.split.test == loaded.split.train;
    card.folds = static_cast<int64_t>(loaded.folds.size());
  } catch (const Error& error) {
    card.missing = error.what();
  }
}

}  // namespace

reports::TaskCard task_card(const datasets::TaskInfo& task, const datasets::Catalogue& catalogue) {
  reports::TaskCard card;
  card.id = task.id;
  card.title = task.title;
  card.summary = task.summary;
  card.kind = datasets::name(task.kind());
  card.metric = task.metric;
  card.split = task.split;
  card.licence = task.licence;
  card.attribution = task.attribution;
  card.chance = task.chance;
  card.ridge = task.ridge();
  for (const datasets::Baseline& baseline : task.baselines)
    card.baselines.push_back({baseline.name, baseline.score});
  for (const datasets::Fact& fact : datasets::facts(task))
    card.facts.push_back({fact.title, fact.text});
  add_data(task, catalogue, card);
  return card;
}

reports::TaskCard task_card(const datasets::TaskInfo& task, const datasets::Catalogue& catalogue,
                            std::span<const RuleManifest> rules) {
  reports::TaskCard card = task_card(task, catalogue);
  for (const RuleManifest& rule : rules) {
    const reports::RuleCard about = rule_card(rule);
    for (const reports::ExpectedCard& row : about.expected) {
      if (row.task != task.id) continue;
      if (card.expected_by.empty()) card.expected_by = about.expected_by;
      card.expected.push_back(row);
      if (card.expected_by != about.expected_by)
        card.expected.back().settings += " by " + about.expected_by;
    }
  }
  return card;
}

reports::RunInfo run_info(const Plan& plan, const datasets::Catalogue& catalogue,
                          const std::string& run_id, const std::string& command) {
  reports::RunInfo info;
  info.run_id = run_id;
  info.suite = plan.suite.argument;
  info.version = plan.suite.version;
  info.title = plan.suite.title;
  info.suite_toml = plan.suite.text;
  info.command = command;
  for (const Study& s : plan.suite.studies)
    info.studies.push_back({s.name, s.question, s.kind, s.by, s.value});
  for (const Claim& claim : plan.suite.claims) info.claims.push_back(claim.card);
  std::set<std::string> seen;
  for (const Variant& variant : plan.variants) {
    if (seen.insert(variant.rule->id).second) info.rules.push_back(rule_card(*variant.rule));
  }
  for (const datasets::TaskInfo* task : plan.tasks)
    info.tasks.push_back(task_card(*task, catalogue));
  return info;
}

}  // namespace agon::harness
