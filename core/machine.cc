// SPDX-License-Identifier: MIT
#include "core/machine.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

#include "core/hash.h"

namespace agon::core {
namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

// The value behind "key<separator>value" in the first line of `file` that starts with key.
std::string value_of(const fs::path& file, std::string_view key, char separator) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key)) continue;
    const size_t at = line.find(separator);
    if (at == std::string::npos) continue;
    const size_t begin = line.find_first_not_of(" \t\"", at + 1);
    const size_t end = line.find_last_not_of(" \t\"");
    if (begin != std::string::npos && end >= begin) return line.substr(begin, end - begin + 1);
  }
  return {};
}

std::string cpu_model() {
  std::string model = value_of("/proc/cpuinfo", "model name", ':');
  if (model.empty()) model = first_line("/sys/firmware/devicetree/base/model");
  return model.empty() ? "unknown" : model;
}

// CPUs worth of time that the process's cgroup and those above it allow.
std::optional<double> cgroup_limit() {
  std::optional<double> limit;
  const auto take = [&](double quota, double period) {
    if (quota > 0 && period > 0) limit = std::min(limit.value_or(quota / period), quota / period);
  };
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool unified = controllers.empty();
    if (!unified && ("," + controllers + ",").find(",cpu,") == std::string::npos) continue;
    const fs::path root = unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu";
    for (fs::path group = fs::path(line.substr(second + 1)).relative_path();;
         group = group.parent_path()) {
      double quota = 0, period = 0;
      if (unified) {
        std::istringstream(first_line(root / group / "cpu.max")) >> quota >>
            period;  // "max" reads as 0
      } else {
        std::istringstream(first_line(root / group / "cpu.cfs_quota_us")) >> quota;
        std::istringstream(first_line(root / group / "cpu.cfs_period_us")) >> period;
      }
      take(quota, period);
      if (group.empty()) break;
    }
  }
  return limit;
}

unsigned usable_cores() {
  unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0) {
    cores = static_cast<unsigned>(CPU_COUNT(&set));
  }
  if (const auto limit = cgroup_limit()) {
    cores = std::min(cores, static_cast<unsigned>(std::max(1.0, std::ceil(*limit))));
  }
  return cores;
}

uint64_t memory_mib() {
  const long pages = sysconf(_SC_PHYS_PAGES), bytes = sysconf(_SC_PAGESIZE);
  if (pages <= 0 || bytes <= 0) return 0;
  return static_cast<uint64_t>(pages) * static_cast<uint64_t>(bytes) / (1024 * 1024);
}

std::string operating_system() {
  std::string name = value_of("/etc/os-release", "PRETTY_NAME", '=');
  if (name.empty()) name = "unknown";
  utsname kernel{};
  if (uname(&kernel) != 0) return name;
  return fmt::format("{}, {} {}", name, kernel.sysname, kernel.release);
}

}  // namespace

Machine machine() {
  Machine m;
  m.cpu = cpu_model();
  m.cores = usable_cores();
  m.memory_mib = memory_mib();
  m.os = operating_system();
  m.governor = first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  if (m.governor.empty()) m.governor = "unknown";
  // The machine's own cores, so that a pinned process reports the same machine.
  const long all_cores = sysconf(_SC_NPROCESSORS_CONF);
  m.host_id =
      hash_hex(fmt::format("{}|{}|{}|{}", m.cpu, all_cores, m.memory_mib, m.os)).substr(0, 16);
  return m;
}

std::string compiler() {
#if defined(__clang__)
  return fmt::format("clang++ {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#elif defined(__GNUC__)
  return fmt::format("g++ {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#else
  return "unknown";
#endif
}

}  // namespace agon::core
