// SPDX-License-Identifier: MIT
//
// Runs of a system that moves by itself and by a drive: the data of a dynamics task.
//
// A flow obeys dx/dt = f(x) + c(t), its drive c held constant from row n to row n + 1. A series has
// values in place of a field: the next value depends on a window of past values and of past inputs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace agon::datasets {

// Dense rows in time, dt apart; row 0 is the start.
struct Trajectory {
  std::vector<float> state;  // x [steps x K]
  std::vector<float> drive;  // c [steps x drives]; empty: undriven

  size_t steps(size_t dims) const noexcept { return state.size() / dims; }
};

// What a rule must be told about a dynamics task besides its shape [K].
struct DynamicsInfo {
  double dt = 0;             // s between two rows
  int64_t drives = 0;        // columns of a drive: K for a flow
  int64_t window = 1;        // states that decide the next one, the present one included
  int64_t drive_window = 0;  // inputs likewise; 0: the drive is c and adds to dx/dt
  int64_t episodes = 0;      // training episodes
  int64_t stride = 1;        // a regression learns from every stride-th step of the episodes
  int64_t inputs = 0;        // columns of what a regression sees of one step: states, then inputs
  double ridge = 0;          // the frozen score of a linear field
  int64_t lead = 0;  // > 0: the error is read so many steps after the start, over all trials
  // What the long runs are asked: cycle (frequency, orbit), basins (which well), attractor
  // (visits).
  enum class Statistics { none, cycle, basins, attractor } statistics = Statistics::none;

  // The next state follows from x and c alone, so that the task is one of dx/dt = f(x) + c.
  bool is_flow() const noexcept { return window == 1 && drive_window == 0; }
  // Rows of a trial that come before its start, for the window.
  int64_t warmup() const noexcept { return (window > drive_window ? window : drive_window) - 1; }
};

struct Trajectories {
  std::vector<Trajectory> train, validation, test;
  std::vector<Trajectory> runs;  // long and free, for Statistics
  Trajectory reference;          // Statistics::attractor: a much longer run of the teacher
};

}  // namespace agon::datasets
