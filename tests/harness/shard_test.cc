// SPDX-License-Identifier: MIT
//
// Shards and their merging, as a user meets them: three shards put together are one run.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <set>

#include "tests/support/results.h"
#include "tests/support/shell.h"

using namespace agon::test;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";
const std::string kPlugins = std::getenv("AGON_TEST_PLUGINS");
const std::string kWhat = "run suite.toml ";

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

// Studies that share cells, depths of unlike cost, a rule that skips a task, and rates.
struct Suite : TemporaryFolder {
  Suite() {
    write(
        "suite.toml",
        "schema = 1\nname = \"parts\"\n[defaults]\nseeds = 3\n"
        "[[study]]\nname = \"accuracy\"\n[[study.grid]]\ntasks = [\"xor\", \"parity-3\", \"sine\"]\n"
        "rules = [\"linear\", \"elm\", \"bp[epochs=3]\"]\n"
        "[[study]]\nname = \"depth\"\nkind = \"depth\"\n[[study.grid]]\ntasks = [\"xor\"]\n"
        "rules = [\"bp[epochs=3]\"]\nfactors = \"depth=[1,2,8]\"\n");
  }
  Ran agon(const std::string& line) const { return run(*this, kAgon + line); }
  void shards(int count, const std::string& more = "") const {
    for (int i = 1; i <= count; ++i) {
      const std::string n = std::to_string(i);
      const Ran ran =
          agon(kWhat + "--shard " + n + "/" + std::to_string(count) + " -o s" + n + " " + more);
      BOOST_TEST(ran.code == 0, ran.err);
    }
  }
};

std::multiset<std::string> keys_of(const std::filesystem::path& cells_csv) {
  const Table cells(cells_csv);
  std::multiset<std::string> out;
  for (size_t r = 0; r < cells.size(); ++r)
    out.insert(cells.at(r, "study") + " " + cells.at(r, "cell_key"));
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shards)

BOOST_AUTO_TEST_CASE(three_merged_are_one_run_byte_for_byte) {
  const Suite folder;
  BOOST_TEST(folder.agon(kWhat + "-o whole").code == 0);
  folder.shards(3);
  const Ran merged = folder.agon("merge s3 s1 s2 -o all");
  BOOST_TEST(merged.code == 0, merged.err);
  BOOST_TEST(result_bytes(folder / "all/cells.csv") == result_bytes(folder / "whole/cells.csv"));
  BOOST_TEST(read_file(folder / "all/series.csv") == read_file(folder / "whole/series.csv"));
  BOOST_TEST(std::filesystem::exists(folder / "all/report.html"));
  const auto whole = keys_of(folder / "whole/cells.csv");
  size_t sum = 0;
  std::set<std::string> apart;
  for (const char* shard : {"s1", "s2", "s3"}) {
    const auto own = keys_of(folder / (std::string(shard) + "/cells.csv"));
    BOOST_TEST(own.size() >= whole.size() / 3 - 3);
    sum += own.size();
    std::set<std::string> cells;
    for (const std::string& key : own) cells.insert(key.substr(key.find(' ')));
    for (const std::string& cell : cells) BOOST_TEST(apart.insert(cell).second, cell);
  }
  BOOST_TEST(sum == whole.size());
  // Merging again changes nothing; a merged run is a run like any other.
  const std::string page = read_file(folder / "all/cells.csv");
  BOOST_TEST(folder.agon("merge s1 s2 s3 -o all").code == 0);
  BOOST_TEST(result_bytes(folder / "all/cells.csv") == result_bytes(folder / "whole/cells.csv"));
  BOOST_TEST(folder.agon("compare whole all").code == 0);
  const std::string key = Table(folder / "all/cells.csv").at(0, "cell_key");
  BOOST_TEST(folder.agon("replay all " + key).code == 0);
}

