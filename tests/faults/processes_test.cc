// SPDX-License-Identifier: MIT
//
// Processes and time: what a rule starts does not outlive its cell or agon, a system without room
// for more processes costs time only, and nobody is late because agon was stopped.
#include "tests/support/processes.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "tests/support/results.h"

using namespace agon::test;

namespace {

const std::string kAgon = std::getenv("AGON");
const std::string kPlugins = std::getenv("AGON_TEST_LEFTOVER");

std::string suite(const std::string& rules, int seeds, const std::string& timeout) {
  return fmt::format(
      "schema = 1\nname = \"p\"\n[[study]]\nname = \"accuracy\"\nseeds = {}\ntimeout_s = {}\n[[study.grid]]\n"
      "tasks = [\"xor\"]\nrules = [{}]\n",
      seeds, timeout, rules);
}

std::string command(const std::string& options = "") {
  return "'" + kAgon + "' run suite.toml --plugin '" + kPlugins + "' -o out " + options;
}

// Rules write what they start to the file pids.
pid_t start_noting(const TemporaryFolder& folder, const std::string& line) {
  return start(folder, "env AGON_LEFTOVER_PIDS=pids " + line);
}

std::vector<pid_t> noted_pids(const TemporaryFolder& folder) {
  std::vector<pid_t> pids;
  for (const std::string& line : lines(read_file(folder / "pids"))) pids.push_back(std::stoi(line));
  return pids;
}

std::string statuses(const TemporaryFolder& folder) {
  const Table cells(folder / "out/cells.csv");
  std::string text;
  for (size_t r = 0; r < cells.size(); ++r) text += cells.at(r, "status") + " ";
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_worker_that_leaves_its_group_is_ended_at_its_limit) {
  TemporaryFolder folder;
  folder.write("suite.toml",
               suite("\"leftover[kind=leaves_group]\", \"linear[epochs=2]\"", 1, "0.5"));
  const pid_t agon = start_noting(folder, command("-j1"));
  int status = 0;
  BOOST_TEST(soon([&] { return waitpid(agon, &status, WNOHANG) == agon; }, 30000));
  if (!WIFEXITED(status)) kill(-agon, SIGKILL);
  BOOST_TEST(statuses(folder) == "timeout ok ");
}

BOOST_AUTO_TEST_CASE(control_c_ends_a_worker_that_left_its_group) {
  TemporaryFolder folder;
  folder.write("suite.toml", suite("\"leftover[kind=leaves_group]\"", 1, "600"));
  const pid_t agon = start_noting(folder, command("-j1"));
  BOOST_TEST(soon([&] { return !noted_pids(folder).empty(); }, 20000));
  const std::vector<pid_t> workers = noted_pids(folder);
  BOOST_TEST(std::ranges::all_of(workers, [&](pid_t worker) { return getpgid(worker) == agon; }));
  kill(agon, SIGINT);
  int status = 0;
  const bool ended = soon([&] { return waitpid(agon, &status, WNOHANG) == agon; }, 10000);
  BOOST_TEST(ended);
  if (!ended) kill(-agon, SIGKILL);
  BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 130), status);
  for (const pid_t worker : workers) BOOST_TEST(soon([&] { return !alive(worker); }, 1000));
}

BOOST_AUTO_TEST_CASE(what_a_rule_starts_does_not_outlive_its_cell) {
  TemporaryFolder folder;
  folder.write(
      "suite.toml",
      suite("\"leftover[kind=daemon]\", \"leftover[kind=daemon_loop]\", \"leftover[kind=sleeps]\"",
            2, "0.5"));
  const pid_t agon = start_noting(folder, command("-j1"));
  BOOST_TEST(soon([&] { return noted_pids(folder).size() >= 4; }, 30000));
  // While the last cells run, the daemons of the first ones are gone.
  BOOST_TEST(soon([&] { return std::ranges::none_of(noted_pids(folder), alive); }, 10000));
  BOOST_TEST(waitpid(agon, nullptr, 0) == agon);
  for (const pid_t pid : noted_pids(folder)) BOOST_TEST(!alive(pid), pid << " outlived agon");
  BOOST_TEST(statuses(folder) == "ok ok timeout timeout ok ok ");
}

BOOST_AUTO_TEST_CASE(nothing_lives_a_second_after_agon_is_killed) {
  TemporaryFolder folder;
  folder.write("suite.toml", suite("\"leftover[kind=daemon_loop]\"", 4, "600"));
  const pid_t agon = start_noting(folder, command("-j2"));
  BOOST_TEST(soon([&] { return noted_pids(folder).size() >= 2; }, 30000));
  std::vector<pid_t> all = below(agon);
  for (const pid_t pid : noted_pids(folder)) all.push_back(pid);
  kill(agon, SIGKILL);
  waitpid(agon, nullptr, 0);
  soon([&] { return std::ranges::none_of(all, alive); }, 1000);
  for (const pid_t pid : all) BOOST_TEST(!alive(pid), pid << " outlived agon by 1 s");
  const std::string scratch = fmt::format("agon-worker-{}-", agon);
  const auto folders = [&] {
    const std::filesystem::directory_iterator all_of(std::filesystem::temp_directory_path());
    return std::ranges::count_if(all_of, [&](const auto& entry) {
      return entry.path().filename().string().starts_with(scratch);
    });
  };
  BOOST_TEST(soon([&] { return folders() == 0; }, 1000));
  for (const pid_t pid : all) kill(pid, SIGKILL);
}

