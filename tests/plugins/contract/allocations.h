// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace agon::test {

// Calls of operator new, in this executable and the plugins it loads, since the process began.
size_t allocations() noexcept;

}  // namespace agon::test
