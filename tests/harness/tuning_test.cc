// SPDX-License-Identifier: MIT
//
// Rulesets: what a suite says of them, which trials they need, and what a run makes of both.
#include "harness/plan/tuning.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <map>
#include <set>

#include "core/error.h"
#include "harness/plan/shard.h"
#include "tests/harness/setup.h"
#include "tests/support/shell.h"

using namespace agon;
using namespace agon::harness;

namespace {

ParamManifest real_param(const char* key, double value, uint32_t flags) {
  ParamManifest p;
  p.key = key;
  p.type = AGON_REAL;
  p.flags = flags;
  p.default_value.r = value;
  p.min.r = 0;
  p.max.r = 10;
  return p;
}

std::vector<RuleManifest> rules() {
  RuleManifest a;
  a.id = "alpha";
  a.capabilities = AGON_CAN_CLASSIFY;
  a.params = {real_param("lr", 0.1, AGON_PARAM_TUNABLE), real_param("fixed", 1, 0)};
  a.build_id = "build-a";
  RuleManifest b = a;
  b.id = "beta";
  b.params = {real_param("penalty", 1, AGON_PARAM_TUNABLE)};
  return {a, b};
}

constexpr const char* kRates = "\n[[study]]\nname = \"learning-rate\"\ntrials_of = \"accuracy\"\n";
constexpr const char* kPenalties =
    "[[study]]\nname = \"penalty\"\nkind = \"sweep\"\nby = \"penalty\"\ntrials_of = \"accuracy\"\n";

std::string suite_of(const std::string& trials, const std::string& more,
                     const std::string& rulesets = "\"default\", \"tuned\"") {
  return "schema = 1\nname = \"t\"\nversion = \"t-1\"\nrulesets = [" + rulesets +
         "]\n[defaults]\nseeds = 2\n[[study]]\nname = \"accuracy\"\n[[study.grid]]\n"
         "rules = [\"alpha[fixed=2]\", \"beta\"]\ntasks = [\"xor\", \"digits\"]\ntrials = [" +
         trials + "]\n" + more;
}
const std::string kTrials = R"("alpha[lr=[0.2,0.3,0.4]]", "beta[penalty=[1,2,3]]")";

Plan plan_of(const std::string& text, const Overrides& overrides = {}) {
  static const datasets::Catalogue catalogue({});
  Suite suite = parse_suite(text, "t.toml");
  apply(overrides, catalogue, suite);
  return make_plan(std::move(suite), rules(), {}, catalogue);
}

std::string refused(const std::string& text) {
  try {
    check_trials(plan_of(text));
  } catch (const Error& e) {
    BOOST_TEST((e.exit() == Exit::usage));
    return e.what();
  }
  return "taken";
}

// Cells by study, ruleset and mode.
std::map<std::string, int> counts(const Plan& plan) {
  std::map<std::string, int> out;
  for (const PlanCell& cell : plan.cells) {
    const reports::CellIdentity id = identity(plan, cell);
    ++out[plan.suite.studies[cell.study].name + " " + id.ruleset + " " +
          std::string(name(id.mode))];
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tuning)

BOOST_AUTO_TEST_CASE(trials_stand_in_the_studies_that_ask_for_their_parameter) {
  const Plan plan = plan_of(suite_of(kTrials, std::string(kRates) + kPenalties));
  check_trials(plan);
  BOOST_TEST((counts(plan) == std::map<std::string, int>{{"accuracy default train", 8},
                                                         {"learning-rate default trial", 12},
                                                         {"penalty default trial", 12}}));
  BOOST_TEST(plan.tunings.size() == 4u);
  BOOST_TEST(awaited(plan).size() == 8u);
  std::set<std::string> keys;
  for (const PlanCell& cell : plan.cells) {
    keys.insert(cell.key);
    const reports::CellIdentity id = identity(plan, cell);
    BOOST_TEST(id.suite_version == "t-1");
    if (id.rule == "alpha")  // a trial keeps what the rule's own brackets say
      BOOST_TEST(id.params_json.find("\"fixed\":2") != std::string::npos);
    if (reports::is_trial(id.mode)) BOOST_TEST(!job_of(plan, cell).refit);
  }
  BOOST_TEST(keys.size() == 32u);
}

BOOST_AUTO_TEST_CASE(the_best_mean_on_validation_wins_and_ties_go_to_the_middle) {
  Plan plan = plan_of(suite_of(kTrials, std::string(kRates) + kPenalties));
  const size_t before = plan.cells.size();
  BOOST_TEST(!all_tried(plan, [&](const PlanCell& c) { return c.seed == 0; }));
  BOOST_TEST(all_tried(plan, [&](const PlanCell&) { return true; }));
  // alpha on xor: .4 has the best seed, .3 the best mean. beta: all alike.
  plan_winners(plan, [&](const PlanCell& cell) {
    const reports::CellIdentity id = identity(plan, cell);
    if (id.rule == "beta") return 0.5;
    if (id.task == "digits") return id.lr;
    return id.lr == 0.3 ? 0.8 : id.lr == 0.4 && cell.seed == 1 ? 0.9 : 0.1;
  });
  BOOST_TEST(plan.tunings.empty());
  BOOST_TEST_REQUIRE(plan.cells.size() == before + 8);
  std::map<std::string, int> won;
  for (size_t i = before; i < plan.cells.size(); ++i) {
    const reports::CellIdentity id = identity(plan, plan.cells[i]);
    BOOST_TEST(id.ruleset == "tuned");
    BOOST_TEST((id.mode == reports::Mode::train));
    BOOST_TEST(job_of(plan, plan.cells[i]).refit);
    ++won[id.rule + " " + id.task + " " + id.params_json];
  }
  BOOST_TEST((won == std::map<std::string, int>{{R"(alpha digits {"fixed":2,"lr":0.4})", 2},
                                                {R"(alpha xor {"fixed":2,"lr":0.3})", 2},
                                                {R"(beta digits {"penalty":2})", 2},
                                                {R"(beta xor {"penalty":2})", 2}}));
}

// A setting that the ruleset default has too is the same work: it runs once.
BOOST_AUTO_TEST_CASE(a_winner_like_the_default_is_the_same_cell) {
  Plan plan = plan_of(
      suite_of(R"("alpha[lr=[0.1]]", "beta[penalty=[1]]")", std::string(kRates) + kPenalties));
  const size_t before = plan.cells.size();
  std::set<std::string> keys;
  for (const PlanCell& cell : plan.cells) keys.insert(cell.key);
  plan_winners(plan, [](const PlanCell&) { return 1.0; });
  BOOST_TEST_REQUIRE(plan.cells.size() == before + 8);
  for (size_t i = before; i < plan.cells.size(); ++i) BOOST_TEST(keys.contains(plan.cells[i].key));
}

// Of three shards one has a tuning with all its trials, and what the default has like a winner.
BOOST_AUTO_TEST_CASE(shards_choose_apart_from_each_other) {
  Plan whole = plan_of(suite_of(R"("alpha[lr=[0.1,0.2,0.3]]", "beta[penalty=[1,2,3]]")",
                                std::string(kRates) + kPenalties));
  keep_shard(whole, {1, 1});
  std::map<std::string, uint32_t> owners;   // of keys
  std::map<uint32_t, std::string> settled;  // keys of cells and winners by their place
  for (uint32_t index = 1; index <= 3; ++index) {
    Plan plan = plan_of(suite_of(R"("alpha[lr=[0.1,0.2,0.3]]", "beta[penalty=[1,2,3]]")",
                                 std::string(kRates) + kPenalties));
    keep_shard(plan, {index, 3});
    BOOST_TEST(plan.fingerprint == whole.fingerprint);
    BOOST_TEST(plan.whole_with_winners == whole.cells.size() + 8);
    for (const Tuning& tuning : plan.tunings) {
      for (size_t value = 0; value < 3; ++value) {
        BOOST_TEST(tuning.cells[value].size() == 2u);
        for (const uint32_t cell : tuning.cells[value]) {
          BOOST_TEST_REQUIRE(cell < plan.cells.size());
          BOOST_TEST(params_json(plan.variants[plan.cells[cell].variant]) ==
                     params_json(plan.variants[tuning.variants[value]]));
          BOOST_TEST(plan.cells[cell].task == tuning.task);
        }
        for (const PlanCell& winner : winners_with(plan, tuning, value))
          BOOST_TEST(owners.try_emplace(winner.key, index).first->second == index);
      }
    }
    plan_winners(plan, [&](const PlanCell& cell) { return identity(plan, cell).lr; });
    for (const PlanCell& cell : plan.cells) {
      BOOST_TEST(owners.try_emplace(cell.key, index).first->second == index);
      BOOST_TEST(settled.emplace(cell.position, cell.key).second);
    }
  }
  plan_winners(whole, [&](const PlanCell& cell) { return identity(whole, cell).lr; });
  BOOST_TEST(settled.size() == whole.cells.size());
  for (size_t i = 0; i < whole.cells.size(); ++i) {
    BOOST_TEST(whole.cells[i].position == i);
    BOOST_TEST(settled[static_cast<uint32_t>(i)] == whole.cells[i].key);
  }
}

BOOST_AUTO_TEST_CASE(rulesets_are_named_by_the_suite) {
  const std::string both = std::string(kRates) + kPenalties;
  BOOST_TEST(counts(plan_of(suite_of(kTrials, both, "\"tuned\"")))["accuracy default train"] == 0);
  BOOST_TEST(plan_of(suite_of(kTrials, both, "\"default\"")).tunings.empty());
  // Without the studies of its trials nothing can be tuned.
  Overrides one;
  one.studies = {"accuracy"};
  BOOST_TEST(awaited(plan_of(suite_of(kTrials, both), one)).empty());
  // A value that the command line fixes is not tried.
  Overrides fixed;
  fixed.rules = {"alpha[lr=0.2]", "beta"};
  const Plan plan = plan_of(suite_of(kTrials, both), fixed);
  BOOST_TEST(awaited(plan).size() == 4u);
  BOOST_TEST((counts(plan) == std::map<std::string, int>{{"accuracy default train", 8},
                                                         {"learning-rate default trial", 4},
                                                         {"penalty default trial", 12}}));
}

BOOST_AUTO_TEST_CASE(what_trials_lack_is_told_with_its_place) {
  const std::string both = std::string(kRates) + kPenalties;
  const auto test = [](const std::string& text, const char* where, const char* words) {
    const std::string why = refused(text);
    BOOST_TEST(why.find(words) != std::string::npos, why);
    BOOST_TEST(why.find(std::string("t.toml:") + where) != std::string::npos, why);
  };
  test(suite_of(kTrials, kRates), "12:39", "no study runs the trials of beta");
  test(suite_of(R"("alpha[lr=[1,2]]", "beta[penalty=[1,2,3]]")", both), "12:31",
       "beta is tried 3 times, alpha 2 times");
  test(suite_of(R"("alpha[fixed=[1,2]]", "beta[penalty=[1,2]]")",
                std::string("[[study]]\nname = \"fixed\"\nkind = \"sweep\"\nby = \"fixed\"\n") +
                    "trials_of = \"accuracy\"\n" + kPenalties),
       "12:18", "does not declare 'fixed' tunable");
  test(suite_of("\"alpha[lr=[1,2]]\"", kRates), "10:29", "'beta' has no trials");
  test(suite_of("\"gamma[lr=[1,2]]\"", both), "12:12", "names no rule 'gamma'");
  test(suite_of(R"("alpha[lr=[1,2]]", "alpha[lr=[1,2]]")", both), "12:31", "stand twice");
  test(suite_of(R"("alpha[lr=[1,2]]", "beta")", both), "12:31", "a trial is values");
  test(suite_of(kTrials, both, "\"best\""), "4:13", "'best' is no ruleset");
  test(suite_of(kTrials, "[[study]]\nname = \"depth\"\ntrials_of = \"acuracy\"\n"), "15:13",
       "no study 'acuracy' above");
  test(suite_of(kTrials, "[[study]]\nname = \"speed\"\ntrials_of = \"accuracy\"\n"), "15:13",
       "a study of kind speed has no trials");
  test(suite_of(kTrials, "[[study]]\nname = \"depth\"\nmeasure = \"test\"\n"), "15:11",
       "'measure'");
  test(suite_of(kTrials, "[[study]]\nname = \"depth\"\nrefit = true\nmeasure = \"validation\"\n"),
       "15:9", "trials fit no second model");
  std::string none = suite_of(kTrials, "");
  none.erase(none.find("trials = "));
  test(none, "4:12", "no study has trials");
  std::string word = suite_of(kTrials, both);
  word.replace(word.find("t-1"), 3, "T 1");
  test(word, "3:11", "'version'");
}

BOOST_AUTO_TEST_CASE(a_trial_reads_no_test_row_and_scores_as_the_first_fit_does) {
  Setup setup("bp", "digits", "epochs=3");
  const reports::CellOutcome whole = setup.train();
  setup.job.mode = reports::Mode::trial;
  setup.job.refit = false;
  const reports::CellOutcome trial = setup.train();
  BOOST_TEST((trial.status == reports::Status::ok));
  BOOST_TEST(trial.score_val == whole.score_val);
  BOOST_TEST(trial.loss_final == whole.loss_final);
  BOOST_TEST(trial.macs_per_sample == whole.macs_per_sample);
  BOOST_TEST(std::isnan(trial.score_test));
  BOOST_TEST(trial.test_rows.empty());
  BOOST_TEST(trial.rule_metrics.empty());
  BOOST_TEST(trial.given_up_at == -1);
  for (const reports::CurvePoint& point : setup.curve) BOOST_TEST(std::isnan(point.score_val));
}

BOOST_AUTO_TEST_CASE(a_hopeless_trial_is_given_up_after_a_quarter_of_its_epochs) {
  Setup setup("bp", "digits", "epochs=8,optimiser=sgd,lr=30");
  setup.job.refit = false;
  const reports::CellOutcome whole = setup.train();
  BOOST_TEST(whole.epochs_done == 8);  // nothing but trials is given up
  setup.job.mode = reports::Mode::trial;
  const reports::CellOutcome trial = setup.train();
  BOOST_TEST_REQUIRE((trial.status == reports::Status::ok), trial.status_detail);
  BOOST_TEST(trial.epochs_done == 2);
  BOOST_TEST(trial.loss_final > trial.loss_init);
  BOOST_TEST(trial.given_up_at == setup.curve.back().updates);
  BOOST_TEST(std::isfinite(trial.score_val));
  setup.job.epochs = 1;  // an only epoch has no quarter
  BOOST_TEST(setup.train().given_up_at == -1);
}

namespace {
constexpr const char* kSmall = R"(schema = 1
name = "small"
version = "small-1"
rulesets = ["default", "tuned"]
[defaults]
seeds = 2
[[study]]
name = "accuracy"
[[study.grid]]
tasks = ["digits"]
rules = ["bp[epochs=2]", "elm[width=64]"]
trials = ["bp[lr=[1e-5,0.003,0.01]]", "elm[readout_lambda=[0,1,100]]"]
[[study]]
name = "learning-rate"
trials_of = "accuracy"
[[study]]
name = "penalty"
kind = "sweep"
by = "readout_lambda"
value = "score_val"
trials_of = "accuracy"
[[claim]]
source = "s"
text = "Tuned bp learns digits."
[[claim.check]]
what = "bp"
study = "accuracy"
cells = "bp[ruleset=tuned]"
at_least = 0.8
)";

std::string agon() { return "'" + std::string(std::getenv("AGON")) + "'"; }

// The result columns that say what was run and what came out.
std::multiset<std::string> results(const test::Table& cells) {
  std::multiset<std::string> out;
  for (size_t r = 0; r < cells.size(); ++r) {
    std::string row;
    for (const char* column : {"study", "rule", "ruleset", "mode", "seed", "params_json",
                               "cell_key", "score_val", "score_test"})
      row += cells.at(r, column) + " ";
    out.insert(row);
  }
  return out;
}
}  // namespace

BOOST_AUTO_TEST_CASE(a_run_plans_its_winners_when_the_trials_have_ended) {
  using namespace agon::test;
  TemporaryFolder folder;
  folder.write("small.toml", kSmall);
  const Ran dry = run(folder, agon() + " run small.toml --dry-run");
  BOOST_TEST(dry.out.find("ruleset tuned: 4 winners join the plan") != std::string::npos, dry.out);
  BOOST_TEST(dry.out.find("to run: 20 cells") != std::string::npos, dry.out);
  const Ran whole = run(folder, agon() + " run small.toml -o out");
  BOOST_TEST_REQUIRE(whole.code == 0, whole.err);
  BOOST_TEST(whole.out.find("small: 20 cells: 20 ok") != std::string::npos, whole.out);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST(cells.size() == 20u);
  BOOST_TEST(cells.where("ruleset", "tuned").size() == 4u);
  for (const size_t r : cells.where("mode", "trial")) {
    BOOST_TEST(cells.at(r, "score_test") == "");
    BOOST_TEST(cells.at(r, "score_val") != "");
  }
  for (size_t r = 0; r < cells.size(); ++r) BOOST_TEST(cells.at(r, "suite_version") == "small-1");
  BOOST_TEST(read_file(folder / "out/run.json").find("\"version\": \"small-1\"") !=
             std::string::npos);
  const std::string page = read_file(folder / "out/report.html");
  for (const char* words : {"Tuned − default", "What tuning cost", "on the validation set"})
    BOOST_TEST(page.find(words) != std::string::npos, words);
  BOOST_TEST(Table(folder / "out/claims.csv").at(0, "verdict") == "holds");

  // The same in two parts: what the trials of the first part choose is planned at once by the second.
  BOOST_TEST_REQUIRE(run(folder, agon() + " run small.toml -o parts --study learning-rate "
                                          "--study penalty --study accuracy -r elm")
                         .code == 0);
  const Ran rest = run(folder, agon() + " run small.toml -o parts");
  BOOST_TEST(rest.out.find("(10 ran now") != std::string::npos, rest.out);
  const Table again(folder / "parts/cells.csv");
  BOOST_TEST((results(cells) == results(again)));
  const Ran nothing = run(folder, agon() + " run small.toml -o parts");
  BOOST_TEST(nothing.out.find("(0 ran now") != std::string::npos, nothing.out);
}

BOOST_AUTO_TEST_CASE(runs_of_two_versions_are_no_report) {
  using namespace agon::test;
  TemporaryFolder folder;
  std::string text = kSmall;
  folder.write("one.toml", text);
  text.replace(text.find("small-1"), 7, "small-2");
  folder.write("two.toml", text);
  for (const char* name : {"one", "two"}) {
    BOOST_TEST_REQUIRE(run(folder, agon() + " run " + name + ".toml -r elm -s 1 -o " + name).code ==
                       0);
  }
  const Ran both = run(folder, agon() + " report one two -o both");
  BOOST_TEST(both.code == 2);
  BOOST_TEST(both.err.find("suite version of study accuracy: small-1 in one, small-2 in two") !=
                 std::string::npos,
             both.err);
}

BOOST_AUTO_TEST_SUITE_END()
