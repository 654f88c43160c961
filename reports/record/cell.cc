// SPDX-License-Identifier: MIT
#include "reports/record/cell.h"

#include <array>
#include <stdexcept>

namespace agon::reports {
namespace {

// In the order of Status.
constexpr std::array<std::string_view, 10> kNames = {
    "ok",    "diverged", "timeout",      "crashed",    "oom", "invalid_output",
    "error", "skipped",  "abi_mismatch", "quarantined"};

}  // namespace

std::string_view name(Status status) { return kNames.at(static_cast<size_t>(status)); }

Status status_from(std::string_view text) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<Status>(i);
  }
  throw std::invalid_argument("no status is called '" + std::string(text) + "'");
}

bool is_failure(Status status) {
  return status != Status::ok && status != Status::diverged && status != Status::skipped;
}

}  // namespace agon::reports
