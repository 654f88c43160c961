// SPDX-License-Identifier: MIT
#include "harness/train/abi.h"

#include <span>

namespace agon::harness {
namespace {

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

}  // namespace agon::harness
