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

Grid read_grid(const TomlTable& table) {
  table.allow_only({"rules", "tasks", "kinds", "factors"});
  Grid grid;
  const auto selector = [&](const TomlItem& item, auto parse) {
    return parse(item.text(), table.origin(), item.line(), item.column() + 1);  // behind the quote
  };
  if (table.has("factors")) grid.factors = selector(table.item("factors"), parse_factors);
  for (const TomlItem& item : table.list("rules", "rules"))
    grid.rules.push_back(selector(item, parse_selector));
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
  if (type.varies.empty()) return;
  study.by = type.varies;
  if (!table.has("by")) return;
  throw Error(Exit::usage, table.item("by").where(),
              fmt::format("a study of kind {} goes over {}", name(type.kind), type.varies),
              "leave 'by' out");
}

std::vector<std::string> words_of_kinds() {
  std::vector<std::string> words;
  for (const StudyType& type : study_types()) words.emplace_back(name(type.kind));
  return words;
}

Study read_study(const TomlTable& table, Defaults settings) {
  std::vector<std::string_view> keys{"name",  "kind",      "question", "by",  "value",
                                     "seeds", "timeout_s", "refit",    "grid"};
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
  for (const TomlTable& grid : table.tables("grid")) study.grids.push_back(read_grid(grid));
  return study;
}

}  // namespace

Suite parse_suite(const std::string& text, const std::string& origin) {
  const core::TomlFile file(text, origin);
  const TomlTable root = file.top();
  root.allow_only({"schema", "name", "title", "defaults", "study", "claim"});
  if (root.integer("schema", 1, 1) != 1) return {};
  Suite suite;
  suite.text = text;
  suite.origin = origin;
  suite.name = root.text("name");
  const bool plain = suite.name.size() <= 64 && std::ranges::all_of(suite.name, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                     });
  if (!plain) {
    root.fail("name", "becomes a folder's name",
              "use a-z, 0-9 and '-' only, at most 64 characters");
  }
  suite.title = root.text_or("title", suite.name);
  Defaults defaults;
  if (root.has("defaults")) {
    const TomlTable table = root.section("defaults");
    table.allow_only({"seeds", "timeout_s", "refit"});
    read_settings(table, defaults);
  }
  for (const TomlTable& table : root.tables("study")) {
    Study study = read_study(table, defaults);
    for (const Study& other : suite.studies) {
      if (other.name != study.name) continue;
      throw Error(Exit::usage, table.where(),
                  fmt::format("a second study is called '{}'", study.name),
                  "give it another name, or add a [[study.grid]] to the first");
    }
    suite.studies.push_back(std::move(study));
  }
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
  suite.argument = name_or_file;
  return suite;
}

