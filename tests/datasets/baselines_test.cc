// SPDX-License-Identifier: MIT
//
// The baselines that stand in the task files of small embedded tasks are those that are measured.
#include <boost/test/unit_test.hpp>

#include "baseline_methods.h"

using namespace agon::datasets;

BOOST_AUTO_TEST_SUITE(baselines)

BOOST_AUTO_TEST_CASE(stand_in_the_task_files) {
  const Catalogue catalogue({});
  for (const char* id : {"digits", "two-spirals", "digits-imbalanced", "friedman-1", "sine"}) {
    BOOST_TEST_CONTEXT(id) {
      const Task task = catalogue.load(catalogue.info(id));
      BOOST_TEST(task.info.baselines.size() == (task.data.classes > 0 ? 3u : 2u));
      for (const Baseline& baseline : task.info.baselines) {
        // Of 200 to 360 rows, two may change sides with the compiler.
        BOOST_TEST(std::abs(testing::baseline_score(baseline.name, task) - baseline.score) < 0.011,
                   baseline.name);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
