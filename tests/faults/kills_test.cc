// SPDX-License-Identifier: MIT
//
// SIGKILL at random moments of the parent, of a process below it, or of both, and the same command again
// after each: no finished cell is lost or run twice, nothing stays alive, and what is there at the end
// is, byte for byte, what an undisturbed run has. AGON_TEST_KILLS says how many moments, AGON_TEST_SEED
// which.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>

#include "tests/faults/suites.h"
#include "tests/support/processes.h"
#include "tests/support/results.h"

using namespace agon::test;

namespace {

// Cells of milliseconds of every rule; one setting contradicts itself, which a child finds out at planning.
constexpr const char* kSuite = R"--(schema = 1
name = "kills"
[defaults]
seeds = 80
[[study]]
name = "accuracy"
[[study.grid]]
tasks = ["xor", "parity-3"]
rules = ["linear[epochs=30]", "bp[epochs=60]", "ed[preset=kaneko,width=8,epochs=10]", "pc[epochs=10]", "elm",
         "bp[loss=cross-entropy,output=sigmoid]"]
[[study.grid]]
tasks = ["xor"]
rules = ["ebn[epochs=2]", "monolith", "bp[depth=2,width=[4,4,4]]"]
[[study]]
name = "learning-rate"
seeds = 40
[[study.grid]]
tasks = ["xor"]
rules = ["bp[epochs=40]", "linear[epochs=20]"]
factors = "lr=log(1e-3,1,7)"
)--";
const std::string kRun = kAgon + "run suite.toml -j 2 -o out";

int number_of(const char* variable, int otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::stoi(text);
}

// A finished cell as the store has it: another attempt would have another end.
struct End {
  std::string utc;
  double wall_s;
  int64_t attempts;
  bool operator==(const End&) const = default;
};
using Ends = std::map<std::string, End>;  // by key

Ends ends_of(const std::filesystem::path& run) {
  Ends ends;
  try {
    const agon::reports::Store store(run / "results.sqlite", agon::reports::Store::Mode::read);
    const auto finished = store.finished();
    for (const auto& record : store.records(false)) {
      if (!finished.contains(record.id.cell_key)) continue;
      const auto& o = record.outcome;
      ends.insert_or_assign(record.id.cell_key,
                            End{o.utc, o.attempts > 0 ? o.wall_s : 0, o.attempts});
    }
  } catch (const agon::Error&) {  // killed before there was a store
  }
  return ends;
}

// The result columns of all files of cells.
std::string results_of(const std::filesystem::path& run) {
  return result_bytes(run / "cells.csv") + result_bytes(run / "curves.csv");
}

class Killer {
 public:
  Killer(unsigned seed, int longest_ms) : random_(seed), longest_ms_(longest_ms) {}

  // Starts the command, kills, and returns whether it came to its end all the same.
  bool start_and_kill(const TemporaryFolder& folder) {
    const pid_t agon = start(folder, kRun);
    // A cell whose worker is killed twice counts as crashed: by design, for want of memory.
    bool killed_one = false;
    int status = 0;
    for (;;) {
      if (ended_within(agon, draw(0, longest_ms_), status)) {
        BOOST_TEST(WIFEXITED(status));
        BOOST_TEST(WEXITSTATUS(status) == 0, read_file(folder / "log"));
        return true;
      }
      const int victim = draw(killed_one ? 1 : 0, 2);  // 0 one below, 1 agon, 2 both
      const std::vector<pid_t> all = below(agon);
      ++moments;
      if (victim != 1 && !all.empty()) {
        kill(all[static_cast<size_t>(draw(0, static_cast<int>(all.size()) - 1))], SIGKILL);
        ++below_killed;
      }
      if (victim != 0) break;
      killed_one = true;
    }
    kill(agon, SIGKILL);
    waitpid(agon, &status, 0);
    ++killed;
    BOOST_TEST(outliving(agon) == "");
    return WIFEXITED(status);
  }

  int moments = 0, killed = 0, below_killed = 0;

 private:
  int draw(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }
  static bool ended_within(pid_t agon, int milliseconds, int& status) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    do {
      if (waitpid(agon, &status, WNOHANG) == agon) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } while (std::chrono::steady_clock::now() < end);
    return false;
  }

  std::mt19937 random_;
  int longest_ms_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(kills_at_random_moments_change_nothing) {
  TemporaryFolder undisturbed;
  undisturbed.write("suite.toml", kSuite);
  const Ran whole = run(undisturbed, kRun);
  BOOST_TEST_REQUIRE(whole.code == 0, whole.err);
  const std::string expected = results_of(undisturbed / "out");
  BOOST_TEST_REQUIRE(Table(undisturbed / "out/cells.csv").where("status", "skipped").size() ==
                     160u);

  const int wanted = number_of("AGON_TEST_KILLS", 12);
  const int seed = number_of("AGON_TEST_SEED", 20261127);
  // A third of a run: some kills meet the planning, some the report, and a run takes several.
  Killer killer(static_cast<unsigned>(seed), static_cast<int>(whole.seconds * 1000 / 3));
  int runs = 0, resumed = 0;
  BOOST_TEST_MESSAGE("AGON_TEST_SEED=" << seed);
  while (killer.moments < wanted) {
    TemporaryFolder disturbed;
    disturbed.write("suite.toml", kSuite);
    Ends before;
    const int below_before = killer.below_killed;
    for (bool ended = false; !ended;) {
      resumed += before.empty() ? 0 : 1;
      ended = killer.moments >= wanted ? run(disturbed, kRun).code == 0
                                       : killer.start_and_kill(disturbed);
      const Ends after = ends_of(disturbed / "out");
      for (const auto& [key, end] : before) {
        const auto now = after.find(key);
        BOOST_TEST_REQUIRE((now != after.end()), "cell " << key << " is lost");
        BOOST_TEST((now->second == end), "cell " << key << " ran twice");
      }
      before = after;
    }
    const Ran last = run(disturbed, kRun);
    BOOST_TEST(last.code == 0, last.err);
    BOOST_TEST(last.out.find("(0 ran now") != std::string::npos, last.out);
    BOOST_TEST((results_of(disturbed / "out") == expected), "results of run " << runs << " differ");
    // Only what was killed was tried again.
    int64_t again = 0;
    for (const auto& [key, end] : before) again += std::max<int64_t>(0, end.attempts - 1);
    BOOST_TEST(again <= killer.below_killed - below_before);
    ++runs;
  }
  BOOST_TEST(resumed > wanted / 4);
  BOOST_TEST_MESSAGE(fmt::format(
      "{} moments over {} runs: agon killed {} times, a process below it {} times; {} resumed",
      killer.moments, runs, killer.killed, killer.below_killed, resumed));
}
