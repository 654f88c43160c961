// SPDX-License-Identifier: MIT
//
// SIGKILL of the parent or of a worker in the middle of `quick`: no finished cell is lost, no
// worker stays behind, the same command goes on, and the results are those of an undisturbed run.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "tests/support/processes.h"
#include "tests/support/results.h"

using namespace agon::test;

namespace {

const std::string kAgon = std::getenv("AGON");
// quick without the speed study, whose results are times, and with fewer seeds.
const std::string kQuick =
    "run quick -s 1 -t xor -t parity-3 -t digits --study accuracy --study learning-rate -j 2 -o out";

// Starts agon and returns its pid once `cells` more cells are there than before.
pid_t start_and_wait(const TemporaryFolder& folder, size_t cells) {
  const size_t before = finished_cells(folder / "out");
  const pid_t pid = start(folder, "'" + kAgon + "' " + kQuick);
  for (int i = 0; i < 3000 && finished_cells(folder / "out") < before + cells; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return pid;
}

}  // namespace

BOOST_AUTO_TEST_CASE(killing_the_parent_or_a_worker_changes_nothing) {
  TemporaryFolder undisturbed, disturbed;
  BOOST_TEST_REQUIRE(run(undisturbed, "'" + kAgon + "' " + kQuick).code == 0);
  const std::string expected = result_bytes(undisturbed / "out/cells.csv");
  BOOST_TEST_REQUIRE(expected.size() > 1000u);

  for (int round = 0; round < 3; ++round) {
    const pid_t parent = start_and_wait(disturbed, 3);
    const std::vector<pid_t> workers = below(parent);
    kill(parent, SIGKILL);
    int status = 0;
    waitpid(parent, &status, 0);
    if (WIFEXITED(status)) break;  // it was done before the signal came
    const size_t kept = finished_cells(disturbed / "out");
    BOOST_TEST(kept > 0u);
    for (int i = 0; i < 100 && std::any_of(workers.begin(), workers.end(), alive); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    for (const pid_t worker : workers)
      BOOST_TEST(!alive(worker), "worker " << worker << " outlived its parent by 1 s");
  }
  {  // a worker
    const pid_t parent = start_and_wait(disturbed, 1);
    for (const pid_t worker : below(parent)) {
      kill(worker, SIGKILL);
      break;
    }
    int status = 0;
    waitpid(parent, &status, 0);
    BOOST_TEST(WIFEXITED(status));
    BOOST_TEST(WEXITSTATUS(status) == 0);
  }
  const Ran last = run(disturbed, "'" + kAgon + "' " + kQuick);
  BOOST_TEST(last.code == 0);
  BOOST_TEST(last.out.find("(0 ran now") != std::string::npos, last.out);
  BOOST_TEST((result_bytes(disturbed / "out/cells.csv") == expected));
}

BOOST_AUTO_TEST_CASE(control_c_leaves_a_run_that_resumes) {
  TemporaryFolder folder;
  const pid_t parent = start_and_wait(folder, 2);
  kill(parent, SIGINT);
  int status = 0;
  waitpid(parent, &status, 0);
  BOOST_TEST(WIFEXITED(status));
  if (WEXITSTATUS(status) == 0) return;  // it was done before the signal came
  BOOST_TEST(WEXITSTATUS(status) == 130);
  const size_t kept = finished_cells(folder / "out");
  BOOST_TEST(kept >= 2u);
  const Ran again = run(folder, "'" + kAgon + "' " + kQuick);
  BOOST_TEST(again.code == 0);
  BOOST_TEST(again.err.find("resuming") != std::string::npos, again.err);
}

BOOST_AUTO_TEST_CASE(the_same_command_resumes_without_an_output_folder) {
  TemporaryFolder folder;
  const std::string command = "'" + kAgon + "' run quick -s 1 -t xor --study accuracy";
  BOOST_TEST(run(folder, command).code == 0);
  BOOST_TEST(run(folder, command).code == 0);  // complete: a new run
  size_t runs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "runs"))
    runs += entry.is_symlink() ? 0 : 1;
  BOOST_TEST(runs == 2u);
  BOOST_TEST(std::filesystem::exists(folder / "runs/latest/report.html"));
  // An unfinished one is taken up again.
  const auto latest = std::filesystem::canonical(folder / "runs/latest");
  std::string info = read_file(latest / "run.json");
  info.replace(info.find("\"complete\": true"), 16, "\"complete\": false");
  std::ofstream(latest / "run.json") << info;
  const Ran resumed = run(folder, command);
  BOOST_TEST(resumed.out.find("(0 ran now") != std::string::npos, resumed.out);
  BOOST_TEST(resumed.out.find(latest.filename().string()) != std::string::npos);
}
