// SPDX-License-Identifier: MIT
#include "reports/summary/hosts.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr size_t kLetters = 26;

// A cell that was skipped ran nowhere.
bool was_timed(const CellRecord& r) {
  return is_speed(r.id.mode) && r.outcome.status != Status::skipped;
}

}  // namespace

std::string host_class(const Provenance& p) {
  std::string out = p.cpu.empty() ? "host " + p.host_id : p.cpu;
  if (!p.simd_target.empty()) out += ", " + p.simd_target;
  if (!p.governor.empty()) out += ", governor " + p.governor;
  return out + ", " + plural(p.threads, "thread");
}

Hosts::Hosts(std::span<const CellRecord> records) {
  for (const CellRecord& r : records) {
    if (!was_timed(r)) continue;
    std::string own = host_class(*r.provenance);
    if (std::ranges::find(classes_, own) == classes_.end()) classes_.push_back(std::move(own));
  }
}

std::string Hosts::name_of(const CellRecord& record) const {
  if (classes_.size() < 2 || !was_timed(record)) return "";
  const auto at = std::ranges::find(classes_, host_class(*record.provenance));
  return at == classes_.end() ? "" : name(static_cast<size_t>(at - classes_.begin()));
}

std::string Hosts::name(size_t place) {
  return place < kLetters ? std::string(1, static_cast<char>('A' + place))
                          : std::to_string(place + 1);
}

}  // namespace agon::reports