BOOST_AUTO_TEST_CASE(time_in_which_agon_was_stopped_does_not_count) {
  TemporaryFolder folder;
  folder.write("suite.toml",
               suite("\"leftover[kind=sleeps]\", \"leftover[kind=sleeps,lr=0.2]\"", 4, "3"));
  const pid_t agon = start_noting(folder, command("-j2"));
  BOOST_TEST(soon([&] { return finished_cells(folder / "out") >= 1; }, 30000));
  for (int i = 0; i < 2; ++i) {
    kill(agon, SIGSTOP);
    std::this_thread::sleep_for(std::chrono::milliseconds(3800));
    kill(agon, SIGCONT);
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
  }
  int status = 0;
  BOOST_TEST(waitpid(agon, &status, 0) == agon);
  BOOST_TEST(statuses(folder) == "ok ok ok ok ok ok ok ok ");
}

// agon and its workers alike, as a frozen container: the rule that polls is not told to stop
// either.
BOOST_AUTO_TEST_CASE(time_in_which_everything_was_stopped_does_not_count) {
  TemporaryFolder folder;
  folder.write("suite.toml", suite("\"leftover[kind=polls_a_while]\"", 3, "5"));
  const pid_t agon = start_noting(folder, command("-j1"));
  std::vector<pid_t> all;
  // Not while the plugins are described, but when a cell trains.
  BOOST_TEST(soon([&] { return exists(folder / "out/run.json") && !below(agon).empty(); }, 30000));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  all = below(agon);
  all.push_back(agon);
  for (const pid_t pid : all) kill(pid, SIGSTOP);
  std::this_thread::sleep_for(std::chrono::milliseconds(5500));
  for (const pid_t pid : all) kill(pid, SIGCONT);
  BOOST_TEST(waitpid(agon, nullptr, 0) == agon);
  BOOST_TEST(statuses(folder) == "ok ok ok ");
}

BOOST_AUTO_TEST_CASE(loading_is_not_training) {
  TemporaryFolder folder;
  folder.write("suite.toml", suite("\"leftover[kind=none]\"", 2, "0.3"));
  const Ran ran = run(folder, "AGON_LEFTOVER_LOAD_MS=1200 " + command("-j1"));
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(statuses(folder) == "ok ok ");
}

// As by the kernel, for want of memory: it says nothing about the plugin.
BOOST_AUTO_TEST_CASE(a_child_that_is_killed_while_it_describes_a_plugin_is_asked_again) {
  TemporaryFolder folder;
  folder.write("suite.toml", suite("\"leftover[kind=none]\"", 1, "20"));
  const pid_t agon = start(folder, "env AGON_LEFTOVER_LOAD_MS=1000 " + command("-j1"));
  pid_t child = 0;
  BOOST_TEST(soon(
      [&] {
        for (const pid_t pid : below(agon)) {
          const std::string line = read_file(fmt::format("/proc/{}/cmdline", pid));
          if (line.find("--describe") != std::string::npos &&
              line.find("leftover.agon.so") != std::string::npos)
            child = pid;
        }
        return child != 0;
      },
      20000));
  kill(child, SIGKILL);
  int status = 0;
  BOOST_TEST(waitpid(agon, &status, 0) == agon);
  BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 0), read_file(folder / "log"));
  BOOST_TEST(statuses(folder) == "ok ");
}

BOOST_AUTO_TEST_CASE(a_polite_rule_is_told_when_its_time_is_over) {
  TemporaryFolder folder;
  folder.write("suite.toml", suite("\"leftover[kind=polls]\", \"leftover[kind=none]\"", 1, "0.4"));
  run(folder, command("-j1"));
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST(statuses(folder) == "timeout ok ");
  BOOST_TEST(cells.at(0, "status_detail") == "stopped at its limit of 0.4 s");
}

BOOST_AUTO_TEST_CASE(few_descriptors_mean_fewer_workers) {
  TemporaryFolder folder;
  folder.write("suite.toml",
               suite("\"leftover[kind=none]\", \"linear[epochs=2]\", \"elm\"", 20, "20"));
  const Ran ran = run(folder, "ulimit -n 48; " + command("-j40"));
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(ran.err.find("at a time instead of 40") != std::string::npos, ran.err);
  BOOST_TEST(Table(folder / "out/cells.csv").where("status", "ok").size() == 60u);
}

BOOST_AUTO_TEST_CASE(few_processes_mean_fewer_workers) {
  if (getuid() != 0) {
    BOOST_TEST_MESSAGE("skipped: only root can become a user without other processes");
    return;
  }
  TemporaryFolder folder;
  folder.write("suite.toml",
               suite("\"leftover[kind=none]\", \"linear[epochs=2]\", \"elm\"", 20, "20"));
  chmod(folder.path().c_str(), 0777);
  // A user that has nothing else running.
  const Ran ran =
      run(folder,
          "exec setpriv --reuid=64321 --regid=64321 --clear-groups bash -c \"ulimit -u 6; exec " +
              command("-j40") + "\"");
  if (ran.err.find("setpriv") != std::string::npos ||
      ran.err.find("Permission denied") != std::string::npos) {
    BOOST_TEST_MESSAGE("skipped: another user cannot run agon here: " << ran.err);
    return;
  }
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(ran.err.find("instead of 40") != std::string::npos, ran.err);
  BOOST_TEST(Table(folder / "out/cells.csv").where("status", "ok").size() == 60u);
}
