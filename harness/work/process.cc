// SPDX-License-Identifier: MIT
#include "harness/work/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <deque>
#include <list>
#include <numeric>
#include <set>

#include "core/error.h"
#include "core/sanitized.h"
#include "harness/work/cell_job.h"
#include "harness/work/descendants.h"
#include "harness/work/environment.h"
#include "harness/work/paused_clock.h"
#include "harness/work/shared_page.h"

namespace agon::harness {
namespace {

// So many descriptors stay free for the rest of agon: the store's files, the report's, a look into
// /proc.
constexpr int kSpareDescriptors = 12;
constexpr size_t kSideBySide = 8;  // of run_children
constexpr size_t kLongestAnswer = size_t{64} << 20;

[[noreturn]] void fail(const char* what, int code) {
  const std::string reason = fmt::format("{}: {}", what, std::strerror(code));
  if (code == EAGAIN || code == ENOMEM || code == EMFILE || code == ENFILE) {
    throw NoRoom(Exit::io, "worker process", reason,
                 "raise the limits on processes and open files (ulimit -u, ulimit -n, pids.max)");
  }
  throw Error(Exit::io, "worker process", reason, "is /proc there and may agon be executed?");
}

pid_t child_process = -1;  // of become_child()

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2", errno);
    // A child's ends are put on descriptors 0 to 3, so none may be there already.
    read = above_three(ends[0]);
    write = above_three(ends[1]);
    if (write < 0 || read < 0) {
      const int code = errno;
      close_all();
      fail("pipe", code);
    }
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
        static_cast<rlim_t>(std::max(read, write) + kSpareDescriptors) > limit.rlim_cur) {
      close_all();
      fail("pipe", EMFILE);
    }
  }
  explicit Pipe(int one_end) : read(one_end) {}
  ~Pipe() { close_all(); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  static int above_three(int fd) {
    if (fd > kEventFd) return fd;
    const int moved = fcntl(fd, F_DUPFD_CLOEXEC, kEventFd + 1);
    const int code = errno;
    close(fd);
    errno = code;
    return moved;
  }
  void close_all() const {
    if (read >= 0) close(read);
    if (write >= 0) close(write);
  }
  int take(int& end) {
    const int fd = end;
    end = -1;
    return fd;
  }
};

// Moves what is ready from fd to text, up to `limit` characters kept; false at the end of the
// stream.
bool drain(int fd, std::string& text, size_t limit) {
  std::array<char, 65536> buffer{};
  const ssize_t n = read(fd, buffer.data(), buffer.size());
  if (n <= 0) return n < 0 && (errno == EINTR || errno == EAGAIN);
  if (text.size() < limit)
    text.append(buffer.data(), std::min(static_cast<size_t>(n), limit - text.size()));
  return true;
}

// Moves the head of text to fd as far as it takes it now; false when nothing is left or nobody
// reads.
bool feed(int fd, std::string_view& text) {
  if (text.empty()) return false;
  const ssize_t n = write(fd, text.data(), text.size());
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  text.remove_prefix(static_cast<size_t>(n));
  return !text.empty();
}

}  // namespace

Child spawn_self(const std::vector<std::string>& arguments) {
  Pipe commands, events, output;
  const SharedPage shared = make_shared_page();
  if (shared.fd < 0) fail("memfd_create", errno);
  const Pipe page(shared.fd);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, commands.read, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.write, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.write, STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, events.write, kEventFd);
  posix_spawn_file_actions_adddup2(&actions, page.read, kPageFd);
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGCHLD, SIGXFSZ, SIGUSR1})
    sigaddset(&defaults, signal);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> argv;
  std::string self = "agon";
  argv.push_back(self.data());
  std::vector<std::string> copies = arguments;
  for (std::string& argument : copies) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const auto scratch = std::make_shared<const ScratchFolder>();
  std::vector<std::string> variables = child_environment(scratch->path());
  std::vector<char*> environment;
  for (std::string& entry : variables) environment.push_back(entry.data());
  environment.push_back(nullptr);
  become_subreaper();
  Child child;
  const int code = posix_spawn(&child.pid, "/proc/self/exe", &actions, &attributes, argv.data(),
                               environment.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (code != 0) fail("posix_spawn", code);
  child.commands = commands.take(commands.write);
  child.events = events.take(events.read);
  child.output = output.take(output.read);
  child.whereabouts = shared.page;
  child.scratch = scratch;
  return child;
}

