// SPDX-License-Identifier: MIT
//
// What a rule may change in the process that runs it: a worker compares itself after every cell
// with what it was before the first, and is not used again when it differs.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace agon::harness {

// Of /proc/self/status, read at once.
struct ProcessStatus {
  double resident_mib = std::numeric_limits<double>::quiet_NaN(),
         peak_mib = resident_mib;  // the peak since forget_peak()
  size_t threads = 1;
  std::string signals,
      cpus;  // masks of blocked, ignored and caught signals, of CPUs; "" without /proc
  static ProcessStatus now();
};
void forget_peak();

class Surroundings {
 public:
  static Surroundings now();

  // What is different now, in words: "umask", "2 threads", ...; empty when nothing is. status: of
  // now. So many threads may live (those of the worker's own pool); one that has just been joined
  // gets a moment to go.
  std::vector<std::string> changes(const ProcessStatus& status, size_t threads_allowed) const;

 private:
  using File = std::pair<dev_t, ino_t>;
  static Surroundings read(const ProcessStatus& status);
  static std::map<int, File> descriptors();
  bool descriptors_changed() const;

  uint32_t sse_control_ = 0, x87_control_ = 0;
  int rounding_ = 0;
  std::string signals_, cpus_;
  uintptr_t stop_handler_ = 0;  // of kAskToStop
  std::array<std::pair<rlim_t, rlim_t>, 16> limits_{};
  File folder_{};
  std::filesystem::path scratch_;  // its temporary folder, empty when there is none of its own
  mode_t umask_ = 0;
  std::string locale_;
  uintptr_t thread_locale_ = 0;
  int niceness_ = 0;
  pid_t group_ = 0;
  int death_signal_ = 0;  // PR_SET_PDEATHSIG
  uint64_t environment_ = 0;
  size_t threads_ = 1;
  std::map<int, File> descriptors_;
};

}  // namespace agon::harness
