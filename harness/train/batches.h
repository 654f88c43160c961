// SPDX-License-Identifier: MIT
//
// Rows gathered, in a given order, into aligned buffers for a rule, and what every course of rows
// does with them, whatever their answers are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agon/plugin.h"
#include "core/matrix.h"
#include "harness/plugins/instance.h"
#include "harness/train/stopwatch.h"

namespace agon::harness {

// The most rows of a call: those of a minibatch, for predictions at least 64, and never more than
// the `units` that the largest fit learns from.
size_t most_rows(int64_t batch, size_t units);

// Inputs alone: all that a rule sees of rows it is asked about.
class Inputs {
 public:
  Inputs(const core::Matrix& x, size_t max_rows);

  // The inputs of these rows of x, at most max_rows; valid until the next call.
  agon_cmat gather(std::span<const int32_t> rows);

 private:
  const core::Matrix& all_;
  core::Matrix x_;
};

// Inputs with their answers, for training.
class Batches {
 public:
  // Answers are labels: a row's target is 1 at its own and 0 elsewhere.
  Batches(const core::Matrix& x, std::span<const int32_t> labels, size_t classes, size_t max_rows);
  // Answers are numbers, row by row of x.
  Batches(const core::Matrix& x, const core::Matrix& target, size_t max_rows);

  // As Course says of them. learn: at most max_rows.
  void prepare(Instance& model, std::span<const int32_t> rows, Stopwatch& watch);
  double learn(Instance& model, std::span<const int32_t> rows, Stopwatch& watch);
  double loss(Instance& model, std::span<const int32_t> rows);

 private:
  // The batch of these rows, at most max_rows; valid until the next call.
  agon_batch gather(std::span<const int32_t> rows);
  // Zeroes the answers of the last batch: what a rule still points to after fit tells it nothing.
  void forget();

  size_t max_rows_;
  Inputs inputs_;
  std::span<const int32_t> all_labels_;  // or
  const core::Matrix* all_targets_ = nullptr;
  std::vector<int32_t> labels_;
  core::Matrix target_;
  size_t rows_ = 0;  // of the last batch
};

}  // namespace agon::harness
