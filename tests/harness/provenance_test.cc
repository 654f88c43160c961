// SPDX-License-Identifier: MIT
//
// A run says with how many threads its cells ran, and with which flags the code is compiled.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/shell.h"

namespace {

using agon::test::TemporaryFolder;

nlohmann::json provenance_of(const std::string& options) {
  const TemporaryFolder folder;
  const auto ran = agon::test::run(
      folder, std::string(std::getenv("AGON")) +
                  " run quick --study accuracy -r linear -t xor -s 1 -o out " + options);
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  return nlohmann::json::parse(agon::test::read_file(folder / "out/run.json")).at("provenance");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(provenance)

BOOST_AUTO_TEST_CASE(threads_are_those_of_the_command) {
  BOOST_TEST(provenance_of("").at("threads") == 1);
  BOOST_TEST(provenance_of("--threads 2").at("threads") == 2);
}

BOOST_AUTO_TEST_CASE(flags_name_the_parts_that_are_compiled_otherwise) {
  const std::string flags = provenance_of("").at("flags");
  if (std::string(std::getenv("AGON_BUILD_TYPE")) == "Release") {
    BOOST_TEST(flags.ends_with(" (core, rules), -O1 (datasets, reports, harness)"), flags);
    BOOST_TEST(flags.starts_with("-O3"), flags);
  } else {
    BOOST_TEST(flags.find("(core") == std::string::npos, flags);
  }
}

BOOST_AUTO_TEST_SUITE_END()
