// SPDX-License-Identifier: MIT
//
// Asks a model about rows and checks what predict wrote: every element must be written (else
// invalid_output), nothing around them may be (invalid_output), all must be finite (else diverged).
// It has buffers of its own, and what is right is looked up by its callers once the last answer is
// in: it stays out of a rule's reach.
#pragma once

#include <span>
#include <vector>

#include "harness/plugins/instance.h"
#include "harness/train/batches.h"
#include "harness/train/guarded_output.h"

namespace agon::harness {

class Evaluation {
 public:
  Evaluation(const core::Matrix& x, size_t outputs, size_t max_rows, Time time = {});

  // [rows x outputs], dense, valid until the next call. Throws BadOutput.
  core::ConstView answers(Instance& model, std::span<const int32_t> rows);

 private:
  size_t max_rows_;
  Questions questions_;
  GuardedOutput out_;
  std::vector<float> outputs_;  // of all rows
};

}  // namespace agon::harness
