// SPDX-License-Identifier: MIT
//
// Scores a model on rows of a data set and checks what predict wrote: every element must be written
// (else invalid_output), nothing around them may be (invalid_output), all must be finite (else
// diverged). It has buffers of its own, and labels are looked up once the last answer is in: they
// stay out of a rule's reach.
#pragma once

#include <span>
#include <vector>

#include "datasets/metrics.h"
#include "harness/plugins/instance.h"
#include "harness/train/batches.h"
#include "harness/train/guarded_output.h"

namespace agon::harness {

class Evaluation {
 public:
  Evaluation(const datasets::Dataset& data, const datasets::Metric& metric, size_t max_rows);

  // By the metric; rows: at least one. Throws BadOutput.
  double score(Instance& model, std::span<const int32_t> rows);

 private:
  const datasets::Dataset& data_;
  const datasets::Metric& metric_;
  size_t max_rows_;
  Inputs inputs_;
  GuardedOutput out_;
  std::vector<float> outputs_;  // of all rows, dense
};

}  // namespace agon::harness
