// SPDX-License-Identifier: MIT
//
// Minibatches: rows of a task's data gathered, in a given order, into aligned buffers for a rule.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "agon/plugin.h"
#include "core/matrix.h"
#include "datasets/task.h"
#include "harness/plugins/instance.h"

namespace agon::harness {

inline agon_cmat to_abi(core::ConstView v) {
  return {v.data, static_cast<int64_t>(v.rows), static_cast<int64_t>(v.cols),
          static_cast<int64_t>(v.stride)};
}
inline agon_mat to_abi(core::View v) {
  return {v.data, static_cast<int64_t>(v.rows), static_cast<int64_t>(v.cols),
          static_cast<int64_t>(v.stride)};
}

// What a rule with these capabilities is told about a task before the data is read, without rows
// and seed. Dynamics: its trajectories when the rule learns them, else the regression of the vector
// field. The shape points into info.
agon_task describe_task(const datasets::TaskInfo& info, uint64_t capabilities);
// The same for data to classify, once it is there. The shape points into data.
agon_task describe_task(const datasets::Dataset& data, uint64_t seed, size_t max_batch,
                        size_t train_rows);

// The rule learns the task's trajectories itself, through agon.dynamics/1.
bool learns_trajectories(const datasets::TaskInfo& info, uint64_t capabilities);

// The most rows of a call: those of a minibatch, for predictions at least 64, and never more than
// the `units` that the largest fit learns from.
size_t most_rows(int64_t batch, size_t units);

// The mean loss over all rows without learning, asked of `loss` in chunks that do not depend on the
// size of a minibatch; NaN for a rule that cannot say. Throws RuleFailure.
double mean_loss(Instance& model, std::span<const int32_t> rows, size_t max_batch,
                 const std::function<double(std::span<const int32_t>)>& loss);

// Inputs alone: all that a rule sees of rows it is asked about.
class Inputs {
 public:
  Inputs(const datasets::Dataset& data, size_t max_rows);

  // The inputs of these rows of the data set, at most max_rows; valid until the next call.
  agon_cmat gather(std::span<const int32_t> rows);

 private:
  const datasets::Dataset& data_;
  core::Matrix x_;
};

// Inputs with their labels and targets, for training.
class Batches {
 public:
  Batches(const datasets::Dataset& data, size_t max_rows);

  // The batch of these rows of the data set, at most max_rows; valid until the next call.
  agon_batch gather(std::span<const int32_t> rows);
  agon_cmat inputs(std::span<const int32_t> rows) {
    return inputs_.gather(rows);
  }  // likewise, without answers
  // Zeroes the labels and targets of the last batch: what a rule still points to after fit tells it
  // nothing.
  void forget();

 private:
  const datasets::Dataset& data_;
  Inputs inputs_;
  core::Matrix target_;
  std::vector<int32_t> labels_;
  size_t rows_ = 0;  // of the last batch
};

}  // namespace agon::harness
