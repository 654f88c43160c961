// SPDX-License-Identifier: MIT
//
// Options that take a number: read by core/number.h like every number of a person, not by CLI11, to
// which 010 is eight.
#pragma once

#include <string>

#include "core/number.h"
#include "harness/cli/command_line.h"

namespace agon::harness {

template <typename T>
Option add_whole(const Verb& verb, const std::string& names, T& value,
                 const core::WholeRange& range, const std::string& help) {
  const auto set = [&value, range](const std::string& text) {
    value = static_cast<T>(core::whole_within(text, range));
  };
  return verb.checked(names, set, help).takes("N");
}

inline Option add_real(const Verb& verb, const std::string& names, double& value,
                       const core::RealRange& range, const std::string& help) {
  const auto set = [&value, range](const std::string& text) {
    value = core::real_within(text, range);
  };
  return verb.checked(names, set, help).takes("X");
}

}  // namespace agon::harness
