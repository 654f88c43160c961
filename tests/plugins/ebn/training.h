// SPDX-License-Identifier: MIT
//
// The rules of the plugin, taught the teachers of teachers.h.
#pragma once

#include "dynamic_model.h"
#include "harness/plugins/loader.h"
#include "scores.h"
#include "teachers.h"

namespace agon::test {

// ebn, ebn-rate or ebn-ls.
inline const agon_rule& ebn_rule(std::string_view id = "ebn") {
  return harness::rule_of(harness::open_plugin(AGON_EBN_PLUGIN), id, AGON_EBN_PLUGIN);
}

inline ConstView first(const Trajectory& t) { return agon::rows_of(t.state.view(), 0, 1); }

inline void train(DynamicModel& model, const Teacher& teacher, int episodes, double seconds = 2) {
  Random random(1);
  for (int i = 0; i < episodes; ++i) {
    const Trajectory t = trajectory(teacher, random, seconds, true);
    model.fit(t.drive, t.state);
  }
  model.end_epoch();
}

// NRMSE of free runs.
inline std::vector<double> errors(DynamicModel& model, const Teacher& teacher, int runs,
                                  double seconds, bool driven) {
  Random random(99);
  std::vector<double> out;
  for (int i = 0; i < runs; ++i) {
    const Trajectory t = trajectory(teacher, random, seconds, driven);
    out.push_back(nrmse(model.rollout(first(t), t.drive), t.state));
  }
  return out;
}

inline Trajectory copy(const Trajectory& t) {
  return {matrix_of(rows_of(View{const_cast<float*>(t.drive.data()), t.drive.rows(), t.drive.cols(),
                                 t.drive.stride()})),
          matrix_of(rows_of(View{const_cast<float*>(t.state.data()), t.state.rows(), t.state.cols(),
                                 t.state.stride()}))};
}

// fn must end with AGON_DIVERGED and a text with all of these words.
template <typename Fn>
void diverges(Fn&& fn, const std::vector<std::string>& says) {
  try {
    fn();
    BOOST_ERROR("nothing was thrown");
  } catch (const harness::RuleFailure& e) {
    BOOST_CHECK_EQUAL(e.status(), AGON_DIVERGED);
    for (const std::string& words : says) {
      BOOST_CHECK_MESSAGE(std::string(e.what()).find(words) != std::string::npos,
                          words << " is not in: " << e.what());
    }
  }
}

}  // namespace agon::test
