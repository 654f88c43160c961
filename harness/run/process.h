// SPDX-License-Identifier: MIT
//
// Child processes of this executable: posix_spawn (oneTBB forbids fork), each in a process group of
// its own, with three pipes. Spawn from the main thread: the kernel ties a child's parent-death signal
// to the thread that made it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace agon::harness {

struct Child {
  pid_t pid = -1;
  int commands = -1;  // write end of the child's stdin
  int events = -1;    // read end of the child's kEventFd
  int output = -1;    // read end of the child's stdout and stderr
};

// Runs /proc/self/exe with `arguments`. Throws agon::Error(Exit::internal) when the system refuses.
Child spawn_self(const std::vector<std::string>& arguments);

// Signals the whole process group; harmless when it is gone.
void signal_group(pid_t group, int signal) noexcept;

// "SIGSEGV (signal 11)" or "exit code 3" from a waitpid status.
std::string describe_exit(int wait_status);

// For a child: dies with its parent, dumps no core, obeys a memory limit (0: none). `parent` is the pid the
// parent gave; exits at once when the parent is gone already.
void become_child(pid_t parent, int64_t memory_mib);

// Runs a child to its end with a time limit and returns what it wrote to the event pipe.
struct ChildResult {
  bool timed_out = false;
  int wait_status = 0;
  std::string events, output;  // output: the first 4 KiB
};
std::vector<ChildResult> run_children(const std::vector<std::vector<std::string>>& argument_lists,
                                      double timeout_s);

}  // namespace agon::harness
