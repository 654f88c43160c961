// SPDX-License-Identifier: MIT
//
// Faults that leave something behind: in the process, beside it, or on the disk.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <xmmintrin.h>

#include <array>
#include <cfenv>
#include <chrono>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "tests/faults/matrix/fault.h"

namespace agon::faults {
namespace {

void wait_for_ever() {
  for (;;) pause();
}
void fork_returns(Scene&) { static_cast<void>(!fork()); }
void fork_stays(Scene&) {
  if (fork() == 0) wait_for_ever();
}
void fork_bomb(Scene&) {  // bounded: 3 generations of 3 children
  for (int generation = 0; generation < 3; ++generation) {
    bool child = false;
    for (int i = 0; i < 3 && !child; ++i) child = fork() == 0;
    if (!child && generation == 0) return;
    if (!child) wait_for_ever();
  }
  wait_for_ever();
}
void leaves_zombies(Scene&) {
  for (int i = 0; i < 20; ++i) {
    if (fork() == 0) _exit(0);
  }
}
void starts_daemon(Scene&) {
  if (const pid_t child = fork(); child != 0) {
    waitpid(child, nullptr, 0);
    return;
  }
  setsid();
  if (fork() != 0) _exit(0);
  wait_for_ever();
}
void forges_later(Scene&) {  // a process in its own session that writes to the worker's pipe
  if (fork() != 0) return;
  setsid();
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  if (write(3, "\x01\0\0\0\xf6", 5) < 0) _exit(1);
  wait_for_ever();
}
void late_fault(Scene&) {
  std::thread([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
    raise(SIGSEGV);
  }).detach();
}
void spins_on(Scene&) {
  std::thread([] {
    for (volatile bool forever = true; forever;) {
    }
  }).detach();
}
void many_threads(Scene&) {
  for (int i = 0; i < 50; ++i) std::thread(wait_for_ever).detach();
}
void alarm_timer(Scene&) {
  const itimerval timer{{0, 0}, {0, 120000}};
  setitimer(ITIMER_REAL, &timer, nullptr);
}
void posix_timer(Scene&) {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGUSR2;
  timer_t timer{};
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) std::abort();
  const itimerspec in_120_ms{{0, 0}, {0, 120'000'000}};
  timer_settime(timer, 0, &in_120_ms, nullptr);
}
void handler(Scene&) { signal(SIGFPE, SIG_IGN); }
void stop_handler(Scene&) { signal(SIGUSR1, SIG_IGN); }
void signal_mask(Scene&) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}
void death_signal(Scene&) { prctl(PR_SET_PDEATHSIG, 0); }
void closes_stdin(Scene&) { close(0); }
void closes_stdout(Scene&) {
  std::fclose(stdout);
  std::fclose(stderr);
}
void opens(Scene&) { static_cast<void>(!open("/dev/null", O_RDONLY)); }
void rounding(Scene&) { std::fesetround(FE_UPWARD); }
void denormals(Scene&) { _mm_setcsr(_mm_getcsr() & ~0x8040u); }
void locale(Scene&) {
  if (std::setlocale(LC_ALL, "C.UTF-8") == nullptr) std::abort();
}
void folder(Scene&) {
  if (chdir("/") != 0) std::abort();
}
void environment(Scene&) { setenv("FAULT", "1", 1); }
void clears_environment(Scene&) { clearenv(); }
void mask(Scene&) { umask(077); }
void niceness(Scene&) { static_cast<void>(!nice(1)); }
void affinity(Scene&) {
  cpu_set_t set;
  sched_getaffinity(0, sizeof set, &set);
  for (size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &set)) continue;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    break;
  }
  sched_setaffinity(0, sizeof set, &set);
}
void limit(__rlimit_resource which, rlim_t value) {
  const rlimit both{value, value};
  setrlimit(which, &both);
}
void no_files(Scene&) { limit(RLIMIT_NOFILE, 0); }
void no_file_size(Scene&) { limit(RLIMIT_FSIZE, 0); }
void small_stack(Scene&) { limit(RLIMIT_STACK, 65536); }
void leaks(Scene&) {
  static char* volatile kept = nullptr;
  constexpr size_t size = size_t{32} << 20;
  kept = static_cast<char*>(std::malloc(size));
  std::memset(kept, 1, size);
}
void temporary_file(Scene&) {
  std::ofstream(std::filesystem::temp_directory_path() / "fault.txt") << "left behind\n";
}

