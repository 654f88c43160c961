// SPDX-License-Identifier: MIT
//
// write(): files appear whole or not at all, and an error names path, reason and fix.
#include <signal.h>
#include <sys/resource.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "core/error.h"
#include "reports/report.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;
using testing::Folder;

ReportInput sample() {
  ReportInput input;
  for (uint64_t seed = 0; seed < 3; ++seed)
    input.records.push_back(cell("accuracy", "bp", "xor", seed, 1));
  input.planned = 3;
  return input;
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

size_t files_in(const std::filesystem::path& folder) {
  size_t n = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++n;
  return n;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(write_files)

BOOST_AUTO_TEST_CASE(csv_writes_three_files_into_a_new_folder) {
  const Folder folder;
  const auto paths = write(sample(), {"csv"}, folder / "a" / "b");
  BOOST_TEST_REQUIRE(paths.size() == 3u);
  for (const auto& path : paths) BOOST_TEST(std::filesystem::file_size(path) > 0u);
  BOOST_TEST(files_in(folder / "a" / "b") == 3u);
  BOOST_TEST(read(paths[0]).starts_with("schema_version,run_id,"));
}

BOOST_AUTO_TEST_CASE(html_is_one_file) {
  const Folder folder;
  const auto paths = write(sample(), {"html"}, folder.path());
  BOOST_TEST_REQUIRE(paths.size() == 1u);
  BOOST_TEST(paths[0].filename() == "report.html");
  BOOST_TEST(files_in(folder.path()) == 1u);
}

BOOST_AUTO_TEST_CASE(claims_have_a_file_where_there_are_any) {
  const Folder folder;
  BOOST_TEST(write(sample(), {"csv"}, folder.path()).size() == 3u);
  ReportInput input = sample();
  input.run.claims = {{"Figure 1", "it learns", "", {ClaimCheck{}}}};
  const auto paths = write(input, {"csv"}, folder.path());
  BOOST_TEST_REQUIRE(paths.size() == 4u);
  BOOST_TEST(paths[3].filename() == "claims.csv");
  BOOST_TEST(read(paths[3]).find("it learns") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(series_have_a_file_where_there_are_any) {
  const Folder folder;
  ReportInput input = sample();
  input.records[1].outcome.series = {{"score@lesion", 0.4, 3, 0.5}};
  const auto paths = write(input, {"csv"}, folder.path());
  BOOST_TEST_REQUIRE(paths.size() == 4u);
  BOOST_TEST(paths[2].filename() == "series.csv");
  BOOST_TEST(read(paths[2]).find("score@lesion,0.4,3,0.5") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_unknown_format_names_the_nearest) {
  const Folder folder;
  try {
    write(sample(), {"htlm"}, folder.path());
    BOOST_ERROR("was accepted");
  } catch (const Error& e) {
    BOOST_TEST((e.exit() == Exit::usage));
    BOOST_TEST(std::string(e.what()).find("html") != std::string::npos, e.what());
  }
  BOOST_TEST(files_in(folder.path()) == 0u);
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_made_is_an_error) {
  const Folder folder;
  std::ofstream(folder / "file") << "x";
  try {
    write(sample(), {"csv"}, folder / "file" / "report");
    BOOST_ERROR("was accepted");
  } catch (const Error& e) {
    BOOST_TEST((e.exit() == Exit::io));
    BOOST_TEST(e.thing().find("file") != std::string::npos);
    BOOST_TEST(!e.fix().empty());
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk_keeps_the_old_file_and_leaves_no_rubbish) {
  const Folder folder;
  const auto paths = write(sample(), {"csv"}, folder.path());
  const std::string before = read(paths[0]);
  struct rlimit unlimited {};
  BOOST_TEST_REQUIRE(::getrlimit(RLIMIT_FSIZE, &unlimited) == 0);
  auto* const handler = ::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small { 100, unlimited.rlim_max };
  ::setrlimit(RLIMIT_FSIZE, &small);
  std::string thing, what;
  try {
    ReportInput more = sample();
    more.records.push_back(cell("accuracy", "ed", "xor", 1, 0.5));
    write(more, {"csv"}, folder.path());
  } catch (const Error& e) {
    thing = e.thing();
    what = e.what();
    BOOST_TEST((e.exit() == Exit::io));
    BOOST_TEST(e.fix().find("make room") != std::string::npos);
  }
  ::setrlimit(RLIMIT_FSIZE, &unlimited);
  ::signal(SIGXFSZ, handler);
  BOOST_TEST(thing == paths[0].string(), what);
  BOOST_TEST(read(paths[0]) == before);
  BOOST_TEST(files_in(folder.path()) == 3u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
