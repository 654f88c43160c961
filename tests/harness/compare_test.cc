// SPDX-License-Identifier: MIT
//
// agon replay and agon compare, as a user meets them.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/harness/uneven.h"
#include "tests/support/shell.h"

using namespace agon::test;
using nlohmann::json;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";
const std::string kPlugins = std::getenv("AGON_TEST_PLUGINS");
const std::string kXor = kAgon + "run quick --study accuracy -t xor -r linear ";

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

std::string key_in(const TemporaryFolder& folder, const std::string& run_folder) {
  return Table(folder / (run_folder + "/cells.csv")).at(0, "cell_key");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replay)

BOOST_AUTO_TEST_CASE(a_cell_run_again_gives_the_same_bits) {
  TemporaryFolder folder;
  BOOST_TEST(run(folder, kXor + "-s 2 -o out").code == 0);
  const std::string store = read_file(folder / "out/results.sqlite");
  const std::string key = key_in(folder, "out");
  const Ran again = run(folder, kAgon + "replay out " + key.substr(0, 12));
  BOOST_TEST(again.code == 0, again.out + again.err);
  BOOST_TEST(has(again.out, "plugin, data and sources are those of the run"), again.out);
  BOOST_TEST(has(again.out, "have the same bits"), again.out);
  BOOST_TEST(read_file(folder / "out/results.sqlite") == store);
  const json columns = json::parse(run(folder, kAgon + "replay out --json " + key).out);
  BOOST_TEST(columns.at("same") == true);
  BOOST_TEST(columns.at("columns").size() > 10u);
}

BOOST_AUTO_TEST_CASE(another_build_is_named_and_its_bits_are_compared) {
  const Uneven folder;
  BOOST_TEST(folder.runs(1, "out").code == 0);
  const std::string key = key_in(folder, "out");
  const Ran same = run(folder, kAgon + "replay out " + key);
  BOOST_TEST(same.code == 0, same.out + same.err);
  const Ran other =
      run(folder, kAgon + "replay out " + key + " --plugin '" + kPlugins + "/versioned-2.agon.so'");
  BOOST_TEST(other.code == 1, other.err);
  BOOST_TEST(has(other.out, "not as it was: build of the plugin of versioned: 1.0.0 "), other.out);
  BOOST_TEST(has(other.out, "different  score_test"), other.out);
  BOOST_TEST(has(other.out, "same       metric"), other.out);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_replayed_is_said) {
  TemporaryFolder folder;
  BOOST_TEST(run(folder, kXor + "-s 3 -o out").code == 0);
  const Ran nothing = run(folder, kAgon + "replay out zz");
  BOOST_TEST(nothing.code == 2);
  BOOST_TEST(has(nothing.err, "no cell of out has this key"), nothing.err);
  BOOST_TEST(run(folder, kAgon + "replay out ''").code == 2);
  BOOST_TEST(run(folder, kAgon + "replay nowhere 12").code == 2);
  const Uneven other;
  BOOST_TEST(other.runs(1, "out").code == 0);
  std::filesystem::remove(other / "own/rows.csv");
  const Ran gone = run(other, kAgon + "replay out " + key_in(other, "out"));
  BOOST_TEST(gone.code == 2, gone.out);
  BOOST_TEST(has(gone.err, "cannot run here"), gone.err);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(compare)

BOOST_AUTO_TEST_CASE(a_run_is_as_good_as_itself) {
  TemporaryFolder folder;
  BOOST_TEST(run(folder, kXor + "-s 2 -o a").code == 0);
  BOOST_TEST(run(folder, kXor + "-s 3 -o b").code == 0);
  const Ran ran = run(folder, kAgon + "compare a b");
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(has(ran.out, "2 cells are paired, 2 of them by key"), ran.out);
  BOOST_TEST(has(ran.out, "2 of 2 have the same bits"), ran.out);
  const json all = json::parse(run(folder, kAgon + "compare a b --json").out);
  BOOST_TEST(all.at("settings").at(0).at("why") == "the same bits");
  BOOST_TEST(all.at("settings").at(0).at("cells").at("b") == 3);
  BOOST_TEST(all.at("exit") == 0);
}

BOOST_AUTO_TEST_CASE(other_builds_are_refused_unless_forced) {
  const Uneven folder;
  BOOST_TEST(folder.runs(1, "one").code == 0);
  BOOST_TEST(folder.runs(2, "two").code == 0);
  const Ran refused = run(folder, kAgon + "compare one two");
  BOOST_TEST(refused.code == 2);
  BOOST_TEST(has(refused.err, "build of the plugin of versioned: 1.0.0 "), refused.err);
  BOOST_TEST(has(refused.err, " in one, 2.0.0 "), refused.err);
  BOOST_TEST(refused.out.empty());
  const Ran better = run(folder, kAgon + "compare one two --force");
  BOOST_TEST(better.code == 0, better.out);
  BOOST_TEST(has(better.out, "forced, and not alike: build of the plugin"), better.out);
  BOOST_TEST(has(better.out, "improved         1"), better.out);
  const Ran worse = run(folder, kAgon + "compare two one --force");
  BOOST_TEST(worse.code == 1, worse.out);
  BOOST_TEST(has(worse.out, "accuracy: versioned on uneven: 0.900 -> 0.100, -0.800 ["), worse.out);
  const json all = json::parse(run(folder, kAgon + "compare two one --force --json").out);
  BOOST_TEST(all.at("forced") == true);
  BOOST_TEST(all.at("exit") == 1);
  BOOST_TEST(all.at("settings").at(0).at("difference").at("rows") == 100);
}

BOOST_AUTO_TEST_CASE(a_threshold_needs_no_evidence_and_forgives_less) {
  const Uneven folder;
  BOOST_TEST(folder.runs(1, "one", "-s 2").code == 0);
  BOOST_TEST(folder.runs(2, "two", "-s 2").code == 0);
  const std::string line = kAgon + "compare two one --force";
  const Ran few = run(folder, line);  // two seeds are no evidence
  BOOST_TEST(few.code == 0);
  BOOST_TEST(has(few.out, "2 paired seeds, 5 are needed"), few.out);
  const Ran fell = run(folder, line + " --fail-on-regression 5");
  BOOST_TEST(fell.code == 1);
  BOOST_TEST(has(fell.out, "1 setting fell by more than 5 %"), fell.out);
  BOOST_TEST(run(folder, line + " --fail-on-regression 95").code == 0);  // 0.9 to 0.1: 89 %
  BOOST_TEST(run(folder, line + " --fail-on-regression x").code == 2);
}

BOOST_AUTO_TEST_CASE(runs_with_nothing_in_common_are_not_comparable) {
  TemporaryFolder folder;
  BOOST_TEST(run(folder, kXor + "-s 1 -o a").code == 0);
  BOOST_TEST(run(folder, kAgon + "run quick --study accuracy -t xor -r elm -s 1 -o b").code == 0);
  const Ran ran = run(folder, kAgon + "compare a b");
  BOOST_TEST(ran.code == 2);
  BOOST_TEST(has(ran.err, "have no cell in common"), ran.err);
  BOOST_TEST(run(folder, kAgon + "compare a nowhere").code == 2);
}

BOOST_AUTO_TEST_SUITE_END()
