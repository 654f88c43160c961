// SPDX-License-Identifier: MIT
//
// agon check on rules that misbehave: the right check fails and says where, and what crashes, hangs or
// leaves costs that check alone. The rules that break a duty without harm to the process are in
// tests/plugins/contract/broken_test.cc.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/shell.h"

using namespace agon::test;
using nlohmann::json;

namespace {

const std::string kAgon = std::getenv("AGON");
const std::string kPlugins = std::getenv("AGON_TEST_PLUGINS");
const std::string kUnruly = std::getenv("AGON_TEST_UNRULY");

Ran check(const TemporaryFolder& folder, const std::string& arguments) {
  return run(folder,
             "XDG_CACHE_HOME='" + folder.path().string() + "' '" + kAgon + "' check " + arguments);
}

struct Case {
  std::string file;
  const char* check;
  const char* reason;  // a part of it
};

std::string fault(const char* name) { return kPlugins + "/fault-" + name + ".agon.so"; }
std::string unruly(const char* name) { return kUnruly + "/unruly-" + name + ".agon.so"; }

const Case kCases[] = {
    {fault("segfault"), "runs", "it crashes in fit: SIGSEGV"},
    {fault("abort"), "runs", "it crashes in fit: SIGABRT"},
    {fault("kill"), "runs", "it crashes in fit: SIGKILL"},
    {fault("exits"), "runs", "it ends the process in fit: exit code 3"},
    {fault("throws"), "runs", "this rule throws, with <b>markup</b>"},
    {fault("nan-output"), "runs", "not finite"},
    {fault("unwritten"), "outputs", "unwritten"},
    {fault("overrun"), "outputs", "outside"},
    {fault("event-pipe"), "runs", "event pipe"},
    {unruly("writes-inputs"), "inputs", "it crashes in fit: SIGSEGV"},
    {unruly("reads-on"), "inputs", "it crashes in fit: SIGSEGV"},
    {unruly("thread"), "nothing-left", "thread"},
    {unruly("descriptor"), "nothing-left", "descriptor"},
    {unruly("allocates"), "allocations", "operator new"},
    {unruly("talks-at-load"), "silent", "here I am"},
    {unruly("dies-at-exit"), "runs", "it crashes in exit of the process: SIGABRT"},
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_fault_fails_its_check) {
  TemporaryFolder folder;
  for (const Case& c : kCases) {
    BOOST_TEST_CONTEXT(c.file << " " << c.check) {
      const Ran ran = check(folder, "'" + c.file + "' --json --only " + c.check);
      BOOST_TEST(ran.code == 1, ran.out + ran.err);
      const json all = json::parse(ran.out, nullptr, false);
      BOOST_TEST_REQUIRE(!all.is_discarded(), ran.out);
      const json& found = all.at("rules").at(0).at("checks").at(0);
      BOOST_TEST(found.at("outcome").get<std::string>() == "failed");
      const auto reason = found.at("reason").get<std::string>();
      BOOST_TEST(reason.find(c.reason) != std::string::npos, reason);
      BOOST_TEST(!found.at("fix").get<std::string>().empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_rule_without_fault_keeps_the_same_checks) {
  TemporaryFolder folder;
  const Ran ran = check(folder, "'" + unruly("none") + "' --level 3");
  BOOST_TEST(ran.code == 0, ran.out + ran.err);
  BOOST_TEST(ran.out.find("unruly-none: level 3\n") != std::string::npos, ran.out);
}

BOOST_AUTO_TEST_CASE(what_rests_on_a_failed_check_is_not_run) {
  TemporaryFolder folder;
  const Ran ran = check(folder, "'" + fault("segfault") + "'");
  BOOST_TEST(ran.code == 1);
  BOOST_TEST(ran.out.find("not run: first keep runs") != std::string::npos, ran.out);
  BOOST_TEST(ran.out.find("fault-segfault: level 1 of 4, 1 failed\n") != std::string::npos,
             ran.out);
}

BOOST_AUTO_TEST_CASE(a_reason_beside_the_plugin_makes_a_failure_expected) {
  TemporaryFolder folder;
  std::filesystem::copy(fault("nan-output"), folder / "nan.agon.so");
  const std::string command = "./nan.agon.so --only runs";
  folder.write(
      "agon-check.toml",
      "[[expected_failed]]\nrule = \"fault-nan-output\"\ncheck = \"runs\"\nreason = \"on purpose\"\n");
  const Ran expected = check(folder, command);
  BOOST_TEST(expected.code == 0, expected.out + expected.err);
  BOOST_TEST(expected.out.find("expected failure: on purpose") != std::string::npos, expected.out);
  // One that does not fail, a check that there is not, a reason that is none.
  folder.write(
      "agon-check.toml",
      "[[expected_failed]]\nrule = \"fault-nan-output\"\ncheck = \"version\"\nreason = \"old\"\n");
  const Ran kept = check(folder, "./nan.agon.so --only version");
  BOOST_TEST(kept.code == 1);
  BOOST_TEST(kept.out.find("remove that entry") != std::string::npos, kept.out);
  folder.write("agon-check.toml",
               "[[expected_failed]]\nrule = \"x\"\ncheck = \"run\"\nreason = \"old\"\n");
  const Ran unknown = check(folder, command);
  BOOST_TEST(unknown.code == 2);
  BOOST_TEST(unknown.err.find("agon-check.toml:3") != std::string::npos, unknown.err);
  BOOST_TEST(unknown.err.find("runs") != std::string::npos, unknown.err);
  folder.write("agon-check.toml", "[[expected_failed]]\nrule = \"x\"\ncheck = \"runs\"\n");
  BOOST_TEST(check(folder, command).code == 2);
}

BOOST_AUTO_TEST_CASE(the_level_is_known_by_the_build) {
  TemporaryFolder folder;
  const std::string agon = "XDG_CACHE_HOME='" + folder.path().string() + "' '" + kAgon + "' ",
                    plugin = " --plugin '" + unruly("none") + "' ",
                    list = agon + "list rules" + plugin + "| grep unruly-none";
  // In lists, on the card of the report and in the rows of a run.
  const auto level_is = [&](const std::string& level, const std::string& out) {
    BOOST_TEST(run(folder, list).out.find(level) != std::string::npos, run(folder, list).out);
    const Ran ran = run(
        folder, agon + "run quick -r unruly-none -t xor -s 1 --study accuracy -o " + out + plugin);
    BOOST_TEST(ran.code == 0, ran.err);
    const Table cells(folder / (out + "/cells.csv"));
    BOOST_TEST(cells.at(0, "conformance") == level);
    BOOST_TEST(read_file(folder / (out + "/report.html")).find("conformance: " + level) !=
               std::string::npos);
  };
  level_is("not checked", "before");
  // What is found on one target only is not what a run has.
  BOOST_TEST(check(folder, "'" + unruly("none") + "' --level 1 --simd SSE4").code == 0);
  level_is("not checked", "other");
  BOOST_TEST(check(folder, "'" + unruly("none") + "' --level 1").code == 0);
  level_is("level 1", "after");
}

BOOST_AUTO_TEST_CASE(wrong_use_is_refused_with_what_is_right) {
  TemporaryFolder folder;
  struct Wrong {
    const char* arguments;
    const char* words;
  };
  for (const Wrong& w : {Wrong{"liner", "did you mean 'linear'?"},
                         {"linear --level 6", "from 1 to 5"},
                         {"linear --level 0", "from 1 to 5"},
                         {"linear --only 'x('", "regular expression"},
                         {"linear --only nothing-of-this", "matches no check"},
                         {"linear --reproduce 3", "--only"},
                         {"linear --only runs --reproduce x", "whole number"},
                         {"linear --simd mmx", "use one of"},
                         {"linear --tasks .", "--tasks"},
                         {"", "plugin"}}) {
    const Ran ran = check(folder, w.arguments);
    BOOST_TEST(ran.code == 2, w.arguments);
    BOOST_TEST(ran.err.find(w.words) != std::string::npos, ran.err);
  }
  folder.write("no.agon.so", "this is no plugin");
  const Ran ran = check(folder, "./no.agon.so");
  BOOST_TEST(ran.code == 1);
  BOOST_TEST(ran.out.find("not an ELF shared object") != std::string::npos, ran.out);
  BOOST_TEST(ran.out.find("level 0") != std::string::npos, ran.out);
}
