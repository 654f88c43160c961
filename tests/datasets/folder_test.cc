// SPDX-License-Identifier: MIT
//
// Tasks that read a data folder, with a small made-up one.
#include <boost/test/unit_test.hpp>

#include "core/error.h"
#include "datasets/task.h"
#include "testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

// A catalogue over a temporary data folder with the files of a small MNIST, 20 training rows a
// class.
struct SmallMnist {
  TemporaryFolder root;
  std::filesystem::path folder = root.path() / "mnist";
  Catalogue catalogue{{root.path()}};
  const TaskInfo& info = catalogue.info("mnist");

  SmallMnist() { write_small_mnist(folder, 20); }
  Caught load(const std::string& id = "mnist") const {
    return caught([&] { catalogue.load(catalogue.info(id)); });
  }
};

const char* const kTestImages = "t10k-images-idx3-ubyte.gz";
const char* const kTestLabels = "t10k-labels-idx1-ubyte.gz";

}  // namespace

BOOST_AUTO_TEST_SUITE(folder)

BOOST_AUTO_TEST_CASE(loads_from_the_folder) {
  const SmallMnist small;
  BOOST_TEST(!small.catalogue.missing(small.info));
  const Task task = small.catalogue.load(small.info);
  BOOST_TEST(task.data.x.rows() == 210u);
  BOOST_TEST(task.data.x.cols() == 784u);
  BOOST_TEST(task.split.train.size() == 180u);
  BOOST_TEST(task.split.validation.size() == 20u);
  BOOST_TEST(task.split.test.size() == 10u);
  BOOST_TEST(task.split.test.front() == 200);
  BOOST_TEST(task.data.x.at(0, 250) == 250.0f / 255.0f);
}

BOOST_AUTO_TEST_CASE(picks_two_digits) {
  const SmallMnist small;
  const Task task = small.catalogue.load(small.catalogue.info("mnist-4v9"));
  BOOST_TEST(task.data.x.rows() == 42u);
  BOOST_TEST(task.data.classes == 2);
  BOOST_TEST(task.data.labels[0] == 0);  // the first 4 comes before the first 9
  BOOST_TEST(task.data.labels[1] == 1);
  BOOST_TEST(task.split.test.size() == 2u);
}

BOOST_AUTO_TEST_CASE(says_which_file_is_missing_where_and_how_to_get_it) {
  const TemporaryFolder empty;
  const Catalogue catalogue({"/nowhere/a", empty.path()});
  const auto why = catalogue.missing(catalogue.info("mnist"));
  BOOST_TEST_REQUIRE(why.has_value());
  BOOST_TEST(
      *why ==
      "mnist/train-images-idx3-ubyte.gz is in none of the data folders: /nowhere/a, " +
          empty.path().string() +
          "\n  fix: agon fetch mnist. Or: Put the four gzipped IDX files of MNIST into a folder mnist, then set "
          "AGON_DATA_DIR=DIR or --data DIR to the folder that holds mnist");
  const Caught error = caught([&] { catalogue.load(catalogue.info("mnist")); });
  BOOST_TEST(error.exit == static_cast<int>(agon::Exit::data));
  BOOST_TEST(error.text == "task 'mnist': " + *why);
  BOOST_TEST(caught([&] { catalogue.fingerprint(catalogue.info("mnist")); }).text == error.text);
}

BOOST_AUTO_TEST_CASE(says_what_an_incomplete_folder_lacks) {
  const SmallMnist small;
  std::filesystem::remove(small.folder / kTestLabels);
  BOOST_TEST(
      small.catalogue.missing(small.info)
          .value_or("")
          .starts_with(std::string(kTestLabels) + " is missing in " + small.folder.string()));
  BOOST_TEST(small.load().has(kTestLabels));
}

BOOST_AUTO_TEST_CASE(works_without_any_data_folder) {
  const Catalogue catalogue({});
  BOOST_TEST(catalogue.missing(catalogue.info("mnist")).value_or("").find("there are none") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_first_complete_root_wins) {
  const SmallMnist small;
  const TemporaryFolder partial;
  write_file(partial.path() / "mnist" / kTestLabels, "not even IDX");
  const Catalogue catalogue({partial.path(), small.root.path()});
  BOOST_TEST(!catalogue.missing(catalogue.info("mnist")));
  BOOST_TEST(catalogue.load(catalogue.info("mnist")).hash == small.catalogue.load(small.info).hash);
}

BOOST_AUTO_TEST_CASE(fingerprint_follows_the_files) {
  const SmallMnist small;
  const std::string before = small.catalogue.fingerprint(small.info);
  BOOST_TEST(before == small.catalogue.fingerprint(small.info));
  write_small_mnist(small.folder, 21);
  BOOST_TEST(before != small.catalogue.fingerprint(small.info));
}

// What a run plans by and what a worker has loaded are compared, so they must be one notion.
BOOST_AUTO_TEST_CASE(a_loaded_task_says_which_files_it_was) {
  const SmallMnist small;
  const std::string planned = small.catalogue.fingerprint(small.info);
  BOOST_TEST(small.catalogue.load(small.info).hash == planned);
  write_small_mnist(small.folder, 21);
  const std::string replaced = small.catalogue.load(small.info).hash;
  BOOST_TEST(replaced != planned);
  BOOST_TEST(replaced == small.catalogue.fingerprint(small.info));
}

BOOST_AUTO_TEST_CASE(load_reports_a_truncated_file) {
  const SmallMnist small;
  const std::string whole = gzipped(idx_bytes({10, 28, 28}, counting(7840)));
  write_file(small.folder / kTestImages, std::string_view(whole).substr(0, whole.size() / 2));
  const Caught error = small.load();
  BOOST_TEST(error.exit == static_cast<int>(agon::Exit::data));
  BOOST_TEST(error.text.starts_with((small.folder / kTestImages).string() + ": truncated"));
  BOOST_TEST(error.has("fix: fetch the file again"));
}

BOOST_AUTO_TEST_CASE(load_reports_content_that_does_not_fit) {
  const SmallMnist small;
  write_file(small.folder / kTestLabels, gzipped(idx_bytes({10}, counting(9) + "\x0a")));
  BOOST_TEST(small.load().has(std::string(kTestLabels) + ": label 10 in row 9, valid are 0 to 9"));
  write_file(small.folder / kTestLabels, gzipped(idx_bytes({9}, counting(9, 10))));
  BOOST_TEST(small.load().has(std::string(kTestLabels) + ": 9 labels for 10 rows of "));
  write_file(small.folder / kTestLabels, gzipped(idx_bytes({10}, counting(10, 9))));
  BOOST_TEST(small.load().has(std::string(kTestLabels) + ": no row of class 9"));
  write_file(small.folder / kTestImages, gzipped(idx_bytes({10, 8, 8}, counting(640))));
  BOOST_TEST(small.load().has(std::string(kTestImages) + ": wrong shape 10 x 8 x 8"));
  BOOST_TEST(small.load("mnist-8x8").has("200 rows where the task uses the first 10000"));
}

BOOST_AUTO_TEST_CASE(a_folder_in_place_of_a_file_is_an_error) {
  const SmallMnist small;
  std::filesystem::remove(small.folder / kTestLabels);
  std::filesystem::create_directory(small.folder / kTestLabels);
  BOOST_TEST(small.load().has(std::string(kTestLabels) + ": a folder, not a regular file"));
  const Caught error = caught([&] { small.catalogue.fingerprint(small.info); });
  BOOST_TEST(error.exit == static_cast<int>(agon::Exit::data));
}

BOOST_AUTO_TEST_SUITE_END()
