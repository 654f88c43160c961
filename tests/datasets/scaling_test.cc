// SPDX-License-Identifier: MIT
#include "datasets/scaling.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "core/matrix.h"
#include "own_task.h"

using namespace agon;
using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

core::Matrix column(const std::vector<float>& values) {
  core::Matrix m(values.size(), 1);
  for (size_t r = 0; r < values.size(); ++r) m.at(r, 0) = values[r];
  return m;
}

std::vector<float> values(const core::Matrix& m) {
  std::vector<float> out;
  for (size_t r = 0; r < m.rows(); ++r) out.push_back(m.at(r, 0));
  return out;
}

constexpr std::array<int32_t, 2> kTrain = {0, 1};

}  // namespace

BOOST_AUTO_TEST_SUITE(scaling)

BOOST_AUTO_TEST_CASE(what_the_training_rows_say_is_laid_over_all_rows) {
  core::Matrix m = column({1, 3, 7, -1});
  const Scaling standard = standard_scaling(m, kTrain);
  BOOST_TEST(standard.back(0, 0) == 2);
  BOOST_TEST(standard.back(1, 0) == 3);
  standard.apply(m);
  BOOST_TEST(values(m) == (std::vector<float>{-1, 1, 5, -3}), boost::test_tools::per_element());

  m = column({1, 3, 7, -1});
  unit_scaling(m, kTrain, 0.5).apply(m);
  BOOST_TEST(values(m) == (std::vector<float>{0.25, 0.75, 1.75, -0.25}),
             boost::test_tools::per_element());
  m = column({4, 4, 5});
  standard_scaling(m, kTrain).apply(m);
  BOOST_TEST(values(m) == (std::vector<float>{0, 0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(inputs_are_scaled_as_the_task_file_says) {
  core::Matrix m = column({1, 3, 7, -1});
  scale_inputs(InputScaling::none, kTrain, m);
  BOOST_TEST(m.at(2, 0) == 7);
  scale_inputs(InputScaling::minmax, kTrain, m);
  BOOST_TEST(values(m) == (std::vector<float>{0, 1, 1, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_task_learns_its_scaling_from_training_rows_only) {
  std::string text = "x,y,label\n";
  for (int r = 0; r < 20; ++r)
    text += std::to_string(r) + ",-" + std::to_string(r) + (r % 2 ? ",a\n" : ",b\n");
  const Folder folder{{"t.csv", text}};
  OwnTask task{.shape = "[2]",
               .source = "format = \"csv\"\nfiles = [\"t.csv\"]\n",
               .split = "rule = \"time\"\ntest = 0.5\nvalidation = 0.2\n"};
  BOOST_TEST(!folder.load(task).info.nonnegative);
  task.top = "scaling = \"minmax\"\n";
  const Task scaled = folder.load(task);
  BOOST_TEST(scaled.info.nonnegative);
  BOOST_TEST(scaled.split.train.size() == 8u);
  BOOST_TEST(scaled.data.x.at(7, 0) == 1);   // the last training row
  BOOST_TEST(scaled.data.x.at(19, 0) == 1);  // beyond it
  BOOST_TEST(scaled.data.x.at(0, 1) == 1);
  BOOST_TEST(scaled.data.x.at(19, 1) == 0);
  BOOST_TEST(scaled.info.split.find("by the training rows") != std::string::npos);
  task.top = "scaling = \"standard\"\n";
  const Task standard = folder.load(task);
  BOOST_TEST(!standard.info.nonnegative);
  double sum = 0;
  for (const int32_t r : standard.split.train)
    sum += static_cast<double>(standard.data.x.at(static_cast<size_t>(r), 0));
  BOOST_TEST(std::abs(sum) < 1e-5);
  task.top = "scaling = \"normal\"\n";
  BOOST_TEST(folder.error(task).has("'scaling' has the unknown value 'normal'"));
}

BOOST_AUTO_TEST_SUITE_END()
