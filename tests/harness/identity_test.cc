// SPDX-License-Identifier: MIT
//
// What a cell's key stands for: settings, class of SIMD target, data. Fixed at planning, checked at
// use.
#include <sqlite3.h>

#include <boost/test/unit_test.hpp>
#include <memory>
#include <set>

#include "core/machine.h"
#include "harness/plan/plan.h"
#include "harness/plugins/values.h"
#include "tests/core/targets.h"
#include "tests/datasets/testing.h"
#include "tests/support/shell.h"

using namespace agon::test;
using namespace agon::harness;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";

std::string first_key() {
  static const agon::datasets::Catalogue catalogue({});
  RuleManifest rule;
  rule.id = "alpha";
  rule.capabilities = AGON_CAN_CLASSIFY;
  Suite suite = parse_suite(
      "schema = 1\nname = \"t\"\n[[study]]\nname = \"accuracy\"\nseeds = 1\n[[study.grid]]\n"
      "rules = [\"alpha\"]\ntasks = [\"xor\"]\n",
      "t.toml");
  return make_plan(std::move(suite), {rule}, {}, catalogue).cells.at(0).key;
}

// Runs statements on a closed store.
void sql(const std::filesystem::path& file, const std::string& statements) {
  sqlite3* raw = nullptr;
  BOOST_TEST_REQUIRE(sqlite3_open(file.c_str(), &raw) == SQLITE_OK);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> db(raw, sqlite3_close);
  BOOST_TEST_REQUIRE(sqlite3_exec(raw, statements.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
}

}  // namespace

BOOST_AUTO_TEST_CASE(targets_of_one_class_share_keys_and_the_classes_do_not) {
  std::map<std::string, std::set<std::string>> keys;
  for (const std::string& target : agon::core::simd_targets()) {
    const Pin pin(target);
    BOOST_TEST((agon::core::simd_class() == "fma") == has_fma(target), target);
    keys[agon::core::simd_class()].insert(first_key());
  }
  std::set<std::string> all;
  for (const auto& [name, of_class] : keys) {
    BOOST_TEST(of_class.size() == 1u, name);
    all.insert(of_class.begin(), of_class.end());
  }
  BOOST_TEST(all.size() == keys.size());
}

BOOST_AUTO_TEST_CASE(cells_of_another_simd_class_are_run_and_not_taken_for_these) {
  const std::vector<std::string> targets = agon::core::simd_targets();
  if (targets.front().find("AVX") == std::string::npos) return;  // one class only
  TemporaryFolder folder;
  const std::string what =
      kAgon + "run quick --study accuracy -t xor -r linear -s 1 -o out --simd ";
  BOOST_TEST(run(folder, what + targets.front()).out.find("(1 ran now") != std::string::npos);
  const std::string numerics = Table(folder / "out/cells.csv").at(0, "numerics");
  BOOST_TEST(numerics.ends_with("-fma"), numerics);
  BOOST_TEST(!numerics.ends_with("-no-fma"));
  const Ran dry = run(folder, what + targets.back() + " --dry-run");
  BOOST_TEST(dry.out.find("stale: numerics changed") != std::string::npos, dry.out);
  const Ran other = run(folder, what + targets.back());
  BOOST_TEST(other.out.find("(1 ran now") != std::string::npos, other.out);
  BOOST_TEST(Table(folder / "out/cells.csv").at(0, "numerics").ends_with("-no-fma"));
}

BOOST_AUTO_TEST_CASE(minus_zero_is_zero) {
  ParamManifest param;
  param.key = "gamma";
  param.type = AGON_REAL;
  param.min.r = -1;
  param.max.r = 1;
  for (const char* text : {"-0", "-0.0", "0"}) {
    const agon_value value = parse_value(param, text);
    BOOST_TEST(!std::signbit(value.r), text);
    BOOST_TEST(value_text(param, value) == "0", text);
  }
  BOOST_TEST(!std::signbit(value_from_json(param, nlohmann::json(-0.0)).r));
  agon_value raw{};
  raw.r = -0.0;  // a plugin's own default
  BOOST_TEST(value_text(param, raw) == "0");

  TemporaryFolder folder;
  const Ran dry =
      run(folder,
          kAgon + "run quick --study accuracy -t xor -r 'pc[gamma=[0,-0]]' -s 2 -o out --dry-run");
  BOOST_TEST(dry.out.find("suite quick: 2 cells") != std::string::npos, dry.out);
}

// A cell that is skipped has a key of its own wherever its reason was found.
BOOST_AUTO_TEST_CASE(a_reason_to_skip_is_part_of_the_key) {
  PlanCell planned;
  planned.key = "0123";
  PlanCell asked = planned;
  skip(planned, "rule a does not classify");
  BOOST_TEST(planned.skip == "rule a does not classify");
  BOOST_TEST(planned.key != asked.key);
  skip(asked, "rule a: too deep");
  BOOST_TEST(asked.key != "0123");
  BOOST_TEST(asked.key != planned.key);
}

// The first cell holds the one worker while the files of the second are exchanged.
BOOST_AUTO_TEST_CASE(data_that_changed_after_planning_score_under_no_key) {
  TemporaryFolder folder;
  agon::datasets::testing::write_small_mnist(folder / "data/mnist", 20);
  agon::datasets::testing::write_small_mnist(folder / "other", 21);
  folder.write(
      "suite.toml",
      "schema = 1\nname = \"swap\"\n[[study]]\nname = \"accuracy\"\nseeds = 1\n[[study.grid]]\n"
      "tasks = [\"digits\"]\nrules = [\"bp[width=128,depth=3,epochs=150]\"]\n[[study.grid]]\n"
      "tasks = [\"mnist\"]\nrules = [\"linear[epochs=2]\"]\n");
  const std::string what = kAgon + "run suite.toml -j 1 --data data -o out";
  const Ran ran = run(folder, what +
                                  " & until [ -e out/run.json ]; do sleep .02; done\n"
                                  "mv data/mnist data/old && mv other data/mnist\nwait $!");
  BOOST_TEST(ran.code == 1, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST_REQUIRE(cells.size() == 2u);
  BOOST_TEST(cells.at(0, "status") == "ok");
  BOOST_TEST(cells.at(1, "status") == "error");
  BOOST_TEST(cells.at(1, "score_test") == "");
  BOOST_TEST(
      cells.at(1, "status_detail").find("changed after the run was planned") != std::string::npos,
      cells.at(1, "status_detail"));
  const std::string old_key = cells.at(1, "cell_key");

  // The new data are another cell; with the old ones back, the failed cell is no result and is run.
  BOOST_TEST(run(folder, what + " --dry-run").out.find("stale: the task's data changed") !=
             std::string::npos);
  const Ran fresh = run(folder, what);
  BOOST_TEST(fresh.out.find("(1 ran now") != std::string::npos, fresh.out);
  BOOST_TEST(Table(folder / "out/cells.csv").at(1, "cell_key") != old_key);
  const Ran back = run(folder, "rm -r data/mnist && mv data/old data/mnist\n" + what);
  BOOST_TEST(back.code == 0, back.err);
  BOOST_TEST(back.out.find("(1 ran now") != std::string::npos, back.out);
  BOOST_TEST(Table(folder / "out/cells.csv").at(1, "cell_key") == old_key);
  BOOST_TEST(Table(folder / "out/cells.csv").at(1, "status") == "ok");
}

// As the store of an agon that knew no numerics has it.
BOOST_AUTO_TEST_CASE(an_older_store_opens_and_its_numerics_are_unknown) {
  TemporaryFolder folder;
  BOOST_TEST(run(folder, kAgon + "run quick --study accuracy -t xor -r linear -s 1 -o out").code ==
             0);
  sql(folder / "out/results.sqlite",
      "UPDATE provenance SET value = json_remove(value, '$.numerics')");
  const Ran report = run(folder, kAgon + "report out -o again");
  BOOST_TEST(report.code == 0, report.err);
  BOOST_TEST(Table(folder / "again/cells.csv").at(0, "numerics") == "unknown");
}