namespace {

// The suite's own selectors for the named rule with the overriding factors laid over them.
std::vector<Selector> keep_rule(const std::vector<Selector>& suite, const Selector& override_) {
  std::vector<Selector> kept;
  for (const Selector& own : suite) {
    if (own.name != override_.name) continue;
    Selector merged = override_;
    for (const Factor& factor : own.factors) {
      const bool replaced = std::ranges::any_of(
          override_.factors, [&](const Factor& f) { return f.key == factor.key; });
      if (!replaced) merged.factors.push_back(factor);
    }
    kept.push_back(std::move(merged));
  }
  return kept;
}

void keep_rules(const std::vector<Selector>& rules, Study& study) {
  for (const Selector& rule : rules) {
    const bool known = std::ranges::any_of(study.grids, [&](const Grid& grid) {
      return std::ranges::any_of(grid.rules,
                                 [&](const Selector& s) { return s.name == rule.name; });
    });
    if (known) continue;
    Selector added;
    added.name = rule.name;
    for (Grid& grid : study.grids) grid.rules.push_back(added);
  }
  for (Grid& grid : study.grids) {
    std::vector<Selector> kept;
    for (const Selector& rule : rules) {
      std::ranges::move(keep_rule(grid.rules, rule), std::back_inserter(kept));
    }
    grid.rules = std::move(kept);
  }
}

bool names(const Grid& grid, std::string_view task) {
  return std::ranges::count(grid.tasks, task, &TaskRef::id) > 0;
}

// Nothing for a task that there is not: planning says so, with the place of `task`.
std::optional<datasets::Kind> kind_of(const TaskRef& task, const datasets::Catalogue& catalogue) {
  const auto at = std::ranges::find(catalogue.tasks(), task.id, &datasets::TaskInfo::id);
  if (at == catalogue.tasks().end()) return std::nullopt;
  return at->kind();
}

void keep_tasks(const std::vector<TaskRef>& tasks, const datasets::Catalogue& catalogue,
                Study& study) {
  const auto every = [&](const Grid& grid, const TaskRef& task) {
    const auto kind = kind_of(task, catalogue);
    return kind && names(grid, kEveryTask) && grid.takes(*kind);
  };
  Grid added = study.grids.front();
  added.tasks.clear();
  std::vector<std::pair<TaskRef, size_t>> guests;  // that no grid names, with the grid they join
  for (const TaskRef& task : tasks) {
    if (std::ranges::any_of(study.grids, [&](const Grid& grid) {
          return names(grid, task.id) || every(grid, task);
        }))
      continue;
    const auto kind = kind_of(task, catalogue);
    const auto host = std::ranges::find_if(study.grids, [&](const Grid& grid) {
      return kind && !grid.kinds.empty() && grid.takes(*kind);
    });
    guests.emplace_back(task, host - study.grids.begin());
  }
  for (Grid& grid : study.grids) {
    std::vector<TaskRef> kept;
    for (const TaskRef& own : grid.tasks) {
      if (std::ranges::count(tasks, own.id, &TaskRef::id) > 0) kept.push_back(own);
    }
    std::ranges::copy_if(tasks, std::back_inserter(kept),
                         [&](const TaskRef& task) { return every(grid, task); });
    grid.tasks = std::move(kept);
  }
  study.grids.push_back(std::move(added));
  for (const auto& [task, grid] : guests) study.grids[grid].tasks.push_back(task);
}

void keep_condition(const std::string& text, std::vector<Study>& studies) {
  bool found = false;
  for (Study& study : studies) {
    for (Condition& own : study.conditions) {
      if (own.name != study_type(study.kind).varies || !text.starts_with(own.name + "=")) continue;
      std::erase_if(own.values,
                    [&](double x) { return fmt::format("{}={}", own.name, x) != text; });
      found |= !own.values.empty();
    }
  }
  if (!found) {
    throw Error(Exit::usage, "--condition " + text, "no study of the suite varies this",
                "write what a study varies and a value of it, e.g. share=0.1");
  }
}

}  // namespace

bool Grid::takes(datasets::Kind kind) const {
  return kinds.empty() || std::ranges::count(kinds, kind) > 0;
}

void apply(const Overrides& overrides, const datasets::Catalogue& catalogue, Suite& suite) {
  std::vector<Selector> rules;
  for (const std::string& text : overrides.rules) rules.push_back(parse_selector(text, "-r"));
  std::vector<TaskRef> tasks;
  for (const std::string& id : overrides.tasks) tasks.push_back({id, "-t " + id});
  std::vector<std::string> names;
  for (const Study& study : suite.studies) names.push_back(study.name);
  for (const std::string& name : overrides.studies) {
    if (std::ranges::find(names, name) != names.end()) continue;
    throw Error(Exit::usage, "--study " + name, "the suite has no such study",
                core::suggest(name, names));
  }
  if (!overrides.studies.empty()) {
    std::erase_if(suite.studies, [&](const Study& study) {
      return std::ranges::find(overrides.studies, study.name) == overrides.studies.end();
    });
  }
  if (!overrides.condition.empty()) keep_condition(overrides.condition, suite.studies);
  for (Study& study : suite.studies) {
    if (overrides.seed) {
      study.first_seed = *overrides.seed;
      study.seeds = 1;
    }
    if (overrides.seeds) study.seeds = *overrides.seeds;
    if (overrides.timeout_s) study.timeout_s = *overrides.timeout_s;
    if (!rules.empty()) keep_rules(rules, study);
    if (!tasks.empty()) keep_tasks(tasks, catalogue, study);
    std::erase_if(study.grids, [](const Grid& g) { return g.rules.empty() || g.tasks.empty(); });
  }
}

}  // namespace agon::harness
