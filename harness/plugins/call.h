// SPDX-License-Identifier: MIT
//
// What stands behind the opaque agon_call: the context of one cell's calls into a rule. It records
// why a call failed, keeps the tail of the rule's log and its warnings, says when to stop, and
// counts work that no machine changes. Threads: everything is callable from any thread;
// begin() and the setters between calls only.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "agon/plugin.h"
#include "harness/plugins/whereabouts.h"
#include "harness/plugins/work_counter.h"

namespace agon::harness {

class Call {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr size_t kLogBytes = 4096;   // kept of the rule's log: its end
  static constexpr size_t kFailBytes = 1024;  // kept of a failure's text: its beginning
  static constexpr size_t kWarnings = 16;     // different ones kept; the rest are counted together
  static constexpr size_t kWarningBytes = 512;  // kept of each: its beginning

  Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  agon_call* abi() noexcept { return reinterpret_cast<agon_call*>(this); }
  static Call& of(agon_call* call) noexcept { return *reinterpret_cast<Call*>(call); }

  // Forgets the last call's failure; log, counter and stop request stay. verb: static, what is called.
  void begin(const char* verb = "") noexcept;

  // For a process that reports what a rule was doing when it crashed: called with the verb before a
  // rule is, on the caller's thread. Set once, before the first call; nullptr: nobody listens.
  static void on_verb(void (*listener)(const char* verb)) noexcept { verb_listener_ = listener; }
  // And where it stands for those who look when this process is gone. Set once as well.
  static void keep_whereabouts(Whereabouts* place) noexcept { whereabouts_ = place; }
  static void note(const char* verb) noexcept {
    if (whereabouts_ != nullptr) whereabouts_->enter(verb);
    if (verb_listener_ != nullptr) verb_listener_(verb);
  }
  // The update that comes next, of that epoch; both count from 1, 0 is before the first.
  static void train(int64_t epoch, int64_t update) noexcept {
    if (whereabouts_ != nullptr) whereabouts_->train(epoch, update);
  }

  // The first failure since begin() is the one that is kept.
  void fail(agon_status code, std::string_view text) noexcept;
  bool failed() const noexcept { return failed_.load(std::memory_order_acquire); }
  agon_status fail_code() const noexcept { return fail_code_; }
  std::string fail_text() const;

  void log(int32_t level, std::string_view text) noexcept;
  std::string log_tail() const;

  // What was logged as a warning, whatever is left of it in the tail: in the order of the first
  // time.
  struct Warning {
    std::string text;
    int64_t times = 0;
  };
  std::vector<Warning> warnings() const;

  // Stopping is cooperative: a request, or the passing of a deadline, makes should_stop() true.
  void request_stop() noexcept { stop_.store(true, std::memory_order_relaxed); }
  void set_deadline(Clock::time_point deadline) noexcept { deadline_ = deadline; }
  bool should_stop() noexcept;
  // should_stop() has been true: only then may a rule return AGON_STOPPED.
  bool told_to_stop() const noexcept { return stop_.load(std::memory_order_relaxed); }
  // For a worker: makes should_stop() of every Call true, until it is called with false.
  // Async-signal-safe.
  static void stop_all(bool stop) noexcept { stop_all_.store(stop, std::memory_order_relaxed); }

  // listener(fraction in [0, 1]) is called on the rule's thread.
  void on_progress(std::function<void(double)> listener) { listener_ = std::move(listener); }
  void progress(double fraction) noexcept;

  WorkCounter& work() noexcept { return work_; }
  uint64_t macs() const noexcept { return work_.read().macs(); }

 private:
  void count_warning(std::string_view text);

  mutable std::mutex mutex_;  // guards the texts
  std::atomic<bool> failed_ = false;
  agon_status fail_code_ = AGON_OK;
  std::string fail_text_, log_;
  std::vector<Warning> warnings_;
  int64_t other_warnings_ = 0;
  std::atomic<bool> stop_ = false;
  static inline std::atomic<bool> stop_all_ = false;
  static inline void (*verb_listener_)(const char*) = nullptr;
  static inline Whereabouts* whereabouts_ = nullptr;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::function<void(double)> listener_;
  WorkCounter work_;
};

}  // namespace agon::harness
