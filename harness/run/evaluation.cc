// SPDX-License-Identifier: MIT
#include "harness/run/evaluation.h"

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

Evaluation::Evaluation(const datasets::Dataset& data, size_t max_rows)
    : data_(data), max_rows_(max_rows), out_(max_rows + 2, static_cast<size_t>(data.classes)) {}

double Evaluation::accuracy(Instance& model, std::span<const int32_t> rows, Batches& batches) {
  size_t hits = 0;
  for (size_t at = 0; at < rows.size(); at += max_rows_) {
    const auto chunk = rows.subspan(at, std::min(max_rows_, rows.size() - at));
    const agon_batch batch = batches.gather(chunk);
    std::fill_n(out_.data(), (chunk.size() + 2) * out_.stride(), std::bit_cast<float>(kUnwritten));
    const core::View view{out_.data() + out_.stride(), chunk.size(), out_.cols(), out_.stride()};
    model.predict(batch.x, to_abi(view));
    check(chunk.size());
    for (size_t i = 0; i < chunk.size(); ++i) {
      const auto scores = out_.row(i + 1);
      const auto best = std::ranges::max_element(scores) - scores.begin();
      hits += best == data_.labels[static_cast<size_t>(chunk[i])] ? 1 : 0;
    }
  }
  return static_cast<double>(hits) / static_cast<double>(rows.size());
}

void Evaluation::check(size_t rows) {
  const auto whole_row = [&](size_t row) {
    return std::span<const float>(out_.data() + row * out_.stride(), out_.stride());
  };
  for (const size_t guard : {size_t{0}, rows + 1}) {
    if (!std::ranges::all_of(whole_row(guard), unwritten)) {
      throw BadOutput{reports::Status::invalid_output, "predict wrote outside its output"};
    }
  }
  size_t missing = 0, not_finite = 0;
  for (size_t r = 1; r <= rows; ++r) {
    for (const float value : out_.row(r)) {
      if (unwritten(value)) {
        ++missing;
      } else if (!std::isfinite(value)) {
        ++not_finite;
      }
    }
  }
  if (missing > 0) {
    throw BadOutput{reports::Status::invalid_output,
                    fmt::format("predict left {} of {} outputs unwritten", missing, rows * out_.cols())};
  }
  if (not_finite > 0) {
    throw BadOutput{reports::Status::diverged,
                    fmt::format("{} of {} predicted outputs are not finite", not_finite, rows * out_.cols())};
  }
}

}  // namespace agon::harness
