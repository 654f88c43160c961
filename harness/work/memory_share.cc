// SPDX-License-Identifier: MIT
#include "harness/work/memory_share.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string_view>

#include "core/machine.h"
#include "core/sanitized.h"
#include "harness/work/proc_file.h"

namespace agon::harness {
namespace {

constexpr double kShare = 0.8;
constexpr uint64_t kUnlimited = std::numeric_limits<uint64_t>::max();

// "max" and what is no number are no limit.
uint64_t limit_in(const std::filesystem::path& file) {
  uint64_t bytes = 0;
  return std::ifstream(file) >> bytes && bytes > 0 ? bytes : kUnlimited;
}

}  // namespace

uint64_t group_limit(const std::string& groups, const std::string& root) {
  uint64_t least = kUnlimited;
  std::istringstream lines(groups);
  for (std::string line; std::getline(lines, line);) {  // "0::/a/b" or "4:memory:/a/b"
    const size_t controllers = line.find(':'), path = line.find(':', controllers + 1);
    if (controllers == std::string::npos || path == std::string::npos) continue;
    const std::string_view named =
        std::string_view(line).substr(controllers + 1, path - controllers - 1);
    const bool unified = named.empty();
    if (!unified && named != "memory") continue;
    const std::filesystem::path top = unified ? root : root + "/memory";
    const char* const file = unified ? "memory.max" : "memory.limit_in_bytes";
    // A limit holds for all below; in a container the group is mounted as the top.
    std::filesystem::path group = std::filesystem::path(line.substr(path + 1)).relative_path();
    for (;; group = group.parent_path()) {
      least = std::min(least, limit_in(top / group / file));
      if (group.empty()) break;
    }
  }
  return least == kUnlimited ? 0 : least;
}

int64_t memory_share_mib(unsigned jobs) {
  if (core::kSanitized) return 0;
  const std::string groups = proc_text("/proc/self/cgroup");
  uint64_t mib = core::machine().memory_mib;
  if (const uint64_t bytes = group_limit(groups, "/sys/fs/cgroup"); bytes > 0)
    mib = std::min(mib, bytes >> 20);
  return static_cast<int64_t>(kShare * static_cast<double>(mib) / std::max(1u, jobs));
}

}  // namespace agon::harness
