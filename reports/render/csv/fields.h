// SPDX-License-Identifier: MIT
//
// Where the rows of a table of results go, field by field: a line of CSV, or a JSON object. What a
// column holds is said once, for every form. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/statistics/interval.h"

namespace agon::reports {

class FieldWriter {
 public:
  virtual ~FieldWriter() = default;
  FieldWriter() = default;
  FieldWriter(const FieldWriter&) = delete;
  FieldWriter& operator=(const FieldWriter&) = delete;

  // Free text, from anywhere.
  FieldWriter& text(std::string_view text) { return put_text(text), *this; }
  // A word of ours; "" is a missing value.
  FieldWriter& plain(std::string_view word) { return put_word(word), *this; }
  FieldWriter& number(double x) { return put_number(x), *this; }  // NaN: missing
  FieldWriter& count(int64_t x) { return put_count(x), *this; }   // negative: missing
  FieldWriter& size(size_t x) { return put_count(static_cast<int64_t>(x)), *this; }
  FieldWriter& seed(uint64_t x) { return put_seed(x), *this; }
  FieldWriter& flag(bool x) { return put_flag(x), *this; }
  FieldWriter& interval(const Interval& i) { return number(i.low).number(i.high); }
  virtual void end_line() = 0;

 protected:
  virtual void put_text(std::string_view text) = 0;
  virtual void put_word(std::string_view word) = 0;
  virtual void put_number(double x) = 0;
  virtual void put_count(int64_t x) = 0;
  virtual void put_seed(uint64_t x) = 0;
  virtual void put_flag(bool x) = 0;
};

}  // namespace agon::reports
