// SPDX-License-Identifier: MIT
//
// The same bits however a run is carried out: jobs, threads, vector instructions that fuse, shards, a
// run that was stopped and went on, one cell alone (agon replay), and other builds where
// AGON_OTHER_BUILDS names their programs (scripts/determinism.sh builds them). What runs is one seed of
// the three training studies of quick: every rule on every task, 68 cells.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <set>

#include "core/machine.h"
#include "tests/faults/suites.h"
#include "tests/support/results.h"

using namespace agon::test;
namespace fs = std::filesystem;

namespace {

const std::string kQuick =
    "run quick -s 1 --timeout 3600 --study accuracy --study learning-rate --study depth -o out ";

// Nets of which every product is shared by the threads of a cell; those of quick are too small.
constexpr const char* kLarge = R"(schema = 1
name = "large"
[[study]]
name = "accuracy"
seeds = 1
[[study.grid]]
tasks = ["digits"]
rules = [
  "bp[depth=2,width=512,batch=256,epochs=2]",
  "ed[width=512,init=units,batch=256,epochs=2]",
  "pc[depth=2,width=512,batch=256,epochs=1]",
  "monolith[z=16,y=16,x=16,epochs=1]",
  "elm[width=1024]",
]
)";

// Ten updates: too few for chaos.
constexpr const char* kFew = R"(schema = 1
name = "few"
[[study]]
name = "accuracy"
seeds = 1
[[study.grid]]
tasks = ["digits"]
rules = [
  "bp[updates=10]", "bp[depth=8,width=32,updates=10]", "bp[lr=0.2,updates=10]", "ed[updates=10]",
  "ed[depth=8,width=16,init=units,lr=0.05,updates=10]", "pc[updates=10]", "linear[updates=10]",
  "monolith[epochs=1]",
]
[[study.grid]]
tasks = ["van-der-pol"]
rules = [
  "bp[depth=2,width=64,activation=tanh,updates=10]",
  "ed[width=64,init=units,lr=0.1,updates=10]",
  "pc[depth=2,width=64,activation=tanh,lr=1e-3,steps=8,gamma=0.03,updates=10]",
  "linear[preset=ridge]",
]
)";

// Cells of quick in which a rounding grows: weights that spiral (measured: up to 2 % of a score), free runs
// of learnt fields, spikes, large rates, deep nets.
bool is_chaotic(const Table& cells, size_t row) {
  const std::string rule = cells.at(row, "rule"), task = cells.at(row, "task");
  const auto number = [&](const char* column) {
    const std::string text = cells.at(row, column);
    return text.empty() ? 0 : std::stod(text);
  };
  if (rule == "linear" || rule == "elm") return false;
  return rule == "ebn" || task == "two-spirals" || task == "van-der-pol" || number("depth") >= 4 ||
         (rule == "bp" && cells.at(row, "study") == "learning-rate" && number("lr") >= 0.01) ||
         (rule == "ed" && number("lr") >= 1);
}

// Result columns of every cell without its key, which names the build.
std::string results_of(const fs::path& cells_csv) {
  const Table cells(cells_csv);
  std::string text;
  for (size_t r = 0; r < cells.size(); ++r) {
    for (const std::string& column : cells.header()) {
      if (column != "run_id" && column != "cell_key" && agon::reports::is_result_column(column))
        text += column + "=" + cells.at(r, column) + ",";
    }
    text += "\n";
  }
  return text;
}

std::string run_so(const std::string& options, const std::string& program = kAgon) {
  TemporaryFolder folder;
  const Ran ran = run(folder, program + kQuick + options);
  BOOST_TEST(ran.code == 0, options << ": " << ran.err);
  return results_of(folder / "out/cells.csv");
}

const std::string& expected() {
  static const std::string text = run_so("-j 1");
  return text;
}

// The first line that differs, from its first difference on.
std::string difference(const std::string& a, const std::string& b) {
  const auto left = lines(a), right = lines(b);
  for (size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (left[i] == right[i]) continue;
    size_t at = 0;
    while (left[i][at] == right[i][at]) ++at;
    at = left[i].rfind(',', at) + 1;
    return fmt::format("{} ... {} against {}", left[i].substr(0, 80), left[i].substr(at, 60),
                       right[i].substr(at, 60));
  }
  return fmt::format("{} and {} cells", left.size(), right.size());
}

void check_same(const std::string& got, const std::string& what) {
  BOOST_TEST((got == expected()), what << ": " << difference(expected(), got));
}

