// SPDX-License-Identifier: MIT
#include "harness/work/control_group.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <sstream>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "harness/work/descendants.h"
#include "harness/work/proc_file.h"

namespace agon::harness {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kName = "agon-";

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// 0, or what the kernel answers.
int tell(const fs::path& file, std::string_view text) noexcept {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const bool taken = write(descriptor, text.data(), text.size()) >= 0;
  const int code = taken ? 0 : errno;
  close(descriptor);
  return code;
}

fs::path group_of_this_process() {
  return own_group(proc_text("/proc/self/mountinfo"), proc_text("/proc/self/cgroup"));
}

bool holds_nobody_else(const fs::path& group) {
  const std::vector<std::string> members = words_of(proc_text(group / "cgroup.procs"));
  return members == std::vector<std::string>{std::to_string(getpid())};
}

// Where the process goes that makes the groups in this folder.
fs::path aside_of(const fs::path& folder) { return folder.native() + "-itself"; }

// The top of all groups may hold processes and groups at once; it alone has no type.
bool is_top(const fs::path& group) {
  std::error_code ignored;
  return !fs::exists(group / "cgroup.type", ignored);
}

std::vector<fs::path> groups_in(const fs::path& group) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator it(group, error), end; !error && it != end; it.increment(error)) {
    if (it->is_directory(error)) found.push_back(it->path());
  }
  return found;
}

// What was killed needs a moment to be gone.
void remove_when_empty(const fs::path& group) {
  std::error_code error;
  for (int i = 0; i < 200 && !fs::remove(group, error) && fs::exists(group, error); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

// Of runs that were killed together with their watchers; what holds processes stays.
void remove_abandoned(const fs::path& own) noexcept {
  try {
    std::error_code error;
    for (const fs::path& group : groups_in(own)) {
      const std::string name = group.filename();
      if (!name.starts_with(kName)) continue;
      pid_t maker = 0;
      std::from_chars(name.data() + kName.size(), name.data() + name.size(), maker);
      if (maker <= 0 || kill(maker, 0) == 0 || errno != ESRCH) continue;
      for (const fs::path& inner : groups_in(group)) fs::remove(inner, error);
      fs::remove(group, error);
    }
  } catch (...) {  // no memory for a name
  }
}

}  // namespace

ControlGroup::ControlGroup(fs::path folder, int64_t limit_mib) : folder_(std::move(folder)) {
  fs::create_directory(folder_);
  if (limit_mib <= 0) return;
  const int code = tell(folder_ / "memory.max", std::to_string(limit_mib << 20));
  if (code != 0) {
    end_group(folder_);
    throw fs::filesystem_error("no limit on memory", folder_,
                               std::error_code(code, std::system_category()));
  }
  tell(folder_ / "memory.swap.max", "0");
  tell(folder_ / "memory.oom.group", "1");  // what is left would be no whole cell
}

ControlGroup::~ControlGroup() { end_group(folder_); }

bool ControlGroup::ran_out() const {
  const std::vector<std::string> events = words_of(proc_text(folder_ / "memory.events"));
  bool limit = false, killed = false;  // the machine's own want of memory kills, too
  for (size_t i = 0; i + 1 < events.size(); i += 2) {
    limit |= events[i] == "oom" && events[i + 1] != "0";
    killed |= events[i] == "oom_kill" && events[i + 1] != "0";
  }
  return limit && killed;
}

ControlGroups::ControlGroups(int64_t limit_mib) : limit_mib_(limit_mib) {
  if (limit_mib <= 0 || !control_group_fault().empty()) return;
  own_ = group_of_this_process();
  remove_abandoned(own_);
  std::error_code error;
  const fs::path folder = own_ / (std::string(kName) + own_mark());
  if (!fs::create_directory(folder, error)) return;
  if (hand_memory_on(folder) && tell(folder / "cgroup.subtree_control", "+memory") == 0) {
    folder_ = folder;
  } else {
    end_group(folder);
  }
}

bool ControlGroups::hand_memory_on(const fs::path& folder) {
  const fs::path control = own_ / "cgroup.subtree_control";
  const int code = tell(control, "+memory");
  if (code != EBUSY) return code == 0;
  std::error_code error;
  const fs::path aside = aside_of(folder);
  if (!fs::create_directory(aside, error)) return false;
  if (join_group(aside) && tell(control, "+memory") == 0) return true;
  join_group(own_);
  fs::remove(aside, error);
  return false;
}

ControlGroups::~ControlGroups() {
  if (!folder_.empty()) end_groups(folder_);
}

std::unique_ptr<ControlGroup> ControlGroups::make() {
  if (folder_.empty()) return nullptr;
  try {
    return std::make_unique<ControlGroup>(folder_ / std::to_string(++made_), limit_mib_);
  } catch (const fs::filesystem_error&) {
    return nullptr;  // no room for more of them: its limits as a process remain
  }
}

std::string control_group_fault() {
  const fs::path own = group_of_this_process();
  if (own.empty()) return "no control groups of version 2 are mounted";
  const std::vector<std::string> controllers = words_of(proc_text(own / "cgroup.controllers"));
  if (std::ranges::find(controllers, "memory") == controllers.end())
    return fmt::format("{} has no control over memory", own.string());
  if (access(own.c_str(), W_OK) != 0 || access((own / "cgroup.procs").c_str(), W_OK) != 0)
    return fmt::format("{} is not this user's", own.string());
  if (!is_top(own) && !holds_nobody_else(own))
    return fmt::format("{} holds other processes", own.string());
  return "";
}

fs::path own_group(const std::string& mounts, const std::string& groups) {
  fs::path group;
  std::istringstream lines(groups);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("0::/")) group = line.substr(3);
  }
  if (group.empty()) return {};
  std::istringstream mounted(mounts);
  for (std::string line; std::getline(mounted, line);) {  // "36 35 0:1 ROOT PLACE ... - TYPE ..."
    if (line.find(" - cgroup2 ") == std::string::npos) continue;
    const std::vector<std::string> words = words_of(line);
    if (words.size() < 5) continue;
    const fs::path relative = group.lexically_relative(words[3]);
    // In a container the group is often mounted as the top, and named from outside.
    const bool outside = relative.empty() || relative.native().starts_with("..");
    return outside || relative == "." ? fs::path(words[4]) : words[4] / relative;
  }
  return {};
}

bool join_group(const fs::path& group) noexcept {
  try {
    return tell(group / "cgroup.procs", "0") == 0;
  } catch (...) {  // no memory for a name
    return false;
  }
}

void end_group(const fs::path& group) noexcept {
  try {
    if (tell(group / "cgroup.kill", "1") != 0) {  // Linux before 5.14
      for (const std::string& member : words_of(proc_text(group / "cgroup.procs"))) {
        const int process = std::stoi(member);
        if (process > 1 && process != getpid()) kill(process, SIGKILL);
      }
    }
    for (const fs::path& inner : groups_in(group)) end_group(inner);
    remove_when_empty(group);
  } catch (...) {  // no memory for a name
  }
}

void end_groups(const fs::path& folder) noexcept {
  end_group(folder);
  try {
    std::error_code error;
    const fs::path aside = aside_of(folder), own = folder.parent_path();
    if (!fs::exists(aside, error)) return;
    // Where another agon's groups are there by now, or a child is aside, too, all stays as it is.
    tell(own / "cgroup.subtree_control", "-memory");
    if (join_group(own)) remove_when_empty(aside);
  } catch (...) {  // no memory for a name
  }
}

}  // namespace agon::harness
