// SPDX-License-Identifier: MIT
#include "harness/train/batches.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>

#include "harness/train/abi.h"

namespace agon::harness {
namespace {

constexpr size_t kLeastRows = 64;  // of a call, where there are so many

// In one move: this file is compiled for a quick build, where a loop over elements stays one.
void copy_row(std::span<const float> from, std::span<float> to) {
  std::memcpy(to.data(), from.data(), from.size_bytes());
}

// Never twice in a process, never 0.
uint64_t next_source() {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

}  // namespace

size_t most_rows(int64_t batch, size_t units) {
  return std::clamp<size_t>(units, 1, std::max(static_cast<size_t>(batch), kLeastRows));
}

Inputs::Inputs(const core::Matrix& x, size_t max_rows) : all_(x), x_(max_rows, x.cols()) {}

agon_cmat Inputs::gather(std::span<const int32_t> rows) {
  for (size_t i = 0; i < rows.size(); ++i) {
    copy_row(all_.row(static_cast<size_t>(rows[i])), x_.row(i));
  }
  return to_abi(core::ConstView(x_.top(rows.size())));
}

Time time_of(const datasets::Task& task) {
  if (!task.info.time) return {};
  return {task.data.shape.front(), task.data.lengths};
}

SeriesInputs::SeriesInputs(const core::Matrix& x, Time time, size_t max_rows)
    : all_(x),
      time_(time),
      channels_(time.steps > 0 ? x.cols() / static_cast<size_t>(time.steps) : 0),
      max_rows_(max_rows) {}

int32_t SeriesInputs::length(int32_t row) const {
  return time_.lengths.empty() ? static_cast<int32_t>(time_.steps)
                               : time_.lengths[static_cast<size_t>(row)];
}

agon_series SeriesInputs::gather(std::span<const int32_t> rows) {
  order_.resize(rows.size());
  std::iota(order_.begin(), order_.end(), 0);
  const auto length_at = [&](int32_t place) { return length(rows[static_cast<size_t>(place)]); };
  std::ranges::stable_sort(order_, std::ranges::greater{}, length_at);
  lengths_.clear();
  for (const int32_t place : order_) lengths_.push_back(length_at(place));
  const auto steps = static_cast<size_t>(lengths_.front());
  if (x_.rows() == 0) x_ = core::Matrix(static_cast<size_t>(time_.steps) * max_rows_, channels_);
  for (size_t r = 0; r < rows.size(); ++r) {
    const auto row = all_.row(static_cast<size_t>(rows[static_cast<size_t>(order_[r])]));
    for (size_t t = 0; t < steps; ++t) {
      const auto frame = x_.row(t * rows.size() + r);
      if (t < static_cast<size_t>(lengths_[r])) {
        copy_row(row.subspan(t * channels_, channels_), frame);
      } else {
        std::ranges::fill(frame, 0.0f);
      }
    }
  }
  agon_series series{};
  series.struct_size = sizeof(agon_series);
  series.rows = static_cast<int64_t>(rows.size());
  series.channels = static_cast<int64_t>(channels_);
  series.steps = lengths_.front();
  series.x = to_abi(core::ConstView(x_.top(steps * rows.size())));
  series.lengths = lengths_.data();
  return series;
}

void Questions::gather(const Instance& model, std::span<const int32_t> rows) {
  is_series_ = model.takes_series();
  if (is_series_) {
    asked_ = series_.gather(rows);
  } else {
    x_ = inputs_.gather(rows);
  }
}

void Questions::predict(Instance& model, agon_mat out) const {
  if (is_series_) {
    model.predict(asked_, out);
  } else {
    model.predict(x_, out);
  }
}

Batches::Batches(const core::Matrix& x, std::span<const int32_t> labels, size_t classes,
                 size_t max_rows, Time time)
    : max_rows_(max_rows),
      inputs_(x, max_rows),
      series_(x, time, max_rows),
      source_(next_source()),
      all_labels_(labels),
      labels_(max_rows),
      target_(max_rows, classes) {}

Batches::Batches(const core::Matrix& x, const core::Matrix& target, size_t max_rows, Time time)
    : max_rows_(max_rows),
      inputs_(x, max_rows),
      series_(x, time, max_rows),
      source_(next_source()),
      all_targets_(&target),
      target_(max_rows, target.cols()) {}

void Batches::answer(size_t place, int32_t row) {
  if (all_targets_ != nullptr) {
    copy_row(all_targets_->row(static_cast<size_t>(row)), target_.row(place));
  } else {
    labels_[place] = all_labels_[static_cast<size_t>(row)];
    target_.at(place, static_cast<size_t>(labels_[place])) = 1.0f;
  }
}

agon_series Batches::gather_series(std::span<const int32_t> rows) {
  forget();
  rows_ = rows.size();
  agon_series series = series_.gather(rows);
  for (size_t i = 0; i < rows_; ++i) answer(i, rows[static_cast<size_t>(series_.order()[i])]);
  series.target = to_abi(core::ConstView(target_.top(rows_)));
  series.labels = labels();
  return series;
}

agon_batch Batches::gather(std::span<const int32_t> rows) {
  forget();
  rows_ = rows.size();
  for (size_t i = 0; i < rows_; ++i) answer(i, rows[i]);
  agon_batch batch{};
  batch.struct_size = sizeof(agon_batch);
  batch.x = inputs_.gather(rows);
  batch.target = to_abi(core::ConstView(target_.top(rows_)));
  batch.labels = labels();
  batch.rows = rows.data();
  batch.source = source_;
  return batch;
}

void Batches::forget() {
  if (rows_ > 0) std::memset(target_.data(), 0, rows_ * target_.stride() * sizeof(float));
  std::ranges::fill(labels_, 0);
  rows_ = 0;
}

void Batches::prepare(Instance& model, std::span<const int32_t> rows, Stopwatch& watch) {
  if (!model.has_prepare()) return;
  for (size_t at = 0; at < rows.size(); at += max_rows_) {
    const size_t count = std::min(max_rows_, rows.size() - at);
    const auto some = rows.subspan(at, count);
    const bool last = at + count == rows.size();
    if (model.takes_series()) {
      const agon_series series = series_.gather(some);
      watch.time([&] { model.prepare(series, last); });
    } else {
      const agon_cmat x = inputs_.gather(some);
      watch.time([&] { model.prepare(x, last); });
    }
  }
}

double Batches::learn(Instance& model, std::span<const int32_t> rows, Stopwatch& watch) {
  double loss = 0;
  if (model.takes_series()) {
    const agon_series series = gather_series(rows);
    loss = watch.time([&] { return model.fit(series); });
  } else {
    const agon_batch batch = gather(rows);
    loss = watch.time([&] { return model.fit(batch); });
  }
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
    const double loss =
        model.takes_series() ? model.loss(gather_series(some)) : model.loss(gather(some));
    sum += loss * static_cast<double>(some.size());
    forget();
  }
  return sum / static_cast<double>(rows.size());
}

}  // namespace agon::harness
