// SPDX-License-Identifier: MIT
#include "harness/plan/suite.h"

#include <fmt/format.h>

#include <algorithm>

#include "agon_harness_resources.h"
#include "core/file.h"
#include "core/text.h"
#include "core/toml.h"
#include "harness/plan/claims.h"
#include "harness/plan/limits.h"
#include "harness/plan/study.h"
#include "reports/claims/claims.h"

namespace agon::harness {
namespace {

using core::TomlItem;
using core::TomlTable;
using reports::StudyKind;

struct Defaults {
  int64_t seeds = 3;
  double timeout_s = 60;
  bool refit = true;
};

void read_settings(const TomlTable& table, Defaults& settings) {
  settings.seeds = table.integer_or("seeds", 1, kMostSeeds, settings.seeds);
  if (table.has("timeout_s"))
    settings.timeout_s = table.number("timeout_s", kShortestTimeoutS, kLongestTimeoutS);
  if (table.has("refit")) settings.refit = table.boolean("refit");
}

std::vector<datasets::Kind> read_kinds(const TomlTable& table) {
  const std::vector<std::string_view> valid = datasets::kind_names();
  std::vector<datasets::Kind> kinds;
  for (const TomlItem& item : table.list("kinds", "kinds")) {
    const std::string kind = item.text();
    if (std::ranges::count(valid, kind) == 0) {
      throw Error(Exit::usage, item.where(), fmt::format("'{}' is no kind of task", kind),
                  core::suggest(kind, std::vector<std::string>(valid.begin(), valid.end())));
    }
    kinds.push_back(datasets::kind_named(kind));
  }
  return kinds;
}

// A trial is of one of the grid's rules, which it names once.
void check_trial(const TomlItem& item, const Selector& trial, const Grid& grid) {
  std::vector<std::string> names;
  for (const Selector& rule : grid.rules) names.push_back(rule.name);
  if (std::ranges::count(names, trial.name) != 1) {
    throw Error(Exit::usage, item.where(1),
                fmt::format("the grid names {} rule '{}'",
                            std::ranges::count(names, trial.name) == 0 ? "no" : "more than one",
                            trial.name),
                "try values of a rule that stands once in 'rules' above");
  }
  if (std::ranges::count(grid.trials, trial.name, &Selector::name) > 0) {
    throw Error(Exit::usage, item.where(1),
                fmt::format("the trials of rule '{}' stand twice", trial.name), "write them once");
  }
  if (trial.factors.empty() || has_factor(trial, "preset")) {
    throw Error(Exit::usage, item.where(1), "a trial is values of parameters",
                "write e.g. bp[lr=log(1e-4,1,13)]");
  }
}

Grid read_grid(const TomlTable& table) {
  table.allow_only({"rules", "trials", "tasks", "kinds", "factors"});
  Grid grid;
  const auto selector = [&](const TomlItem& item, auto parse) {
    return parse(item.text(), table.origin(), item.line(), item.column() + 1);  // behind the quote
  };
  if (table.has("factors")) grid.factors = selector(table.item("factors"), parse_factors);
  for (const TomlItem& item : table.list("rules", "rules"))
    grid.rules.push_back(selector(item, parse_selector));
  if (table.has("trials")) {
    for (const TomlItem& item : table.list("trials", "trials")) {
      Selector trial = selector(item, parse_selector);
      check_trial(item, trial, grid);
      grid.trials.push_back(std::move(trial));
    }
  }
  for (const TomlItem& item : table.list("tasks", "tasks"))
    grid.tasks.push_back({item.text(), item.where(1)});
  if (table.has("kinds")) grid.kinds = read_kinds(table);
  return grid;
}

// by and value: what the study varies and what is drawn over it.
void read_axis(const TomlTable& table, Study& study) {
  if (table.has("by")) study.by = table.text("by");
  if (!table.has("value")) return;
  study.value = table.text("value");
  if (reports::is_cell_value(study.value) && !reports::series_at(study.value)) return;
  throw Error(Exit::usage, table.item("value").where(),
              fmt::format("no cell has a value '{}'", study.value),
              "name a number column of cells.csv, e.g. score_test, or m_<metric>");
}

// What the kind of the study has, and the others have not.
void read_own(const TomlTable& table, Study& study) {
  for (const StudyType& type : study_types()) {
    if (type.kind == study.kind || type.key.empty() || !table.has(type.key)) continue;
    throw Error(Exit::usage, table.item(type.key).where(),
                fmt::format("a study of kind {} {}", name(study.kind), type.without),
                fmt::format("leave '{}' out, or write kind = \"{}\"", type.key, name(type.kind)));
  }
  const StudyType& type = study_type(study.kind);
  if (type.read != nullptr) type.read(table, study);
  const std::string_view over = type.varies.empty() ? type.over : type.varies;
  if (over.empty()) return;
  study.by = over;
  if (!table.has("by")) return;
  throw Error(Exit::usage, table.item("by").where(),
              fmt::format("a study of kind {} goes over {}", name(type.kind), over),
              "leave 'by' out");
}

// The trials of another study as the grids of one: those that vary this parameter, "" for any.
std::vector<Grid> grids_of_trials(const Study& of, std::string_view varied) {
  std::vector<Grid> grids;
  for (const Grid& grid : of.grids) {
    Grid own = grid;
    own.rules.clear();
    own.trials.clear();
    for (const Selector& trial : grid.trials) {
      if (!varied.empty() && !has_factor(trial, varied)) continue;
      own.rules.push_back(
          laid_over(trial, *std::ranges::find(grid.rules, trial.name, &Selector::name)));
    }
    if (!own.rules.empty()) grids.push_back(std::move(own));
  }
  return grids;
}

// measure and trials_of: whether its cells are trials.
void read_trials(const TomlTable& table, const Suite& suite, Study& study) {
  const bool measure = table.has("measure"), of = table.has("trials_of");
  if (!measure && !of) return;
  const TomlItem item = table.item(of ? "trials_of" : "measure");
  if (!study_type(study.kind).measures) {
    throw Error(Exit::usage, item.where(),
                fmt::format("a study of kind {} has no trials", name(study.kind)),
                fmt::format("leave '{}' out", of ? "trials_of" : "measure"));
  }
  if (measure && table.text("measure") != "validation")
    table.item("measure").fail("is what cells are scored on besides the test",
                               "write \"validation\"");
  if (table.has("refit") && table.boolean("refit")) {
    throw Error(Exit::usage, table.item("refit").where(), "trials fit no second model",
                "leave 'refit' out");
  }
  study.trials = true;
  study.refit = false;
  if (!of) return;
  if (table.has("grid")) {
    throw Error(Exit::usage, table.item("grid").where(), "the study takes its grids from trials_of",
                "leave one of them out");
  }
  const std::string name = item.text();
  const auto other = std::ranges::find(suite.studies, name, &Study::name);
  if (other == suite.studies.end()) {
    std::vector<std::string> names;
    for (const Study& earlier : suite.studies) names.push_back(earlier.name);
    throw Error(Exit::usage, item.where(), fmt::format("there is no study '{}' above", name),
                core::suggest(name, names));
  }
  const std::string_view varied =
      study.by.empty() ? reports::study_report(study.kind).about : std::string_view(study.by);
  study.grids = grids_of_trials(*other, varied);
  if (study.grids.empty()) {
    throw Error(
        Exit::usage, item.where(),
        fmt::format("study '{}' has no trials{}{}", name, varied.empty() ? "" : " of ", varied),
        "give its grids 'trials'");
  }
}

std::vector<std::string> words_of_kinds() {
  std::vector<std::string> words;
  for (const StudyType& type : study_types()) words.emplace_back(name(type.kind));
  return words;
}

Study read_study(const TomlTable& table, const Suite& suite, Defaults settings) {
  std::vector<std::string_view> keys{"name",  "kind",    "question",  "by",
                                     "value", "seeds",   "timeout_s", "refit",
                                     "grid",  "measure", "trials_of"};
  for (const StudyType& type : study_types()) {
    if (!type.key.empty()) keys.push_back(type.key);
  }
  table.allow_only(keys);
  Study study;
  study.name = table.text("name");
  const std::string kind = table.text_or("kind", study.name);
  study.kind = reports::study_kind_from(kind);
  if (study.kind == StudyKind::none) {
    throw Error(Exit::usage, table.item(table.has("kind") ? "kind" : "name").where(),
                fmt::format("'{}' is no kind of study", kind),
                core::suggest(kind, words_of_kinds()));
  }
  study.question = table.text_or("question", "");
  read_settings(table, settings);
  study.seeds = settings.seeds;
  study.timeout_s = settings.timeout_s;
  study.refit = settings.refit;
  read_own(table, study);
  read_axis(table, study);
  read_trials(table, suite, study);
  if (!study.grids.empty()) return study;
  for (const TomlTable& grid : table.tables("grid")) study.grids.push_back(read_grid(grid));
  std::vector<std::string> named;
  for (const Grid& grid : study.grids) {
    for (const TaskRef& task : grid.tasks) named.push_back(task.id);
  }
  for (Grid& grid : study.grids) grid.leaves = named;
  return study;
}

// Small letters, digits and these, at most 64 of them.
bool is_plain(const std::string& word, std::string_view also) {
  return word.size() <= 64 && std::ranges::all_of(word, [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || also.find(c) != also.npos;
         });
}

void read_rulesets(const TomlTable& root, Suite& suite) {
  suite.default_ruleset = false;
  for (const TomlItem& item : root.list("rulesets", "rulesets")) {
    const std::string word = item.text();
    const bool tuned = word == reports::kTunedRuleset;
    if (!tuned && word != reports::kDefaultRuleset) {
      throw Error(Exit::usage, item.where(), fmt::format("'{}' is no ruleset", word),
                  core::suggest(word, std::vector<std::string>{reports::kDefaultRuleset,
                                                               reports::kTunedRuleset}));
    }
    (tuned ? suite.tuned_ruleset : suite.default_ruleset) = true;
  }
}

// The ruleset tuned needs something to choose from, for every rule of a study that has trials.
void check_tuned(const TomlTable& root, const Suite& suite) {
  bool any = false;
  for (const Study& study : suite.studies) {
    if (study.trials || !study.has_trials()) continue;
    any = true;
    for (const Grid& grid : study.grids) {
      for (const Selector& rule : grid.rules) {
        if (std::ranges::count(grid.trials, rule.name, &Selector::name) > 0) continue;
        throw Error(Exit::usage, rule.where(0),
                    fmt::format("rule '{}' has no trials, and the suite names the ruleset tuned",
                                rule.name),
                    "add what is to be tried of it to the grid's 'trials'");
      }
    }
  }
  if (any) return;
  throw Error(Exit::usage, root.item("rulesets").where(),
              "no study has trials for the ruleset tuned to choose from",
              "give a [[study.grid]] its 'trials'");
}

}  // namespace

Suite parse_suite(const std::string& text, const std::string& origin) {
  const core::TomlFile file(text, origin);
  const TomlTable root = file.top();
  root.allow_only(
      {"schema", "name", "title", "version", "rulesets", "plugins", "defaults", "study", "claim"});
  if (root.integer("schema", 1, 1) != 1) return {};
  Suite suite;
  suite.text = text;
  suite.origin = origin;
  suite.name = root.text("name");
  if (!is_plain(suite.name, "-")) {
    root.fail("name", "becomes a folder's name",
              "use a-z, 0-9 and '-' only, at most 64 characters");
  }
  suite.title = root.text_or("title", suite.name);
  suite.version = root.text_or("version", "");
  if (!is_plain(suite.version, "-.")) {
    root.fail("version", "is a short word",
              "use a-z, 0-9, '-' and '.' only, at most 64 characters");
  }
  if (root.has("rulesets")) read_rulesets(root, suite);
  if (root.has("plugins")) {
    for (const TomlItem& item : root.list("plugins", "plugins"))
      suite.plugins.push_back(std::filesystem::path(origin).parent_path() / item.text());
  }
  Defaults defaults;
  if (root.has("defaults")) {
    const TomlTable table = root.section("defaults");
    table.allow_only({"seeds", "timeout_s", "refit"});
    read_settings(table, defaults);
  }
  for (const TomlTable& table : root.tables("study")) {
    Study study = read_study(table, suite, defaults);
    for (const Study& other : suite.studies) {
      if (other.name != study.name) continue;
      throw Error(Exit::usage, table.where(),
                  fmt::format("a second study is called '{}'", study.name),
                  "give it another name, or add a [[study.grid]] to the first");
    }
    suite.studies.push_back(std::move(study));
  }
  if (suite.tuned_ruleset) check_tuned(root, suite);
  if (root.has("claim")) read_claims(root, suite);
  return suite;
}

std::vector<std::string> suite_names() {
  std::vector<std::string> names;
  for (const Resource& r : suites::resources()) {
    names.emplace_back(r.name.substr(0, r.name.size() - std::string_view(".toml").size()));
  }
  std::ranges::sort(names);
  return names;
}

Suite load_suite(const std::string& name_or_file) {
  for (const Resource& r : suites::resources()) {
    if (r.name != name_or_file + ".toml") continue;
    Suite suite = parse_suite(std::string(r.bytes), std::string(r.name));
    suite.argument = name_or_file;
    return suite;
  }
  const std::filesystem::path path(name_or_file);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    throw Error(Exit::usage, fmt::format("suite '{}'", name_or_file),
                "there is neither a built-in suite nor a file of that name",
                core::suggest(name_or_file, suite_names()));
  }
  const std::string text = core::read_regular(path, Exit::usage, core::kMostTomlBytes);
  Suite suite = parse_suite(text, path.string());
  for (const std::filesystem::path& plugin : suite.plugins) {
    if (std::filesystem::exists(plugin, ignored)) continue;
    throw Error(Exit::usage, path.string(),
                fmt::format("its plugins: no such file or folder: {}", plugin.string()),
                "build them, or correct the path, which counts from the suite's folder");
  }
  suite.argument = name_or_file;
  return suite;
}

bool Study::has_trials() const {
  return std::ranges::any_of(grids, [](const Grid& grid) { return !grid.trials.empty(); });
}

bool Grid::takes(datasets::Kind kind) const {
  return kinds.empty() || std::ranges::count(kinds, kind) > 0;
}

bool Grid::covers(std::string_view task, datasets::Kind kind) const {
  return takes(kind) && std::ranges::count(leaves, task) == 0;
}

}  // namespace agon::harness
