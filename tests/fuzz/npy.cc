// SPDX-License-Identifier: MIT
#include "datasets/readers/npy.h"

#include "fuzz.h"

using namespace agon::datasets;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    const Npy npy = parse_npy(std::string(bytes), "a");
    double sum = 0;
    for (size_t i = 0; i < npy.count; ++i) sum += npy.real(i) + static_cast<double>(npy.integer(i));
    volatile double used = sum;
    static_cast<void>(used);
  });
}
