// SPDX-License-Identifier: MIT
#include "harness/work/descendants.h"

#include <dirent.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <sstream>
#include <string_view>
#include <thread>

#include "harness/work/proc_file.h"

namespace agon::harness {
namespace {

using Clock = std::chrono::steady_clock;

struct Process {
  pid_t parent = 0;
  char state = ' ';
  uint64_t ticks = 0;

  bool zombie() const { return state == 'Z'; }
};

// "pid (name) state parent ... utime stime ...": the name may hold anything.
std::optional<Process> process_of(pid_t pid) {
  const std::string stat = proc_text(fmt::format("/proc/{}/stat", pid));
  const size_t close = stat.rfind(')');
  if (close == std::string::npos || close + 4 >= stat.size()) return std::nullopt;
  std::istringstream fields(stat.substr(close + 1));
  Process process;
  std::string skipped;
  uint64_t user = 0, system = 0;
  fields >> process.state >> process.parent;
  for (int i = 0; i < 9; ++i) fields >> skipped;
  fields >> user >> system;
  process.ticks = user + system;
  return process;
}

std::map<pid_t, Process> processes() {
  std::map<pid_t, Process> found;
  DIR* folder = opendir("/proc");
  if (folder == nullptr) return found;
  while (const dirent* entry = readdir(folder)) {
    const auto pid = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
    if (pid <= 0) continue;
    if (const auto process = process_of(pid)) found[pid] = *process;
  }
  closedir(folder);
  return found;
}

bool carries(pid_t pid, const std::string& mark) {
  const std::string environment = proc_text(fmt::format("/proc/{}/environ", pid));
  const std::string wanted = fmt::format("{}={}", kMarkVariable, mark);
  for (size_t at = 0; at < environment.size();) {
    const std::string_view variable = environment.c_str() + at;
    if (variable == wanted) return true;
    at += variable.size() + 1;
  }
  return false;
}

bool below(const std::map<pid_t, Process>& all, pid_t pid, const std::set<pid_t>& workers) {
  for (size_t depth = 0; depth < all.size(); ++depth) {
    if (workers.contains(pid)) return true;
    const auto it = all.find(pid);
    if (it == all.end()) return false;
    pid = it->second.parent;
  }
  return false;
}

}  // namespace

const std::string& own_mark() {
  static const std::string mark = [] {
    std::random_device random;
    return fmt::format("{}-{:08x}{:08x}{:08x}", getpid(), random(), random(), random());
  }();
  return mark;
}

void become_subreaper() noexcept { prctl(PR_SET_CHILD_SUBREAPER, 1); }

Effort effort_of(pid_t process) {
  const auto found = process_of(process);
  return found ? Effort{found->ticks, found->state == 'D'} : Effort{};
}

Effort effort_of_all(pid_t root) {
  Effort sum;
  const std::map<pid_t, Process> all = processes();
  for (const auto& [pid, process] : all) {
    if (!below(all, pid, {root})) continue;
    sum.ticks += process.ticks;
    sum.waits |= process.state == 'D';
  }
  return sum;
}

std::set<pid_t> own_children() {
  std::set<pid_t> children;
  const pid_t self = getpid();
  for (const auto& [pid, process] : processes()) {
    if (process.parent == self) children.insert(pid);
  }
  return children;
}

void end_leftovers(const std::set<pid_t>& workers, const std::set<pid_t>& spared) {
  const pid_t self = getpid();
  const auto end = Clock::now() + std::chrono::milliseconds(500);
  for (bool found = true; found && Clock::now() < end;) {
    found = false;
    const std::map<pid_t, Process> all = processes();
    for (const auto& [pid, process] : all) {
      if (pid == self || spared.contains(pid) || below(all, pid, workers)) continue;
      // Process 1 is given every orphan, also those that are not ours.
      const bool adopted = process.parent == self && self != 1;
      if (process.zombie()) {
        if (adopted) waitpid(pid, nullptr, WNOHANG);
        continue;
      }
      if (!adopted && !carries(pid, own_mark())) continue;
      kill(pid, SIGKILL);
      found = true;
    }
    if (found) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void end_marked(const std::string& mark) {
  const auto end = Clock::now() + std::chrono::seconds(5);
  for (bool found = true; found && Clock::now() < end;) {
    found = false;
    for (const auto& [pid, process] : processes()) {
      if (pid == getpid() || process.zombie() || !carries(pid, mark)) continue;
      kill(pid, SIGKILL);
      found = true;
    }
    if (found) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace agon::harness
