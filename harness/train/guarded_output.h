// SPDX-License-Identifier: MIT
//
// Where a rule writes its outputs: shows afterwards whether it wrote every element and nothing
// around them. Threads: one.
#pragma once

#include <span>
#include <string>

#include "core/matrix.h"
#include "reports/record/record.h"

namespace agon::harness {

struct BadOutput {
  reports::Status status;
  std::string detail;
};

class GuardedOutput {
 public:
  GuardedOutput(size_t max_rows, size_t cols);

  // The next output, `rows` of them; valid until the next call.
  core::View clean(size_t rows);
  // Throws BadOutput(invalid_output) in the name of `verb` when an element is unwritten or
  // something outside is written. Returns how many elements are not finite.
  size_t check(const char* verb) const;

  std::span<const float> row(size_t r) const { return out_.row(r + 1); }
  size_t rows() const noexcept { return rows_; }
  size_t cols() const noexcept { return out_.cols(); }

 private:
  core::Matrix out_;  // one guard row before and after the rule's rows
  size_t rows_ = 0;
};

}  // namespace agon::harness
