// SPDX-License-Identifier: MIT
#include "harness/train/guarded_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace agon::harness {
namespace {

// A quiet NaN with a payload that no arithmetic makes: still there means not written.
constexpr uint32_t kUnwritten = 0x7FC0A60Eu;

bool unwritten(float value) { return std::bit_cast<uint32_t>(value) == kUnwritten; }

}  // namespace

GuardedOutput::GuardedOutput(size_t max_rows, size_t cols) : out_(max_rows + 2, cols) {}

core::View GuardedOutput::clean(size_t rows) {
  rows_ = rows;
  std::fill_n(out_.data(), (rows + 2) * out_.stride(), std::bit_cast<float>(kUnwritten));
  return {out_.data() + out_.stride(), rows, out_.cols(), out_.stride()};
}

size_t GuardedOutput::check(const char* verb) const {
  for (const size_t guard : {size_t{0}, rows_ + 1}) {
    const std::span<const float> whole(out_.data() + guard * out_.stride(), out_.stride());
    if (!std::ranges::all_of(whole, unwritten)) {
      throw BadOutput{reports::Status::invalid_output,
                      fmt::format("{} wrote outside its output", verb)};
    }
  }
  size_t missing = 0, not_finite = 0;
  for (size_t r = 0; r < rows_; ++r) {
    for (const float value : row(r)) {
      if (unwritten(value)) {
        ++missing;
      } else if (!std::isfinite(value)) {
        ++not_finite;
      }
    }
  }
  if (missing > 0) {
    throw BadOutput{
        reports::Status::invalid_output,
        fmt::format("{} left {} of {} outputs unwritten", verb, missing, rows_ * out_.cols())};
  }
  return not_finite;
}

}  // namespace agon::harness
