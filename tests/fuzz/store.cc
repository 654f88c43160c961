// SPDX-License-Identifier: MIT
//
// Any bytes as results.sqlite.
#include "fuzz.h"
#include "store_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    agon::fuzz::write_store(bytes);
    agon::fuzz::read_store();
  });
}
