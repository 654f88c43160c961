// SPDX-License-Identifier: MIT
//
// Generated tasks in time hold what their frames by themselves do not tell: a flat linear model is
// at a loss, a lattice that gets frame by frame reads it from its mean loss.
#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "tests/support/shell.h"

using namespace agon::test;

BOOST_AUTO_TEST_CASE(a_streamed_lattice_hears_what_a_flat_linear_model_does_not) {
  const TemporaryFolder folder;
  folder.write("gate.toml",
               "schema = 1\nname = \"gate\"\n[defaults]\nseeds = 1\n[[study]]\nname = "
               "\"accuracy\"\n[[study.grid]]\nrules = [\"linear[readout=ridge,epochs=1]\", "
               "\"monolith[preset=stream]\"]\n"
               "tasks = [\"audio-glide\", \"imu-phase\", \"coupling-anomaly\"]\n");
  const Ran ran = run(folder, "'" + std::string(std::getenv("AGON")) + "' run gate.toml -o out");
  BOOST_TEST(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  const auto score = [&](const std::string& task, const std::string& rule) {
    for (const size_t r : cells.where("task", task)) {
      if (cells.at(r, "rule") == rule) return std::stod(cells.at(r, "score_test"));
    }
    return -1.0;
  };
  for (const std::string task : {"audio-glide", "imu-phase"}) {
    BOOST_TEST_CONTEXT(task) {
      BOOST_TEST(score(task, "linear") >= 0.2);
      BOOST_TEST(score(task, "linear") < 0.55);
      BOOST_TEST(score(task, "monolith") >= 0.9);
    }
  }
  BOOST_TEST(std::abs(score("coupling-anomaly", "linear") - 0.5) < 0.05);
  BOOST_TEST(score("coupling-anomaly", "monolith") >= 0.75);
}
