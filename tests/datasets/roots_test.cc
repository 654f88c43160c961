// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <optional>

#include "core/error.h"
#include "datasets/task.h"
#include "testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

namespace fs = std::filesystem;

// Sets an environment variable for one scope; nullptr unsets it.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* before = getenv(name)) before_ = before;
    value ? setenv(name, value, 1) : unsetenv(name);
  }
  ~Environment() { before_ ? setenv(name_, before_->c_str(), 1) : unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

std::vector<std::string> texts(const std::vector<fs::path>& paths) {
  std::vector<std::string> out;
  for (const fs::path& path : paths) out.push_back(path.string());
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(roots)

BOOST_AUTO_TEST_CASE(come_in_the_documented_order) {
  const TemporaryFolder given;
  const Environment data("AGON_DATA_DIR", "/data/one:/data/two"), cache("XDG_CACHE_HOME", "/cache");
  const std::vector<fs::path> explicit_roots{given.path()};
  const auto roots = texts(data_roots(explicit_roots));
  BOOST_TEST_REQUIRE(roots.size() == 5u);
  BOOST_TEST(roots[0] == given.path().string());
  BOOST_TEST(roots[1] == "/data/one");
  BOOST_TEST(roots[2] == "/data/two");
  BOOST_TEST(roots[3] == "/cache/agon");
  BOOST_TEST(roots[4].ends_with("/share/agon/data"));
}

BOOST_AUTO_TEST_CASE(skip_empty_and_repeated_entries) {
  const Environment data("AGON_DATA_DIR", ":/data/one::/data/one:"),
      cache("XDG_CACHE_HOME", "/cache");
  const auto roots = texts(data_roots({}));
  BOOST_TEST_REQUIRE(roots.size() == 3u);
  BOOST_TEST(roots[0] == "/data/one");
}

BOOST_AUTO_TEST_CASE(fall_back_to_the_home_cache) {
  const Environment data("AGON_DATA_DIR", nullptr), cache("XDG_CACHE_HOME", nullptr),
      home("HOME", "/house");
  BOOST_TEST(texts(data_roots({})).front() == "/house/.cache/agon");
}

BOOST_AUTO_TEST_CASE(need_no_environment) {
  const Environment data("AGON_DATA_DIR", nullptr), cache("XDG_CACHE_HOME", nullptr),
      home("HOME", nullptr);
  BOOST_TEST(data_roots({}).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_mistyped_option_is_an_error) {
  const std::vector<fs::path> explicit_roots{"/no/such/folder"};
  const Caught error = caught([&] { data_roots(explicit_roots); });
  BOOST_TEST(error.exit == static_cast<int>(agon::Exit::usage));
  BOOST_TEST(error.text.starts_with("--data /no/such/folder: there is no such folder"));
}

BOOST_AUTO_TEST_CASE(folders_of_tasks_are_given_then_of_the_environment) {
  const TemporaryFolder given, other;
  const fs::path a = fs::canonical(given.path()), b = fs::canonical(other.path());
  const Environment path("AGON_TASK_PATH", (":/nowhere:" + b.string() + ":" + a.string()).c_str());
  const std::vector<fs::path> explicit_folders{given.path() / "."};
  BOOST_TEST(texts(task_folders(explicit_folders)) == texts({a, b}),
             boost::test_tools::per_element());
  const std::vector<fs::path> wrong{"/no/such/folder"};
  const Caught error = caught([&] { task_folders(wrong); });
  BOOST_TEST(error.exit == static_cast<int>(agon::Exit::usage));
  BOOST_TEST(error.text.starts_with("--tasks /no/such/folder: there is no such folder"));
}

BOOST_AUTO_TEST_SUITE_END()
