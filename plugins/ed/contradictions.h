// SPDX-License-Identifier: MIT
//
// Options that cannot hold together.
#pragma once

#include <string>

#include "agon/contradictions.h"
#include "agon/plugin.h"
#include "options.h"

namespace agon::ed {

// Throws RuleError(AGON_INVALID): the options, the reason and the fix.
inline void refuse_contradictions(const agon_task& task, const Options& o) {
  if (task.kind != AGON_CLASSIFY && o.loss == Loss::ce) {
    invalid("loss=ce is for classes and this task has real-valued targets; set loss=mse");
  }
  const int64_t layers = o.depth + 1;
  if (o.t_loop > 0 && o.t_loop < layers) {
    invalid("t_loop=" + std::to_string(o.t_loop) + " is below the " + std::to_string(layers) +
            " weight layers of depth=" + std::to_string(o.depth) +
            ": the input would not reach the output; set t_loop=" + std::to_string(layers) +
            " or more, or t_loop=0 for one layered pass");
  }
  if (o.density == 0.0) {
    invalid("density=0 leaves thresholds alone, no synapse sees an input; set it above 0");
  }
  if (!o.recurrent()) return;
  if (o.learn == Learn::readout) {
    clash("learn=readout", "a net with loops or units behind others",
          "its units are not in layers, none is the last", "learn=all");
  }

  const std::string mode = o.hd2 > 0      ? "hd2=" + std::to_string(o.hd2)
                           : o.self_loops ? "self_loops=true"
                           : !o.loop_cut  ? "loop_cut=false"
                                          : "multilayer=false";
  if (o.depth != 1) {
    clash(mode, "depth=" + std::to_string(o.depth),
          "the original program has one set of hidden units, without layers", "depth=1");
  }
  if (o.t_loop == 0) {
    clash(mode, "t_loop=0", "without layers there is no layered pass, units are updated in passes",
          "t_loop=2 or more");
  }
  if (o.hd2 >= o.width) {
    clash(mode, "width=" + std::to_string(o.width),
          "the hidden units behind need others that see the input", "hd2 below width");
  }
  if (o.loss == Loss::ce) {
    clash(mode, "loss=ce", "the original program's outputs are sigmoids with a squared error",
          "loss=mse");
  }
  if (o.shape == Shape::relu) {
    clash(mode, "activation=relu", "a rectifier that feeds itself grows without bound",
          "activation=sigmoid");
  }
  if (o.quantised) clash(mode, "quantised=true", "its weights are real numbers", "quantised=false");
  if (o.reduction == Reduction::mean) {
    clash(mode, "reduction=mean", "it learns row by row, there is nothing to average",
          "reduction=sum");
  }
}

}  // namespace agon::ed
