// SPDX-License-Identifier: MIT
//
// What every fuzz target does: any bytes give a value or an agon::Error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/error.h"

namespace agon::fuzz {

// read: of a std::string_view. Another exception, a crash or a finding of a sanitizer ends the
// process.
template <typename Read>
int run(const uint8_t* data, size_t size, Read read) {
  try {
    read(std::string_view(reinterpret_cast<const char*>(data), size));
  } catch (const Error&) {
  }
  return 0;
}

}  // namespace agon::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
