// SPDX-License-Identifier: MIT
//
// What a person sees of a run while it goes on.
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "tests/faults/suites.h"
#include "tests/support/shell.h"

using namespace agon::test;

namespace {

// All that `command` shows on a terminal of its own.
std::string on_a_terminal(const TemporaryFolder& folder, const std::string& command) {
  int terminal = -1;
  const pid_t pid = forkpty(&terminal, nullptr, nullptr, nullptr);
  BOOST_TEST_REQUIRE(pid >= 0);
  if (pid == 0) {
    execl("/bin/sh", "sh", "-c", ("cd '" + folder.path().string() + "' && " + command).c_str(),
          nullptr);
    _exit(9);
  }
  std::string shown;
  char buffer[4096];
  for (ssize_t n; (n = read(terminal, buffer, sizeof buffer)) > 0;)
    shown.append(buffer, static_cast<size_t>(n));
  waitpid(pid, nullptr, 0);
  close(terminal);
  return shown;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_dumb_terminal_gets_plain_lines) {
  TemporaryFolder folder;
  folder.write("suite.toml", small_suite("\"fault-polite-loop\", \"linear[epochs=2]\""));
  const std::string command = kAgon + "run suite.toml --timeout 0.6 -j 1" + kPlugins + "-o ";
  const std::string dumb = on_a_terminal(folder, "TERM=dumb " + command + "dumb");
  BOOST_TEST(dumb.find("timeout") != std::string::npos, dumb);
  BOOST_TEST(dumb.find('\033') == std::string::npos, dumb);
  const std::string able = on_a_terminal(folder, "TERM=xterm " + command + "able");
  BOOST_TEST(able.find("\r\033[2K") != std::string::npos, able);
  const std::string grey = on_a_terminal(folder, "TERM=xterm NO_COLOR=1 " + command + "grey");
  BOOST_TEST(grey.find("\r\033[2K") != std::string::npos, grey);
  BOOST_TEST(grey.find("\033[31m") == std::string::npos, grey);
}

BOOST_AUTO_TEST_CASE(many_quarantined_cells_are_one_line) {
  TemporaryFolder folder;
  folder.write("suite.toml", small_suite("\"fault-segfault\", \"fault-throws\"", 40));
  const Ran ran = run(folder, kAgon + "run suite.toml -j 1" + kPlugins + "-o out");
  BOOST_TEST(ran.code == 1);
  const auto with = [&](const std::string& word) {
    const auto all = lines(ran.err);
    return std::count_if(all.begin(), all.end(),
                         [&](const std::string& l) { return l.find(word) != std::string::npos; });
  };
  BOOST_TEST(with("quarantined: ") == 1, ran.err);
  BOOST_TEST(with("error: ") == 6, ran.err);  // of forty alike five, and how many more
  BOOST_TEST(ran.err.find("error: 35 more cells: ") != std::string::npos, ran.err);
  BOOST_TEST(ran.out.find("(43 ran now") != std::string::npos, ran.out);
  BOOST_TEST(Table(folder / "out/cells.csv").where("status", "quarantined").size() == 37u);
}

BOOST_AUTO_TEST_CASE(a_run_that_stops_early_counts_what_ran) {
  TemporaryFolder folder;
  folder.write("suite.toml",
               small_suite("\"fault-throws\", \"linear[epochs=2]\", \"bp[epochs=2]\""));
  const Ran ran = run(folder, kAgon + "run suite.toml --fail-fast -j 1" + kPlugins + "-o out");
  BOOST_TEST(ran.code == 1);
  BOOST_TEST(ran.out.find("3 cells: 0 ok, 1 failed, 2 not run (1 ran now") != std::string::npos,
             ran.out);
}
