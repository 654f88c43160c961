// SPDX-License-Identifier: MIT
//
// What a process that is gone, or hangs, was doing: its whereabouts in words. Nothing in them is
// trusted: a rule can have written there.
#pragma once

#include <filesystem>
#include <string>

#include "harness/plugins/whereabouts.h"

namespace agon::harness {

// " in fit, epoch 3, update 41", " in create", or "" when it called no rule.
std::string where_text(const Whereabouts& page);

// The calls that led to a fatal signal, innermost first, a line each, with the names of functions of
// `plugin`, of this program and of the libraries of the system; "" when there was none. Frames outside the
// outermost one of the rule are left out.
std::string backtrace_text(const Whereabouts& page, const std::filesystem::path& plugin);

}  // namespace agon::harness
