// SPDX-License-Identifier: MIT
//
// Control groups of the kernel: found, made, ended with all that is in them, and a limit on memory that children
// and files in memory count for. What this machine lacks is skipped and said.
#include "harness/work/control_group.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <thread>

#include "tests/faults/suites.h"
#include "tests/support/shell.h"

using namespace agon::test;
using namespace agon::harness;
namespace fs = std::filesystem;

namespace {

// A group of this test in that of its process, or "" where it may have none.
fs::path place_for_a_group() {
  const fs::path own = own_group(read_file("/proc/self/mountinfo"), read_file("/proc/self/cgroup"));
  if (own.empty() || access(own.c_str(), W_OK) != 0) return {};
  return own / fmt::format("agon-test-{}", getpid());
}

bool holds_none(const fs::path& group) { return read_file(group / "cgroup.procs").empty(); }

// Alive, and no zombie that only waits for its parent to look.
bool runs(pid_t process) {
  const std::string stat = read_file(fmt::format("/proc/{}/stat", process));
  return !stat.empty() && stat.find(") Z ") == std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_own_group_is_found) {
  const std::string v2 = "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n";
  BOOST_TEST(own_group(v2, "0::/user.slice/a.scope\n") == "/sys/fs/cgroup/user.slice/a.scope");
  BOOST_TEST(own_group(v2, "0::/\n") == "/sys/fs/cgroup");
  const std::string both =
      "31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
      "32 24 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
  BOOST_TEST(own_group(both, "4:memory:/x\n0::/a\n") == "/sys/fs/cgroup/unified/a");
  const std::string container = "33 24 0:26 /docker/7 /sys/fs/cgroup rw - cgroup2 cgroup rw\n";
  BOOST_TEST(own_group(container, "0::/docker/7\n") == "/sys/fs/cgroup");
  BOOST_TEST(own_group(container, "0::/docker/7/b\n") == "/sys/fs/cgroup/b");
  BOOST_TEST(own_group(container, "0::/docker/8\n") == "/sys/fs/cgroup");
  BOOST_TEST(own_group("", "0::/a\n") == "");
  BOOST_TEST(own_group(v2, "4:memory:/a\n") == "");
  BOOST_TEST(own_group("1 - cgroup2 x\n" + v2, "0::/a\n") == "/sys/fs/cgroup/a");
  BOOST_TEST(own_group("nonsense - cgroup2 \n\n", "0::nonsense\n\n") == "");
}

BOOST_AUTO_TEST_CASE(a_group_ends_with_all_that_is_in_it) {
  const fs::path folder = place_for_a_group();
  if (folder.empty()) {
    BOOST_TEST_MESSAGE("skipped: this user may make no control groups of version 2 here");
    return;
  }
  pid_t first = 0, second = 0;
  {
    const ControlGroup group(folder, 0);
    TemporaryFolder files;
    // A session of its own, no parent, no mark in its environment: only the group knows of it.
    const std::string script = fmt::format(
        "echo $$ > {0}/cgroup.procs; for i in 1 2; do env -i setsid sleep 1000 >/dev/null 2>&1 "
        "</dev/null & echo $!; done",
        folder.string());
    const Ran ran = run(files, script);
    std::istringstream(ran.out) >> first >> second;
    BOOST_REQUIRE(first > 0);
    BOOST_REQUIRE(second > 0);
    BOOST_TEST(runs(first));
    BOOST_TEST(!holds_none(folder));
    BOOST_TEST(!group.ran_out());
  }
  BOOST_TEST(!runs(first));
  BOOST_TEST(!runs(second));
  BOOST_TEST(!fs::exists(folder));
}

BOOST_AUTO_TEST_CASE(a_group_that_is_not_there_is_no_harm) {
  BOOST_TEST(!join_group("/nowhere/at/all"));
  end_group("/nowhere/at/all");
  BOOST_CHECK_THROW(ControlGroup("/nowhere/at/all", 64), fs::filesystem_error);
}

// A group in which agon is alone and may make others, as in a scope of systemd with Delegate=yes.
struct Delegated {
  fs::path folder = place_for_a_group();
  Delegated() {
    std::ofstream(folder.parent_path() / "cgroup.subtree_control") << "+memory";
    fs::create_directory(folder);
  }
  ~Delegated() { end_group(folder); }
  Delegated(const Delegated&) = delete;
  Delegated& operator=(const Delegated&) = delete;

  // Nothing of agon is left in it, and it may hold processes again.
  bool is_as_before() const {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.is_directory()) return false;
    }
    return holds_none(folder) &&
           read_file(folder / "cgroup.subtree_control").find("memory") == std::string::npos;
  }
};

std::string run_in(const fs::path& group, const std::string& options) {
  return fmt::format("echo $$ > {}/cgroup.procs; exec {}run suite.toml --plugin '{}' {}",
                     group.string(), kAgon, std::getenv("AGON_TEST_CONFINED"), options);
}

void check_rows(const fs::path& run_folder) {
  const Table cells(run_folder / "cells.csv");
  BOOST_TEST(cells.size() == 2u);
  for (size_t r = 0; r < cells.size(); ++r) {
    const bool fills = cells.at(r, "rule") == "confined";
    const std::string detail = cells.at(r, "status_detail");
    BOOST_TEST(cells.at(r, "status") == (fills ? "oom" : "ok"), detail);
    if (!fills) continue;
    BOOST_TEST(detail.find("in fit, epoch 1") != std::string::npos, detail);
    BOOST_TEST(detail.find("--memory") != std::string::npos, detail);
    BOOST_TEST(cells.at(r, "attempts") == "1");
  }
}

BOOST_AUTO_TEST_CASE(memory_that_is_no_process_s_counts) {
  if (const std::string fault = control_group_fault(); !fault.empty()) {
    BOOST_TEST_MESSAGE("skipped: " << fault);
    return;
  }
  const fs::path own = place_for_a_group().parent_path();
  const Delegated alone;
  for (const fs::path& group : {own, alone.folder}) {
    TemporaryFolder folder;
    folder.write("suite.toml", small_suite("\"confined[file_mib=600]\", \"linear\""));
    const Ran ran = run(folder, run_in(group, "-o out -j2 --memory 512"));
    BOOST_TEST(ran.code == 1, ran.err);
    check_rows(folder / "out");
    for (const auto& entry : fs::directory_iterator(own))
      BOOST_TEST(
          (entry.path() == alone.folder || !entry.path().filename().native().starts_with("agon-")),
          entry.path().string());
    BOOST_TEST(alone.is_as_before());
  }
}

BOOST_AUTO_TEST_CASE(agon_that_is_killed_leaves_no_group) {
  if (const std::string fault = control_group_fault(); !fault.empty()) {
    BOOST_TEST_MESSAGE("skipped: " << fault);
    return;
  }
  const Delegated alone;
  TemporaryFolder folder;
  folder.write("suite.toml", small_suite("\"linear[epochs=1000000]\""));
  // A worker is there when its group is.
  folder.write("start", run_in(alone.folder, "-o out -j1"));
  const Ran ran = run(
      folder, fmt::format("sh start > /dev/null 2>&1 & groups={}/agon-*/1; for i in $(seq 200); do "
                          "ls -d $groups && break; sleep 0.1; done; kill -9 $!; wait $!; echo $?",
                          alone.folder.string()));
  BOOST_TEST(ran.out.find("agon-") != std::string::npos, ran.out);
  BOOST_TEST(ran.out.find("137") != std::string::npos, ran.out);
  for (int i = 0; i < 40 && !alone.is_as_before(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  BOOST_TEST(alone.is_as_before());
}
