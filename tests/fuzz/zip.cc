// SPDX-License-Identifier: MIT
#include "datasets/readers/zip.h"

#include "fuzz.h"

using namespace agon::datasets;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size,
                         [](std::string_view bytes) { zip_member(bytes, "x.npy", "a"); });
}
