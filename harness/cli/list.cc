// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "datasets/task.h"
#include "harness/cli/cli.h"
#include "harness/conformance/level.h"
#include "harness/plan/suite.h"
#include "harness/run/console.h"
#include "harness/work/discover.h"

namespace agon::harness {
namespace {

using nlohmann::json;

struct Options {
  std::string what;
  bool as_json = false;
  Places places;
};

// Rows of (name, text): names in a column as wide as the longest.
void print_table(const std::vector<std::pair<std::string, std::string>>& rows) {
  size_t width = 0;
  for (const auto& [name, text] : rows) width = std::max(width, name.size());
  for (const auto& [name, text] : rows) say("{:<{}}  {}\n", name, width, text);
}

void print_json(const json& value) {
  say("{}\n", value.dump(2, ' ', false, json::error_handler_t::replace));
}

// The level that agon check has found, null without one.
json level_json(const RuleManifest& rule) {
  const auto level = conformance::known_level(rule);
  return level ? json(level->reached) : json();
}

int list_rules(const Options& options) {
  const Discovery discovery = discover(options.places.plugins);
  for (const std::string& built : discovery.built) note("{}\n", built);
  if (options.as_json) {
    json all = json::array();
    for (const RuleManifest& rule : discovery.rules) {
      all.push_back({{"id", rule.id},
                     {"name", rule.name},
                     {"summary", rule.summary},
                     {"plugin", rule.plugin_path},
                     {"version", rule.plugin_version},
                     {"conformance", level_json(rule)},
                     {"properties", rule.capability_words()}});
    }
    print_json(all);
  } else {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const RuleManifest& rule : discovery.rules) {
      const std::string level = conformance::level_text(conformance::known_level(rule));
      rows.emplace_back(rule.id, fmt::format("{:<12}  {}", level, core::printable(rule.summary)));
    }
    print_table(rows);
  }
  for (const std::string& refused : discovery.refused)
    note("warning: plugin refused: {}\n", refused);
  return 0;
}

int list_tasks(const Options& options) {
  const datasets::Catalogue catalogue = catalogue_of(options.places);
  json all = json::array();
  std::vector<std::pair<std::string, std::string>> rows;
  for (const datasets::TaskInfo& task : catalogue.tasks()) {
    const auto missing = catalogue.missing(task);
    all.push_back({{"id", task.id},
                   {"title", task.title},
                   {"kind", datasets::name(task.kind())},
                   {"metric", task.metric},
                   {"chance", task.chance},
                   {"source", task.source},
                   {"available", !missing.has_value()}});
    rows.emplace_back(task.id, core::printable(task.title) +
                                   (missing ? "  (data missing: agon info " + task.id + ")" : ""));
  }
  options.as_json ? print_json(all) : print_table(rows);
  return 0;
}

int list_suites(const Options& options) {
  json all = json::array();
  std::vector<std::pair<std::string, std::string>> rows;
  for (const std::string& name : suite_names()) {
    const Suite suite = load_suite(name);
    all.push_back({{"name", name}, {"title", suite.title}});
    rows.emplace_back(name, suite.title);
  }
  options.as_json ? print_json(all) : print_table(rows);
  return 0;
}

int list(const Options& options) {
  if (options.what == "rules") return list_rules(options);
  if (options.what == "tasks") return list_tasks(options);
  if (options.what == "suites") return list_suites(options);
  const std::vector<std::string> known{"rules", "tasks", "suites"};
  throw Error(Exit::usage, fmt::format("agon list {}", options.what),
              "can list rules, tasks or suites", core::suggest(options.what, known));
}

}  // namespace

void add_list(CommandLine& line) {
  auto o = std::make_shared<Options>();
  const Verb verb = line.add("list", "List rules, tasks or suites");
  verb.option("what", o->what, "rules, tasks or suites").required();
  verb.flag("--json", o->as_json, "As JSON");
  add_places(verb, o->places);
  verb.does([o] { return list(*o); });
}

}  // namespace agon::harness
