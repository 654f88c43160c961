// SPDX-License-Identifier: MIT
//
// Faults that end the process, or make it hang.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "tests/faults/matrix/fault.h"

namespace agon::faults {
namespace {

void spin() {
  for (volatile bool forever = true; forever;) {
  }
}

void segfault(Scene&) {
  volatile int* volatile nowhere = nullptr;
  *nowhere = 1;
}
void bus_error(Scene&) {
  const int file = memfd_create("short", MFD_CLOEXEC);
  if (ftruncate(file, 4096) != 0) std::abort();
  void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (ftruncate(file, 0) != 0) std::abort();
  *static_cast<volatile char*>(page) = 1;
}
void divides_by_zero(Scene&) {
  volatile int zero = 0, number = 7;
  number = number / zero;
}
void illegal(Scene&) { __builtin_trap(); }
void calls_null(Scene&) {
  void (*volatile nothing)() = nullptr;
  nothing();
}
int deeper(int depth) {
  volatile char frame[4096] = {};
  frame[0] = static_cast<char>(depth);
  volatile bool on = true;
  return (on ? deeper(depth + 1) : 0) + frame[0];
}
void overflows_stack(Scene&) { static_cast<void>(deeper(0)); }
void frees_twice(Scene&) {
  void* volatile block = std::malloc(32);
  std::free(block);
  void* volatile again = block;
  std::free(again);
}
void exits(Scene&) { std::exit(3); }
void exits_0(Scene&) { std::exit(0); }
void leaves(Scene&) { _exit(0); }
void aborts(Scene&) { std::abort(); }
void throws(Scene&) {
  throw std::runtime_error("this rule throws, with <b>markup</b> and \"quotes\"");
}
void throws_in_thread(Scene&) {
  std::thread([] { throw std::runtime_error("nobody catches this"); }).join();
}
void kills_itself(Scene&) { kill(getpid(), SIGKILL); }
void kills_group(Scene&) {
  kill(0, SIGTERM);
  spin();
}
void ends_main_thread(Scene&) { pthread_exit(nullptr); }
void becomes_other(Scene&) {
  execl("/bin/true", "true", nullptr);
  std::abort();
}
void ignores_segfault(Scene& scene) {
  signal(SIGSEGV, SIG_IGN);
  segfault(scene);
}
void returns_to_segfault(Scene& scene) {
  signal(SIGSEGV, [](int) {});
  segfault(scene);
}
void locks_itself_in(Scene&) {  // no system call is left but read, write and exit
  prctl(PR_SET_SECCOMP, 1);
  getppid();
}
void loops(Scene&) { spin(); }
void ignores_term(Scene&) {
  signal(SIGTERM, SIG_IGN);
  spin();
}
void loops_politely(Scene& scene) {
  for (;;) {
    scene.ctx->stop_if_asked();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}
void sleeps(Scene&) {
  for (;;) pause();
}
void stops_itself(Scene&) { raise(SIGSTOP); }
void is_traced(Scene&) {
  ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  raise(SIGTRAP);
}
void deadlocks(Scene&) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  pthread_mutex_lock(&mutex);
}
void leaves_group(Scene&) {
  setpgid(0, getpgid(getppid()));
  spin();
}
void floods(Scene&) {
  for (;;) std::puts("0123456789012345678901234567890123456789012345678901234567890123456789");
}
// Address space is what the limit counts; touching the pages would only make a slow machine slower.
void hoards(Scene& scene) {
  static std::vector<std::unique_ptr<char[]>> hoard;
  for (;;) {
    hoard.push_back(std::make_unique_for_overwrite<char[]>(size_t{1} << 24));
    scene.ctx->stop_if_asked();
  }
}
void writes_junk(Scene&) {
  const char junk[] = "this is no event\n";
  for (int fd = 3; fd < 8; ++fd) {
    if (write(fd, junk, sizeof junk - 1) < 0) continue;
  }
}
void closes_all(Scene&) {
  for (int fd = 0; fd < 1024; ++fd) close(fd);
}
void loses_pipe(Scene&) {  // what is said is heard by nobody
  dup2(open("/dev/null", O_WRONLY), 3);
}

constexpr Fault kEndings[] = {
    {"segfault-load", When::load, segfault},
    {"segfault-entry", When::entry, segfault},
    {"segfault-check", When::check, segfault},
    {"segfault-create", When::create, segfault},
    {"segfault-prepare", When::prepare, segfault},
    {"segfault", When::fit, segfault},
    {"segfault-late", When::fit, segfault, 3},
    {"segfault-loss", When::loss, segfault},
    {"segfault-end-epoch", When::end_epoch, segfault},
    {"segfault-predict", When::predict, segfault},
    {"segfault-metrics", When::metrics, segfault},
    {"segfault-picture", When::picture, segfault},
    {"segfault-tensors", When::tensors, segfault},
    {"segfault-harm", When::harm, segfault},
    {"segfault-generate", When::generate, segfault},
    {"segfault-rollout", When::rollout, segfault},
    {"segfault-destroy", When::destroy, segfault},
    {"segfault-unload", When::unload, segfault},
    {"bus-error", When::fit, bus_error},
    {"divides-by-zero", When::fit, divides_by_zero},
    {"illegal", When::fit, illegal},
    {"calls-null", When::fit, calls_null},
    {"overflows-stack", When::fit, overflows_stack},
    {"frees-twice", When::fit, frees_twice},
    {"exits", When::fit, exits},
    {"exits-0", When::fit, exits_0},
    {"exits-load", When::load, exits_0},
    {"leaves", When::fit, leaves},
    {"abort", When::fit, aborts},
    {"abort-unload", When::unload, aborts},
    {"throws", When::fit, throws},
    {"throws-load", When::load, throws},
    {"throws-in-thread", When::fit, throws_in_thread},
    {"kill", When::fit, kills_itself},
    {"kills-group", When::fit, kills_group},
    {"ends-main-thread", When::fit, ends_main_thread},
    {"becomes-other", When::fit, becomes_other},
    {"ignores-segfault", When::fit, ignores_segfault},
    {"returns-to-segfault", When::fit, returns_to_segfault},
    {"locks-itself-in", When::fit, locks_itself_in},
    {"loop", When::fit, loops},
    {"loop-load", When::load, loops},
    {"loop-destroy", When::destroy, loops},
    {"loop-unload", When::unload, loops},
    {"ignores-term", When::fit, ignores_term},
    {"polite-loop", When::fit, loops_politely},
    {"sleeps", When::fit, sleeps},
    {"stops-itself", When::fit, stops_itself},
    {"is-traced", When::fit, is_traced},
    {"deadlocks", When::fit, deadlocks},
    {"leaves-group", When::fit, leaves_group},
    {"leaves-group-load", When::load, leaves_group},
    {"flood", When::fit, floods},
    {"hog", When::fit, hoards},
    {"event-pipe", When::fit, writes_junk},
    {"closes-all", When::fit, closes_all},
    {"loses-pipe", When::fit, loses_pipe},
};

}  // namespace

std::span<const Fault> endings() { return kEndings; }

}  // namespace agon::faults
