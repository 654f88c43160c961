// SPDX-License-Identifier: MIT
//
// The speeds of two runs side by side. Pure functions, any thread.
#pragma once

#include <span>

#include "reports/comparison/comparison.h"
#include "reports/comparison/settings.h"

namespace agon::reports {

// A setting with its names and counts, without its numbers.
ComparedSetting named(const SettingPair& pair, std::string quantity);

// Adds a setting for each speed of the pairs that are timed, or says why it does not.
void compare_speeds(std::span<const SettingPair> pairs, Comparison& out);

}  // namespace agon::reports
