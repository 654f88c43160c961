// SPDX-License-Identifier: MIT
//
// Series of frames as a rule reads them: what of them is there at a time step. See
// agon/ext/sequence.h.
// Errors: none. Thread: any.
#pragma once

#include <cstdint>

#include "agon/matrix.h"
#include "agon/plugin.h"

namespace agon {

// Rows of the task are series, time first.
constexpr bool is_of_series(const agon_task& task) { return (task.flags & AGON_TASK_SERIES) != 0; }
// Numbers of a frame of such a task.
constexpr int64_t channels_of(const agon_task& task) { return task.inputs / task.shape[0]; }

// Rows that still run at step t: the first ones.
constexpr int64_t running_at(const agon_series& s, int64_t t) {
  int64_t rows = s.rows;
  while (rows > 0 && s.lengths[rows - 1] <= t) --rows;
  return rows;
}
// Their frames of step t [running x channels].
constexpr ConstView frames_at(const agon_series& s, int64_t t) {
  return {s.x.data + t * s.rows * s.x.stride, running_at(s, t), s.channels, s.x.stride};
}
// The frame t of row r [channels].
constexpr const float* frame_of(const agon_series& s, int64_t r, int64_t t) {
  return s.x.data + (t * s.rows + r) * s.x.stride;
}

}  // namespace agon
