// SPDX-License-Identifier: MIT
//
// Child processes of this executable: posix_spawn (oneTBB forbids fork), each in a process group of
// its own, with three pipes. Spawn from the main thread: the kernel ties a child's parent-death
// signal to the thread that made it.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "harness/plugins/whereabouts.h"
#include "harness/work/scratch.h"

namespace agon::harness {

struct Child {
  pid_t pid = -1;
  int commands = -1;  // write end of the child's stdin
  int events = -1;    // read end of the child's kEventFd
  int output = -1;    // read end of the child's stdout and stderr
  std::shared_ptr<const Whereabouts> whereabouts;
  std::shared_ptr<const ScratchFolder> scratch;  // its TMPDIR, gone with the last of these
};

// The system has no room for one more process or its pipes (EAGAIN, ENOMEM, EMFILE, ENFILE).
class NoRoom : public Error {
 public:
  using Error::Error;
};

// Runs /proc/self/exe with `arguments`, in a scrubbed environment (environment.h) that carries
// own_mark(). Throws
// NoRoom, with some descriptors still free for the rest of agon, and agon::Error(Exit::io) when the
// system refuses for another reason.
Child spawn_self(const std::vector<std::string>& arguments);

// Signals a child and its process group, also when it left the group; harmless when they are gone.
void signal_child(pid_t child, int signal) noexcept;

// While it lives, a write to a child that is gone is an error code, not a signal.
class BrokenPipesIgnored {
 public:
  BrokenPipesIgnored() noexcept;
  ~BrokenPipesIgnored();
  BrokenPipesIgnored(const BrokenPipesIgnored&) = delete;
  BrokenPipesIgnored& operator=(const BrokenPipesIgnored&) = delete;

 private:
  struct sigaction before_ {};
};

// How a child that was waited for ended. cpu_limit: by its limit on CPU time (RLIMIT_CPU); memory_limit: by that of
// its group on memory (control_group.h), which who made the group says.
struct ChildEnd {
  int wait_status = 0;
  bool cpu_limit = false, memory_limit = false;

  bool killed() const { return WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL; }
  bool killed_from_outside() const { return killed() && !cpu_limit && !memory_limit; }
};
// Reaps a child that has ended, after the rest of its process group is killed; false while it runs.
bool reap(pid_t child, ChildEnd& end);

// "SIGSEGV (signal 11)" or "exit code 3".
std::string describe_exit(const ChildEnd& end);

// For a child: dies with its parent, dumps no core, obeys limits on its address space and on the
// memory that is its own (0: none). `parent` is the pid the parent gave; exits at once when the
// parent is gone already. Returns where its parent looks for its whereabouts, or nullptr.
struct MemoryLimits {
  int64_t address_mib = 0, data_mib = 0;
};
Whereabouts* become_child(pid_t parent, const MemoryLimits& limits);

// For a child: writes all of text to the event pipe; false when nobody reads it any more. A process
// that the child forked never writes: it ends here.
bool write_event(std::string_view text);

// The parent keeps a cell's time and tells a worker with this signal that it is over.
inline constexpr int kAskToStop = SIGUSR1;

// A child that lost its event pipe leaves with this code.
inline constexpr int kLostEventPipe = 71;

// Runs children to their ends, a few side by side (fewer where there is no room), each with a time
// limit, and returns what they wrote to the event pipe. A child may stop reading its input early;
// the rest is dropped. One that SIGKILL from outside ended is run once more. Throws NoRoom when not even
// one could be started for 10 s.
struct ChildCommand {
  std::vector<std::string> arguments;
  std::string input;  // on the child's stdin
};
struct ChildResult {
  bool timed_out = false;
  ChildEnd end;
  std::string events, output;  // output: the first 4 KiB
};
std::vector<ChildResult> run_children(const std::vector<ChildCommand>& commands, double timeout_s);

}  // namespace agon::harness
