// SPDX-License-Identifier: MIT
//
// What a rule's process is given and kept from: environment, temporary folder, a share of the memory,
// and in a sandbox network, files and signals.
#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>

#include <boost/test/unit_test.hpp>

#include "core/sanitized.h"
#include "harness/plugins/whereabouts.h"
#include "harness/work/crash_report.h"
#include "harness/work/environment.h"
#include "harness/work/memory_share.h"
#include "harness/work/sandbox.h"
#include "tests/faults/suites.h"
#include "tests/support/shell.h"

using namespace agon::test;
using namespace agon::harness;
namespace fs = std::filesystem;

namespace {

const std::string kConfined = std::string(" --plugin '") + std::getenv("AGON_TEST_CONFINED") + "' ";

// One file: the folder has such as do not load.
std::string matrix(const std::string& fault) {
  return fmt::format(" --plugin '{}/fault-{}.agon.so' ", std::getenv("AGON_TEST_MATRIX"), fault);
}

std::string value_of(const std::vector<std::string>& variables, const std::string& name) {
  for (const std::string& variable : variables) {
    if (variable.starts_with(name + "=")) return variable.substr(name.size() + 1);
  }
  return "<none>";
}

// What the rule `confined` could do, by its metrics: 1 it could, 0 it could not.
std::string could(const TemporaryFolder& folder, const std::string& options) {
  folder.write("suite.toml", small_suite("\"confined\""));
  folder.write("precious", "somebody's notes\n");
  const Ran ran = run(folder, "export SECRET_TOKEN=x CONFINED_KEPT=y; " + kAgon + "run suite.toml" +
                                  kConfined + "-o out " + options);
  BOOST_TEST(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  std::string text;
  for (const char* what : {"secret", "kept", "own_folder", "file", "truncate", "chmod", "network",
                           "signal", "ptrace", "space"})
    text += fmt::format("{}{} ", what, cells.at(0, std::string("m_") + what));
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_environment_of_a_rule_is_scrubbed) {
  setenv("SECRET_TOKEN", "x", 1);
  setenv("LC_ALL", "de_DE.UTF-8", 1);
  setenv("AGON_OWN", "1", 1);
  const std::vector<std::string> plain = child_environment("/scratch");
  BOOST_TEST(value_of(plain, "SECRET_TOKEN") == "<none>");
  BOOST_TEST(value_of(plain, "LC_ALL") == "<none>");
  BOOST_TEST(value_of(plain, "AGON_OWN") == "1");
  BOOST_TEST(value_of(plain, "TMPDIR") == "/scratch");
  BOOST_TEST(value_of(plain, "PATH") == std::getenv("PATH"));
  setenv("AGON_KEEP_ENV", "OTHER,SECRET_TOKEN", 1);
  BOOST_TEST(value_of(child_environment(""), "SECRET_TOKEN") == "x");
  for (const char* name : {"AGON_KEEP_ENV", "AGON_OWN", "LC_ALL", "SECRET_TOKEN"}) unsetenv(name);
}

BOOST_AUTO_TEST_CASE(a_share_of_memory_follows_machine_and_group) {
  TemporaryFolder folder;
  fs::create_directories(folder / "a/b");
  fs::create_directories(folder / "memory/c");
  folder.write("a/memory.max", "5000000\n");
  folder.write("a/b/memory.max", "max\n");
  folder.write("memory/c/memory.limit_in_bytes", "4000000\n");
  const std::string root = folder.path().string();
  BOOST_TEST(group_limit("0::/a/b\n", root) == 5000000u);
  BOOST_TEST(group_limit("4:memory:/c\n0::/a/b\n", root) == 4000000u);
  BOOST_TEST(group_limit("3:cpu:/c\n0::/\n", root) == 0u);
  BOOST_TEST(group_limit("nonsense\n:\n0:\n", root) == 0u);
  if (agon::core::kSanitized) return;
  BOOST_TEST(memory_share_mib(1) > 0);
  BOOST_TEST(memory_share_mib(4) <= memory_share_mib(1) / 4 + 1);
}

BOOST_AUTO_TEST_CASE(nothing_that_a_rule_wrote_about_its_crash_is_trusted) {
  Whereabouts page;
  page.verb.fill('\x1b');  // no end, no text
  page.epoch = 3;
  page.update = 41;
  BOOST_TEST(where_text(page).find('\x1b') == std::string::npos);
  page.enter("a verb with a name that is longer than there is room for");
  BOOST_TEST(where_text(page).size() < 64u);
  page.enter("fit");
  BOOST_TEST(where_text(page) == " in fit, epoch 3, update 41");
  BOOST_TEST(backtrace_text(page, "/none").empty());
  page.signal = SIGSEGV;
  page.frame_count = page.module_count = 0xffffffff;
  for (auto& module : page.modules) module.fill('/');
  page.frames[0].module = -7;
  page.frames[1].module = 1000000;
  page.frames[2].module = 3;
  page.frames[2].offset = ~uint64_t{0};
  const std::string text = backtrace_text(page, "/none");
  BOOST_TEST(lines(text).size() == Whereabouts::kFrames);
}

BOOST_AUTO_TEST_CASE(a_rule_has_a_temporary_folder_of_its_own_and_few_variables) {
  TemporaryFolder folder;
  const std::string done = could(folder, "-j1");
  BOOST_TEST(done.starts_with("secret0 kept0 own_folder1 file1 truncate1 "), done);
  BOOST_TEST(read_file(folder / "precious").empty());
  TemporaryFolder asked;
  setenv("AGON_KEEP_ENV", "CONFINED_KEPT", 1);
  BOOST_TEST(could(asked, "-j1").starts_with("secret0 kept1 "));
  unsetenv("AGON_KEEP_ENV");
}

BOOST_AUTO_TEST_CASE(a_sandboxed_rule_reads_computes_and_writes_to_its_folder) {
  if (const std::string fault = sandbox_fault(); !fault.empty()) {
    BOOST_TEST_MESSAGE("skipped: " << fault);
    TemporaryFolder folder;
    const Ran ran = run(folder, kAgon + "run quick --sandbox");
    BOOST_TEST(ran.code == 2);
    BOOST_TEST(ran.err.find("--sandbox") != std::string::npos, ran.err);
    return;
  }
  TemporaryFolder folder;
  BOOST_TEST(could(folder, "-j1 --sandbox") ==
             "secret0 kept0 own_folder1 file0 truncate0 chmod0 network0 signal0 ptrace0 space0 ");
  BOOST_TEST(read_file(folder / "precious") == "somebody's notes\n");
}

BOOST_AUTO_TEST_CASE(a_sandbox_changes_no_result) {
  if (!sandbox_fault().empty()) {
    BOOST_TEST_MESSAGE("skipped: " << sandbox_fault());
    return;
  }
  std::string scores[2];
  for (int sandboxed = 0; sandboxed < 2; ++sandboxed) {
    TemporaryFolder folder;
    folder.write("suite.toml", small_suite("\"linear\", \"elm\", \"bp[epochs=20]\""));
    const Ran ran = run(
        folder, kAgon + "run suite.toml -o out --threads 2" + (sandboxed == 1 ? " --sandbox" : ""));
    BOOST_TEST(ran.code == 0, ran.err);
    const Table cells(folder / "out/cells.csv");
    for (size_t r = 0; r < cells.size(); ++r) {
      scores[sandboxed] += cells.at(r, "cell_key") + cells.at(r, "loss_final") + " ";
      BOOST_TEST(std::stod(cells.at(r, "peak_rss_mib")) > 0);
      BOOST_TEST(cells.at(r, "warnings").empty(), cells.at(r, "warnings"));
    }
  }
  BOOST_TEST(scores[0] == scores[1]);
}

BOOST_AUTO_TEST_CASE(a_rule_that_would_kill_agon_cannot_in_a_sandbox) {
  if (!sandbox_fault().empty()) {
    BOOST_TEST_MESSAGE("skipped: " << sandbox_fault());
    return;
  }
  TemporaryFolder folder;
  folder.write("suite.toml", small_suite("\"confined[kills=true]\", \"linear\""));
  const Ran ran = run(folder, kAgon + "run suite.toml --sandbox" + kConfined + "-o out -j1");
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(Table(folder / "out/cells.csv").where("status", "ok").size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_cell_that_stands_still_is_ended_long_before_its_limit) {
  TemporaryFolder folder;
  folder.write(
      "suite.toml",
      small_suite("\"fault-sleeps\", \"fault-polite-loop\", \"fault-stops-itself\", \"linear\""));
  const Ran ran = run(folder, kAgon + "run suite.toml --timeout 8 --idle 3" + kPlugins +
                                  matrix("sleeps") + matrix("stops-itself") + "-o out -j3");
  const Table cells(folder / "out/cells.csv");
  for (size_t r = 0; r < cells.size(); ++r) {
    const std::string rule = cells.at(r, "rule"), detail = cells.at(r, "status_detail");
    const bool still = rule == "fault-sleeps" || rule == "fault-stops-itself";
    BOOST_TEST((detail.find("stood still in fit, epoch 1, update 1") != std::string::npos) == still,
               rule << ": " << detail);
    BOOST_TEST(cells.at(r, "status") == (rule == "linear" ? "ok" : "timeout"));
  }
}

BOOST_AUTO_TEST_CASE(memory_without_a_stated_limit_is_a_share_of_the_machines) {
  if (agon::core::kSanitized) {
    BOOST_TEST_MESSAGE("skipped: a sanitizer reserves more address space than any limit");
    return;
  }
  TemporaryFolder folder;
  folder.write("suite.toml", small_suite("\"fault-hog\", \"linear\""));
  run(folder, kAgon + "run suite.toml --timeout 60" + kPlugins + "-o out -j1");
  const Table cells(folder / "out/cells.csv");
  for (size_t r = 0; r < cells.size(); ++r) {
    if (cells.at(r, "rule") != "fault-hog") continue;
    BOOST_TEST(cells.at(r, "status") == "oom", cells.at(r, "status_detail"));
    BOOST_TEST(cells.at(r, "status_detail").find("80 %") != std::string::npos);
  }
}
