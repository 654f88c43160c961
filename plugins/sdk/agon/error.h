// SPDX-License-Identifier: MIT
//
// How a rule ends its cell. Errors: this is the type of all of them. Thread: any.
#pragma once

#include <stdexcept>
#include <string>

#include "agon/plugin.h"

namespace agon {

// What a rule throws to end its cell; the SDK turns it into a status and a copied text at the ABI.
class RuleError : public std::runtime_error {
 public:
  RuleError(agon_status status, const std::string& text)
      : std::runtime_error(text), status_(status) {}
  agon_status status() const noexcept { return status_; }

 private:
  agon_status status_;
};

// The rule cannot take a parameter or an input: the reason, then what would help.
[[noreturn]] inline void invalid(const std::string& text) { throw RuleError(AGON_INVALID, text); }

}  // namespace agon
