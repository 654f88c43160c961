// SPDX-License-Identifier: MIT
//
// What a rule makes of a row and would make again in every epoch: fixed features, kept between epochs
// within the host's budget of memory (agon_task.keep_bytes). A row is known by its number and its source
// in agon_batch, never by its values, so nothing is kept of rows without a number: those to predict.
// Nothing is kept beyond a change of the source. The rule calls forget() when what it would make of a row
// changes: in prepare(), and in tensors(), through which weights are set and states loaded.
//
// The work of kept rows counts as if they had been made again: the cost of learning says what a rule asks
// for, not what memory saves.
//
// Shapes: a kept row has as many floats as the constructor was told. Errors: none, what does not fit the
// budget is not kept. Thread: [model]; only the constructor allocates.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <new>
#include <optional>
#include <vector>

#include "agon/matrix.h"
#include "agon/ops.h"

namespace agon {

class KeptRows {
 public:
  // columns: of what is kept of a row.
  KeptRows(const agon_task& task, int64_t columns)
      : columns_(columns),
        most_rows_(task.train_rows),
        // In a single epoch no row comes back.
        wanted_(task.epochs != 1 && columns > 0 &&
                task.train_rows <= task.keep_bytes / (padded(columns) * kFloat)),
        costs_(static_cast<size_t>(task.max_batch + 1)) {}

  // What was kept is made anew.
  void forget() {
    std::ranges::fill(place_, kNone);
    used_ = 0;
  }

  // out [rows x columns], of the batch's rows: by make(), which writes them all and whose cost depends on
  // their number alone, or kept. The first batches of a source allocate, the others do not.
  template <std::invocable Make>
  void rows(const Context& ctx, const agon_batch& batch, View out, Make&& make) {
    if (!wanted_ || batch.rows == nullptr) return make();
    if (batch.source != source_) forget();
    source_ = batch.source;
    std::optional<Work>& cost = costs_[static_cast<size_t>(out.rows)];
    if (cost && take(batch.rows, out)) return ctx.count_work(*cost);
    if (cost) {
      make();
    } else {
      const Work before = ctx.work(true);
      make();
      cost = ctx.work(false) - before;
    }
    keep(batch.rows, out);
  }

 private:
  static constexpr int64_t kFloat = sizeof(float);
  static constexpr int32_t kNone = -1;

  // False, and out is not whole, when one is not kept.
  bool take(const int32_t* rows, View out) const {
    for (int64_t r = 0; r < out.rows; ++r) {
      const auto row = static_cast<size_t>(rows[r]);
      if (row >= place_.size() || place_[row] == kNone) return false;
      std::ranges::copy(kept_.row(place_[row]), row_of(out, r).begin());
    }
    return true;
  }

  // As many as there are training rows; a rule goes on without where memory is limited.
  void keep(const int32_t* rows, View made) {
    try {
      if (kept_.rows() == 0) kept_ = Matrix(most_rows_, columns_);
      const int32_t last = *std::max_element(rows, rows + made.rows);
      if (static_cast<size_t>(last) >= place_.size())
        place_.resize(static_cast<size_t>(last) + 1, kNone);
    } catch (const std::bad_alloc&) {
      wanted_ = false;
      return;
    }
    for (int64_t r = 0; r < made.rows; ++r) {
      int32_t& place = place_[static_cast<size_t>(rows[r])];
      if (place != kNone || used_ == most_rows_) continue;
      place = static_cast<int32_t>(used_++);
      std::ranges::copy(row_of(made, r), kept_.row(place).begin());
    }
  }

  int64_t columns_, most_rows_;
  bool wanted_;
  uint64_t source_ = 0;
  std::vector<std::optional<Work>> costs_;  // by the number of rows
  std::vector<int32_t> place_;              // of a row of the data in kept_
  int64_t used_ = 0;
  Matrix kept_;  // [training rows x columns]
};

}  // namespace agon
