// SPDX-License-Identifier: MIT
#include "datasets/readers/wav.h"

#include "datasets/log_mel.h"
#include "fuzz.h"

using namespace agon::datasets;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    const Wav wav = parse_wav(bytes, "a");
    log_mel({.rate = 1000, .seconds = 0.1, .low = 20, .high = 500, .frames = 3, .bands = 4},
            wav.samples);
  });
}
