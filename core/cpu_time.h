// SPDX-License-Identifier: MIT
//
// CPU time: what other programs do does not count. Threads: any.
#pragma once

namespace agon::core {

double thread_seconds() noexcept;   // of the calling thread
double process_seconds() noexcept;  // of all threads of this process together

}  // namespace agon::core
