// SPDX-License-Identifier: MIT
#include "harness/plan/plan.h"

#include <fmt/format.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "core/error.h"
#include "harness/plugins/values.h"
#include "harness/work/cell_job.h"

using namespace agon::harness;
namespace reports = agon::reports;

namespace {

ParamManifest real_param(const char* key, double value, double low, double high) {
  ParamManifest p;
  p.key = key;
  p.type = AGON_REAL;
  p.default_value.r = value;
  p.min.r = low;
  p.max.r = high;
  return p;
}

ParamManifest int_param(const char* key, int64_t value) {
  ParamManifest p;
  p.key = key;
  p.default_value.i = value;
  p.min.i = 0;
  p.max.i = 1000;
  return p;
}

std::vector<RuleManifest> rules() {
  RuleManifest a;
  a.id = "alpha";
  a.capabilities = AGON_CAN_CLASSIFY;
  a.params = {real_param("lr", 0.1, 1e-6, 10), int_param("depth", 1), int_param("batch", 8),
              int_param("epochs", 3)};
  a.presets = {{"big", "", "depth=4,lr=0.5"}};
  a.build_id = "build-a";
  RuleManifest b = a;
  b.id = "beta";
  b.params = {real_param("lr", 0.1, 1e-6, 10)};
  b.presets.clear();
  RuleManifest c = b;
  c.id = "gamma";
  c.capabilities = AGON_CAN_REGRESS;
  return {a, b, c};
}

Plan plan_of(const std::string& grids, const Overrides& overrides = {},
             std::vector<RuleManifest> all = rules()) {
  static const agon::datasets::Catalogue catalogue({});
  Suite suite = parse_suite(
      "schema = 1\nname = \"t\"\n[[study]]\nname = \"accuracy\"\nseeds = 2\n" + grids, "t.toml");
  apply(overrides, catalogue, suite);
  return make_plan(std::move(suite), std::move(all), {}, catalogue);
}

std::string grid(const std::string& rules, const std::string& tasks,
                 const std::string& factors = "") {
  return "[[study.grid]]\nrules = [" + rules + "]\ntasks = [" + tasks + "]\n" +
         (factors.empty() ? "" : "factors = \"" + factors + "\"\n");
}

std::vector<std::string> names(const Plan& plan) {
  std::vector<std::string> all;
  for (const PlanCell& cell : plan.cells)
    all.push_back(short_name(plan.variants[cell.variant]) + (cell.skip.empty() ? "" : " skipped"));
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_star_stands_for_every_task_of_its_kinds) {
  const auto ids = [](const Plan& plan) {
    std::vector<std::string> all;
    for (const auto* task : plan.tasks) all.push_back(task->id);
    return all;
  };
  const agon::datasets::Catalogue catalogue({});
  BOOST_TEST(ids(plan_of(grid("\"alpha\"", "\"*\""))) == catalogue.ids(),
             boost::test_tools::per_element());
  const std::string dynamics = grid("\"alpha\"", "\"*\"") + "kinds = [\"dynamics\"]\n";
  for (const auto* task : plan_of(dynamics).tasks)
    BOOST_TEST((task->kind() == agon::datasets::Kind::dynamics));
  BOOST_TEST(plan_of(dynamics).tasks.size() >= 6u);
  Overrides lorenz;
  lorenz.tasks = {"lorenz"};
  BOOST_TEST(ids(plan_of(dynamics, lorenz)) == std::vector<std::string>{"lorenz"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_star_leaves_the_tasks_that_another_grid_names) {
  const std::string both =
      grid("\"alpha\"", "\"*\"") + "kinds = [\"classify\"]\n" + grid("\"alpha[lr=1]\"", "\"xor\"");
  const auto count = [](const Plan& plan, std::string_view task) {
    return std::ranges::count_if(
        plan.cells, [&](const PlanCell& cell) { return plan.tasks[cell.task]->id == task; });
  };
  const Plan plan = plan_of(both);
  BOOST_TEST(count(plan, "xor") == 2);  // seeds
  BOOST_TEST(count(plan, "parity-3") == 2);
  const Plan named = plan_of(both, {.tasks = {"xor", "parity-3"}});
  BOOST_TEST(named.cells.size() == 4u);
  for (const PlanCell& cell : named.cells) {
    const bool set = short_name(named.variants[cell.variant]) != "alpha";
    BOOST_TEST(set == (named.tasks[cell.task]->id == "xor"));
  }
}

BOOST_AUTO_TEST_CASE(a_task_of_ones_own_runs_with_the_grid_of_its_kind) {
  const std::string grids = grid("\"alpha[lr=0.5]\"", "\"xor\"") +
                            grid("\"alpha[lr=0.2]\"", "\"digits\"") + "kinds = [\"classify\"]\n";
  Overrides own;
  own.tasks = {"two-spirals", "xor"};
  own.seeds = 1;
  const std::vector<std::string> expected{"alpha[lr=0.5]", "alpha[lr=0.2]"};
  BOOST_TEST(names(plan_of(grids, own)) == expected, boost::test_tools::per_element());
  own.tasks = {"friedman-1"};  // of no grid's kinds: the first
  BOOST_TEST(plan_of(grids, own).variants.front().values.front().r == 0.5);
}

BOOST_AUTO_TEST_CASE(an_unknown_kind_of_task_is_told_with_its_place) {
  try {
    plan_of(grid("\"alpha\"", "\"*\"") + "kinds = [\"clasify\"]\n");
    BOOST_TEST(false);
  } catch (const agon::Error& e) {
    BOOST_TEST(std::string(e.what()).find("'clasify' is no kind of task") != std::string::npos);
    BOOST_TEST(std::string(e.what()).find("t.toml:9:10") != std::string::npos, e.what());
  }
}

BOOST_AUTO_TEST_CASE(factors_multiply_and_seeds_come_last) {
  const Plan plan = plan_of(grid("\"alpha[lr=[0.2,0.3],depth=[2,3]]\"", "\"xor\""));
  const std::vector<std::string> expected{"alpha[lr=0.2,depth=2]", "alpha[lr=0.2,depth=2]",
                                          "alpha[lr=0.2,depth=3]", "alpha[lr=0.2,depth=3]",
                                          "alpha[lr=0.3,depth=2]", "alpha[lr=0.3,depth=2]",
                                          "alpha[lr=0.3,depth=3]", "alpha[lr=0.3,depth=3]"};
  BOOST_TEST(names(plan) == expected, boost::test_tools::per_element());
  std::set<std::string> keys;
  for (const PlanCell& cell : plan.cells) keys.insert(cell.key);
  BOOST_TEST(keys.size() == 8u);
}

// key=[a,b] is a grid of a number, and one value of a list; lists in a list are a grid of lists.
BOOST_AUTO_TEST_CASE(a_list_is_one_value) {
  std::vector<RuleManifest> all = rules();
  ParamManifest widths = int_param("widths", 0);
  widths.flags = AGON_PARAM_LIST;
  widths.max_count = 4;
  widths.default_value = list_value({});
  ParamManifest note = widths;
  note.key = "note";
  note.type = AGON_TEXT;
  note.flags = 0;
  note.max_count = 20;
  note.default_value = text_value("");
  all[0].params.push_back(widths);
  all[0].params.push_back(note);
  Overrides one_seed;
  one_seed.seeds = 1;
  const auto named = [&](const std::string& selector) {
    const Plan plan =
        plan_of("[[study.grid]]\nrules = ['" + selector + "']\ntasks = [\"xor\"]\n", one_seed, all);
    BOOST_TEST(params_json(plan.variants[0]).find("\"widths\":[") != std::string::npos);
    return names(plan);
  };
  using Names = std::vector<std::string>;
  BOOST_TEST(named("alpha[widths=[3,4]]") == Names{"alpha[widths=[3,4]]"});
  BOOST_TEST(named("alpha[widths=3]") == Names{"alpha[widths=[3]]"});
  BOOST_TEST(named("alpha[widths=[]]") == Names{"alpha"});
  BOOST_TEST((named("alpha[widths=[[3,4],[],[5]],lr=[0.2,0.3]]").size()) == 6u);
  BOOST_TEST(named("alpha[note=\"a, b\",widths=[1]]") == Names{"alpha[widths=[1],note=\"a, b\"]"});
  BOOST_CHECK_THROW(named("alpha[lr=[[0.2]]]"), agon::Error);
  BOOST_CHECK_THROW(named("alpha[widths=[1,2,3,4,5]]"), agon::Error);
}

BOOST_AUTO_TEST_CASE(presets_lie_under_factors) {
  const Plan plan = plan_of(grid("\"alpha[preset=big,lr=2]\"", "\"xor\""));
  BOOST_TEST(names(plan)[0] == "alpha[lr=2,depth=4]");
  BOOST_TEST(params_json(plan.variants[0]) == R"({"batch":8,"depth":4,"epochs":3,"lr":2})");
}

BOOST_AUTO_TEST_CASE(what_a_rule_cannot_run_is_a_skipped_cell) {
  const Plan plan = plan_of(grid("\"alpha\", \"beta\", \"gamma\"", "\"xor\"", "depth=[1,2]"));
  BOOST_TEST(plan.cells.size() == 4u + 2u + 2u);
  BOOST_TEST(plan.cells[4].skip == "rule beta has no parameter 'depth'");
  const Plan regress = plan_of(grid("\"gamma\"", "\"xor\""));
  BOOST_TEST(regress.cells[0].skip.find("does not classify") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(dynamics_are_for_rules_that_regress_or_learn_trajectories) {
  std::vector<RuleManifest> all = rules();
  RuleManifest spiking = all[1];
  spiking.id = "delta";
  spiking.capabilities = AGON_CAN_DYNAMICS;
  all.push_back(spiking);
  all[2].capabilities |= AGON_NEEDS_NONNEGATIVE_INPUT;  // the host scales what is regressed
  const Plan plan =
      plan_of(grid("\"alpha\", \"gamma\", \"delta\"", "\"oscillator\", \"narma-10\""), {}, all);
  BOOST_TEST_REQUIRE(plan.cells.size() == 12u);
  const auto skip = [&](size_t task, size_t rule) { return plan.cells[6 * task + 2 * rule].skip; };
  BOOST_TEST(skip(0, 0) == "rule alpha neither learns trajectories nor regresses");
  BOOST_TEST(skip(0, 1) == "");
  BOOST_TEST(skip(0, 2) == "");
  BOOST_TEST(skip(1, 1) == "");
  BOOST_TEST(skip(1, 2) ==
             "rule delta learns dx/dt from x alone and task narma-10 needs a window of the past");
  BOOST_TEST(identity(plan, plan.cells[2]).kind == "dynamics");

  static const agon::datasets::Catalogue catalogue({});
  Suite speed = parse_suite("schema = 1\nname = \"t\"\n[[study]]\nname = \"speed\"\nseeds = 1\n" +
                                grid("\"gamma\"", "\"oscillator\""),
                            "t.toml");
  const Plan timed = make_plan(std::move(speed), rules(), {}, catalogue);
  BOOST_TEST(timed.cells.at(0).skip == "speed is measured on tasks of rows");
}

BOOST_AUTO_TEST_CASE(a_speed_study_measures_its_baseline_twice_in_every_round) {
  std::vector<RuleManifest> all = rules();
  all.push_back(all[0]);
  all.back().id = "bp";
  static const agon::datasets::Catalogue catalogue({});
  const auto modes = [&](const std::string& study) {
    Suite suite = parse_suite(
        "schema = 1\nname = \"t\"\n[[study]]\nname = \"s\"\nkind = \"speed\"\nseeds = 2\n" + study +
            grid("\"bp\", \"alpha\"", "\"xor\""),
        "t.toml");
    const Plan plan = make_plan(std::move(suite), all, {}, catalogue);
    std::set<std::string> keys;
    std::map<std::string, int> count;
    for (const PlanCell& cell : plan.cells) {
      keys.insert(cell.key);
      BOOST_TEST((job_of(plan, cell).mode == identity(plan, cell).mode));
      ++count[identity(plan, cell).rule + " " + std::string(name(identity(plan, cell).mode))];
    }
    BOOST_TEST(keys.size() == plan.cells.size());
    return count;
  };
  using Count = std::map<std::string, int>;
  BOOST_TEST((modes("") == Count{{"alpha speed", 2}, {"bp speed", 2}, {"bp speed-again", 2}}));
  BOOST_TEST((modes("by = \"depth\"\n") == Count{{"alpha speed", 2}, {"bp speed", 2}}));
}

BOOST_AUTO_TEST_CASE(a_key_depends_on_what_decides_the_result_and_on_nothing_else) {
  const auto key = [](const Plan& plan) { return plan.cells.at(0).key; };
  const std::string base = key(plan_of(grid("\"alpha\"", "\"xor\"")));
  BOOST_TEST(base == key(plan_of(grid("\"alpha[lr=0.1]\"", "\"xor\""))));
  BOOST_TEST(base == key(plan_of(grid("\"alpha\"", "\"xor\", \"parity-3\""))));
  Overrides timeout;
  timeout.timeout_s = 5;
  BOOST_TEST(base == key(plan_of(grid("\"alpha\"", "\"xor\""), timeout)));
  std::set<std::string> keys{base};
  keys.insert(key(plan_of(grid("\"alpha[lr=0.2]\"", "\"xor\""))));
  keys.insert(key(plan_of(grid("\"alpha\"", "\"parity-3\""))));
  Overrides seed;
  seed.seed = 1;
  keys.insert(key(plan_of(grid("\"alpha\"", "\"xor\""), seed)));
  std::vector<RuleManifest> rebuilt = rules();
  rebuilt[0].build_id = "build-b";
  keys.insert(key(plan_of(grid("\"alpha\"", "\"xor\""), {}, rebuilt)));
  BOOST_TEST(keys.size() == 5u);
}

namespace {

// A study with these lines; its grid follows.
std::string study_of(const std::string& lines) {
  return "schema = 1\nname = \"t\"\n[[study]]\nname = \"robust\"\n" + lines +
         grid("\"alpha\"", "\"xor\"");
}

std::string study_refusal(const std::string& lines) {
  try {
    parse_suite(study_of(lines), "t.toml");
  } catch (const agon::Error& e) {
    return e.thing() + ": " + e.reason();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_robustness_study_names_harms_and_levels) {
  const std::string kind = "kind = \"robustness\"\n";
  const Suite suite = parse_suite(
      study_of(kind + "harms = { lesion = [0.1, 0.4], input-noise = [1] }\n"), "t.toml");
  const std::vector<Condition>& harms = suite.studies.at(0).conditions;
  BOOST_TEST_REQUIRE(harms.size() == 2u);
  BOOST_TEST(harms[0].name == "input-noise");
  BOOST_TEST(harms[1].values == (std::vector<double>{0.1, 0.4}), boost::test_tools::per_element());
  for (const auto& [lines, place, reason] : std::vector<std::array<std::string, 3>>{
           {kind, "3:1", "'harms' is missing"},
           {kind + "harms = [1]\n", "6:9", "must be a table"},
           {kind + "harms = {}\n", "6:9", "names no harm"},
           {kind + "harms = { lesions = [0.1] }\n", "6:11", "unknown key 'harms.lesions'"},
           {kind + "harms = { lesion = 0.1 }\n", "6:20", "must be a list of levels"},
           {kind + "harms = { lesion = [] }\n", "6:20", "must be a list of levels"},
           {kind + "harms = { lesion = [0.1, 1] }\n", "6:26", "is a share of units"},
           {kind + "harms = { state-noise = [0] }\n", "6:26", "must be a number > 0"},
           {kind + "harms = { state-noise = [\"1\"] }\n", "6:26", "must be a number > 0"},
           {kind + "harms = { state-noise = [inf] }\n", "6:26", "must be a number > 0"},
           {kind + "harms = { state-noise = [2, 2] }\n", "6:29", "does not ascend"},
           {"kind = \"accuracy\"\nharms = { lesion = [0.1] }\n", "6:9",
            "of kind accuracy harms no models"},
           {"kind = \"sweep\"\nby = \"depth\"\nvalue = \"score@lesion=0.1\"\n", "7:9",
            "no cell has a value"}}) {
    const std::string text = study_refusal(lines);
    BOOST_TEST(text.starts_with("t.toml:" + place + ":"), text << " for " << lines);
    BOOST_TEST(text.find(reason) != std::string::npos, text);
  }
}

BOOST_AUTO_TEST_CASE(a_key_depends_on_the_harms) {
  static const agon::datasets::Catalogue catalogue({});
  std::set<std::string> keys;
  for (const char* harms : {"lesion = [0.1]", "lesion = [0.1, 0.2]", "state-noise = [0.1]"}) {
    const Plan plan = make_plan(
        parse_suite(study_of(fmt::format("kind = \"robustness\"\nharms = {{ {} }}\n", harms)),
                    "t.toml"),
        rules(), {}, catalogue);
    keys.insert(plan.cells.at(0).key);
    const CellJob job = job_of(plan, plan.cells.at(0));
    const CellJob read = job_from_json(to_json(job));
    BOOST_TEST_REQUIRE(read.conditions.size() == 1u);
    BOOST_TEST(read.conditions[0].name == job.conditions.at(0).name);
    BOOST_TEST(read.conditions[0].values == job.conditions.at(0).values,
               boost::test_tools::per_element());
  }
  keys.insert(plan_of(grid("\"alpha\"", "\"xor\"")).cells.at(0).key);
  BOOST_TEST(keys.size() == 4u);
}

BOOST_AUTO_TEST_CASE(forgetting_needs_a_task_that_is_two) {
  static const agon::datasets::Catalogue catalogue({});
  const auto plan_of_kind = [](const std::string& kind) {
    const std::string suite =
        "schema = 1\nname = \"t\"\n[[study]]\nname = \"s\"\nseeds = 1\nkind = \"" + kind + "\"\n" +
        grid("\"alpha\", \"gamma\"", "\"split-digits\", \"digits\", \"oscillator\"");
    return make_plan(parse_suite(suite, "t.toml"), rules(), {}, catalogue);
  };
  const Plan plan = plan_of_kind("forgetting"), mixed = plan_of_kind("accuracy");
  BOOST_TEST_REQUIRE(plan.cells.size() == 6u);
  const auto reason = [&](const char* rule, const char* task) {
    for (const PlanCell& cell : plan.cells) {
      if (plan.variants[cell.variant].rule->id == rule && plan.tasks[cell.task]->id == task)
        return cell.skip;
    }
    return std::string("no such cell");
  };
  BOOST_TEST(reason("alpha", "split-digits") == "");
  BOOST_TEST(reason("gamma", "split-digits") == "rule gamma does not classify");
  BOOST_TEST(reason("alpha", "digits") ==
             "task digits is one task: forgetting needs two, as in split-digits");
  BOOST_TEST(reason("alpha", "oscillator") ==
             "task oscillator is one task: forgetting needs two, as in split-digits");
  BOOST_TEST(mixed.cells.at(0).skip == "");  // both tasks mixed
  BOOST_TEST(plan.cells.at(0).key != mixed.cells.at(0).key);
  BOOST_TEST((identity(plan, plan.cells.at(0)).mode == reports::Mode::forgetting));
  BOOST_TEST((job_of(plan, plan.cells.at(0)).mode == reports::Mode::forgetting));
}

BOOST_AUTO_TEST_CASE(overrides_keep_rules_and_tasks_and_lay_factors_over_the_suite) {
  const std::string suite = grid("\"alpha[lr=0.2,depth=2]\", \"beta\"", "\"xor\"") +
                            grid("\"alpha[lr=0.3]\"", "\"digits\"");
  Overrides o;
  o.rules = {"alpha[lr=5]"};
  o.tasks = {"digits"};
  BOOST_TEST(names(plan_of(suite, o))[0] == "alpha[lr=5]");
  o.tasks = {"xor"};
  BOOST_TEST(names(plan_of(suite, o))[0] == "alpha[lr=5,depth=2]");
  o.rules = {"gamma"};  // not in the suite: joins with its defaults
  BOOST_TEST(names(plan_of(suite, o))[0] == "gamma skipped");
  o.rules = {"beta"};
  o.tasks = {"parity-3"};  // not in the suite: runs with the first grid
  const Plan added = plan_of(suite, o);
  BOOST_TEST(added.cells.size() == 2u);
  BOOST_TEST(added.tasks.at(added.cells.at(0).task)->id == "parity-3");
}

BOOST_AUTO_TEST_CASE(the_built_in_suites_parse) {
  for (const std::string& name : suite_names()) BOOST_TEST(load_suite(name).name == name);
}

// Every kind that reports know is run, and by its own word.
BOOST_AUTO_TEST_CASE(every_kind_of_study_is_in_the_table) {
  BOOST_TEST(study_types().size() == reports::study_reports().size());
  for (const reports::StudyReport& report : reports::study_reports()) {
    const reports::StudyKind kind = report.kind;
    BOOST_TEST(
        (kind != reports::StudyKind::none && !report.name.empty() && !report.sections.empty()));
    BOOST_TEST((study_type(kind).kind == kind));
    BOOST_TEST((study_type(kind).protocol != nullptr));
    BOOST_TEST((reports::study_kind_from(reports::name(kind)) == kind));
  }
  BOOST_CHECK_THROW(study_type(reports::StudyKind::none), std::invalid_argument);
}
