// SPDX-License-Identifier: MIT
//
// Options that cannot hold together are refused with both settings, the reason and the fix. Those
// that merely work badly are not among them: they are results. A rule with such options has a file
// of this name, whose refuse_contradictions() both its check and its constructor call.
//
// Errors: RuleError (AGON_INVALID). Thread: any.
#pragma once

#include <string>

#include "agon/error.h"

namespace agon {

// one, other: "key=value". Throws RuleError(AGON_INVALID).
[[noreturn]] inline void clash(const std::string& one, const std::string& other,
                               const std::string& reason, const std::string& fix) {
  invalid(one + " and " + other + " contradict each other: " + reason + "; set " + fix);
}

}  // namespace agon
