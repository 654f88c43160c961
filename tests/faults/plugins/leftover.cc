// SPDX-License-Identifier: MIT
//
// A rule that leaves something behind in the process that runs it, or makes processes that outlive
// its cell: its parameter `kind` says what.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cfenv>
#include <chrono>
#include <clocale>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "agon/rule.h"

namespace {

enum class Kind {
  none,
  fork_returns,
  fork_stays,
  close_stdin,
  late_fault,
  alarm,
  no_files,
  chdir,
  rounding,
  spin,
  leak,
  leaves_group,
  daemon,
  daemon_loop,
  cpu_limit,
  cpu_limit_hard,
  signal_mask,
  handler,
  umask,
  environment,
  descriptor,
  niceness,
  forge,
  closes_pipe,
  polls,
  polls_a_while,
  sleeps,
  count_
};
constexpr std::array<const char*, static_cast<size_t>(Kind::count_)> kKinds{
    "none",     "fork_returns",  "fork_stays", "close_stdin",    "late_fault",  "alarm",
    "no_files", "chdir",         "rounding",   "spin",           "leak",        "leaves_group",
    "daemon",   "daemon_loop",   "cpu_limit",  "cpu_limit_hard", "signal_mask", "handler",
    "umask",    "environment",   "descriptor", "niceness",       "forge",       "closes_pipe",
    "polls",    "polls_a_while", "sleeps"};

// A plugin that is slow to load, by the time that AGON_LEFTOVER_LOAD_MS says.
const bool loaded = [] {
  if (const char* ms = std::getenv("AGON_LEFTOVER_LOAD_MS")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(std::atoi(ms)));
  }
  return true;
}();

char* volatile leaked = nullptr;

void spin() {
  for (volatile bool forever = true; forever;) {
  }
}

// To the file that AGON_LEFTOVER_PIDS names.
void note_pid() {
  if (const char* file = std::getenv("AGON_LEFTOVER_PIDS"))
    std::ofstream(file, std::ios::app) << getpid() << std::endl;
}

// A process in a session of its own whose parent is gone; it notes its pid.
void start_daemon() {
  int ready[2];
  if (pipe(ready) != 0) std::abort();
  if (const pid_t child = fork(); child != 0) {
    char byte = 0;
    if (read(ready[0], &byte, 1) != 1) std::abort();
    close(ready[0]);
    close(ready[1]);
    waitpid(child, nullptr, 0);
    return;
  }
  setsid();
  if (fork() != 0) _exit(0);
  note_pid();
  if (write(ready[1], "", 1) != 1) std::abort();
  for (;;) pause();
}

class Leftover {
 public:
  static constexpr agon::RuleInfo info{.id = "leftover",
                                       .name = "Leaves things behind",
                                       .summary = "Misbehaves on purpose.",
                                       .reference = "none"};
  static constexpr auto params =
      std::to_array<agon_param>({agon::choice("kind", kKinds, 0, "what it leaves behind"),
                                 agon::real("lr", 0.1, 1e-9, 1e9, agon::kLog, "", "step size"),
                                 agon::batch_param(4), agon::epochs_param(1)});
  static constexpr auto pictures = std::to_array<agon_picture>(
      {agon::heatmap("all", "As many values as there may be", "x", "y", "value")});

  Leftover(agon::Context&, const agon_task&, const agon::Values& values)
      : kind_(values.choice<Kind>("kind")), drawn_(256, 256) {
    for (int64_t i = 0; i < 65536; ++i) drawn_.at(i / 256, i % 256) = static_cast<float>(i) / 7.0f;
  }

  double fit(agon::Context& ctx, const agon_batch&) {
    if (first_) misbehave(ctx);
    first_ = false;
    return 0.5;
  }

  void predict(agon::Context&, agon::ConstView, agon::View out) {
    for (int64_t r = 0; r < out.rows; ++r) {
      for (float& score : agon::row_of(out, r)) score = 0.0f;
    }
  }

  agon::ConstView picture(agon::Context&, size_t) { return drawn_; }

 private:
  void misbehave(agon::Context& ctx) {
    switch (kind_) {
      case Kind::fork_returns: static_cast<void>(!fork()); break;
      case Kind::fork_stays:
        if (fork() == 0) {
          for (;;) pause();
        }
        break;
      case Kind::close_stdin: close(0); break;
      case Kind::late_fault:
        std::thread([] {
          std::this_thread::sleep_for(std::chrono::milliseconds(120));
          raise(SIGSEGV);
        }).detach();
        break;
      case Kind::alarm: {
        const itimerval timer{{0, 0}, {0, 120000}};
        setitimer(ITIMER_REAL, &timer, nullptr);
        break;
      }
      case Kind::no_files: {
        const rlimit none{0, 0};
        setrlimit(RLIMIT_NOFILE, &none);
        break;
      }
      case Kind::chdir:
        if (chdir("/") != 0) std::abort();
        break;
      case Kind::rounding: std::fesetround(FE_UPWARD); break;
      case Kind::spin: std::thread(spin).detach(); break;
      case Kind::leak: {
        constexpr size_t size = size_t{100} << 20;
        leaked = new char[size];
        std::memset(leaked, 1, size);
        break;
      }
      case Kind::leaves_group:
        setpgid(0, getpgid(getppid()));
        note_pid();
        spin();
        break;
      case Kind::daemon: start_daemon(); break;
      case Kind::daemon_loop:
        start_daemon();
        spin();
        break;
      case Kind::cpu_limit: limit_cpu(RLIM_INFINITY); break;
      case Kind::cpu_limit_hard: limit_cpu(1); break;
      case Kind::signal_mask: {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, nullptr);
        break;
      }
      case Kind::handler: signal(SIGFPE, SIG_IGN); break;
      case Kind::umask: ::umask(077); break;
      case Kind::environment: setenv("LEFTOVER", "1", 1); break;
      case Kind::descriptor: static_cast<void>(!open("/dev/null", O_RDONLY)); break;
      case Kind::niceness: static_cast<void>(!nice(1)); break;
      case Kind::forge: {
        // A frame of its own: a CBOR map without the cell's key.
        const char frame[] =
            "\x0e\0\0\0\xa1\x65"
            "event"
            "\x66"
            "result";
        if (write(3, frame, sizeof frame - 1) < 0) std::abort();
        break;
      }
      case Kind::closes_pipe: close(3); break;
      case Kind::polls:
        for (;;) {
          ctx.stop_if_asked();
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
      case Kind::polls_a_while:
        for (int i = 0; i < 80; ++i) {
          ctx.stop_if_asked();
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        break;
      case Kind::sleeps: std::this_thread::sleep_for(std::chrono::milliseconds(300)); break;
      default: break;
    }
  }

  static void limit_cpu(rlim_t hard) {
    const rlimit limit{1, hard};
    setrlimit(RLIMIT_CPU, &limit);
    spin();
  }

  Kind kind_;
  agon::Matrix drawn_;
  bool first_ = true;
};

}  // namespace

AGON_PLUGIN("leftover", "1.0.0", "MIT", Leftover)