BOOST_AUTO_TEST_CASE(a_shard_that_was_killed_is_resumed_and_merged) {
  const Suite folder;
  BOOST_TEST(folder.agon(kWhat + "-o whole").code == 0);
  folder.shards(3);
  std::filesystem::remove_all(folder / "s2");
  run(folder,
      kAgon + kWhat +
          "--shard 2/3 -o s2 -j 1 >/dev/null 2>&1 & pid=$!\n"
          "until [ -e s2/results.sqlite-wal ]; do sleep .01; done; sleep .05; kill -9 $pid; wait");
  const Ran early = folder.agon("merge s1 s2 s3 -o all");
  if (early.code != 0) BOOST_TEST(has(early.err, "these have not come to their end"), early.err);
  BOOST_TEST(folder.agon(kWhat + "--shard 2/3 -o s2").code == 0);
  const Ran merged = folder.agon("merge s1 s2 s3 -o all");
  BOOST_TEST(merged.code == 0, merged.err);
  BOOST_TEST(result_bytes(folder / "all/cells.csv") == result_bytes(folder / "whole/cells.csv"));
}

// Its trials are in one part, which plans the winner too.
BOOST_AUTO_TEST_CASE(winners_of_the_ruleset_tuned_are_those_of_one_run) {
  const Suite folder;
  folder.write(
      "suite.toml",
      "schema = 1\nname = \"parts\"\nrulesets = [\"default\", \"tuned\"]\n[defaults]\nseeds = 2\n"
      "[[study]]\nname = \"accuracy\"\n[[study.grid]]\ntasks = [\"xor\", \"two-spirals\"]\n"
      "rules = [\"bp[epochs=2]\", \"elm[width=8]\"]\n"
      "trials = [\"bp[lr=[1e-5,0.003,0.01]]\", \"elm[readout_lambda=[0,1,100]]\"]\n"
      "[[study]]\nname = \"learning-rate\"\ntrials_of = \"accuracy\"\n"
      "[[study]]\nname = \"penalty\"\nkind = \"sweep\"\nby = \"readout_lambda\"\n"
      "value = \"score_val\"\ntrials_of = \"accuracy\"\n");
  BOOST_TEST(folder.agon(kWhat + "-o whole").code == 0);
  folder.shards(3);
  const Ran merged = folder.agon("merge s1 s2 s3 -o all");
  BOOST_TEST(merged.code == 0, merged.err);
  BOOST_TEST(Table(folder / "whole/cells.csv").where("ruleset", "tuned").size() >= 8u);
  BOOST_TEST(result_bytes(folder / "all/cells.csv") == result_bytes(folder / "whole/cells.csv"));
}

// Any two SIMD targets with FMA give the same bits.
BOOST_AUTO_TEST_CASE(shards_of_two_simd_targets_are_one_run) {
  const Suite folder;
  BOOST_TEST(folder.agon(kWhat + "-o whole").code == 0);
  folder.shards(2);
  std::filesystem::remove_all(folder / "s1");
  const Ran other = folder.agon(kWhat + "--shard 1/2 -o s1 --simd AVX2");
  if (other.code == 2) return;  // this machine has no such target
  const Ran merged = folder.agon("merge s1 s2 -o all");
  BOOST_TEST(merged.code == 0, merged.err);
  BOOST_TEST(result_bytes(folder / "all/cells.csv") == result_bytes(folder / "whole/cells.csv"));
}

BOOST_AUTO_TEST_CASE(which_cells_are_whose_follows_from_the_plan_alone) {
  const Suite folder;
  folder.shards(2);
  const auto first = keys_of(folder / "s1/cells.csv");
  std::string text = read_file(folder / "suite.toml");
  const size_t at = text.find("\"linear\", \"elm\"");
  text.replace(at, 15, "\"elm\", \"linear\"");  // another order of the same
  folder.write("suite.toml", text);
  BOOST_TEST(folder.agon(kWhat + "--shard 1/2 -o again -j 2").code == 0);
  BOOST_TEST((keys_of(folder / "again/cells.csv") == first));
}

