// SPDX-License-Identifier: MIT
#include "harness/work/crash_handler.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/sanitized.h"

namespace agon::harness {
namespace {

// SIGTERM: agon's own, to a rule that does not stop.
constexpr std::array kFatal{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP, SIGTERM};

// Of the process: a signal handler is a plain function.
Whereabouts* g_page = nullptr;
pid_t g_process = 0;
alignas(16) std::array<char, 65536> g_stack;  // the rule's own may be what is full

uintptr_t program_counter(const void* context) {
#if defined(__x86_64__)
  return static_cast<uintptr_t>(
      static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
  return static_cast<const ucontext_t*>(context)->uc_mcontext.pc;
#else
  static_cast<void>(context);
  return 0;
#endif
}

// The file that an address belongs to, without a lock.
void place(uintptr_t address, Whereabouts::Frame& frame) {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 35)
  dl_find_object found{};
  if (_dl_find_object(reinterpret_cast<void*>(address), &found) != 0) return;
  const char* const path = found.dlfo_link_map->l_name;
  frame.offset = address - found.dlfo_link_map->l_addr;
  for (uint32_t m = 0; m < g_page->module_count; ++m) {
    if (std::strcmp(g_page->modules.at(m).data(), path) == 0)
      frame.module = static_cast<int32_t>(m);
  }
  if (frame.module >= 0 || g_page->module_count == Whereabouts::kModules ||
      std::strlen(path) >= Whereabouts::kPathBytes)
    return;
  frame.module = static_cast<int32_t>(g_page->module_count++);
  std::strcpy(g_page->modules.at(static_cast<size_t>(frame.module)).data(), path);
#else
  static_cast<void>(address), static_cast<void>(frame);
#endif
}

// backtrace() and _dl_find_object() take no lock and no memory once libgcc is loaded, which
// note_crashes() sees to.
void note(int signal, const void* context) {
  std::array<void*, Whereabouts::kFrames + 8> found{};
  const auto count = static_cast<size_t>(backtrace(found.data(), static_cast<int>(found.size())));
  // The first ones are this handler's and the kernel's.
  const uintptr_t crashed = program_counter(context);
  size_t begin = 0;
  while (begin < count && reinterpret_cast<uintptr_t>(found.at(begin)) != crashed) ++begin;
  if (begin == count) begin = std::min<size_t>(3, count);
  for (size_t i = begin; i < count && g_page->frame_count < Whereabouts::kFrames; ++i) {
    // A return address may be that of the next function: of the call, not of what follows it.
    const auto address = reinterpret_cast<uintptr_t>(found.at(i));
    Whereabouts::Frame& frame = g_page->frames.at(g_page->frame_count++);
    frame = {};
    place(address == crashed ? address : address - 1, frame);
  }
  g_page->signal.store(signal, std::memory_order_release);
}

void handle(int signal, siginfo_t*, void* context) {
  struct sigaction before {};
  before.sa_handler = SIG_DFL;
  sigaction(signal, &before, nullptr);
  // A process that the rule forked has nothing to say here.
  if (getpid() == g_process && g_page->signal.load() == 0) note(signal, context);
  raise(signal);
}

}  // namespace

void note_crashes(Whereabouts* page) {
  if (core::kSanitized || page == nullptr) return;
  g_page = page;
  g_process = getpid();
  std::array<void*, 1> warm_up{};
  backtrace(warm_up.data(), 1);
  stack_t stack{};
  stack.ss_sp = g_stack.data();
  stack.ss_size = g_stack.size();
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (const int signal : kFatal) sigaction(signal, &action, nullptr);
}

}  // namespace agon::harness
