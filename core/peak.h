// SPDX-License-Identifier: MIT
//
// What this processor could compute at most, here and now: the yardstick beside a measurement. A burst
// takes some ten microseconds, so that one fits beside every round.
#pragma once

namespace agon::core {

// Floating-point operations per second of multiply-adds on vectors that never leave their registers, two
// operations for each lane, by the thread's own CPU time. The vectors are the widest that the SIMD
// target in use allows (simd_vectors() of machine.h). The upper halves of the registers are clean
// afterwards: dirty ones would slow down what comes next and is compiled for SSE. Thread: any.
double fma_rate();

// Bytes per second that this thread reads from the second-level cache, where the weights of a small network
// lie while it learns: a block too large for the first level, read over and over by vectors as wide as
// above. Takes some hundred microseconds and 256 KiB.
double read_rate();

}  // namespace agon::core