// By the seconds of a former run, in which one rule took a hundred times as long as the others.
BOOST_AUTO_TEST_CASE(shards_are_balanced_by_what_cells_took) {
  const Suite folder;
  BOOST_TEST(folder.agon(kWhat + "-o whole").code == 0);
  BOOST_TEST(run(folder,
                 "cp -r whole slow; sqlite3 slow/results.sqlite \"UPDATE cells SET wall_s ="
                 " CASE WHEN cell_key IN (SELECT cell_key FROM results WHERE rule = 'bp')"
                 " AND cell_key < '8' THEN 100 ELSE 1 END WHERE status = 'ok'\"")
                 .code == 0);
  const auto heaviest = [&](const std::string& more) {
    const Ran ran = folder.agon(kWhat + "--dry-run --shard 1/3 " + more);
    BOOST_TEST(ran.code == 0, ran.err);
    const size_t at = ran.out.find("the heaviest shard ");
    BOOST_TEST_REQUIRE(at != std::string::npos, ran.out);
    return std::stod(ran.out.substr(at + 19));
  };
  BOOST_TEST(heaviest("") < 40);
  BOOST_TEST(heaviest("--costs slow") < 40);
  BOOST_TEST(heaviest("--costs whole") < 40);
  folder.shards(3, "--costs slow");
  const Ran merged = folder.agon("merge s3 s1 s2 -o all");
  BOOST_TEST(merged.code == 0, merged.err);
  BOOST_TEST(result_bytes(folder / "all/cells.csv") == result_bytes(folder / "whole/cells.csv"));
  // Shards that were balanced by other costs may hold other cells.
  BOOST_TEST(folder.agon(kWhat + "--shard 2/3 -o other").code == 0);
  const Ran mixed = folder.agon("merge s1 other s3 -o all2");
  BOOST_TEST(mixed.code == 2);
  BOOST_TEST(has(mixed.err, "balanced by different costs"), mixed.err);
  BOOST_TEST(has(mixed.err, "other: 2/3\n"), mixed.err);
  BOOST_TEST(has(mixed.err, "s1: 1/3 by costs "), mixed.err);
  const Ran resumed = folder.agon(kWhat + "--shard 2/3 -o s2");
  BOOST_TEST(resumed.code == 2);
  BOOST_TEST(has(resumed.err, "the folder holds shard 2/3 by costs "), resumed.err);
}

BOOST_AUTO_TEST_CASE(costs_that_say_nothing_are_refused) {
  const Suite folder;
  const std::string shard = kWhat + "-o out --shard 1/2 --costs ";
  const Ran nowhere = folder.agon(shard + "nowhere");
  BOOST_TEST(nowhere.code == 2);
  BOOST_TEST(has(nowhere.err, "there is no run here"), nowhere.err);
  BOOST_TEST(
      folder.agon("run quick --study accuracy -t two-spirals -r linear -s 1 -o spirals").code == 0);
  const Ran others = folder.agon(shard + "spirals");
  BOOST_TEST(others.code == 2);
  BOOST_TEST(has(others.err, "says of no cell of this plan what it took"), others.err);
  const Ran whole = folder.agon(kWhat + "-o out --costs spirals");
  BOOST_TEST(whole.code == 2);
  BOOST_TEST(has(whole.err, "--shard i/n"), whole.err);
  BOOST_TEST(!std::filesystem::exists(folder / "out"));
}

BOOST_AUTO_TEST_CASE(what_is_no_shard_is_refused) {
  const Suite folder;
  for (const char* shard : {"0/3", "4/3", "3", "1/0", "a/b", "-1/3", "1/3/3"}) {
    const Ran ran = folder.agon(kWhat + "-o out --shard " + shard);
    BOOST_TEST(ran.code == 2, shard);
    BOOST_TEST(has(ran.err, "must be i/n"), ran.err);
  }
  BOOST_TEST(!std::filesystem::exists(folder / "out"));
  folder.shards(1);
  BOOST_TEST(folder.agon(kWhat + "--shard 1/2 -o part").code == 0);
  const Ran other = folder.agon(kWhat + "--shard 2/2 -o part");
  BOOST_TEST(other.code == 2);
  BOOST_TEST(has(other.err, "the folder holds shard 1/2"), other.err);
}

