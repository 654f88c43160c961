// SPDX-License-Identifier: MIT
//
// The call of the host's that Python code runs in: what the functions of the module agon act on.
#pragma once

#include <cstdint>
#include <string>

#include "agon/ops.h"

namespace agon::python {

class Now {
 public:
  Now(const agon_host* host, agon_call* call, uint64_t seed)
      : context_(host, call), seed_(seed), before_(current_) {
    current_ = this;
  }
  ~Now() { current_ = before_; }
  Now(const Now&) = delete;
  Now& operator=(const Now&) = delete;

  // Throws std::runtime_error outside a call, as while a file is imported. Ends the call with AGON_STOPPED
  // when the host asked to stop: so every kernel asks for a rule.
  static Now& of(const char* function);

  const Context& context() const { return context_; }
  uint64_t seed() const { return seed_; }

 private:
  static thread_local Now* current_;
  Context context_;
  uint64_t seed_;
  Now* before_;
};

}  // namespace agon::python
