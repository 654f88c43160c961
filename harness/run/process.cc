// SPDX-License-Identifier: MIT
#include "harness/run/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "core/error.h"
#include "harness/run/cell_job.h"

extern char** environ;

namespace agon::harness {
namespace {

[[noreturn]] void fail(const char* what, int code) {
  throw Error(Exit::internal, "worker process", fmt::format("{}: {}", what, std::strerror(code)),
              "check the limits on processes and open files (ulimit -u, ulimit -n)");
}

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2", errno);
    read = ends[0];
    write = ends[1];
  }
  ~Pipe() {
    if (read >= 0) close(read);
    if (write >= 0) close(write);
  }
  int take(int& end) {
    const int fd = end;
    end = -1;
    return fd;
  }
};

// Moves what is ready from fd to text, up to `limit` characters kept; false at the end of the stream.
bool drain(int fd, std::string& text, size_t limit) {
  std::array<char, 65536> buffer{};
  const ssize_t n = read(fd, buffer.data(), buffer.size());
  if (n <= 0) return n < 0 && (errno == EINTR || errno == EAGAIN);
  if (text.size() < limit) text.append(buffer.data(), std::min(static_cast<size_t>(n), limit - text.size()));
  return true;
}

// Moves the head of text to fd as far as it takes it now; false when nothing is left or nobody reads.
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
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  // The event end is first moved out of the way: it may itself be descriptor 3, and dup2 onto the same
  // number would keep its close-on-exec flag.
  const int moved = fcntl(events.write, F_DUPFD_CLOEXEC, 64);
  if (moved < 0) fail("fcntl", errno);
  posix_spawn_file_actions_adddup2(&actions, commands.read, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.write, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.write, STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, moved, kEventFd);
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGCHLD, SIGXFSZ}) sigaddset(&defaults, signal);
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
  Child child;
  const int code =
      posix_spawn(&child.pid, "/proc/self/exe", &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(moved);
  if (code != 0) fail("posix_spawn", code);
  child.commands = commands.take(commands.write);
  child.events = events.take(events.read);
  child.output = output.take(output.read);
  return child;
}

BrokenPipesIgnored::BrokenPipesIgnored() noexcept {
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &before_);
}
BrokenPipesIgnored::~BrokenPipesIgnored() { sigaction(SIGPIPE, &before_, nullptr); }

void signal_group(pid_t group, int signal) noexcept {
  if (group > 1) kill(-group, signal);
}

std::string describe_exit(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    const char* name = sigabbrev_np(signal);
    return fmt::format("SIG{} (signal {})", name != nullptr ? name : "?", signal);
  }
  return fmt::format("exit code {}", WEXITSTATUS(wait_status));
}

void become_child(pid_t parent, int64_t memory_mib) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  if (memory_mib > 0) {
    const auto bytes = static_cast<rlim_t>(memory_mib) * 1024 * 1024;
    const rlimit limit{bytes, bytes};
    setrlimit(RLIMIT_AS, &limit);
  }
}

bool write_event(std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(kEventFd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

std::vector<ChildResult> run_children(const std::vector<ChildCommand>& commands, double timeout_s) {
  using Clock = std::chrono::steady_clock;
  struct Running {
    Child child;
    std::string_view input;
    bool events_open = true, output_open = true;
    void feed_input() {
      if (child.commands < 0 || feed(child.commands, input)) return;
      close(child.commands);
      child.commands = -1;
    }
  };
  const BrokenPipesIgnored ignored;
  std::vector<ChildResult> results(commands.size());
  std::vector<Running> running;
  for (const ChildCommand& command : commands) {
    running.push_back({spawn_self(command.arguments), command.input});
    fcntl(running.back().child.commands, F_SETFL, O_NONBLOCK);
    running.back().feed_input();
  }
  const auto deadline = Clock::now() + std::chrono::duration<double>(timeout_s);
  enum class Stream { events, output, input };
  for (;;) {
    std::vector<pollfd> polls;
    std::vector<std::pair<size_t, Stream>> owners;
    const auto watch = [&](size_t i, Stream stream, int fd, short what) {
      polls.push_back({fd, what, 0});
      owners.emplace_back(i, stream);
    };
    for (size_t i = 0; i < running.size(); ++i) {
      // The event stream ends when the child does; a grandchild may hold its output open for ever.
      if (!running[i].events_open) continue;
      const Child& child = running[i].child;
      watch(i, Stream::events, child.events, POLLIN);
      if (running[i].output_open) watch(i, Stream::output, child.output, POLLIN);
      if (child.commands >= 0) watch(i, Stream::input, child.commands, POLLOUT);
    }
    if (polls.empty()) break;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) {
      for (size_t i = 0; i < running.size(); ++i) results[i].timed_out = running[i].events_open;
      break;
    }
    if (poll(polls.data(), polls.size(), static_cast<int>(left.count()) + 1) < 0 && errno != EINTR) break;
    for (size_t p = 0; p < polls.size(); ++p) {
      if (polls[p].revents == 0) continue;
      const auto [i, stream] = owners[p];
      switch (stream) {
        case Stream::events: running[i].events_open = drain(polls[p].fd, results[i].events, size_t{64} << 20); break;
        case Stream::output: running[i].output_open = drain(polls[p].fd, results[i].output, 4096); break;
        case Stream::input: running[i].feed_input(); break;
      }
    }
  }
  for (size_t i = 0; i < running.size(); ++i) {
    const Child& child = running[i].child;
    if (results[i].timed_out) signal_group(child.pid, SIGKILL);
    while (waitpid(child.pid, &results[i].wait_status, WNOHANG) == 0) {
      if (!results[i].timed_out && Clock::now() > deadline) {
        results[i].timed_out = true;
        signal_group(child.pid, SIGKILL);
      }
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    signal_group(child.pid, SIGKILL);
    if (child.commands >= 0) close(child.commands);
    close(child.events);
    close(child.output);
  }
  return results;
}

}  // namespace agon::harness