BrokenPipesIgnored::BrokenPipesIgnored() noexcept {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &before_);
}
BrokenPipesIgnored::~BrokenPipesIgnored() { sigaction(SIGPIPE, &before_, nullptr); }

void signal_child(pid_t child, int signal) noexcept {
  if (child <= 1) return;
  kill(-child, signal);
  kill(child, signal);
}

bool reap(pid_t child, ChildEnd& end) {
  siginfo_t info{};
  if (waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0)
    return false;
  if (info.si_pid != child) return false;
  // The limit that a rule may have set itself is known as long as the child is not reaped.
  rlimit limit{RLIM_INFINITY, RLIM_INFINITY};
  const bool limited =
      prlimit(child, RLIMIT_CPU, nullptr, &limit) == 0 && limit.rlim_max != RLIM_INFINITY;
  kill(-child, SIGKILL);  // while the number of the group cannot be another's
  rusage usage{};
  if (wait4(child, &end.wait_status, WNOHANG, &usage) != child) return false;
  const auto used = static_cast<rlim_t>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + 1);
  const int signal = WIFSIGNALED(end.wait_status) ? WTERMSIG(end.wait_status) : 0;
  end.cpu_limit = signal == SIGXCPU || (signal == SIGKILL && limited && used >= limit.rlim_max);
  return true;
}

std::string describe_exit(const ChildEnd& end) {
  if (WIFSIGNALED(end.wait_status)) {
    const int signal = WTERMSIG(end.wait_status);
    const char* name = sigabbrev_np(signal);
    return fmt::format("SIG{} (signal {}){}", name != nullptr ? name : "?", signal,
                       end.cpu_limit ? ": its limit on CPU time (RLIMIT_CPU, ulimit -t)" : "");
  }
  const int code = WEXITSTATUS(end.wait_status);
  return fmt::format(
      "exit code {}{}", code,
      code == kLostEventPipe ? ": it lost the worker's event pipe (descriptor 3)" : "");
}

Whereabouts* become_child(pid_t parent, const MemoryLimits& limits) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  become_subreaper();
  fcntl(kEventFd, F_SETFD, FD_CLOEXEC);
  child_process = getpid();
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const auto limit = [](__rlimit_resource what, int64_t mib) {
    if (mib <= 0 || core::kSanitized) return;  // its runtime reserves more than any limit
    const auto bytes = static_cast<rlim_t>(mib) * 1024 * 1024;
    const rlimit both{bytes, bytes};
    setrlimit(what, &both);
  };
  limit(RLIMIT_AS, limits.address_mib);
  limit(RLIMIT_DATA, limits.data_mib);
  return take_shared_page();
}

