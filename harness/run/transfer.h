// SPDX-License-Identifier: MIT
//
// What a person sees of a file that is being sent, on stderr: a bar that redraws itself on a
// terminal, otherwise a plain line every 10 s.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace agon::harness {

class TransferBar {
 public:
  explicit TransferBar(bool redraws) : redraws_(redraws) {}
  ~TransferBar() { clear(); }
  TransferBar(const TransferBar&) = delete;
  TransferBar& operator=(const TransferBar&) = delete;

  // total: 0 when unknown. Redraws at most ten times a second.
  void show(const std::string& name, uint64_t have, uint64_t total);
  void note(const std::string& text);  // a line of its own above the bar
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool redraws_, drawn_ = false;
  std::string name_;
  Clock::time_point start_{}, last_{};
  uint64_t first_ = 0;  // bytes that were there before this process
};

// "[=====>    ]  4.6/9.2 MB  1.5 MB/s  ETA 3.1s", at most `columns` wide; `seconds` since `first`.
std::string transfer_line(const std::string& name, uint64_t first, uint64_t have, uint64_t total,
                          double seconds, size_t columns);

}  // namespace agon::harness
