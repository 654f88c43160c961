// SPDX-License-Identifier: MIT
#include "datasets/readers/idx.h"

#include "fuzz.h"

using namespace agon::datasets;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    parse_idx(bytes, "a", IdxElements::bytes_or_floats);
  });
}
