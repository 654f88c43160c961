// SPDX-License-Identifier: MIT
//
// Commands in the background and what they leave alive, for tests that kill and stop them.
#pragma once

#include <fmt/format.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"
#include "reports/store/store.h"
#include "tests/support/shell.h"

namespace agon::test {

struct Process {
  pid_t pid = 0, parent = 0;
  char state = ' ';
};

inline std::vector<Process> processes() {
  std::vector<Process> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string stat = read_file(entry.path() / "stat");
    const size_t close = stat.rfind(')');
    if (close == std::string::npos) continue;
    std::istringstream fields(stat.substr(close + 2));
    Process process{std::stoi(name), 0, ' '};
    fields >> process.state >> process.parent;
    found.push_back(process);
  }
  return found;
}

// All that live below a process.
inline std::vector<pid_t> below(pid_t root) {
  const std::vector<Process> all = processes();
  std::set<pid_t> tree{root};
  for (size_t before = 0; before != tree.size();) {
    before = tree.size();
    for (const Process& p : all) {
      if (tree.contains(p.parent) && p.state != 'Z') tree.insert(p.pid);
    }
  }
  tree.erase(root);
  return {tree.begin(), tree.end()};
}

inline bool alive(pid_t pid) {
  const std::string stat = read_file(fmt::format("/proc/{}/stat", pid));
  const size_t close = stat.rfind(')');
  return close != std::string::npos && stat[close + 2] != 'Z';
}

// Processes that the agon of this id started and its rules theirs, wherever they hang now: each
// carries its mark in its environment.
inline std::vector<pid_t> marked_by(pid_t agon) {
  const std::string mark = fmt::format("AGON_WORKER_OF={}-", agon);
  std::vector<pid_t> found;
  for (const Process& p : processes()) {
    if (p.state == 'Z') continue;
    if (read_file(fmt::format("/proc/{}/environ", p.pid)).find(mark) != std::string::npos)
      found.push_back(p.pid);
  }
  return found;
}

inline bool soon(const std::function<bool()>& holds, int milliseconds) {
  for (int waited = 0; waited < milliseconds; waited += 10) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return holds();
}

// A second, in milliseconds; longer where more programs want to run than there are cores: a process that
// is given no time cannot end either.
inline int a_second() {
  double load = 0;
  getloadavg(&load, 1);
  return static_cast<int>(1000 * std::max(1.0, load / std::thread::hardware_concurrency()));
}

// What of it is still alive a second after the agon of this id was killed, in words; "" is nothing.
inline std::string outliving(pid_t agon) {
  soon([&] { return marked_by(agon).empty(); }, a_second());
  std::string text;
  for (const pid_t pid : marked_by(agon)) {
    std::string line = read_file(fmt::format("/proc/{}/cmdline", pid));
    std::replace(line.begin(), line.end(), '\0', ' ');
    text += fmt::format("{} ({}) outlived agon by {} ms; ", pid, line, a_second());
  }
  return text;
}

// Runs the command in the background, as the leader of its group; what it prints is added to `log`.
inline pid_t start(const TemporaryFolder& folder, const std::string& line) {
  std::fflush(nullptr);  // or the child would write it once more
  const pid_t pid = fork();
  if (pid == 0) {
    setpgid(0, 0);
    std::filesystem::current_path(folder.path());
    if (freopen("log", "a", stdout) == nullptr || freopen("log", "a", stderr) == nullptr) _exit(9);
    execl("/bin/sh", "sh", "-c", ("exec " + line).c_str(), nullptr);
    _exit(9);
  }
  return pid;
}

// Cells of a run that have come to their end, 0 where there is no store yet.
inline size_t finished_cells(const std::filesystem::path& run) {
  try {
    return reports::Store(run / "results.sqlite", reports::Store::Mode::read).finished().size();
  } catch (const Error&) {
    return 0;
  }
}

}  // namespace agon::test
