// SPDX-License-Identifier: MIT
#include "harness/work/leftovers.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cfenv>
#include <chrono>
#include <clocale>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <system_error>
#include <thread>

#include "harness/work/process.h"
#include "harness/work/scratch.h"

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

extern char** environ;

namespace agon::harness {
namespace {

// Exception flags are raised by ordinary arithmetic; the control bits say how it rounds.
constexpr uint32_t kSseFlags = 0x3f;

uint32_t sse_control() noexcept {
#if defined(__SSE__)
  return _mm_getcsr() & ~kSseFlags;
#else
  return 0;
#endif
}

uint32_t x87_control() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  uint16_t word = 0;
  asm volatile("fnstcw %0" : "=m"(word));
  return word;
#else
  return 0;
#endif
}

// FNV-1a over all variables in their order.
uint64_t environment_hash() noexcept {
  uint64_t hash = 0xcbf29ce484222325u;
  const auto add = [&](char c) { hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u; };
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    for (const char* c = *variable; *c != '\0'; ++c) add(*c);
    add('\0');
  }
  return hash;
}

std::pair<dev_t, ino_t> file_of(const struct stat& status) {
  return {status.st_dev, status.st_ino};
}

// A small file of /proc; "" where it cannot be read.
std::string_view read_proc(const char* file, std::array<char, 8192>& buffer) {
  const int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  const ssize_t n = ::read(fd, buffer.data(), buffer.size());
  close(fd);
  return {buffer.data(), n > 0 ? static_cast<size_t>(n) : 0};
}

// What stands behind "field:" up to the end of the line.
std::string_view value_of(std::string_view text, std::string_view field) {
  const size_t at = text.find(field);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + field.size());
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find('\n'));
}

double number_of(std::string_view text, std::string_view field) {
  const std::string value(value_of(text, field));
  return value.empty() ? std::numeric_limits<double>::quiet_NaN()
                       : std::strtod(value.c_str(), nullptr);
}

// A mask of signals as /proc has it, without those that the C library catches for itself from the first
// thread on: SIGCANCEL and SIGSETXID.
std::string without_library_signals(std::string_view mask) {
  constexpr uint64_t kLibrary = uint64_t{1} << 31 | uint64_t{1} << 32;
  return fmt::format("{:x}", std::strtoull(std::string(mask).c_str(), nullptr, 16) & ~kLibrary);
}

bool timer_runs() {
  for (const auto which : {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF}) {
    itimerval timer{};
    if (getitimer(which, &timer) == 0 &&
        (timer.it_value.tv_sec != 0 || timer.it_value.tv_usec != 0))
      return true;
  }
  std::array<char, 8192> buffer;
  return !read_proc("/proc/self/timers", buffer).empty();  // of timer_create; not on every kernel
}

std::string counted(size_t n, const char* thing) {
  return fmt::format("{} {}{}", n, thing, n == 1 ? "" : "s");
}

}  // namespace

ProcessStatus ProcessStatus::now() {
  std::array<char, 8192> buffer;
  const std::string_view text = read_proc("/proc/self/status", buffer);
  ProcessStatus status;
  if (text.empty()) return status;
  status.resident_mib = number_of(text, "\nVmRSS:") / 1024;
  status.peak_mib = number_of(text, "\nVmHWM:") / 1024;
  status.threads = static_cast<size_t>(std::max(1.0, number_of(text, "\nThreads:")));
  for (const char* mask : {"\nSigBlk:", "\nSigIgn:", "\nSigCgt:"})
    status.signals.append(without_library_signals(value_of(text, mask))).append(" ");
  status.cpus = value_of(text, "\nCpus_allowed:");
  return status;
}

void forget_peak() {
  const int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  static_cast<void>(!write(fd, "5", 1));
  close(fd);
}

std::map<int, Surroundings::File> Surroundings::descriptors() {
  std::map<int, File> found;
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) return found;
  while (const dirent* entry = readdir(folder)) {
    if (entry->d_name[0] == '.') continue;
    const int fd = std::atoi(entry->d_name);
    struct stat status {};
    if (fd != dirfd(folder) && fstat(fd, &status) == 0) found[fd] = file_of(status);
  }
  closedir(folder);
  return found;
}

