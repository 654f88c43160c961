// SPDX-License-Identifier: MIT
//
// The suite faults.toml: every way to misbehave that matrix/ knows, beside rules that do not. The run
// completes, each fault is a row that says what happened, good rows are those of a run without them,
// and nothing is left: no process, no temporary folder.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <map>
#include <regex>
#include <set>

#include "core/sanitized.h"
#include "tests/support/results.h"

using namespace agon::test;
namespace fs = std::filesystem;

namespace {

const std::string kAgon = std::getenv("AGON");

// Under 10 s: core::limit_s() leaves it.
constexpr int kTimeoutS = agon::core::kSanitized ? 9 : 2;
// What a sanitizer's runtime sees first and answers in its own words, or needs itself.
const std::set<std::string> kOfTheRuntime{"frees-twice", "throws-load", "hog", "no-files"};

// Words that start so are a part of what the cell left behind, by its warnings; others of status_detail.
constexpr std::string_view kLeft = "left behind: ";

struct Expected {
  const char* fault;
  const char* status;
  const char* words;
};

const Expected kExpected[] = {
    {"segfault-load", "abi_mismatch", "SIGSEGV"},
    {"segfault-entry", "abi_mismatch", "SIGSEGV"},
    {"segfault-check", "crashed", "SIGSEGV (signal 11) in create"},
    {"segfault-create", "crashed", "SIGSEGV (signal 11) in create"},
    {"segfault-prepare", "crashed", "SIGSEGV (signal 11) in prepare"},
    {"segfault", "crashed", "SIGSEGV (signal 11) in fit, epoch 1, update 1"},
    {"segfault-late", "crashed", "in fit, epoch 3, update 3"},
    {"segfault-loss", "crashed", "in loss"},
    {"segfault-end-epoch", "crashed", "in end_epoch, epoch 1"},
    {"segfault-predict", "crashed", "in predict"},
    {"segfault-metrics", "crashed", "in read of metrics"},
    {"segfault-picture", "crashed", "in read of pictures"},
    {"segfault-tensors", "crashed", "in count of tensors"},
    {"segfault-harm", "crashed", "in harm"},
    {"segfault-generate", "crashed", "in generate"},
    {"segfault-rollout", "crashed", "in rollout"},
    {"segfault-destroy", "crashed", "in destroy"},
    {"segfault-unload", "ok", ""},
    {"bus-error", "crashed", "SIGBUS"},
    {"divides-by-zero", "crashed", "SIGFPE"},
    {"illegal", "crashed", "SIGILL"},
    {"calls-null", "crashed", "SIGSEGV"},
    {"overflows-stack", "crashed", "SIGSEGV"},
    {"frees-twice", "crashed", "SIGABRT"},
    {"exits", "crashed", "exit code 3 in fit, epoch 1"},
    {"exits-0", "crashed", "exit code 0"},
    {"exits-load", "abi_mismatch", "there is none, and exit code 0"},
    {"leaves", "crashed", "exit code 0"},
    {"abort", "crashed", "SIGABRT"},
    {"abort-unload", "ok", ""},
    {"throws", "error", "this rule throws"},
    {"throws-load", "abi_mismatch", "crashed while it was loaded: exit code 5"},
    {"throws-in-thread", "crashed", "SIGABRT"},
    {"kill", "crashed", "SIGKILL"},
    {"kills-group", "crashed", "SIGTERM"},
    {"ends-main-thread", "crashed", "SIGABRT"},
    {"becomes-other", "crashed", "exit code 0"},
    {"ignores-segfault", "crashed", "SIGSEGV"},
    {"returns-to-segfault", "timeout", "in fit"},
    {"locks-itself-in", "crashed", "SIGKILL"},
    {"loop", "timeout", "no end after 2 s in fit, epoch 1, update 1"},
    {"loop-load", "abi_mismatch", "did not load within 10 s"},
    {"loop-destroy", "timeout", "in destroy"},
    {"loop-unload", "abi_mismatch", "did not load within 10 s"},
    {"ignores-term", "timeout", "no end after 2 s"},
    {"polite-loop", "timeout", "stopped at its limit"},
    {"sleeps", "timeout", "in fit"},
    {"stops-itself", "timeout", "in fit"},
    {"is-traced", "crashed", "in fit"},
    {"deadlocks", "timeout", "in fit"},
    {"leaves-group", "timeout", "in fit"},
    {"leaves-group-load", "abi_mismatch", "did not load within 10 s"},
    {"flood", "timeout", "in fit"},
    {"hog", "oom", "80 %"},
    {"event-pipe", "crashed", "event pipe"},
    {"closes-all", "crashed", "event pipe"},
    {"loses-pipe", "timeout", "no end"},
    {"none", "ok", ""},
    {"fork-returns", "ok", "left behind: child process"},
    {"fork-stays", "ok", "left behind: child process"},
    {"fork-load", "ok", "left behind: child process"},
    {"fork-bomb", "ok", "left behind: child process"},
    {"zombies", "ok", "left behind: child process"},
    {"daemon", "ok", "left behind: child process"},
    {"forges-later", "ok", "left behind: child process"},
    {"late-fault", "ok", "left behind: 1 thread"},
    {"spin", "ok", "left behind: 1 thread"},
    {"many-threads", "ok", "left behind: 50 threads"},
    {"thread-load", "ok", ""},
    {"alarm", "ok", "left behind: running timer"},
    {"posix-timer", "ok", "left behind: running timer"},
    {"handler", "ok", "left behind: signal mask or handler"},
    {"stop-handler", "ok", "left behind: signal mask or handler"},
    {"signal-mask", "ok", "left behind: signal mask or handler"},
    {"death-signal", "ok", "left behind: process group or parent-death signal"},
    {"close-stdin", "ok", "left behind: open or closed descriptor"},
    {"close-stdout", "ok", "left behind: open or closed descriptor"},
    {"descriptor", "ok", "left behind: open or closed descriptor"},
    {"rounding", "ok", "left behind: floating-point control word"},
    {"rounding-load", "ok", ""},
    {"denormals", "ok", "left behind: floating-point control word"},
    {"locale", "ok", "left behind: locale"},
    {"chdir", "ok", "left behind: working folder"},
    {"environment", "ok", "left behind: environment variable"},
    {"no-environment", "ok", "left behind: environment variable"},
    {"umask", "ok", "left behind: umask"},
    {"niceness", "ok", "left behind: niceness"},
    {"affinity", "ok", "left behind: CPU affinity"},
    {"no-files", "ok", "left behind: resource limit"},
    {"no-file-size", "ok", "left behind: resource limit"},
    {"small-stack", "ok", "left behind: resource limit"},
    {"leak", "ok", "left behind: MiB of memory"},
    {"temporary-file", "ok", "left behind: file in its temporary folder"},
    {"deletes-itself", "ok", ""},
    {"huge-line", "ok", ""},
    {"binary-output", "ok", ""},
    {"logs-on", "ok", ""},
    {"prints-load", "ok", ""},
    {"nan-loss", "diverged", "the loss left the finite numbers"},
    {"infinite-loss", "diverged", "the loss left the finite numbers"},
    {"nan-output", "diverged", "not finite"},
    {"infinite-output", "diverged", "not finite"},
    {"huge-output", "ok", ""},
    {"unwritten", "invalid_output", "unwritten"},
    {"overrun", "invalid_output", "outside"},
    {"underrun", "invalid_output", "outside"},
    {"writes-inputs", "ok", ""},
    {"writes-targets", "ok", ""},
    {"writes-labels", "ok", ""},
    {"nan-metrics", "ok", ""},
    {"infinite-metrics", "ok", ""},
    {"many-metrics", "error", "agon.metrics/1 is not whole"},
    {"hosts-metric", "error", "nrmse"},
    {"metric-key", "error", "has no key of [a-z0-9_]"},
    {"null-metric", "error", "has no key of [a-z0-9_]"},
    {"large-picture", "error", "65536"},
    {"endless-picture", "error", "65536"},
    {"picture-nowhere", "crashed", "SIGSEGV (signal 11) in read of pictures"},
    {"nan-picture", "ok", ""},
    {"twin-tensors", "error", "invalid"},
    {"negative-tensor", "error", "is no matrix"},
    {"tensor-nowhere", "error", "is no matrix"},
    {"many-tensors", "error", "70001 tensors"},
    {"stops-unasked", "error", "though should_stop() had not asked it to"},
    {"singular", "error", "singular matrix"},
    {"unknown-status", "error", "unknown status"},
    {"long-failure", "error", "xxx"},
    {"magic", "abi_mismatch", "wrong magic"},
    {"minor", "abi_mismatch", "ABI minor"},
    {"null-plugin", "abi_mismatch", "wrong magic"},
    {"short-plugin", "abi_mismatch", "lacks a name"},
    {"no-rules", "abi_mismatch", "it has no rules"},
    {"null-rule", "abi_mismatch", "rule 0 is NULL"},
    {"short-rule", "abi_mismatch", "rule 0 has no id"},
    {"no-create", "abi_mismatch", "create, destroy or extension is NULL"},
    {"bad-id", "abi_mismatch", "rule 0 has no id"},
    {"unknown-capability", "abi_mismatch", "capability bits"},
    {"nan-memory", "abi_mismatch", "memory per parameter is nan"},
    {"null-params", "abi_mismatch", "parameter table"},
    {"null-fit", "abi_mismatch", "does not offer agon.supervised/1"},
    {"short-table", "abi_mismatch", "does not offer agon.supervised/1"},
    {"throws-through", "error", "through the C ABI"},
    {"null-model", "error", "created no model"},
    {"no-elf", "abi_mismatch", "not an ELF shared object"},
    {"no-symbol", "abi_mismatch", "does not export"},
};

// faults.toml with the plugins of this build; without the faults on demand.
std::string suite(bool with_faults) {
  std::string text = read_file(std::getenv("AGON_TEST_FAULTS_SUITE"));
  text = std::regex_replace(
      text, std::regex("\nplugins = [^\n]*"),
      fmt::format("\nplugins = [\"{}\", \"{}\"]", std::getenv("AGON_TEST_PLUGINS"),
                  std::getenv("AGON_TEST_MATRIX")));
  // The good rules, too, take their time under a sanitizer.
  text = std::regex_replace(text, std::regex("\ntimeout_s = 2\n"),
                            fmt::format("\ntimeout_s = {}\n", kTimeoutS));
  return with_faults ? text : std::regex_replace(text, std::regex("\"fault-[^\"]*\",? ?"), "");
}

// A sanitizer keeps memory that was freed.
bool kept_by_runtime(const std::string& warnings) {
  return agon::core::kSanitized &&
         std::regex_search(warnings, std::regex("left behind: [0-9]+ MiB of memory;"));
}

bool is_fault(const Table& cells, size_t r) { return cells.at(r, "rule").starts_with("fault-"); }

// Result columns of the rows that are no faults.
std::string good_rows(const Table& cells) {
  std::string text;
  for (size_t r = 0; r < cells.size(); ++r) {
    if (is_fault(cells, r)) continue;
    for (const std::string& column : cells.header()) {
      // A metric that a fault's rule alone has is an empty column of the others.
      if (column != "run_id" && agon::reports::is_result_column(column) &&
          !cells.at(r, column).empty())
        text += column + "=" + cells.at(r, column) + ",";
    }
    text += "\n";
  }
  return text;
}

std::vector<std::string> alive_of(const std::string& mark_prefix) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string environment = read_file(entry.path() / "environ");
    if (environment.find("AGON_WORKER_OF=" + mark_prefix) == std::string::npos) continue;
    const std::string stat = read_file(entry.path() / "stat");
    const size_t close = stat.rfind(')');
    if (close != std::string::npos && stat[close + 2] != 'Z')
      found.push_back(stat.substr(0, close));
  }
  return found;
}

