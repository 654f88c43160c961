// SPDX-License-Identifier: MIT
#include "datasets/readers/gzip.h"

#include "fuzz.h"

using namespace agon::datasets;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    unpacked(std::string(bytes), "a", size_t{1} << 20);
  });
}
