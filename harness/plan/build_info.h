// SPDX-License-Identifier: MIT
//
// What this agon is: version, commit, and the identity of its numerics (see
// cmake/AgonNumerics.cmake).
#pragma once

#include <string>

#include "reports/record/record.h"

namespace agon::harness {

std::string agon_version();
// What decides the numbers of a cell besides plugin, parameters and data: the sources and flags of
// this build and the class of the SIMD target in use, "0123456789abcdef-fma". Part of every cell's
// key.
std::string numerics();
// The machine and build that this process's cells come from.
reports::Provenance provenance(unsigned threads);

}  // namespace agon::harness