bool has_target(const std::string& target) {
  const auto targets = agon::core::simd_targets();
  if (std::ranges::count(targets, target) > 0) return true;
  BOOST_TEST_MESSAGE("skipped: this machine or build lacks " << target);
  return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(any_number_of_jobs_gives_the_same_bits) {
  BOOST_TEST_REQUIRE(lines(expected()).size() == 68u);
  for (const char* options : {"-j 2", "-j 4"}) check_same(run_so(options), options);
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  for (const char* options : {"-j 1 --threads 2", "-j 1 --threads 4"})
    check_same(run_so(options), options);
  std::map<std::string, int> large;  // by results
  for (const char* options : {"--threads 1", "--threads 2", "--threads 4"}) {
    TemporaryFolder folder;
    folder.write("large.toml", kLarge);
    const Ran ran = run(folder, kAgon + "run large.toml -j 1 -o out " + options);
    BOOST_TEST(ran.code == 0, ran.err);
    BOOST_TEST(Table(folder / "out/cells.csv").where("status", "ok").size() == 5u);
    ++large[results_of(folder / "out/cells.csv")];
  }
  BOOST_TEST(large.size() == 1u);
}

BOOST_AUTO_TEST_CASE(targets_that_fuse_give_the_same_bits) {
  for (const std::string& target : agon::core::simd_targets()) {
    if (target.find("AVX2") == std::string::npos && target.find("AVX3") == std::string::npos)
      continue;
    check_same(run_so("-j 2 --simd " + target), target);
  }
}

BOOST_AUTO_TEST_CASE(shards_give_the_same_bits) {
  TemporaryFolder folder;
  std::string parts;
  for (const char* shard : {"1", "2", "3"}) {
    const std::string part = fmt::format("s{}", shard);
    std::string command = kQuick;
    command.replace(command.find("-o out"), 6, fmt::format("-o {} --shard {}/3", part, shard));
    const Ran ran = run(folder, kAgon + command);
    BOOST_TEST(ran.code == 0, ran.err);
    parts += part + " ";
  }
  const Ran merged = run(folder, kAgon + "merge " + parts + "-o all");
  BOOST_TEST(merged.code == 0, merged.err);
  check_same(results_of(folder / "all/cells.csv"), "three shards");
}

BOOST_AUTO_TEST_CASE(a_run_that_was_stopped_gives_the_same_bits_and_so_does_each_cell_alone) {
  TemporaryFolder folder;
  for (int i = 0; i < 3; ++i) run(folder, "timeout -s INT 1.5 " + kAgon + kQuick + "-j 2");
  const Ran ran = run(folder, kAgon + kQuick + "-j 2");
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(ran.err.find("resuming") != std::string::npos, ran.err);
  check_same(results_of(folder / "out/cells.csv"), "stopped and resumed");
  const Table cells(folder / "out/cells.csv");
  std::set<std::string> replayed;  // of each rule and task the first
  for (size_t r = 0; r < cells.size(); ++r) {
    if (!replayed.insert(cells.at(r, "rule") + " on " + cells.at(r, "task")).second) continue;
    const Ran again = run(folder, kAgon + "replay out " + cells.at(r, "cell_key"));
    BOOST_TEST(again.code == 0, cells.at(r, "rule")
                                    << " on " << cells.at(r, "task") << ": " << again.out);
  }
  BOOST_TEST(replayed.size() == 35u);
}

// Without fused multiply-add a product differs in its last bit. Where training is chaotic that grows until
// scores differ by some test rows: what is held there is the loss before training, and ten updates.
BOOST_AUTO_TEST_CASE(a_target_that_does_not_fuse_is_within_1e_5) {
  if (!has_target("SSE4")) return;
  constexpr double kNear = 1e-5;
  const auto check_near = [&](const std::string& command, bool few) {
    TemporaryFolder fused, other;
    for (const TemporaryFolder* folder : {&fused, &other}) folder->write("few.toml", kFew);
    BOOST_TEST_REQUIRE(run(fused, kAgon + command).code == 0);
    BOOST_TEST_REQUIRE(run(other, kAgon + command + " --simd SSE4").code == 0);
    const Table a(fused / "out/cells.csv"), b(other / "out/cells.csv");
    BOOST_TEST_REQUIRE(a.size() == b.size());
    size_t held = 0;
    for (size_t r = 0; r < a.size(); ++r) {
      const auto near = [&](const char* column) {
        const std::string x = a.at(r, column), y = b.at(r, column);
        if (x.empty() || y.empty()) {
          BOOST_TEST(x == y, column);
          return;
        }
        const double u = std::stod(x), v = std::stod(y);
        BOOST_TEST(std::abs(u - v) <= kNear * std::max(std::abs(u), std::abs(v)),
                   column << " of " << a.at(r, "rule") << " on " << a.at(r, "task") << ", depth "
                          << a.at(r, "depth") << ", lr " << a.at(r, "lr") << ": " << x << " and "
                          << y);
      };
      near("loss_init");
      if (!few && is_chaotic(a, r)) continue;
      ++held;
      for (const char* score : {"score_train", "score_val", "score_test"}) near(score);
      if (few) near("loss_final");
    }
    return held;
  };
  BOOST_TEST(check_near(kQuick + "-j 2", false) >= 40u);
  BOOST_TEST(check_near("run few.toml -j 2 -o out", true) == 12u);
}

BOOST_AUTO_TEST_CASE(other_builds_give_the_same_bits) {
  const char* const named = std::getenv("AGON_OTHER_BUILDS");
  if (named == nullptr || *named == '\0') {
    BOOST_TEST_MESSAGE("skipped: AGON_OTHER_BUILDS names no other builds (scripts/determinism.sh)");
    return;
  }
  std::istringstream list(named);
  for (std::string program; std::getline(list, program, ':');)
    check_same(run_so("-j 2 --threads 2", "'" + program + "' "), program);
}
