// SPDX-License-Identifier: MIT
#include "reports/record/study.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace agon::reports {
namespace {

// In the order of Mode.
constexpr std::array<std::string_view, 5> kModes{"train", "forgetting", "speed", "speed-again",
                                                 "trial"};

}  // namespace

std::string_view name(Mode mode) { return kModes.at(static_cast<size_t>(mode)); }

Mode mode_from(std::string_view text) {
  const auto at = std::ranges::find(kModes, text);
  if (at != kModes.end()) return static_cast<Mode>(at - kModes.begin());
  throw std::invalid_argument("no mode is called '" + std::string(text) + "'");
}

}  // namespace agon::reports