bool Surroundings::descriptors_changed() const {
  for (const auto& [fd, file] : descriptors_) {
    struct stat status {};
    if (fstat(fd, &status) != 0 || file_of(status) != file) return true;
  }
  // The size of the folder is their number, since Linux 6.2.
  struct stat folder {};
  if (stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0) {
    return static_cast<size_t>(folder.st_size) != descriptors_.size();
  }
  return descriptors() != descriptors_;
}

Surroundings Surroundings::now() {
  Surroundings s = read(ProcessStatus::now());
  s.descriptors_ = descriptors();
  s.scratch_ = own_scratch();
  return s;
}

// All but the descriptors.
Surroundings Surroundings::read(const ProcessStatus& status) {
  Surroundings s;
  s.sse_control_ = sse_control();
  s.x87_control_ = x87_control();
  s.rounding_ = std::fegetround();
  s.signals_ = status.signals;
  s.cpus_ = status.cpus;
  s.threads_ = status.threads;
  struct sigaction action {};
  sigaction(kAskToStop, nullptr, &action);
  s.stop_handler_ = reinterpret_cast<uintptr_t>(action.sa_handler);
  for (size_t resource = 0; resource < s.limits_.size(); ++resource) {
    rlimit limit{};
    if (getrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) continue;
    s.limits_[resource] = {limit.rlim_cur, limit.rlim_max};
  }
  struct stat folder {};
  if (stat(".", &folder) == 0) s.folder_ = file_of(folder);
  s.umask_ = umask(0);
  umask(s.umask_);
  const char* locale = std::setlocale(LC_ALL, nullptr);
  s.locale_ = locale == nullptr ? "" : locale;
  s.thread_locale_ = reinterpret_cast<uintptr_t>(uselocale(nullptr));
  s.niceness_ = getpriority(PRIO_PROCESS, 0);
  s.group_ = getpgrp();
  prctl(PR_GET_PDEATHSIG, &s.death_signal_);
  s.environment_ = environment_hash();
  return s;
}

std::vector<std::string> Surroundings::changes(const ProcessStatus& status,
                                               size_t threads_allowed) const {
  std::vector<std::string> found;
  const auto note = [&](bool differs, const char* what) {
    if (differs) found.emplace_back(what);
  };
  const Surroundings s = read(status);
  note(s.sse_control_ != sse_control_ || s.x87_control_ != x87_control_ || s.rounding_ != rounding_,
       "floating-point control word (rounding, denormals or traps)");
  const bool readable = !status.signals.empty() || signals_.empty();
  note(!readable, "/proc out of reach");
  note((readable && s.signals_ != signals_) || s.stop_handler_ != stop_handler_,
       "signal mask or handler");
  note(timer_runs(), "running timer");
  note(s.limits_ != limits_, "resource limit");
  note(s.folder_ != folder_, "working folder");
  note(s.umask_ != umask_, "umask");
  note(s.locale_ != locale_ || s.thread_locale_ != thread_locale_, "locale");
  note(s.niceness_ != niceness_, "niceness");
  note(s.group_ != group_ || s.death_signal_ != death_signal_,
       "process group or parent-death signal");
  note(readable && s.cpus_ != cpus_, "CPU affinity");
  note(s.environment_ != environment_, "environment variable");
  note(descriptors_changed(), "open or closed descriptor");
  std::error_code error;
  note(!scratch_.empty() && !std::filesystem::is_empty(scratch_, error) && !error,
       "file in its temporary folder");
  const size_t allowed = std::max(threads_, threads_allowed);
  size_t threads = s.threads_;
  for (int wait = 1; threads > allowed && wait <= 16; wait *= 2) {
    std::this_thread::sleep_for(std::chrono::milliseconds(wait));
    threads = ProcessStatus::now().threads;
  }
  if (threads > allowed) found.push_back(counted(threads - allowed, "thread"));
  siginfo_t info{};
  if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD)
    found.emplace_back("child process");
  return found;
}

}  // namespace agon::harness
