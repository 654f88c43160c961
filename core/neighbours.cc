// SPDX-License-Identifier: MIT
#include "core/neighbours.h"

#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <limits>
#include <string>

namespace agon::core {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Neighbours::Neighbours() : start_(ticks()) {}

double Neighbours::load_per_core() {
  double load = 0;
  const long cores = sysconf(_SC_NPROCESSORS_ONLN);
  if (getloadavg(&load, 1) != 1 || cores < 1) return kUnknown;
  return load / static_cast<double>(cores);
}

double Neighbours::stolen() const {
  const Ticks now = ticks();
  if (now.all <= start_.all) return kUnknown;
  return static_cast<double>(now.stolen - start_.stolen) /
         static_cast<double>(now.all - start_.all);
}

// "cpu user nice system idle iowait irq softirq steal ...": proc(5). Guests are part of user.
Neighbours::Ticks Neighbours::ticks() {
  std::ifstream in("/proc/stat");
  std::string cpu;
  std::array<uint64_t, 8> counts{};
  in >> cpu;
  for (uint64_t& count : counts) in >> count;
  if (!in || cpu != "cpu") return {};
  Ticks out;
  for (const uint64_t count : counts) out.all += count;
  out.stolen = counts.back();
  return out;
}

}  // namespace agon::core
