// SPDX-License-Identifier: MIT
//
// The real MNIST, where a data folder has it; otherwise each case says that it was skipped.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/hash.h"
#include "data_hash.h"
#include "datasets/readers/idx.h"
#include "datasets/sources/files.h"
#include "datasets/task.h"

using namespace agon::datasets;

namespace {

const Catalogue& catalogue() {
  static const Catalogue built_in(data_roots({}));
  return built_in;
}

// Of the data bytes of the four files, unpacked: copies differ in how they were compressed.
// Whatever else lies in a folder mnist (made-up rows, another data set of the same form) is not
// what these tests know.
const std::vector<std::string> kPayloads{
    "e9a6d6a3933b53d8ee3d62f55dfafffb", "2140ad8026b3953337f227c8f4eaefa6",
    "a9ba1201ee9c58da6d9df6004ed35f23", "f0f976cbe3c4b6856df18589e2c6262f"};

// Why the cases below do not run; empty: they do.
const std::string& reason_to_skip() {
  static const std::string reason = [] {
    const TaskInfo& mnist = catalogue().info("mnist");
    if (const auto missing = catalogue().missing(mnist)) return "MNIST is missing: " + *missing;
    TaskFiles files(mnist, data_roots({}));
    for (size_t i = 0; i < files.size(); ++i) {
      std::string hash;
      try {
        const Idx idx = parse_idx(files.read(i), files.name(i));
        hash = agon::core::hash_hex(
            {reinterpret_cast<const char*>(idx.payload.data()), idx.payload.size()});
      } catch (const agon::Error& e) {
        return std::string(e.what());
      }
      if (hash != kPayloads[i])
        return fmt::format("{} is not MNIST's (hash {})", files.name(i), hash);
    }
    return std::string();
  }();
  return reason;
}

boost::test_tools::assertion_result mnist_is_here(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result here(reason_to_skip().empty());
  here.message() << reason_to_skip();
  return here;
}

Task load(const char* id) { return catalogue().load(catalogue().info(id)); }

// Rows per class in a part.
std::vector<int> class_counts(const Task& task, const std::vector<int32_t>& part) {
  std::vector<int> counts(static_cast<size_t>(task.data.classes));
  for (const int32_t r : part)
    ++counts[static_cast<size_t>(task.data.labels[static_cast<size_t>(r)])];
  return counts;
}

}  // namespace

// Says why the others do not run; ctest shows "Skipped" for this text.
BOOST_AUTO_TEST_CASE(mnist_folder) {
  if (!reason_to_skip().empty()) BOOST_TEST_MESSAGE("skipped: " + reason_to_skip());
  BOOST_TEST(catalogue().tasks().size() > 0u);
}

BOOST_AUTO_TEST_SUITE(mnist, *boost::unit_test::precondition(mnist_is_here))

BOOST_AUTO_TEST_CASE(whole) {
  const Task task = load("mnist");
  BOOST_TEST(task.data.x.rows() == 70000u);
  BOOST_TEST(task.data.x.cols() == 784u);
  BOOST_TEST(task.split.train.size() == 54000u);
  BOOST_TEST(task.split.validation.size() == 6000u);
  BOOST_TEST(task.split.test.size() == 10000u);
  BOOST_TEST(task.split.test.front() == 60000);
  const std::vector<int> expected{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009};
  BOOST_TEST(class_counts(task, task.split.test) == expected, boost::test_tools::per_element());
  // The mean grey level of the 60 000 training images is 0.1307 in the literature.
  double sum = 0;
  for (size_t r = 0; r < 60000; ++r) {
    for (const float v : task.data.x.row(r)) sum += static_cast<double>(v);
  }
  BOOST_TEST(sum / (60000.0 * 784) == 0.1307, boost::test_tools::tolerance(1e-3));
  BOOST_TEST(testing::data_hash(task) == "b03a47fc90fca3f975b013c69b9d39ea");
}

BOOST_AUTO_TEST_CASE(four_against_nine) {
  const Task task = load("mnist-4v9");
  BOOST_TEST(task.split.train.size() + task.split.validation.size() == 11791u);
  BOOST_TEST(task.split.test.size() == 1991u);
  const std::vector<int> expected{982, 1009};
  BOOST_TEST(class_counts(task, task.split.test) == expected, boost::test_tools::per_element());
  BOOST_TEST(testing::data_hash(task) == "59abcac5a34b9f72b153fdb60cdd02de");
}

BOOST_AUTO_TEST_CASE(pooled) {
  const Task task = load("mnist-8x8");
  BOOST_TEST(task.data.x.rows() == 20000u);
  BOOST_TEST(task.data.x.cols() == 64u);
  BOOST_TEST(task.split.train.size() == 9000u);
  BOOST_TEST(task.split.validation.size() == 1000u);
  BOOST_TEST(task.split.test.size() == 10000u);
  for (size_t r = 0; r < task.data.x.rows(); ++r) {
    for (const float v : task.data.x.row(r)) BOOST_TEST_REQUIRE((v >= 0.0f && v <= 1.0f));
  }
  BOOST_TEST(testing::data_hash(task) == "e71a691e18b9bdfc0aae85e242b12d55");
}

BOOST_AUTO_TEST_CASE(fingerprints_differ) {
  const std::string whole = catalogue().fingerprint(catalogue().info("mnist"));
  BOOST_TEST(whole.size() == 32u);
  BOOST_TEST(whole != catalogue().fingerprint(catalogue().info("mnist-4v9")));
}

BOOST_AUTO_TEST_SUITE_END()
