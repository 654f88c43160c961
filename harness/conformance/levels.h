// SPDX-License-Identifier: MIT
//
// The checks by level, each file's own: checks.cc makes one table of them.
#pragma once

#include <span>

#include "harness/conformance/check.h"

namespace agon::conformance {

std::span<const Check> declared_checks();   // 1: what the plugin says of itself
std::span<const Check> running_checks();    // 2: it runs, also at the edges
std::span<const Check> showing_checks();    // 2: what it shows of a model
std::span<const Check> repeating_checks();  // 3: same bytes, no traces
std::span<const Check> process_checks();    // 3: what it does to the process
std::span<const Check> learning_checks();   // 4: it learns
std::span<const Check> principle_checks();  // 4: it keeps what it declares of its learning
std::span<const Check> drawn_checks();      // 5: drawn values, inputs and bytes
std::span<const Check> struct_checks();     // 5: structs of other sizes

}  // namespace agon::conformance
