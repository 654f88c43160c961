// SPDX-License-Identifier: MIT
//
// Numbers that people write, from the command line to the cells.
#include <boost/test/unit_test.hpp>

#include "tests/faults/suites.h"
#include "tests/support/shell.h"

using namespace agon::test;

namespace {

const std::string kSuite = small_suite("\"linear[epochs=2]\"");

void check_refused(const Ran& ran, const std::vector<std::string>& parts) {
  BOOST_TEST(ran.code == 2, ran.code << ": " << ran.err);
  BOOST_TEST(lines(ran.err).size() <= 4u, ran.err);
  for (const std::string& part : parts)
    BOOST_TEST(ran.err.find(part) != std::string::npos, part << " not in: " << ran.err);
}

}  // namespace

BOOST_AUTO_TEST_CASE(numbers_are_decimal) {
  for (const auto& [written, seed] :
       {std::pair{"010", "10"}, {"08", "8"}, {"+7", "7"}, {"1e3", "1000"}, {"0", "0"}}) {
    TemporaryFolder folder;
    folder.write("suite.toml", kSuite);
    const Ran ran = run(folder, kAgon + "run suite.toml -o out --seed " + written);
    BOOST_TEST_REQUIRE(ran.code == 0, written << ": " << ran.err);
    BOOST_TEST(Table(folder / "out/cells.csv").at(0, "seed") == seed);
  }
  TemporaryFolder folder;
  folder.write("suite.toml", kSuite);
  const Ran seeds = run(folder, kAgon + "run suite.toml --dry-run -s 010");
  BOOST_TEST(seeds.out.find("mine: 10 cells") != std::string::npos, seeds.out << seeds.err);
}

BOOST_AUTO_TEST_CASE(a_number_out_of_range_or_none_is_refused_with_the_range) {
  TemporaryFolder folder;
  folder.write("suite.toml", kSuite);
  const std::string dry = kAgon + "run suite.toml --dry-run ";
  for (const char* bad :
       {"0x10", "-1", "1.5", "ten", "1000000001", "99999999999999999999", "1e400", "' 1'"}) {
    check_refused(run(folder, dry + "--seed=" + bad),
                  {"--seed", "whole number from 0 to 1000000000"});
  }
  for (const char* bad : {"1e12", "1e300", "nan", "inf", "-1", "0", "1s", "0x10"}) {
    check_refused(run(folder, dry + "--timeout=" + bad),
                  {"--timeout", "number of seconds from 0.001 to 10000000"});
  }
  check_refused(run(folder, dry + "-s 1001"), {"--seeds", "from 1 to 1000"});
  check_refused(run(folder, dry + "-j 0"), {"--jobs", "from 1 to 1024"});
  check_refused(run(folder, dry + "--threads 0"), {"--threads", "from 1 to 1024"});
  check_refused(run(folder, dry + "--memory 63"), {"--memory", "MiB from 64 to"});
  check_refused(run(folder, dry + "-r 'linear[lr=log(nan,1,3)]'"), {"'nan' is not a number"});
  check_refused(run(folder, dry + "-r 'linear[lr=nan]'"), {"lr"});
}

BOOST_AUTO_TEST_CASE(the_longest_time_limit_is_a_limit) {
  for (const char* longest : {"timeout_s = 1e7", "timeout_s = 10_000_000"}) {
    TemporaryFolder folder;
    folder.write("suite.toml", kSuite);
    BOOST_TEST(run(folder, kAgon + "run suite.toml -o option --timeout 1e7").code == 0);
    folder.write("suite.toml", kSuite + "[defaults]\n" + longest + "\n");
    const Ran ran = run(folder, kAgon + "run suite.toml -o file");
    BOOST_TEST(ran.code == 0, ran.err);
  }
  for (const char* bad : {"1e12", "inf", "nan", "0", "-1"}) {
    TemporaryFolder folder;
    folder.write("suite.toml", kSuite + "[defaults]\ntimeout_s = " + bad + "\n");
    check_refused(run(folder, kAgon + "run suite.toml -o out"),
                  {"suite.toml:10:13", "from 0.001 to 10000000"});
  }
}

BOOST_AUTO_TEST_CASE(an_over_large_plan_says_its_size_at_once) {
  TemporaryFolder folder;
  folder.write("suite.toml", kSuite);
  const std::string dry = within_kib(4000000) + kAgon + "run suite.toml --dry-run ";
  check_refused(
      run(folder, dry + "-s 1000 -r 'linear[lr=log(1e-3,1,1000000)]'"),
      {"1000000000 cells", "at most 5000000", "1000000 variants of linear", "--max-cells"});
  check_refused(run(folder, dry + "-r 'linear[lr=[0.1,0.2],epochs=[1,2]]' --max-cells 3"),
                {"4 cells", "at most 3"});
  const Ran ran = run(folder, dry + "-r 'linear[lr=[0.1,0.2],epochs=[1,2]]' --max-cells 4");
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(run(folder, dry + "-s 1000 -r 'linear[lr=log(1e-3,1,6000)]' --max-cells 1e3").code ==
             2);
}

BOOST_AUTO_TEST_CASE(a_suite_of_nothing_but_dots_or_brackets_is_refused_before_it_is_parsed) {
  std::string dots = "a", quoted = "\"a\"";
  for (int i = 0; i < 200000; ++i) {
    dots += ".a";
    quoted += " . 'b'";
  }
  const std::string brackets(200000, '[');
  for (const auto& [text, reason] : {std::pair{dots + " = 1\n", "dots in one key"},
                                     {"[" + dots + "]\n", "dots in one key"},
                                     {quoted + " = 1\n", "dots in one key"},
                                     {"x = { " + dots + " = 1 }\n", "dots in one key"},
                                     {"x = " + brackets, "brackets within each other"}}) {
    TemporaryFolder folder;
    folder.write("suite.toml", kSuite + text);
    check_refused(run(folder, kAgon + "run suite.toml -o out"), {"suite.toml:9:", reason});
  }
  TemporaryFolder folder;
  folder.write("suite.toml", kSuite + "#" + std::string(5 << 20, 'x'));
  check_refused(run(folder, kAgon + "run suite.toml -o out"),
                {"suite.toml", "bytes, at most 4194304 are read"});
}
