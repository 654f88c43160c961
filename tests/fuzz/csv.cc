// SPDX-License-Identifier: MIT
#include "datasets/readers/csv.h"

#include "fuzz.h"

using namespace agon::datasets;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    read_csv(bytes, "a", csv_layout(bytes, "a", {}), [](const Record& record) {
      for (const std::string_view cell : record.cells) shown(trimmed(cell));
    });
  });
}
