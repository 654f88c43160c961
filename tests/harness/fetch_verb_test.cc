// SPDX-License-Identifier: MIT
//
// agon fetch as a user meets it, without a network.
#include <boost/test/unit_test.hpp>

#include "tests/support/shell.h"

using namespace agon::test;

namespace {

const std::string kAgon = "XDG_CACHE_HOME=cache '" + std::string(std::getenv("AGON")) + "' ";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_task_that_is_generated_needs_no_download) {
  TemporaryFolder folder;
  const Ran ran = run(folder, kAgon + "fetch xor digits");
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(lines(ran.out) ==
                 (std::vector<std::string>{"xor: needs no download, its data are generated",
                                           "digits: needs no download, its data are embedded"}),
             boost::test_tools::per_element());
  BOOST_TEST(!std::filesystem::exists(folder / "cache"));
}

BOOST_AUTO_TEST_CASE(a_line_that_names_nothing_is_refused) {
  TemporaryFolder folder;
  BOOST_TEST(run(folder, kAgon + "fetch").code == 2);
  BOOST_TEST(run(folder, kAgon + "fetch mnist --all").code == 2);
  BOOST_TEST(has(run(folder, kAgon + "fetch minst").err, "did you mean 'mnist'?"));
  const Ran homeless = run(folder, "env -u HOME -u XDG_CACHE_HOME '" +
                                       std::string(std::getenv("AGON")) + "' fetch mnist");
  BOOST_TEST(homeless.code == 6);
  BOOST_TEST(has(homeless.err, "set XDG_CACHE_HOME"), homeless.err);
}

BOOST_AUTO_TEST_CASE(a_wrong_copy_is_not_imported) {
  TemporaryFolder folder;
  std::filesystem::create_directory(folder / "mine");
  for (const char* file : {"mine/train-images-idx3-ubyte.gz", "mine/train-labels-idx1-ubyte.gz",
                           "mine/t10k-images-idx3-ubyte.gz", "mine/t10k-labels-idx1-ubyte.gz"}) {
    folder.write(file, "not these");
  }
  // Its task is mnist's data too.
  const Ran ran = run(folder, kAgon + "fetch mnist-4v9 --from mine");
  BOOST_TEST(ran.code == 3);
  BOOST_TEST(has(ran.err, "error: mine/train-images-idx3-ubyte.gz: is another file"), ran.err);
  BOOST_TEST(has(ran.err, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"));
  BOOST_TEST(std::filesystem::is_empty(folder / "cache/agon/mnist"));
}

BOOST_AUTO_TEST_CASE(what_nobody_serves_is_said) {
  TemporaryFolder folder;
  const Ran ran = run(folder, kAgon + "fetch spoken-digits");
  BOOST_TEST(ran.code == 3);
  BOOST_TEST(has(ran.err, "names no place to fetch it from"), ran.err);
  BOOST_TEST(has(ran.err, "agon fetch spoken-digits --from DIR"), ran.err);
}
