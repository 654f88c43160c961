// SPDX-License-Identifier: MIT
#include "harness/plan/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agon_harness_resources.h"
#include "core/file.h"
#include "core/toml_limits.h"
#include "harness/plan/claims.h"
#include "harness/plan/limits.h"
#include "harness/plan/toml_reader.h"
#include "reports/claims/claims.h"

namespace agon::harness {
namespace {

const std::vector<std::string> kKinds{"accuracy", "depth",      "learning-rate", "sweep",
                                      "speed",    "robustness", "forgetting"};

struct Defaults {
  int64_t seeds = 3;
  double timeout_s = 60;
  bool refit = true;
};

void read_settings(const TomlReader& reader, const toml::table& table, Defaults& settings) {
  if (table.contains("seeds")) settings.seeds = reader.whole(table, "seeds", 1, kMostSeeds);
  if (table.contains("timeout_s"))
    settings.timeout_s = reader.seconds(table, "timeout_s", kShortestTimeoutS, kLongestTimeoutS);
  if (table.contains("refit")) settings.refit = reader.boolean(table, "refit");
}

Grid read_grid(const TomlReader& reader, const toml::node& node) {
  const toml::table* table = node.as_table();
  if (table == nullptr)
    TomlReader::fail(reader.where(node), "a grid must be a table", "write [[study.grid]]");
  reader.check_keys(*table, {"rules", "tasks", "factors"});
  Grid grid;
  if (table->contains("factors")) {
    const std::string text = reader.text(*table, "factors");
    const auto at = table->get("factors")->source().begin;
    grid.factors = parse_factors(text, reader.origin(), at.line, at.column + 1);
  }
  for (const toml::node& item : reader.array(*table, "rules", "a list of rules")) {
    const std::string text = reader.text_item(item, "rules");
    const auto at = item.source().begin;  // the opening quote
    grid.rules.push_back(parse_selector(text, reader.origin(), at.line, at.column + 1));
  }
  for (const toml::node& item : reader.array(*table, "tasks", "a list of tasks")) {
    const auto at = item.source().begin;
    grid.tasks.push_back({reader.text_item(item, "tasks"),
                          fmt::format("{}:{}:{}", reader.origin(), at.line, at.column + 1)});
  }
  return grid;
}

// by and value: what the study varies and what is drawn over it.
void read_axis(const TomlReader& reader, const toml::table& table, Study& study) {
  if (study.kind == "sweep" || table.contains("by")) study.by = reader.text(table, "by");
  if (study.kind == "speed") study.value = "samples_per_s_train";
  if (!table.contains("value")) return;
  study.value = reader.text(table, "value");
  if (reports::is_cell_value(study.value) && !reports::harmed_value(study.value)) return;
  TomlReader::fail(reader.where(*table.get("value")),
                   fmt::format("no cell has a value '{}'", study.value),
                   "name a number column of cells.csv, e.g. score_test, or m_<metric>");
}

void read_levels(const TomlReader& reader, const toml::table& table, Harm& harm) {
  const char* key = harm.kind.c_str();
  for (const toml::node& item : reader.array(table, key, "a list of levels")) {
    const auto level = item.value<double>();
    const auto refuse = [&](const char* reason, const char* fix) {
      TomlReader::fail(reader.where(item), fmt::format("a level of {} {}", harm.kind, reason), fix);
    };
    if (!item.is_number() || !level || !std::isfinite(*level) || !(*level > 0)) {
      refuse("must be a number > 0", "leave level 0 out: it is the test score");
    }
    if (harm.kind == "lesion" && !(*level < 1))
      refuse("is a share of units, < 1", "write e.g. 0.4");
    if (!harm.levels.empty() && !(*level > harm.levels.back()))
      refuse("does not ascend", "sort them, each once");
    harm.levels.push_back(*level);
  }
}

// What a robustness study does to its models; only such a study has them.
void read_harms(const TomlReader& reader, const toml::table& table, Study& study) {
  const bool wanted = study.kind == "robustness";
  if (!wanted && !table.contains("harms")) return;
  const toml::table& harms = reader.table(table, "harms", "{ lesion = [0.1, 0.4] }");
  if (!wanted) {
    TomlReader::fail(reader.where(harms),
                     fmt::format("a study of kind {} harms no models", study.kind),
                     "leave 'harms' out, or write kind = \"robustness\"");
  }
  reader.check_keys(harms, {reports::kHarms.begin(), reports::kHarms.end()});
  for (const std::string_view kind : reports::kHarms) {
    if (!harms.contains(kind)) continue;
    read_levels(reader, harms, study.harms.emplace_back(Harm{std::string(kind), {}}));
  }
  if (study.harms.empty()) {
    TomlReader::fail(reader.where(harms), "'harms' names no harm",
                     "write harms = { lesion = [0.1, 0.4] }");
  }
}

Study read_study(const TomlReader& reader, const toml::node& node, Defaults settings) {
  const toml::table* table = node.as_table();
  if (table == nullptr)
    TomlReader::fail(reader.where(node), "a study must be a table", "write [[study]]");
  reader.check_keys(*table, {"name", "kind", "question", "by", "value", "harms", "seeds",
                             "timeout_s", "refit", "grid"});
  Study study;
  study.name = reader.text(*table, "name");
  study.kind = reader.text_or(*table, "kind", study.name);
  if (std::ranges::find(kKinds, study.kind) == kKinds.end()) {
    const toml::node* at = table->contains("kind") ? table->get("kind") : table->get("name");
    TomlReader::fail(reader.where(*at), fmt::format("'{}' is no kind of study", study.kind),
                     core::suggest(study.kind, kKinds));
  }
  study.question = reader.text_or(*table, "question", "");
  read_axis(reader, *table, study);
  read_harms(reader, *table, study);
  read_settings(reader, *table, settings);
  study.seeds = settings.seeds;
  study.timeout_s = settings.timeout_s;
  study.refit = settings.refit;
  for (const toml::node& grid : reader.array(*table, "grid", "a list of [[study.grid]] tables")) {
    study.grids.push_back(read_grid(reader, grid));
  }
  return study;
}

}  // namespace

Suite parse_suite(const std::string& text, const std::string& origin) {
  const TomlReader reader(origin);
  core::check_toml_limits(text, origin, Exit::usage);
  toml::table root;
  try {
    root = toml::parse(text, origin);
  } catch (const toml::parse_error& e) {
    throw Error(Exit::usage, reader.where(e.source()), std::string(e.description()),
                "see https://toml.io for the syntax");
  }
  reader.check_keys(root, {"schema", "name", "title", "defaults", "study", "claim"});
  if (reader.whole(root, "schema", 1, 1) != 1) return {};
  Suite suite;
  suite.text = text;
  suite.origin = origin;
  suite.name = reader.text(root, "name");
  const bool plain =
      !suite.name.empty() && suite.name.size() <= 64 && std::ranges::all_of(suite.name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      });
  if (!plain) {
    TomlReader::fail(reader.where(*root.get("name")), "a suite's name becomes a folder's name",
                     "use a-z, 0-9 and '-' only, at most 64 characters");
  }
  suite.title = reader.text_or(root, "title", suite.name);
  Defaults defaults;
  if (const toml::node* node = root.get("defaults")) {
    const toml::table* table = node->as_table();
    if (table == nullptr)
      TomlReader::fail(reader.where(*node), "'defaults' must be a table", "write [defaults]");
    reader.check_keys(*table, {"seeds", "timeout_s", "refit"});
    read_settings(reader, *table, defaults);
  }
  for (const toml::node& node : reader.array(root, "study", "a list of [[study]] tables")) {
    Study study = read_study(reader, node, defaults);
    for (const Study& other : suite.studies) {
      if (other.name != study.name) continue;
      TomlReader::fail(reader.where(node), fmt::format("a second study is called '{}'", study.name),
                       "give it another name, or add a [[study.grid]] to the first");
    }
    suite.studies.push_back(std::move(study));
  }
  if (root.contains("claim")) read_claims(reader, root, suite);
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

void keep_tasks(const std::vector<TaskRef>& tasks, Study& study) {
  Grid added = study.grids.front();
  added.tasks.clear();
  for (const TaskRef& task : tasks) {
    const bool known = std::ranges::any_of(study.grids, [&](const Grid& grid) {
      return std::ranges::any_of(grid.tasks, [&](const TaskRef& t) { return t.id == task.id; });
    });
    if (!known) added.tasks.push_back(task);
  }
  for (Grid& grid : study.grids) {
    std::erase_if(grid.tasks, [&](const TaskRef& own) {
      return std::ranges::none_of(tasks, [&](const TaskRef& t) { return t.id == own.id; });
    });
  }
  study.grids.push_back(std::move(added));
}

}  // namespace

void apply(const Overrides& overrides, Suite& suite) {
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
  for (Study& study : suite.studies) {
    if (overrides.seed) {
      study.first_seed = *overrides.seed;
      study.seeds = 1;
    }
    if (overrides.seeds) study.seeds = *overrides.seeds;
    if (overrides.timeout_s) study.timeout_s = *overrides.timeout_s;
    if (!rules.empty()) keep_rules(rules, study);
    if (!tasks.empty()) keep_tasks(tasks, study);
    std::erase_if(study.grids, [](const Grid& g) { return g.rules.empty() || g.tasks.empty(); });
  }
}

}  // namespace agon::harness
