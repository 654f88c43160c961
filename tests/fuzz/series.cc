// SPDX-License-Identifier: MIT
#include "datasets/readers/series.h"

#include "fuzz.h"

using namespace agon::datasets;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    read_series(bytes, "a", [](const SeriesCase& series) {
      if (series.values.size() != series.channels * series.length) __builtin_trap();
    });
  });
}
