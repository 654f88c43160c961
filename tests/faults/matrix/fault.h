// SPDX-License-Identifier: MIT
//
// A fault: at the n-th call of a verb the rule does what it must not. All fault plugins are the same
// rule; kFaultName, in a source file of its own, says which row of the tables each is.
#pragma once

#include <span>
#include <vector>

#include "agon/rule.h"

namespace agon::faults {

// Where it happens. load and unload: constructors and destructors of the shared object.
enum class When {
  never,
  load,
  entry,
  check,
  create,
  prepare,
  fit,
  loss,
  end_epoch,
  predict,
  metrics,
  picture,
  tensors,
  harm,
  generate,
  rollout,
  destroy,
  unload
};

// What the verb was called with and will answer, as far as it has such.
struct Scene {
  Context* ctx = nullptr;
  const agon_batch* batch = nullptr;
  View out{};  // the rule writes zeros to so many of its rows, and this to the first element
  int64_t rows = 0;
  float first = 0;
  double loss = 0.5;
  std::vector<agon_metric>* metric_rows = nullptr;
  double* metrics = nullptr;
  ConstView* picture = nullptr;
  std::vector<Tensor>* tensors = nullptr;
};

struct Fault {
  const char* name;
  When when;
  void (*act)(Scene&);
  int call = 1;  // which call of the verb; 0: every one
};

// Endings of the process; what stays behind in it; answers that are none.
std::span<const Fault> endings();
std::span<const Fault> leavings();
std::span<const Fault> answers();

// This plugin's row; ends the process where no table has it.
extern const char kFaultName[];
const Fault& own_fault();
void happen(When when, Scene& scene);

// What the plugin publishes in the place of `sound`, whose one rule it is.
const agon_plugin* distorted(const agon_plugin& sound);

}  // namespace agon::faults
