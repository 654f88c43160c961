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

// Several points, coordinate by coordinate.
inline constexpr size_t kAbreast = 8;
using Points = std::array<std::array<double, kAbreast>, 3>;

// The same of each point, to the bit. A step waits for its own results most of the time: eight at once cost
// hardly more than one.
Points flow_step(System system, const Points& x, const Points& c, double dt) noexcept;

}  // namespace agon::datasets
