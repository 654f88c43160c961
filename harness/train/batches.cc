// SPDX-License-Identifier: MIT
#include "harness/train/batches.h"

#include <algorithm>
#include <limits>

namespace agon::harness {

namespace {

constexpr size_t kLeastRows = 64;  // of a call, where there are so many

agon_task classify(std::span<const int64_t> shape, int32_t classes) {
  agon_task task{};
  task.struct_size = sizeof(agon_task);
  task.kind = AGON_CLASSIFY;
  task.inputs = 1;
  for (const int64_t n : shape) task.inputs *= n;
  task.outputs = classes;
  task.shape = shape.data();
  task.shape_rank = static_cast<int64_t>(shape.size());
  return task;
}

}  // namespace

bool learns_trajectories(const datasets::TaskInfo& info, uint64_t capabilities) {
  return info.kind == datasets::Kind::dynamics && info.dynamics.is_flow() &&
         (capabilities & AGON_CAN_DYNAMICS) != 0;
}

agon_task describe_task(const datasets::TaskInfo& info, uint64_t capabilities) {
  if (info.kind == datasets::Kind::classify) return classify(info.shape, info.classes);
  const datasets::DynamicsInfo& dynamics = info.dynamics;
  agon_task task{};
  task.struct_size = sizeof(agon_task);
  task.outputs = info.shape.front();
  task.shape_rank = 1;
  if (learns_trajectories(info, capabilities)) {
    task.kind = AGON_DYNAMICS;
    task.inputs = task.outputs;
    task.shape = info.shape.data();
    task.dt = dynamics.dt;
    task.episodes = dynamics.episodes;
  } else {
    task.kind = AGON_REGRESS;
    task.inputs = dynamics.inputs;
    task.shape = &dynamics.inputs;
  }
  return task;
}

agon_task describe_task(const datasets::Dataset& data, uint64_t seed, size_t max_batch,
                        size_t train_rows) {
  agon_task task = classify(data.shape, data.classes);
  task.seed = seed;
  task.max_batch = static_cast<int64_t>(max_batch);
  task.train_rows = static_cast<int64_t>(train_rows);
  return task;
}

size_t most_rows(int64_t batch, size_t units) {
  return std::clamp<size_t>(units, 1, std::max(static_cast<size_t>(batch), kLeastRows));
}

double mean_loss(Instance& model, std::span<const int32_t> rows, size_t max_batch,
                 const std::function<double(std::span<const int32_t>)>& loss) {
  if (!model.has_loss() || rows.empty()) return std::numeric_limits<double>::quiet_NaN();
  const size_t chunk = std::min(max_batch, kLeastRows);
  double sum = 0;
  for (size_t at = 0; at < rows.size(); at += chunk) {
    if (model.call().should_stop()) throw RuleFailure(AGON_STOPPED, "");
    const auto some = rows.subspan(at, std::min(chunk, rows.size() - at));
    sum += loss(some) * static_cast<double>(some.size());
  }
  return sum / static_cast<double>(rows.size());
}

Inputs::Inputs(const datasets::Dataset& data, size_t max_rows)
    : data_(data), x_(max_rows, data.x.cols()) {}

agon_cmat Inputs::gather(std::span<const int32_t> rows) {
  for (size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(data_.x.row(static_cast<size_t>(rows[i])), x_.row(i).begin());
  }
  return to_abi(core::ConstView(x_.top(rows.size())));
}

Batches::Batches(const datasets::Dataset& data, size_t max_rows)
    : data_(data),
      inputs_(data, max_rows),
      target_(max_rows, static_cast<size_t>(data.classes)),
      labels_(max_rows) {}

agon_batch Batches::gather(std::span<const int32_t> rows) {
  forget();
  rows_ = rows.size();
  for (size_t i = 0; i < rows_; ++i) {
    labels_[i] = data_.labels[static_cast<size_t>(rows[i])];
    target_.at(i, static_cast<size_t>(labels_[i])) = 1.0f;
  }
  agon_batch batch{};
  batch.struct_size = sizeof(agon_batch);
  batch.x = inputs_.gather(rows);
  batch.target = to_abi(core::ConstView(target_.top(rows_)));
  batch.labels = labels_.data();
  return batch;
}

void Batches::forget() {
  for (size_t i = 0; i < rows_; ++i) std::ranges::fill(target_.row(i), 0.0f);
  std::fill_n(labels_.begin(), rows_, 0);
  rows_ = 0;
}

}  // namespace agon::harness
