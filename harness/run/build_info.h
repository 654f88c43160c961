// SPDX-License-Identifier: MIT
//
// What this agon is: version, commit, and the identity of its numerics (see cmake/AgonNumerics.cmake).
#pragma once

#include <string>

#include "reports/record.h"

namespace agon::harness {

std::string agon_version();
std::string numerics_id();
// The machine and build that this process's cells come from.
reports::Provenance provenance(unsigned threads);

}  // namespace agon::harness