// The file comes back with destroy, for the next run.
struct OwnFile {
  std::filesystem::path path;
  std::string bytes;
  ~OwnFile() {
    if (path.empty()) return;
    const std::filesystem::path beside = path.native() + ".new";
    std::ofstream(beside, std::ios::binary) << bytes;
    std::filesystem::rename(beside, path);
  }
};
void deletes_itself(Scene&) {
  static OwnFile own;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const size_t at = line.find('/');
    if (at == std::string::npos || line.find(kFaultName) == std::string::npos) continue;
    own.path = line.substr(at);
    std::ifstream in(own.path, std::ios::binary);
    own.bytes.assign(std::istreambuf_iterator<char>(in), {});
    std::filesystem::remove(own.path);
    return;
  }
  std::abort();
}

void huge_line(Scene&) {
  const std::string line(size_t{8} << 20, 'x');
  std::fwrite(line.data(), 1, line.size(), stdout);
}
void binary_output(Scene&) {
  for (int i = 0; i < 4096; ++i) std::putchar(i % 256);
}
void logs_on(Scene& scene) {
  for (int i = 0; i < 100000; ++i) scene.ctx->log(AGON_LOG_WARNING, std::to_string(i).c_str());
}
void prints(Scene&) { std::puts("here I am"); }

constexpr Fault kLeavings[] = {
    {"none", When::never, nullptr},
    {"fork-returns", When::fit, fork_returns},
    {"fork-stays", When::fit, fork_stays},
    {"fork-load", When::load, fork_stays},
    {"fork-bomb", When::fit, fork_bomb},
    {"zombies", When::fit, leaves_zombies},
    {"daemon", When::fit, starts_daemon},
    {"forges-later", When::fit, forges_later},
    {"late-fault", When::fit, late_fault},
    {"spin", When::fit, spins_on},
    {"many-threads", When::fit, many_threads},
    {"thread-load", When::load, many_threads},
    {"alarm", When::fit, alarm_timer},
    {"posix-timer", When::fit, posix_timer},
    {"handler", When::fit, handler},
    {"stop-handler", When::fit, stop_handler},
    {"signal-mask", When::fit, signal_mask},
    {"death-signal", When::fit, death_signal},
    {"close-stdin", When::fit, closes_stdin},
    {"close-stdout", When::fit, closes_stdout},
    {"descriptor", When::fit, opens},
    {"rounding", When::fit, rounding},
    {"rounding-load", When::load, rounding},
    {"denormals", When::fit, denormals},
    {"locale", When::fit, locale},
    {"chdir", When::fit, folder},
    {"environment", When::fit, environment},
    {"no-environment", When::fit, clears_environment},
    {"umask", When::fit, mask},
    {"niceness", When::fit, niceness},
    {"affinity", When::fit, affinity},
    {"no-files", When::fit, no_files},
    {"no-file-size", When::fit, no_file_size},
    {"small-stack", When::fit, small_stack},
    {"leak", When::fit, leaks},
    {"temporary-file", When::fit, temporary_file},
    {"deletes-itself", When::fit, deletes_itself},
    {"huge-line", When::fit, huge_line},
    {"binary-output", When::fit, binary_output},
    {"logs-on", When::fit, logs_on},
    {"prints-load", When::load, prints},
};

}  // namespace

std::span<const Fault> leavings() { return kLeavings; }

}  // namespace agon::faults
