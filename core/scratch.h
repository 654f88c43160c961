// SPDX-License-Identifier: MIT
//
// Working memory of the kernels: one growing buffer per thread and purpose, so that nothing is
// allocated in the steady state.
#pragma once

#include <cstddef>

namespace agon::core {

enum class Scratch { panel, lattice };

// At least `count` floats, 64-byte aligned, contents undefined; valid until the next call with the
// same purpose in this thread. Throws std::bad_alloc; the buffer is then as it was.
float* scratch(Scratch purpose, size_t count);

}  // namespace agon::core
