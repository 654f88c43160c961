// SPDX-License-Identifier: MIT
//
// What the peers of bp have in common: its options by the same keys, as far as they go. Equations (1) to (6)
// are those of plugins/bp/bp.cc.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "agon/rule.h"

namespace agon::peers {

enum class Shape { sigmoid, relu };
enum class Loss { cross_entropy, squared };
enum class Optimiser { sgd, adam };

struct Options {
  int64_t depth, width;
  Shape shape;
  Loss loss;
  Optimiser optimiser;
  float lr;
};

inline constexpr auto kOptions = options<Options>(
    integer<&Options::depth>("depth", 1, 0, 4096, kStructure, "layers", "hidden layers"),
    integer<&Options::width>("width", 64, 1, 65536, kStructure | kLog, "units",
                             "units per hidden layer"),
    choice<&Options::shape, "sigmoid", "relu">("activation", kStructure, "of the hidden layers", 1),
    choice<&Options::loss, "cross-entropy", "squared">(
        "loss", kPlain, "cross-entropy: softmax of a linear output; squared: of sigmoid outputs"),
    choice<&Options::optimiser, "sgd", "adam">("optimiser", kPlain, "step of the weights", 1),
    real<&Options::lr>("lr", 0.003, 1e-7, 1000.0, kLog | kTunable, "", "learning rate"),
    batch_param(32), epochs_param(50), updates_param());

// Units of each layer from the input up. Two classes with the squared error are told apart by one unit.
inline std::vector<int64_t> sizes_of(const agon_task& task, const Options& o) {
  std::vector<int64_t> sizes{task.inputs};
  for (int64_t l = 0; l < o.depth; ++l) sizes.push_back(o.width);
  const bool single = task.outputs == 2 && o.loss == Loss::squared;
  sizes.push_back(single ? 1 : task.outputs);
  return sizes;
}

}  // namespace agon::peers
