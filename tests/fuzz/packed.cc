// SPDX-License-Identifier: MIT
//
// Columns of results of earlier versions, which are read into those of today. The first byte says which.
#include "reports/store/packed.h"

#include <stdexcept>

#include "fuzz.h"

using namespace agon::reports;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    if (bytes.empty()) return;
    const std::string_view rest = bytes.substr(1);
    try {
      CellOutcome outcome;
      switch (bytes[0] % 6) {
        case 0: unpack_curve(rest, outcome); break;
        case 1: unpack_numbers(rest); break;
        case 2: unpack_pictures(rest); break;
        case 3: unpack_metrics(rest); break;
        case 4: unpack_warnings(rest); break;
        default: unpack_harms(rest, outcome.series);
      }
    } catch (const std::runtime_error&) {  // as the store takes them
    } catch (const std::logic_error&) {
    }
  });
}
