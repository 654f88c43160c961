// SPDX-License-Identifier: MIT
//
// agon bench and --simd as a user types them. No time is held against another: only that everything is
// measured, named and kept.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/shell.h"

using namespace agon::test;
using nlohmann::json;

namespace {

Ran typed(const TemporaryFolder& folder, const std::string& arguments,
          const std::string& environment = "") {
  return run(folder, environment + " '" + std::string(std::getenv("AGON")) + "' " + arguments);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const json& rival(const json& row, const std::string& name) {
  for (const json& one : row.at("rivals")) {
    if (one.at("name") == name) return one;
  }
  BOOST_FAIL("no rival " + name);
  return row;
}

}  // namespace

BOOST_AUTO_TEST_CASE(bench_times_a_step_and_says_what_it_could_be) {
  TemporaryFolder folder;
  const Ran ran = typed(folder, "bench --only '^ed 784-16x3-1 b1$' --rounds 5 --json -o kept");
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  const json all = json::parse(ran.out);
  BOOST_TEST(all.at("rows").size() == 1u);
  const json& row = all.at("rows")[0];
  BOOST_TEST(row.at("median_s").get<double>() > 0);
  BOOST_TEST(row.at("p10_s").get<double>() <= row.at("median_s").get<double>());
  BOOST_TEST(row.at("of_peak").get<double>() > 0);
  BOOST_TEST(row.at("of_peak").get<double>() < 1);
  BOOST_TEST(row.at("macs").get<double>() > 784 * 16);
  BOOST_TEST(row.at("rounds").get<int>() + row.at("discarded").get<int>() == 5);
  BOOST_TEST(rival(row, "bp").at("ratio").get<double>() > 0);
  BOOST_TEST(read_file(folder / "kept/bench.json") == ran.out);
}

BOOST_AUTO_TEST_CASE(every_case_runs) {
  TemporaryFolder folder;
  const Ran names = typed(folder, "bench --list");
  const Ran ran = typed(folder, "bench --rounds 5");
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  for (const std::string& name : lines(names.out))
    BOOST_TEST(contains(ran.out, name + "  "), name << " in " << ran.out);
}

BOOST_AUTO_TEST_CASE(peers_are_measured_or_said_to_be_absent) {
  TemporaryFolder folder;
  const Ran ran = typed(folder, "bench --peers --only 'cross-entropy 64-32-10' --rounds 5 --json");
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  const json all = json::parse(ran.out);
  BOOST_TEST(all.at("peers").size() >= 4u);
  for (const json& peer : all.at("peers")) {
    BOOST_TEST(!peer.at("about").get<std::string>().empty());
    if (peer.at("present") && peer.at("name") != "aten")  // which has no Adam
      BOOST_TEST(rival(all.at("rows")[0], peer.at("name")).at("ratio").get<double>() > 0);
  }
  BOOST_TEST(rival(all.at("rows")[0], "eigen").at("ratio").get<double>() > 0);
  const Ran none =
      typed(folder, "bench --peers --only 'cross-entropy 64-32-10' --rounds 5", "PATH=/nowhere");
  BOOST_TEST_REQUIRE(none.code == 0, none.err);
}

BOOST_AUTO_TEST_CASE(a_report_shows_what_a_run_s_folder_keeps) {
  TemporaryFolder folder;
  BOOST_TEST(typed(folder, "run quick -r linear -t xor -s 1 --study accuracy -o out").code == 0);
  BOOST_TEST(!contains(read_file(folder / "out/report.html"), "id=\"bench\""));
  BOOST_TEST(typed(folder, "bench --only '64-32-10 B32' --rounds 5 -o out").code == 0);
  const Ran again = typed(folder, "report out");
  BOOST_TEST_REQUIRE(again.code == 0, again.err);
  const std::string page = read_file(folder / "out/report.html");
  BOOST_TEST(contains(page, "id=\"bench\""));
  BOOST_TEST(contains(page, "bp SGD 64-32-10 B32"));
  folder.write("out/bench.json", "{}");
  const Ran broken = typed(folder, "report out");
  BOOST_TEST(broken.code == 6);
  BOOST_TEST(contains(broken.err, "bench.json: is no output of agon bench"), broken.err);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_once) {
  TemporaryFolder folder;
  const auto refused = [&](const std::string& arguments, const std::string& words) {
    const Ran ran = typed(folder, arguments);
    BOOST_TEST(ran.code == 2, arguments);
    BOOST_TEST(contains(ran.err, words), arguments << ": " << ran.err);
  };
  refused("bench --only nothing-of-this", "is in the name of no case");
  refused("bench --only '('", "no regular expression");
  refused("bench --rounds 1", "--rounds");
  refused("bench --peers --python /nonexistent", "is no python3 that has NumPy");
  refused("bench --simd mmx", "use one of");
  refused("doctor --simd mmx", "use one of");
}

// SCALAR or EMU128 is on every machine; it comes last.
BOOST_AUTO_TEST_CASE(a_simd_target_takes_any_case_and_the_environment) {
  TemporaryFolder folder;
  const auto target = [](const Ran& ran) {
    for (const json& check : json::parse(ran.out)) {
      if (check.at("name") == "simd target") return check.at("value").get<std::string>();
    }
    return std::string();
  };
  const std::string best = target(typed(folder, "doctor --json"));
  const size_t last = best.rfind(' ') + 1;
  const std::string name = best.substr(last, best.size() - last - 1);
  std::string small = name;
  for (char& c : small) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  BOOST_TEST(target(typed(folder, "doctor --json --simd " + small)).starts_with(name + " "));
  BOOST_TEST(target(typed(folder, "doctor --json", "AGON_SIMD=" + small)).starts_with(name + " "));
  const Ran ran = typed(folder, "run quick -r linear -t xor -s 1 --study accuracy -o out",
                        "AGON_SIMD=" + small);
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST(cells.at(0, "simd_target") == name);
  const Ran wrong = typed(folder, "run quick --dry-run", "AGON_SIMD=mmx");
  BOOST_TEST(wrong.code == 2);
  BOOST_TEST(contains(wrong.err, "use one of"), wrong.err);
}
