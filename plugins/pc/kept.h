// SPDX-License-Identifier: MIT
//
// The last minibatch that was learnt, kept so that metrics and pictures can look at a relaxation
// without any cost to learning but the copy. Threads: [model].
#pragma once

#include <algorithm>

#include "agon/rule.h"
#include "states.h"

namespace agon::pc {

class KeptBatch {
 public:
  static constexpr int64_t kRows = 64;  // at most

  KeptBatch(int64_t max_batch, int64_t first, int64_t last)
      : first_(std::min(max_batch, kRows), first), last_(std::min(max_batch, kRows), last) {}

  void keep(ConstView first, ConstView last) {
    rows_ = std::min(first.rows, first_.rows());
    States::copy(first, first_.top(rows_));
    States::copy(last, last_.top(rows_));
  }
  void state(State& s) {
    s("first", first_);
    s("last", last_);
    s("rows", rows_);
  }
  bool empty() const { return rows_ == 0; }
  ConstView first() { return first_.top(rows_); }  // data of node 0 [rows x n_0]
  ConstView last() { return last_.top(rows_); }    // data of node L [rows x n_L]

 private:
  Matrix first_, last_;
  int64_t rows_ = 0;
};

}  // namespace agon::pc
