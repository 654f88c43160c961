// SPDX-License-Identifier: MIT
//
// Options that cannot hold together.
#pragma once

#include <string>

#include "agon/contradictions.h"
#include "options.h"

namespace agon::pc {

// Throws RuleError(AGON_INVALID): the options, the reason and the fix.
inline void refuse_contradictions(const agon_task& task, const Options& o) {
  const int64_t layers = o.layers();
  const std::string depth = "depth=" + std::to_string(o.depth);
  const std::string schedule = "schedule=" + word_of(kOptions, "schedule", o.schedule);
  const std::string readout = "readout=" + word_of(kOptions, "readout", o.readout);
  const std::string clamp = "clamp=" + word_of(kOptions, "clamp", o.clamp);

  if (o.relaxes() && o.steps < layers - 1) {
    invalid("steps=" + std::to_string(o.steps) + " is below L - 1 = " + std::to_string(layers - 1) +
            " for " + depth +
            ": the error moves one layer per step and would not reach the first, whose update dW_1 "
            "would be exactly 0; set steps=" +
            std::to_string(layers - 1) + " or more");
  }
  if (o.generative() && o.readout == Readout::forward) {
    clash("readout=forward", "direction=generative",
          "the image is predicted there, no forward pass leads from it to the label",
          "readout=relax or readout=argmin-energy");
  }
  if (o.generative() && o.learn == Learn::readout) {
    clash("learn=readout", "direction=generative", "the label is read by relaxing all layers",
          "learn=all");
  }
  if (o.generative() && o.readout == Readout::relax && o.readout_steps < layers) {
    clash("readout_steps=" + std::to_string(o.readout_steps), depth,
          "the image's error needs one step per layer to reach the label",
          "readout_steps=" + std::to_string(layers) + " or more");
  }
  if (o.readout == Readout::argmin_energy && task.kind != AGON_CLASSIFY) {
    clash("readout=argmin-energy", "a task of real targets", "there are no classes to compare",
          "another readout");
  }
  if (o.energy == Energy::cross_entropy) {
    const std::string energy = "energy=cross-entropy";
    if (o.generative()) {
      clash(energy, "direction=generative", "node L is an image, not a label", "energy=squared");
    }
    if (task.kind != AGON_CLASSIFY) {
      clash(energy, "a task of real targets", "it needs labels", "energy=squared");
    }
    if (!o.last_clamped()) {
      clash(energy, clamp, "it is defined for a clamped label only", "energy=squared");
    }
    if (o.readout == Readout::relax) {
      clash(energy, readout, "it is defined for a clamped label only", "readout=forward");
    }
  }
  if (o.clamp != Clamp::both && o.schedule != Schedule::pc) {
    clash(clamp, schedule, "only states that relax by themselves can be set free", "schedule=pc");
  }
  if (!o.last_clamped() && o.nudged()) {
    clash(clamp, "nudging", "node L is nudged by what it is clamped to", "clamp=both");
  }
  if (o.schedule == Schedule::ipc && o.nudging == Nudging::cn) {
    clash(schedule, "nudging=cn",
          "its weights change while the states relax, twice from one start "
          "is not possible",
          "nudging=pn or nudging=nn");
  }
  const bool still = o.schedule == Schedule::pc || o.schedule == Schedule::fixedpred;
  if (!still && o.momentum > 0) {
    clash(schedule, "momentum", "its states take plain steps", "momentum=0");
  }
  if (!still && (o.tol > 0 || o.rtol > 0)) {
    clash(schedule, "tol or rtol", "its number of steps is fixed", "tol=0,rtol=0");
  }
  if (o.schedule == Schedule::zil && o.gamma != 0 && o.gamma != 1) {
    clash(schedule, "gamma", "its state rate is 1", "gamma=0 or gamma=1");
  }
}

}  // namespace agon::pc
