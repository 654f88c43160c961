// SPDX-License-Identifier: MIT
#include "harness/plan/suite.h"

#include "fuzz.h"

using namespace agon::harness;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    const Suite suite = parse_suite(std::string(bytes), "a.toml");
    if (suite.studies.empty()) __builtin_trap();
    for (const Study& study : suite.studies) {
      if (study.seeds < 1 || (study.grids.empty() && !study.trials)) __builtin_trap();
    }
  });
}
