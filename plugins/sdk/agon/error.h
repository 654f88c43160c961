// SPDX-License-Identifier: MIT
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

[[noreturn]] inline void invalid(const std::string& text) { throw RuleError(AGON_INVALID, text); }

}  // namespace agon