struct Matrix {
  TemporaryFolder folder, undisturbed;
  Ran ran, quiet;
  Matrix() {
    folder.write("suite.toml", suite(true));
    undisturbed.write("suite.toml", suite(false));
    fs::create_directory(folder / "tmp");
    ran = run(folder, "export TMPDIR=$PWD/tmp; echo $$ > pid; exec '" + kAgon +
                          "' run suite.toml -o out -j 2");
    quiet = run(undisturbed, "'" + kAgon + "' run suite.toml -o out -j 2");
  }
};
const Matrix& matrix() {
  static const Matrix made;
  return made;
}

std::string row_of(const Table& cells, const std::string& rule, const std::string& column) {
  for (size_t r = 0; r < cells.size(); ++r) {
    if (cells.at(r, "rule") == rule) return cells.at(r, column);
  }
  return "<no row of " + rule + ">";
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_matrix_completes_and_each_row_says_what_happened) {
  BOOST_TEST(matrix().ran.code == 1, matrix().ran.err);
  const Table cells(matrix().folder / "out/cells.csv");
  std::set<std::string> rows;
  for (size_t r = 0; r < cells.size(); ++r) {
    if (is_fault(cells, r)) rows.insert(cells.at(r, "rule"));
  }
  BOOST_TEST(rows.size() == std::size(kExpected));
  for (const Expected& e : kExpected) {
    const std::string rule = std::string("fault-") + e.fault;
    const std::string status = row_of(cells, rule, "status"),
                      detail = row_of(cells, rule, "status_detail"),
                      warnings = row_of(cells, rule, "warnings");
    const bool left = std::string(e.words).starts_with(kLeft);
    BOOST_TEST_CONTEXT(rule << ": " << status << ": " << detail << "; " << warnings) {
      if (agon::core::kSanitized && kOfTheRuntime.contains(e.fault)) continue;
      const std::string words = std::regex_replace(std::string(e.words), std::regex("after 2 s"),
                                                   fmt::format("after {} s", kTimeoutS));
      BOOST_TEST(status == e.status);
      BOOST_TEST((left ? warnings.find(words.substr(kLeft.size())) : detail.find(words)) !=
                 std::string::npos);
      if (!kept_by_runtime(warnings))
        BOOST_TEST((warnings.find("left behind") != std::string::npos) == left);
      BOOST_TEST(row_of(cells, rule, "log_tail").size() <= 8192u);
    }
  }
}

