// SPDX-License-Identifier: MIT
//
// Temporary folders of children: gone with their owner, or with the next run where the owner was killed.
#include "harness/work/scratch.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>

#include "tests/support/shell.h"

namespace agon::harness {
namespace {

namespace fs = std::filesystem;

void make_old(const fs::path& folder) {
  fs::last_write_time(folder, fs::file_time_type::clock::now() - std::chrono::hours(1));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(scratch)

BOOST_AUTO_TEST_CASE(folders_that_nobody_holds_are_removed) {
  const test::TemporaryFolder place;
  setenv("TMPDIR", place.path().c_str(), 1);
  const fs::path dead = place / "agon-worker-0123-abc", fresh = place / "agon-worker-0123-new",
                 other = place / "somebody-else", link = place / "agon-worker-link";
  for (const fs::path& folder : {dead / "below", fresh, other}) fs::create_directories(folder);
  fs::create_directory_symlink(other, link);
  {
    const ScratchFolder living;
    BOOST_TEST_REQUIRE(fs::is_directory(living.path()));
    for (const fs::path& folder : {dead, other, living.path()}) make_old(folder);
    remove_abandoned_scratch();
    BOOST_TEST(fs::exists(living.path()));
  }
  BOOST_TEST(!fs::exists(dead));
  BOOST_TEST(fs::exists(fresh));
  BOOST_TEST(fs::exists(other));
  BOOST_TEST(fs::is_symlink(link));
  BOOST_TEST(std::distance(fs::directory_iterator(place.path()), fs::directory_iterator()) == 3);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::harness
