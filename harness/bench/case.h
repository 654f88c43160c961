// SPDX-License-Identifier: MIT
//
// What `agon bench` times, a row each: one rule doing one piece of work on one network, through the plugin
// boundary. The rows stand in cases.cc. Plain data.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace agon::harness::bench {

enum class Work {
  fit,      // one update on a minibatch
  predict,  // the answers to a minibatch
  fit_again,  // one update on rows that were seen before: the model may have kept what it made of them
  trajectory,  // a stretch of kSteps steps, while the model learns
};

// Of a layered rule the sizes that its own parameters do not say. outputs: units of the last layer; 1 is
// two classes told apart by one unit. Of trajectories inputs are the dimensions, batch the steps.
struct Net {
  int64_t inputs, outputs, batch;
};

struct Case {
  std::string_view name;  // "bp SGD 784-16x3-1 B64"
  Work work;
  Net net;
  std::string_view rule, settings;
  // Another rule of ours on the same rows, or the same rule otherwise: "" for none.
  std::string_view beside, beside_rule, beside_settings;
};

std::span<const Case> cases();

}  // namespace agon::harness::bench
