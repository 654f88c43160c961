// SPDX-License-Identifier: MIT
//
// Same seed, same bits: with any number of jobs, with every SIMD target that has FMA. And what a
// cell costs: bytes in the store, memory of a large plan.
#include <sys/resource.h>

#include <boost/test/unit_test.hpp>

#include "core/machine.h"
#include "tests/support/results.h"

using namespace agon::test;

namespace {

const std::string kAgon = std::getenv("AGON");
const std::string kPlugins = std::getenv("AGON_TEST_PLUGINS");
// A sanitizer looks at the same code on one small task.
const std::string kRun = std::string("run quick -s 1 -t xor --study accuracy --study depth ") +
                         (agon::core::kSanitized ? "" : "-t two-spirals -t digits ");

std::string results(const std::string& options) {
  TemporaryFolder folder;
  const Ran ran = run(folder, "'" + kAgon + "' " + kRun + options + " -o out");
  BOOST_TEST(ran.code == 0, ran.err);
  return result_bytes(folder / "out/cells.csv");
}

}  // namespace

BOOST_AUTO_TEST_CASE(same_bits_for_any_number_of_jobs_and_every_target_with_fma) {
  const std::string one = results("-j 1");
  BOOST_TEST_REQUIRE(one.size() > 1000u);
  BOOST_TEST((one == results("-j 2")));
  size_t compared = 0;
  for (const std::string& target : agon::core::simd_targets()) {
    if (target.find("AVX2") == std::string::npos && target.find("AVX3") == std::string::npos)
      continue;
    BOOST_TEST_CONTEXT(target) BOOST_TEST((one == results("-j 2 --simd " + target)));
    ++compared;
  }
  BOOST_TEST_MESSAGE("compared " << compared << " targets with FMA, best is "
                                 << agon::core::simd_target());
}

BOOST_AUTO_TEST_CASE(a_trivial_cell_costs_little_in_the_store) {
  TemporaryFolder folder;
  folder.write(
      "suite.toml",
      "schema = 1\nname = \"trivial\"\n[[study]]\nname = \"accuracy\"\nseeds = 1000\n[[study.grid]]\n"
      "tasks = [\"xor\"]\nrules = [\"fault-none\"]\n");
  const Ran ran =
      run(folder, "'" + kAgon + "' run suite.toml -j 1 --plugin '" + kPlugins + "' -o out");
  BOOST_TEST(ran.code == 0, ran.err);
  const auto bytes = std::filesystem::file_size(folder / "out/results.sqlite");
  BOOST_TEST(bytes / 1000 <= 2048u);
  BOOST_TEST_MESSAGE("1000 trivial cells: " << ran.seconds << " s, " << bytes / 1000
                                            << " bytes a cell in the store");
  const Ran cached =
      run(folder, "'" + kAgon + "' run suite.toml -j 1 --plugin '" + kPlugins + "' -o out");
  BOOST_TEST(cached.out.find("(0 ran now") != std::string::npos, cached.out);
  BOOST_TEST_MESSAGE("the same again, all cached: " << cached.seconds << " s");
}

BOOST_AUTO_TEST_CASE(a_plan_of_100_000_cells_fits_on_one_screen_and_in_150_mb) {
  TemporaryFolder folder;
  const Ran ran = run(
      folder,
      within_kib(600000) + "'" + kAgon +
          "' run quick --study accuracy -t digits -r 'bp[lr=log(1e-4,1,1000)]' -s 100 --dry-run");
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(ran.out.find("100000 cells") != std::string::npos, ran.out);
  BOOST_TEST(lines(ran.out).size() <= 24u);
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  BOOST_TEST_MESSAGE("dry run of 100 000 cells: " << ran.seconds << " s");
  if (!agon::core::kSanitized) BOOST_TEST(usage.ru_maxrss <= 150 * 1024, usage.ru_maxrss << " KiB");
}
