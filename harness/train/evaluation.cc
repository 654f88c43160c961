// SPDX-License-Identifier: MIT
#include "harness/train/evaluation.h"

#include <fmt/format.h>

#include <algorithm>

namespace agon::harness {

Evaluation::Evaluation(const datasets::Dataset& data, size_t max_rows)
    : data_(data),
      max_rows_(max_rows),
      inputs_(data, max_rows),
      out_(max_rows, static_cast<size_t>(data.classes)) {}

double Evaluation::accuracy(Instance& model, std::span<const int32_t> rows) {
  size_t hits = 0;
  for (size_t at = 0; at < rows.size(); at += max_rows_) {
    const auto chunk = rows.subspan(at, std::min(max_rows_, rows.size() - at));
    model.predict(inputs_.gather(chunk), to_abi(out_.clean(chunk.size())));
    if (const size_t not_finite = out_.check("predict"); not_finite > 0) {
      throw BadOutput{reports::Status::diverged,
                      fmt::format("{} of {} predicted outputs are not finite", not_finite,
                                  chunk.size() * out_.cols())};
    }
    for (size_t i = 0; i < chunk.size(); ++i) {
      const auto scores = out_.row(i);
      const auto best = std::ranges::max_element(scores) - scores.begin();
      hits += best == data_.labels[static_cast<size_t>(chunk[i])] ? 1 : 0;
    }
  }
  return static_cast<double>(hits) / static_cast<double>(rows.size());
}

}  // namespace agon::harness
