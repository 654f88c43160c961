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
  folder.write("rows.csv", "a,kind\n5,x\n2,y\n7,x\n4,y\n");
  BOOST_TEST_REQUIRE(run(folder, kAgon + "new task mine --from rows.csv").code == 0);
  const Ran ran = run(folder, kAgon + "fetch mine --tasks .");
  BOOST_TEST(ran.code == 3);
  BOOST_TEST(has(ran.err, "names no place to fetch it from"), ran.err);
  BOOST_TEST(has(ran.err, "agon fetch mine --from DIR"), ran.err);
}

BOOST_AUTO_TEST_CASE(raw_files_become_those_of_the_task) {
  TemporaryFolder folder;
  std::filesystem::create_directory(folder / "mine");
  const std::string head = "@timeStamps false\n@classLabel true 0 1\n@data\n";
  folder.write("mine/JapaneseVowels_TRAIN.ts", head + "1,2:3,4:0\n1,2:3,4:1\n");
  Ran ran = run(folder, kAgon + "fetch japanese-vowels --from mine");
  BOOST_TEST(ran.code == 3);
  BOOST_TEST(has(ran.err, "or JapaneseVowels_TRAIN.ts, JapaneseVowels_TEST.ts"), ran.err);
  folder.write("mine/JapaneseVowels_TEST.ts", head + "1,2:3,4:0\n1,2:3,4:1\n");
  ran = run(folder, kAgon + "fetch japanese-vowels --from mine");
  BOOST_TEST(ran.code == 3);  // series, but not those of the task
  BOOST_TEST(has(ran.err, "mine as train_x.npy: is another file"), ran.err);
  BOOST_TEST(std::filesystem::is_empty(folder / "cache/agon/japanese_vowels"));
}
