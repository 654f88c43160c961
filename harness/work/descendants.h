// SPDX-License-Identifier: MIT
//
// Processes that a rule started and that outlive its cell. Every worker is started with a mark in
// its environment, which whatever it starts inherits; agon and its workers are subreapers, so that
// what loses its parent becomes theirs.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <set>
#include <string>

namespace agon::harness {

inline constexpr const char* kMarkVariable = "AGON_WORKER_OF";

// Of this process, random: the value of kMarkVariable for all that it starts.
const std::string& own_mark();

// Orphans below this process become its children.
void become_subreaper() noexcept;

// CPU time, in ticks of the kernel's clock. waits: for a disk, which takes none.
struct Effort {
  uint64_t ticks = 0;
  bool waits = false;
};
Effort effort_of(pid_t process);
// Of it and all below it: reads all of /proc.
Effort effort_of_all(pid_t root);

// Ends (SIGKILL) and reaps what no live worker of `workers` is, or has above it: processes that
// carry the mark of this process, and its own children that are not in `spared`. Returns when none
// is left, after half a second at the latest.
void end_leftovers(const std::set<pid_t>& workers, const std::set<pid_t>& spared);

// The children of this process.
std::set<pid_t> own_children();

// Ends everything that carries the mark but this process; repeats until nothing is found, for 5 s
// at most.
void end_marked(const std::string& mark);

}  // namespace agon::harness
