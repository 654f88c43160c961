// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace agon::harness {

std::string utc_now();       // "2026-01-31T23:59:59Z"
std::string utc_for_path();  // "20260131T235959Z"

}  // namespace agon::harness
