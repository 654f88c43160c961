// SPDX-License-Identifier: MIT
//
// Merging where something is wrong with a machine: a full disk, a wrong clock, a kill on the way.
#include <sys/mount.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "tests/support/results.h"
#include "tests/support/shell.h"

using namespace agon::test;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

// A whole run and its three shards.
struct Shards : TemporaryFolder {
  explicit Shards(int seeds = 3) {
    write("suite.toml",
          "schema = 1\nname = \"parts\"\n[defaults]\nseeds = " + std::to_string(seeds) +
              "\n[[study]]\nname = \"accuracy\"\n[[study.grid]]\ntasks = [\"xor\", \"parity-3\"]\n"
              "rules = [\"linear\", \"elm[width=8]\"]\n");
    BOOST_TEST(agon("run suite.toml -o whole").code == 0);
    for (const char* i : {"1", "2", "3"}) {
      const std::string n(i);
      BOOST_TEST(agon("run suite.toml --shard " + n + "/3 -o s" + n).code == 0);
    }
  }
  Ran agon(const std::string& line) const { return run(*this, kAgon + line); }
  void check_whole(const std::string& merged) const {
    BOOST_TEST(result_bytes(*this / (merged + "/cells.csv")) ==
               result_bytes(*this / "whole/cells.csv"));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(merge_faults)

BOOST_AUTO_TEST_CASE(a_full_disk_is_one_error_and_the_same_command_goes_on) {
  const Shards shards(40);
  std::filesystem::create_directory(shards / "small");
  const std::string small = (shards / "small").string();
  if (mount("tmpfs", small.c_str(), "tmpfs", 0, "size=120k") != 0) {
    BOOST_TEST_MESSAGE("skipped: no right to mount a small tmpfs");
    return;
  }
  const Ran full = shards.agon("merge s1 s2 s3 -o small/all");
  BOOST_TEST(full.code == 6, full.err);
  BOOST_TEST(has(full.err, "small/all"), full.err);
  BOOST_TEST(has(full.err, "make room"), full.err);
  BOOST_TEST((mount("tmpfs", small.c_str(), "tmpfs", MS_REMOUNT, "size=64m") == 0));
  const Ran again = shards.agon("merge s1 s2 s3 -o small/all");
  BOOST_TEST(again.code == 0, again.err);
  shards.check_whole("small/all");
  umount(small.c_str());
}

// No decision reads a clock: an hour ahead and an hour behind are the same run.
BOOST_AUTO_TEST_CASE(a_clock_that_is_off_by_an_hour_changes_nothing) {
  const Shards shards;
  for (const char* hours : {"+1", "-1"}) {
    const std::string clock =
        std::string("UPDATE cells SET utc = strftime('%Y-%m-%dT%H:%M:%SZ', utc, '") + hours +
        " hours')";
    BOOST_TEST(run(shards, "sqlite3 s2/results.sqlite \"" + clock +
                               "; UPDATE meta SET value = json_set(value, '$.started_utc',"
                               " (SELECT min(utc) FROM cells)) WHERE key = 'run'\"")
                   .code == 0);
    const std::string all = std::string("all") + hours;
    // Its cells stand in two parts, of which the other clock is right.
    run(shards, "rm -rf copy; cp -r s2 copy; sqlite3 copy/results.sqlite \"" + clock + "\"");
    const Ran merged = shards.agon("merge s1 s2 copy s3 -o " + all);
    BOOST_TEST(merged.code == 0, merged.err);
    shards.check_whole(all);
    const Ran resumed = shards.agon("run suite.toml --shard 2/3 -o s2");
    BOOST_TEST(resumed.code == 0, resumed.err);
    BOOST_TEST(has(resumed.out, "(0 ran now"), resumed.out);
  }
}

BOOST_AUTO_TEST_CASE(a_merge_that_was_killed_goes_on) {
  const Shards shards(60);
  for (int i = 0; i < 6; ++i) {
    run(shards, kAgon + "merge s1 s2 s3 -o all >/dev/null 2>&1 & pid=$!; sleep 0.0" +
                    std::to_string(i) + "; kill -9 $pid; wait");
  }
  const Ran merged = shards.agon("merge s3 s2 s1 -o all");
  BOOST_TEST(merged.code == 0, merged.err);
  shards.check_whole("all");
}

BOOST_AUTO_TEST_SUITE_END()
