// SPDX-License-Identifier: MIT
//
// Scores a model on rows of a data set and checks what predict wrote: every element must be written
// (else invalid_output), nothing around them may be (invalid_output), all must be finite (else
// diverged). It has buffers of its own, and no label is copied into any: answers stay out of a
// rule's reach.
#pragma once

#include <span>

#include "datasets/task.h"
#include "harness/plugins/instance.h"
#include "harness/train/batches.h"
#include "harness/train/guarded_output.h"

namespace agon::harness {

class Evaluation {
 public:
  Evaluation(const datasets::Dataset& data, size_t max_rows);

  // Share of rows whose highest score is the label's; ties go to the lowest class. Throws
  // BadOutput.
  double accuracy(Instance& model, std::span<const int32_t> rows);

 private:
  const datasets::Dataset& data_;
  size_t max_rows_;
  Inputs inputs_;
  GuardedOutput out_;
};

}  // namespace agon::harness
