// SPDX-License-Identifier: MIT
//
// Counts what this program and the plugins it has loaded ask of operator new, which a plugin takes
// from the program.
#pragma once

#include <cstddef>
#include <functional>

namespace agon::conformance {

// The calls of operator new, from all threads, while `work` runs. Not nested.
size_t allocations_of(const std::function<void()>& work);

}  // namespace agon::conformance
