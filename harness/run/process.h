// SPDX-License-Identifier: MIT
//
// Child processes of this executable: posix_spawn (oneTBB forbids fork), each in a process group of
// its own, with three pipes. Spawn from the main thread: the kernel ties a child's parent-death signal
// to the thread that made it.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <string>
#include <string_view>
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

// While it lives, a write to a child that is gone is an error code, not a signal.
class BrokenPipesIgnored {
 public:
  BrokenPipesIgnored() noexcept;
  ~BrokenPipesIgnored();
  BrokenPipesIgnored(const BrokenPipesIgnored&) = delete;
  BrokenPipesIgnored& operator=(const BrokenPipesIgnored&) = delete;

 private:
  struct sigaction before_{};
};

// "SIGSEGV (signal 11)" or "exit code 3" from a waitpid status.
std::string describe_exit(int wait_status);

// For a child: dies with its parent, dumps no core, obeys a memory limit (0: none). `parent` is the pid the
// parent gave; exits at once when the parent is gone already.
void become_child(pid_t parent, int64_t memory_mib);

// For a child: writes all of text to the event pipe; false when nobody reads it any more.
bool write_event(std::string_view text);

// Runs children side by side to their ends with a time limit and returns what they wrote to the event
// pipe. A child may stop reading its input early; the rest is dropped.
struct ChildCommand {
  std::vector<std::string> arguments;
  std::string input;  // on the child's stdin
};
struct ChildResult {
  bool timed_out = false;
  int wait_status = 0;
  std::string events, output;  // output: the first 4 KiB
};
std::vector<ChildResult> run_children(const std::vector<ChildCommand>& commands, double timeout_s);

}  // namespace agon::harness
