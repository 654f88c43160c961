// SPDX-License-Identifier: MIT
//
// Working memory of the kernels: one growing buffer per thread and purpose, so that nothing is
// allocated in the steady state.
#pragma once

#include <cstddef>

namespace agon::core {

enum class Scratch { panel, left_rows, right_rows, lattice };

// At least `count` floats, 64-byte aligned, contents undefined; valid until the next call with the
// same purpose in this thread. Ends the process when memory is exhausted, as kernels cannot report
// it.
float* scratch(Scratch purpose, size_t count) noexcept;

}  // namespace agon::core
