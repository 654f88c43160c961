// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/file.h"
#include "core/text.h"
#include "datasets/task.h"
#include "harness/cli/cli.h"
#include "harness/cli/task_view.h"
#include "harness/conformance/level.h"
#include "harness/plan/plan.h"
#include "harness/plan/suite.h"
#include "harness/plugins/values.h"
#include "harness/run/cards.h"
#include "harness/run/console.h"
#include "harness/run/task_data.h"
#include "harness/work/discover.h"
#include "reports/render/html/html.h"
#include "reports/text.h"

namespace agon::harness {
namespace {

using nlohmann::json;

struct Options {
  std::string name;
  bool as_json = false, as_html = false;
  std::filesystem::path file;  // of --html; empty: stdout
  Places places;
};

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

// With every text of the plugin's as a terminal may show it.
RuleManifest printable(RuleManifest rule) {
  const auto clean = [](std::string& text) { text = core::printable(text); };
  for (std::string* text :
       {&rule.name, &rule.summary, &rule.reference, &rule.plugin_path, &rule.plugin_name,
        &rule.plugin_version, &rule.license, &rule.compiler}) {
    clean(*text);
  }
  for (ParamManifest& p : rule.params) {
    clean(p.help);
    clean(p.unit);
    std::ranges::for_each(p.choices, clean);
  }
  for (PresetManifest& p : rule.presets) {
    clean(p.help);
    clean(p.settings);
  }
  return rule;
}

// Equations as they are written, limits, and what it is expected to score.
void print_card(const RuleManifest& rule) {
  const reports::RuleCard card = rule_card(rule);
  if (!card.equations.empty()) say("\nequations (as a page: agon info {} --html)\n", rule.id);
  for (const reports::EquationCard& e : card.equations) {
    say("  {}{}\n", e.says.empty() ? "" : core::printable(e.says) + ": ", core::printable(e.tex));
  }
  if (!card.limits.empty()) say("\nlimits\n");
  for (const std::string& limit : card.limits) say("  {}\n", core::printable(limit));
  if (!card.expected.empty()) say("\nexpected scores, by {}\n", card.expected_by);
  for (const reports::ExpectedCard& row : card.expected) {
    say("  {:<18} {:<8} {} over {} seeds\n", row.task, row.ruleset,
        reports::with_interval(row.mean, row.low, row.high), row.seeds);
  }
}

void print_rule(const RuleManifest& rule) {
  say("{}: {}\n{}\n\n", rule.id, rule.name, rule.summary);
  say("reference   {}\n", rule.reference);
  say("properties  {}\n", joined(rule.capability_words()));
  say("phases      {} per learning step\n", rule.phases);
  say("memory      {} extra numbers per parameter\n", rule.memory_per_parameter);
  say("plugin      {} {} ({}), {}\n", rule.plugin_name, rule.plugin_version, rule.license,
      rule.plugin_path);
  say("build       {}, {}\n", rule.build_id, rule.compiler);
  say("conformance {} (agon check {})\n\nparameters\n",
      conformance::level_text(conformance::known_level(rule)), rule.id);
  size_t width = 0;
  for (const ParamManifest& p : rule.params) width = std::max(width, p.key.size());
  for (const ParamManifest& p : rule.params) {
    say("  {:<{}}  {:<10} {}{}\n  {:<{}}  {}\n", p.key, width, value_text(p, p.default_value),
        p.help, p.unit.empty() ? "" : fmt::format(" [{}]", p.unit), "", width, range_text(p));
  }
  print_card(rule);
  if (rule.presets.empty()) return;
  say("\npresets\n");
  for (const PresetManifest& preset : rule.presets) {
    say("  {}[preset={}]  {}\n    {}\n", rule.id, preset.name, preset.help,
        preset.settings.empty() ? "the defaults" : preset.settings);
  }
}

// A task file of a stranger says nothing to the terminal that is not text.
datasets::TaskInfo printable(datasets::TaskInfo task) {
  for (std::string* text :
       {&task.title, &task.summary, &task.licence, &task.attribution, &task.origin, &task.split})
    *text = core::printable(*text);
  return task;
}

// With what the data say where they are here; broken ones are told in the place of `missing`.
void print_task(const datasets::TaskInfo& task, const datasets::Catalogue& catalogue,
                bool as_json) {
  std::optional<std::string> missing = catalogue.missing(task);
  datasets::Task loaded;
  if (!missing) {
    try {
      loaded = catalogue.load(task);
    } catch (const Error& error) {
      missing = error.what();
    }
  }
  if (as_json) {
    json baselines = json::object();
    for (const datasets::Baseline& baseline : task.baselines)
      baselines[baseline.name] = baseline.score;
    json all = {{"id", task.id},
                {"title", task.title},
                {"summary", task.summary},
                {"kind", datasets::name(task.kind())},
                {"metric", task.metric},
                {"chance", task.chance},
                {"target", task.target},
                {"ridge", std::isnan(task.ridge()) ? json() : json(task.ridge())},
                {"baselines", std::move(baselines)},
                {"matched", task.matched() > 0 ? json(task.matched()) : json()},
                {"shape", task.shape},
                {"classes", task.classes()},
                {"split", task.split},
                {"source", task.source},
                {"file", task.origin},
                {"licence", task.licence},
                {"attribution", task.attribution},
                {"available", !missing},
                {"missing", missing.value_or("")}};
    if (!missing && !loaded.split.train.empty()) {
      all["rows"] = {{"train", loaded.split.train.size()},
                     {"validation", loaded.split.validation.size()},
                     {"test", loaded.split.test.size()}};
      all["class_counts"] = class_counts(loaded.data);
    }
    say("{}\n", all.dump(2, ' ', false, json::error_handler_t::replace));
    return;
  }
  const datasets::TaskInfo shown = printable(task);
  const auto line = [](const datasets::Fact& fact) { say("{:<12} {}\n", fact.title, fact.text); };
  say("{}: {}\n{}\n\n", shown.id, shown.title, shown.summary);
  say("metric       {}, {} {}, target {}\n", shown.metric, datasets::chance_name(task), task.chance,
      task.target);
  std::ranges::for_each(datasets::facts(task), line);
  line({"split", shown.split});
  TaskView view;
  if (!missing) view = view_of(loaded);
  std::ranges::for_each(view.facts, line);
  if (!task.folder_of_file.empty()) line({"file", shown.origin});
  say("data         {}; licence {}\n", shown.source, shown.licence);
  if (!shown.attribution.empty()) line({"attribution", shown.attribution});
  line({"here", missing.value_or("available")});
  if (!view.drawing.empty()) say("\n{}\n", fmt::join(view.drawing, "\n"));
}

void print_suite(const Suite& suite, bool as_json) {
  if (!as_json) {
    say("{}: {}\n\n{}", suite.name, suite.title, suite.text);
    return;
  }
  json studies = json::array();
  for (const Study& study : suite.studies) {
    json grids = json::array();
    for (const Grid& grid : study.grids) {
      json rules = json::array(), tasks = json::array();
      for (const Selector& rule : grid.rules) rules.push_back(rule.text);
      for (const TaskRef& task : grid.tasks) tasks.push_back(task.id);
      grids.push_back({{"rules", rules}, {"tasks", tasks}, {"factors", grid.factors.text}});
    }
    studies.push_back({{"name", study.name},
                       {"kind", name(study.kind)},
                       {"question", study.question},
                       {"seeds", study.seeds},
                       {"grids", grids}});
  }
  say("{}\n", json({{"name", suite.name}, {"title", suite.title}, {"studies", studies}}).dump(2));
}

int write_page(const Options& options, const reports::RunInfo& about, const std::string& title) {
  const std::string page = reports::render_cards_html(about, title);
  if (options.file.empty()) {
    say("{}", page);
  } else {
    core::replace_file(options.file, page);
    say("{}\n", options.file.string());
  }
  return 0;
}

int info(const Options& options) {
  if (options.as_html && options.as_json)
    throw Error(Exit::usage, "--html", "it does not go with --json", "ask for one of them");
  if (!options.as_html && !options.file.empty())
    throw Error(Exit::usage, "--output", "only a page is written to a file", "add --html");
  const Discovery discovery = discover(options.places.plugins);
  for (const std::string& built : discovery.built) note("{}\n", built);
  for (const RuleManifest& rule : discovery.rules) {
    if (rule.id != options.name) continue;
    if (options.as_html) {
      reports::RunInfo about;
      about.rules.push_back(rule_card(rule));
      return write_page(options, about, rule.name);
    }
    if (options.as_json) {
      say("{}\n", to_json(rule).dump(2, ' ', false, json::error_handler_t::replace));
    } else {
      print_rule(printable(rule));
    }
    return 0;
  }
  const datasets::Catalogue catalogue = catalogue_of(options.places);
  std::vector<std::string> names = catalogue.ids();
  if (std::ranges::find(names, options.name) != names.end()) {
    if (options.as_html) {
      reports::RunInfo about;
      about.tasks.push_back(task_card(catalogue.info(options.name), catalogue, discovery.rules));
      return write_page(options, about, about.tasks.front().title);
    }
    print_task(catalogue.info(options.name), catalogue, options.as_json);
    return 0;
  }
  const std::vector<std::string> suites = suite_names();
  if (std::ranges::find(suites, options.name) != suites.end()) {
    if (options.as_html)
      throw Error(Exit::usage, "--html", "a suite has no card", "name a rule or a task");
    print_suite(load_suite(options.name), options.as_json);
    return 0;
  }
  if (const Error* broken = catalogue.broken(options.name)) throw Error(*broken);
  for (const RuleManifest& rule : discovery.rules) names.push_back(rule.id);
  std::ranges::copy(suites, std::back_inserter(names));
  std::string fix = core::suggest(options.name, names);
  if (!discovery.refused.empty()) fix += "\n  refused plugin: " + discovery.refused.front();
  throw Error(Exit::usage, fmt::format("agon info {}", options.name),
              "no rule, task or suite has this name", fix);
}

}  // namespace

void add_info(CommandLine& line) {
  auto o = std::make_shared<Options>();
  const Verb verb = line.add("info", "Everything about one rule, task or suite");
  verb.option("name", o->name, "Its name").required();
  verb.flag("--json", o->as_json, "As JSON");
  verb.flag("--html", o->as_html,
            "The card of a rule or task as a page: equations, options, scores");
  verb.option("-o,--output", o->file, "Where the page goes; without it to stdout").takes("FILE");
  add_places(verb, o->places);
  verb.does([o] { return info(*o); });
}

}  // namespace agon::harness
