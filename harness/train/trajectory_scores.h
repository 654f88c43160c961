// SPDX-License-Identifier: MIT
//
// Scores of free runs against their teacher. A run is dense rows in time of K dimensions, as long
// as its teacher, row 0 the start; NaN from where it left the finite numbers. Threads: any.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace agon::harness {

using Rows = std::span<const float>;  // [steps x K]

// sqrt(mean (x^ - x)^2 / mean (x - m)^2) over steps and dimensions, m one mean per dimension over
// time. Infinite for a run with NaN.
double nrmse(Rows run, Rows teacher, size_t dims);

// The same at one step, over all trials: the mean and the spread of x are those of all rows of all
// teachers. Runs with NaN, there or later, score 0 each: with E the error of the others and s their
// share, it is the one whose 1 / (1 + NRMSE) is s / (1 + E); infinite when no run is left.
double nrmse_at(size_t step, std::span<const Rows> runs, std::span<const Rows> teachers,
                size_t dims);

// The same of each trial by itself: its error at the step over that spread. Infinite for a run with
// NaN, there or later.
std::vector<double> nrmses_at(size_t step, std::span<const Rows> runs,
                              std::span<const Rows> teachers, size_t dims);

// sqrt(mean (x - m)^2) summed over dimensions, over all rows: the length of a usual departure.
double spread(std::span<const Rows> teachers, size_t dims);

// Steps until |x^ - x| first exceeds `bound`; all of them when it never does.
size_t horizon(Rows run, Rows teacher, size_t dims, double bound);

// Of x1: a 20 ms moving average, then one over the mean interval between upward passages through .3
// that follow a passage below -.3, without the first 2 s. 1/s; 0 with fewer than two passages.
double frequency(Rows run, size_t dims, double dt);

// Mean distance of the run in the plane of x1 and x2 from the nearest point of the teacher's orbit,
// over the orbit's rms radius, both without the first 2 s. Infinite for a run with NaN.
double orbit_distance(Rows run, Rows teacher, size_t dims, double dt);

// Both ends have the same sign of x1.
bool same_basin(Rows run, Rows teacher, size_t dims);

// x1 stays on one side, beyond -.2 or .2, for the last 20 s: the run sits on a fixed point or in
// one lobe.
bool locked(Rows run, size_t dims, double dt);

// |x1|, |x2| and x3 of a run of 3 dimensions, each sorted: the system is symmetric under the change
// of sign of x1 and x2.
struct Visits {
  explicit Visits(Rows run);
  std::array<std::vector<float>, 3> sorted;
  std::array<double, 3> sd{};  // of x1, x2, x3 themselves
};
// Wasserstein-1 distance in each dimension over the teacher's standard deviation.
std::array<double, 3> wasserstein(const Visits& run, const Visits& teacher);

}  // namespace agon::harness