bool write_event(std::string_view text) {
  if (getpid() != child_process) _exit(0);
  while (!text.empty()) {
    const ssize_t n = write(kEventFd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

namespace {

// One of run_children.
class RunningChild {
 public:
  RunningChild(const ChildCommand& command, size_t number, ChildResult& result, double timeout_s)
      : child_(spawn_self(command.arguments)),
        input_(command.input),
        number_(number),
        result_(&result),
        left_s_(timeout_s) {
    fcntl(child_.commands, F_SETFL, O_NONBLOCK);
    feed_input();
  }
  RunningChild(const RunningChild&) = delete;
  RunningChild& operator=(const RunningChild&) = delete;
  ~RunningChild() {
    if (child_.commands >= 0) close(child_.commands);
    close(child_.events);
    close(child_.output);
  }

  size_t number() const noexcept { return number_; }  // of its command

  // Adds what is to be waited for. The event stream ends when the child does; a grandchild may hold
  // its output open.
  void watch(std::vector<pollfd>& polls) const {
    if (events_open_) polls.push_back({child_.events, POLLIN, 0});
    if (events_open_ && output_open_) polls.push_back({child_.output, POLLIN, 0});
    if (events_open_ && child_.commands >= 0) polls.push_back({child_.commands, POLLOUT, 0});
  }

  void ready(int fd) {
    if (fd == child_.events)
      events_open_ = drain(fd, result_->events, kLongestAnswer);
    else if (fd == child_.output)
      output_open_ = drain(fd, result_->output, 4096);
    else if (fd == child_.commands)
      feed_input();
  }

  // True when it is over: ended by itself, or out of time and killed. seconds: have passed since
  // the last call.
  bool over(double seconds) {
    left_s_ -= seconds;
    if (!result_->timed_out && left_s_ < 0) {
      result_->timed_out = true;
      signal_child(child_.pid, SIGKILL);
    }
    siginfo_t info{};
    const bool ended =
        waitid(P_PID, static_cast<id_t>(child_.pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == child_.pid;
    if (!ended) return false;
    fcntl(child_.events, F_SETFL, O_NONBLOCK);  // a process that it forked may hold the other end
    for (size_t before = result_->events.size() + 1;
         events_open_ && before != result_->events.size();) {
      before = result_->events.size();
      events_open_ = drain(child_.events, result_->events, kLongestAnswer);
    }
    return reap(child_.pid, result_->end);
  }

 private:
  void feed_input() {
    if (child_.commands < 0 || feed(child_.commands, input_)) return;
    close(child_.commands);
    child_.commands = -1;
  }

  Child child_;
  std::string_view input_;
  size_t number_;
  ChildResult* result_;
  double left_s_;
  bool events_open_ = true, output_open_ = true;
};

}  // namespace

std::vector<ChildResult> run_children(const std::vector<ChildCommand>& commands, double timeout_s) {
  const BrokenPipesIgnored ignored;
  const auto has_children = [] {
    siginfo_t info{};
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
  };
  const std::set<pid_t> spared = has_children() ? own_children() : std::set<pid_t>();
  std::vector<ChildResult> results(commands.size());
  std::list<RunningChild> running;
  PausedClock clock;
  double waited_s = 0;
  std::deque<size_t> waiting(commands.size());
  std::iota(waiting.begin(), waiting.end(), size_t{0});
  std::vector<bool> again(commands.size(), false);
  while (!waiting.empty() || !running.empty()) {
    bool room = true;
    while (room && !waiting.empty() && running.size() < kSideBySide) {
      try {
        const size_t next = waiting.front();
        running.emplace_back(commands[next], next, results[next], timeout_s);
        waiting.pop_front();
      } catch (const NoRoom&) {
        room = false;
        if (running.empty() && waited_s > kWaitForRoomS) throw;
      }
    }
    std::vector<pollfd> polls;
    for (const RunningChild& child : running) child.watch(polls);
    // Short, also where all streams have ended: a child may outlive its event stream, and room may
    // come.
    poll(polls.data(), polls.size(),
         polls.size() < running.size() || polls.empty() || !room ? 1 : 20);
    for (const pollfd& p : polls) {
      if (p.revents == 0) continue;
      for (RunningChild& child : running) child.ready(p.fd);
    }
    const double seconds = clock.passed();
    waited_s = running.empty() ? waited_s + seconds : 0;
    std::erase_if(running, [&](RunningChild& child) {
      if (!child.over(seconds)) return false;
      // A person or the kernel's out-of-memory killer says nothing about the child.
      const size_t number = child.number();
      ChildResult& result = results[number];
      if (!again[number] && !result.timed_out && result.end.killed_from_outside()) {
        again[number] = true;
        result = {};
        waiting.push_back(number);
      }
      return true;
    });
  }
  // What a plugin started while it was loaded is now a child of this process.
  if (has_children()) end_leftovers({}, spared);
  return results;
}

}  // namespace agon::harness
