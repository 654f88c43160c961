// SPDX-License-Identifier: MIT
#include "harness/train/batches.h"

#include <algorithm>
#include <limits>

#include "harness/train/abi.h"

namespace agon::harness {
namespace {

constexpr size_t kLeastRows = 64;  // of a call, where there are so many

}  // namespace

size_t most_rows(int64_t batch, size_t units) {
  return std::clamp<size_t>(units, 1, std::max(static_cast<size_t>(batch), kLeastRows));
}

Inputs::Inputs(const core::Matrix& x, size_t max_rows) : all_(x), x_(max_rows, x.cols()) {}

agon_cmat Inputs::gather(std::span<const int32_t> rows) {
  for (size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(all_.row(static_cast<size_t>(rows[i])), x_.row(i).begin());
  }
  return to_abi(core::ConstView(x_.top(rows.size())));
}

Batches::Batches(const core::Matrix& x, std::span<const int32_t> labels, size_t classes,
                 size_t max_rows)
    : max_rows_(max_rows),
      inputs_(x, max_rows),
      all_labels_(labels),
      labels_(max_rows),
      target_(max_rows, classes) {}

Batches::Batches(const core::Matrix& x, const core::Matrix& target, size_t max_rows)
    : max_rows_(max_rows),
      inputs_(x, max_rows),
      all_targets_(&target),
      target_(max_rows, target.cols()) {}

agon_batch Batches::gather(std::span<const int32_t> rows) {
  forget();
  rows_ = rows.size();
  for (size_t i = 0; i < rows_; ++i) {
    const auto row = static_cast<size_t>(rows[i]);
    if (all_targets_ != nullptr) {
      std::ranges::copy(all_targets_->row(row), target_.row(i).begin());
    } else {
      labels_[i] = all_labels_[row];
      target_.at(i, static_cast<size_t>(labels_[i])) = 1.0f;
    }
  }
  agon_batch batch{};
  batch.struct_size = sizeof(agon_batch);
  batch.x = inputs_.gather(rows);
  batch.target = to_abi(core::ConstView(target_.top(rows_)));
  if (all_targets_ == nullptr) batch.labels = labels_.data();
  return batch;
}

void Batches::forget() {
  for (size_t i = 0; i < rows_; ++i) std::ranges::fill(target_.row(i), 0.0f);
  std::ranges::fill(labels_, 0);
  rows_ = 0;
}

void Batches::prepare(Instance& model, std::span<const int32_t> rows, Stopwatch& watch) {
  if (!model.has_prepare()) return;
  for (size_t at = 0; at < rows.size(); at += max_rows_) {
    const size_t count = std::min(max_rows_, rows.size() - at);
    const agon_cmat x = inputs_.gather(rows.subspan(at, count));
    watch.time([&] { model.prepare(x, at + count == rows.size()); });
  }
}

double Batches::learn(Instance& model, std::span<const int32_t> rows, Stopwatch& watch) {
  const agon_batch batch = gather(rows);
  const double loss = watch.time([&] { return model.fit(batch); });
  forget();
  return loss;
}

double Batches::loss(Instance& model, std::span<const int32_t> rows) {
  if (!model.has_loss() || rows.empty()) return std::numeric_limits<double>::quiet_NaN();
  const size_t chunk = std::min(max_rows_, kLeastRows);
  double sum = 0;
  for (size_t at = 0; at < rows.size(); at += chunk) {
    if (model.call().should_stop()) throw RuleFailure(AGON_STOPPED, "");
    const auto some = rows.subspan(at, std::min(chunk, rows.size() - at));
    sum += model.loss(gather(some)) * static_cast<double>(some.size());
    forget();
  }
  return sum / static_cast<double>(rows.size());
}

}  // namespace agon::harness