BOOST_AUTO_TEST_CASE(good_rows_are_those_of_a_run_without_faults) {
  BOOST_TEST(matrix().quiet.code == 0, matrix().quiet.err);
  const std::string expected = good_rows(Table(matrix().undisturbed / "out/cells.csv"));
  BOOST_TEST(expected.size() > 2000u);
  BOOST_TEST((good_rows(Table(matrix().folder / "out/cells.csv")) == expected));
}

BOOST_AUTO_TEST_CASE(nothing_is_left_of_it) {
  const std::string pid = lines(read_file(matrix().folder / "pid")).at(0);
  const auto alive = alive_of(pid + "-");
  BOOST_TEST(alive.empty(), fmt::format("{}", fmt::join(alive, ", ")));
  BOOST_TEST(fs::is_empty(matrix().folder / "tmp"));
  BOOST_TEST(
      fs::exists(std::string(std::getenv("AGON_TEST_MATRIX")) + "/fault-deletes-itself.agon.so"));
}

BOOST_AUTO_TEST_CASE(a_crash_names_its_place_and_keeps_what_was_learnt_before) {
  const Table cells(matrix().folder / "out/cells.csv");
  const std::string rule = "fault-segfault-late";
  BOOST_TEST(row_of(cells, rule, "status_detail") ==
             "SIGSEGV (signal 11) in fit, epoch 3, update 3");
  BOOST_TEST(row_of(cells, rule, "epochs_done") == "2");
  const Table curves(matrix().folder / "out/curves.csv");
  BOOST_TEST(curves.where("cell_key", row_of(cells, rule, "cell_key")).size() == 2u);
  if (agon::core::kSanitized) return;  // its runtime has the handlers
  const std::string log = row_of(cells, rule, "log_tail");
  BOOST_TEST(log.find("#0 agon::faults::(anonymous namespace)::segfault(agon::faults::Scene&) "
                      "(fault-segfault-late.agon.so+0x") != std::string::npos,
             log);
  BOOST_TEST(log.find("Faulty>::fit(") != std::string::npos, log);
  BOOST_TEST(read_file(matrix().folder / "out/report.html").find("faults::(anonymous") !=
             std::string::npos);
  // Where a rule hangs as well.
  const std::string waits = row_of(cells, "fault-deadlocks", "log_tail");
  BOOST_TEST(waits.find("mutex_lock") != std::string::npos, waits);
  BOOST_TEST(waits.find("Faulty>::fit(") != std::string::npos, waits);
}
