// SPDX-License-Identifier: MIT
//
// Groups of processes with a limit on memory (cgroup v2), where this user may make some: each worker and all
// that it starts are one. The limit counts what no limit of a process does, memory that is shared or a file, and
// children; and the whole group ends at once. Main thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace agon::harness {

class ControlGroup {
 public:
  // Makes it. limit_mib: of memory, for all in it together; 0: none. Throws std::filesystem::filesystem_error.
  ControlGroup(std::filesystem::path folder, int64_t limit_mib);
  ~ControlGroup();  // ends all that is in it
  ControlGroup(const ControlGroup&) = delete;
  ControlGroup& operator=(const ControlGroup&) = delete;

  const std::filesystem::path& folder() const noexcept { return folder_; }
  // The kernel has ended something in it because it took all of its memory.
  bool ran_out() const;

 private:
  std::filesystem::path folder_;
};

// The groups of the workers of this process, in one below its own. The kernel wants a group that hands limits
// on to hold no process: this one moves into a group beside theirs while this lives.
class ControlGroups {
 public:
  // limit_mib: of memory for each; 0: none are made.
  explicit ControlGroups(int64_t limit_mib);
  ~ControlGroups();
  ControlGroups(const ControlGroups&) = delete;
  ControlGroups& operator=(const ControlGroups&) = delete;

  // The next; null where none can be made.
  std::unique_ptr<ControlGroup> make();
  // What all are in; "" where none can be made.
  const std::filesystem::path& folder() const noexcept { return folder_; }

 private:
  bool hand_memory_on(const std::filesystem::path& folder);

  std::filesystem::path own_, folder_;
  int64_t limit_mib_;
  size_t made_ = 0;
};

// Why this process can make no groups with a limit on memory, "" when it can.
std::string control_group_fault();

// The folder of this process's group; "": no version 2. mounts, groups: the texts of /proc/self/mountinfo and
// /proc/self/cgroup.
std::filesystem::path own_group(const std::string& mounts, const std::string& groups);

// Moves this process there; false where it may not.
bool join_group(const std::filesystem::path& group) noexcept;

// Ends all processes of a group and of those below it, and removes it.
void end_group(const std::filesystem::path& group) noexcept;

// The same for the folder() of ControlGroups; and if this process or its parent moved, it moves back.
void end_groups(const std::filesystem::path& folder) noexcept;

}  // namespace agon::harness