BOOST_AUTO_TEST_CASE(what_is_not_all_of_one_run_is_refused) {
  const Suite folder;
  folder.shards(3);
  const Ran missing = folder.agon("merge s1 s3 -o all");
  BOOST_TEST(missing.code == 2);
  BOOST_TEST(has(missing.err, "of 3 shards these are missing:"), missing.err);
  BOOST_TEST(has(missing.err, "2/3"), missing.err);
  BOOST_TEST(!std::filesystem::exists(folder / "all/results.sqlite"));
  BOOST_TEST(folder.agon(kWhat + "-s 2 --shard 2/3 -o other").code == 0);
  const Ran plans = folder.agon("merge s1 other s3 -o all");
  BOOST_TEST(plans.code == 2);
  BOOST_TEST(has(plans.err, "plan: "), plans.err);
  // The same shard twice does no harm.
  run(folder, "cp -r s2 copy");
  const Ran twice = folder.agon("merge s1 s2 copy s3 -o all");
  BOOST_TEST(twice.code == 0, twice.err);
  BOOST_TEST(has(twice.out, "stood in more than one"), twice.out);
  BOOST_TEST(folder.agon("merge s1 s2 s3").code == 2);
  BOOST_TEST(folder.agon("merge s1 s2 s3 -o s1").code == 2);
}

BOOST_AUTO_TEST_CASE(results_that_disagree_are_shown_and_refused) {
  const Suite folder;
  folder.shards(3);
  run(folder, "cp -r s2 copy");
  BOOST_TEST(
      run(folder,
          "sqlite3 copy/results.sqlite \"UPDATE cells SET score_test = 0.125, digest = NULL WHERE"
          " cell_key = (SELECT min(cell_key) FROM cells WHERE status = 'ok')\"")
          .code == 0);
  const Ran ran = folder.agon("merge s1 s2 copy s3 -o all");
  BOOST_TEST(ran.code == 2, ran.out);
  BOOST_TEST(has(ran.err, "copy: has other results"), ran.err);
  BOOST_TEST(has(ran.err, "before, 0.125 here"), ran.err);
  // Results and a plan that somebody edited.
  run(folder, "cp -r s3 touched; sqlite3 touched/results.sqlite 'UPDATE cells SET score_test = 1'");
  const Ran touched = folder.agon("merge s1 s2 touched -o all1");
  BOOST_TEST(touched.code == 2, touched.out);
  BOOST_TEST(has(touched.err, "are not what its run wrote"), touched.err);
  run(folder,
      "cp -r s3 edited; sqlite3 edited/results.sqlite \"UPDATE plan SET cell_key = 'x' || cell_key;"
      " UPDATE cells SET cell_key = 'x' || cell_key\"");
  const Ran edited = folder.agon("merge s1 s2 edited -o all2");
  BOOST_TEST(edited.code == 2, edited.out);
  BOOST_TEST(has(edited.err, "was edited"), edited.err);
}

BOOST_AUTO_TEST_CASE(a_shard_of_an_older_layout_is_refused_by_name) {
  const Suite folder;
  folder.shards(2);
  run(folder,
      "cp -r s2 old; sqlite3 old/results.sqlite 'DROP VIEW results;"
      " ALTER TABLE cells DROP COLUMN weight_writes'");
  const Ran ran = folder.agon("merge s1 old -o all");
  BOOST_TEST(ran.code == 2, ran.err);
  BOOST_TEST(has(ran.err, "written by an older agon"), ran.err);
  BOOST_TEST(has(ran.err, "\n    old\n"), ran.err);
}

BOOST_AUTO_TEST_CASE(shards_of_two_builds_are_refused) {
  TemporaryFolder folder;
  for (const char* n : {"1", "2"}) {
    const Ran ran = run(
        folder, kAgon + "run quick --study accuracy -t two-spirals -r versioned -s 2 --plugin '" +
                    kPlugins + "/versioned-" + n + ".agon.so' --shard " + n + "/2 -o s" + n);
    BOOST_TEST(ran.code == 0, ran.err);
  }
  const Ran ran = run(folder, kAgon + "merge s1 s2 -o all");
  BOOST_TEST(ran.code == 2);
  BOOST_TEST(has(ran.err, "build of the plugin of versioned"), ran.err);
}

BOOST_AUTO_TEST_SUITE_END()
