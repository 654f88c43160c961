// SPDX-License-Identifier: MIT
#include "harness/train/evaluation.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/train/abi.h"

namespace agon::harness {

Evaluation::Evaluation(const core::Matrix& x, size_t outputs, size_t max_rows, Time time)
    : max_rows_(max_rows), questions_(x, time, max_rows), out_(max_rows, outputs) {}

core::ConstView Evaluation::answers(Instance& model, std::span<const int32_t> rows) {
  outputs_.assign(rows.size() * out_.cols(), 0.0f);
  for (size_t at = 0; at < rows.size(); at += max_rows_) {
    const auto chunk = rows.subspan(at, std::min(max_rows_, rows.size() - at));
    questions_.gather(model, chunk);
    questions_.predict(model, to_abi(out_.clean(chunk.size())));
    if (const size_t not_finite = out_.check("predict"); not_finite > 0) {
      throw BadOutput{reports::Status::diverged,
                      fmt::format("{} of {} predicted outputs are not finite", not_finite,
                                  chunk.size() * out_.cols())};
    }
    for (size_t i = 0; i < chunk.size(); ++i) {
      const size_t row = at + questions_.of(i);
      std::ranges::copy(out_.row(i), &outputs_[row * out_.cols()]);
    }
  }
  return {outputs_.data(), rows.size(), out_.cols(), out_.cols()};
}

}  // namespace agon::harness
