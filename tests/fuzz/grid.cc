// SPDX-License-Identifier: MIT
#include "datasets/readers/grid.h"

#include "fuzz.h"

using namespace agon::datasets;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    const Grid grid = read_grid(bytes, "a");
    if (grid.values.size() != grid.rows * grid.cols) __builtin_trap();
  });
}
