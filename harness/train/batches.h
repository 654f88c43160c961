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
#include "datasets/task.h"
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

// The axis of time of rows that are series.
struct Time {
  int64_t steps = 0;                 // frames of a row of x; 0: rows are no series
  std::span<const int32_t> lengths;  // [rows of x]: the frames of each that are its own; empty: all
};

Time time_of(const datasets::Task& task);

// Inputs of a model that takes series: frame by frame, the longest row first.
class SeriesInputs {
 public:
  SeriesInputs(const core::Matrix& x, Time time, size_t max_rows);

  // order(): which of `rows` stands in which place of what gather() made of them.
  std::span<const int32_t> order() const noexcept { return order_; }
  // The series of these rows of x, at most max_rows, without answers; valid until the next call.
  agon_series gather(std::span<const int32_t> rows);

 private:
  int32_t length(int32_t row) const;

  const core::Matrix& all_;
  Time time_;
  size_t channels_, max_rows_;
  core::Matrix x_;  // [steps * max_rows x channels], once a model takes series
  std::vector<int32_t> order_, lengths_;
};

// What a model is asked: rows without answers, in the form that it takes.
class Questions {
 public:
  Questions(const core::Matrix& x, Time time, size_t max_rows)
      : inputs_(x, max_rows), series_(x, time, max_rows) {}

  // At most max_rows; valid until the next call.
  void gather(const Instance& model, std::span<const int32_t> rows);
  void predict(Instance& model, agon_mat out) const;
  // Which of the rows the row `place` of out belongs to.
  size_t of(size_t place) const {
    return is_series_ ? static_cast<size_t>(series_.order()[place]) : place;
  }

 private:
  Inputs inputs_;
  SeriesInputs series_;
  bool is_series_ = false;
  agon_cmat x_{};
  agon_series asked_{};
};

// Inputs with their answers, for training.
class Batches {
 public:
  // Answers are labels: a row's target is 1 at its own and 0 elsewhere.
  Batches(const core::Matrix& x, std::span<const int32_t> labels, size_t classes, size_t max_rows,
          Time time = {});
  // Answers are numbers, row by row of x.
  Batches(const core::Matrix& x, const core::Matrix& target, size_t max_rows, Time time = {});

  // As Course says of them. learn: at most max_rows.
  void prepare(Instance& model, std::span<const int32_t> rows, Stopwatch& watch);
  double learn(Instance& model, std::span<const int32_t> rows, Stopwatch& watch);
  double loss(Instance& model, std::span<const int32_t> rows);

 private:
  // The batch of these rows, at most max_rows; valid until the next call.
  agon_batch gather(std::span<const int32_t> rows);
  agon_series gather_series(std::span<const int32_t> rows);
  // The answer of a row, for this place of the batch.
  void answer(size_t place, int32_t row);
  const int32_t* labels() const { return all_targets_ == nullptr ? labels_.data() : nullptr; }
  // Zeroes the answers of the last batch: what a rule still points to after fit tells it nothing.
  void forget();

  size_t max_rows_;
  Inputs inputs_;
  SeriesInputs series_;
  uint64_t source_;                      // what agon_batch calls x
  std::span<const int32_t> all_labels_;  // or
  const core::Matrix* all_targets_ = nullptr;
  std::vector<int32_t> labels_;
  core::Matrix target_;
  size_t rows_ = 0;  // of the last batch
};

}  // namespace agon::harness
