// SPDX-License-Identifier: MIT
#include "harness/work/utc.h"

#include <fmt/chrono.h>

#include <chrono>

namespace agon::harness {
namespace {
std::tm utc() {
  return fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
}
}  // namespace

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", utc()); }
std::string utc_for_path() { return fmt::format("{:%Y%m%dT%H%M%SZ}", utc()); }

}  // namespace agon::harness
