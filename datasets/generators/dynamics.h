// SPDX-License-Identifier: MIT
//
// Teachers of the dynamics tasks, integrated by Runge-Kutta (4th order) with 4 sub-steps of dt:
//
//   oscillator    x1' = -.7 x1 + w x2,  x2' = -w x1 - .7 x2,                     w = 2 pi / s
//   van-der-pol   x1' = w x2,  x2' = w ((1 - 4 x1^2) x2 - x1)                    mu = 1, x = X / 2
//   double-well   x1' = w x2,  x2' = w (x1 - x1^3 - .3 x2)
//   lorenz        sigma 10, rho 28, beta 8/3,  x = (X, Y, Z - 25) / 20
//   mackey-glass  x' = .2 x(t-17) / (1 + x(t-17)^10) - .1 x                      dt = 1 s
//   narma-10      y(t+1) = .3 y(t) + .05 y(t) sum_{i<10} y(t-i) + 1.5 u(t-9) u(t) + .1
//
// B. van der Pol, Phil. Mag. 2 (1926); E. N. Lorenz, J. Atmos. Sci. 20 (1963); M. C. Mackey, L.
// Glass, Science 197 (1977), as a forecast of 84 s in H. Jaeger, H. Haas, Science 304 (2004); A. F.
// Atiya, A. G. Parlos, IEEE Trans. Neural Netw. 11 (2000).
//
// Flows start: oscillator in [-1, 1]^2, van-der-pol on a ring of radius .4 to 1, double-well in
// [-1.3, 1.3]^2, lorenz and mackey-glass on the attractor, after 100 s and 2000 s. Commands: every
// .5 s, with probability 1/2, a new constant vector of normal numbers, else none.
#pragma once

#include <cstdint>

#include "datasets/trajectories.h"

namespace agon::datasets {

enum class System { oscillator, van_der_pol, double_well, lorenz, mackey_glass, narma };

// Episodes of one part: how many, and their rows from the start on, the start included.
struct Episodes {
  int64_t count = 0, steps = 0;
  bool commands = false;
};

struct Dynamics {
  System system = System::oscillator;
  double dt = 1e-3;
  double command = 0;  // a command is command * N(0, 1) / sqrt(K) in each dimension
  int64_t warmup = 0;  // series: rows in front of the start
  uint64_t seed = 1;
  Episodes train{}, validation{}, test{}, runs{}, reference{};
};

// Dimensions of state and drive.
int64_t state_dims(System system) noexcept;
int64_t drive_dims(System system) noexcept;

// The same values on every machine: what the C library's sine and logarithm decide is rounded
// first. About 0.3 s for the largest task.
Trajectories make_trajectories(const Dynamics& dynamics);

}  // namespace agon::datasets
