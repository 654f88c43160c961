// SPDX-License-Identifier: MIT
//
// What of ours crosses the plugin boundary, in the boundary's own types (agon/plugin.h): matrices,
// and a task as a rule is told of it.
#pragma once

#include <cstdint>

#include "agon/plugin.h"
#include "core/matrix.h"
#include "datasets/task.h"

namespace agon::harness {

inline agon_cmat to_abi(core::ConstView v) {
  return {v.data, static_cast<int64_t>(v.rows), static_cast<int64_t>(v.cols),
          static_cast<int64_t>(v.stride)};
}
inline agon_mat to_abi(core::View v) {
  return {v.data, static_cast<int64_t>(v.rows), static_cast<int64_t>(v.cols),
          static_cast<int64_t>(v.stride)};
}

// What a rule with these capabilities is told about a task before the data is read, without rows
// and seed. Dynamics: its trajectories when the rule learns them, else the regression of the vector
// field. The shape points into info.
agon_task describe_task(const datasets::TaskInfo& info, uint64_t capabilities);
// The same for data to classify, once it is there. The shape points into data.
agon_task describe_task(const datasets::Dataset& data, uint64_t seed, size_t max_batch,
                        size_t train_rows);

// The rule learns the task's trajectories itself, through agon.dynamics/1.
bool learns_trajectories(const datasets::TaskInfo& info, uint64_t capabilities);

}  // namespace agon::harness
