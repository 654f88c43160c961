// SPDX-License-Identifier: MIT
//
// dx/dt = f(x) + c with f in closed form: one step of the teacher. Throws nothing; threads: any.
#pragma once

#include <array>
#include <cstddef>

#include "datasets/generators/dynamics.h"

namespace agon::datasets {

using Point = std::array<double, 3>;  // the first K of them

// f of a flow: every system but mackey_glass and narma.
Point field(System system, const Point& x) noexcept;

// The state dt later, c held constant: 4 Runge-Kutta steps of dt / 4.
Point flow_step(System system, const Point& x, const Point& c, double dt) noexcept;

}  // namespace agon::datasets
