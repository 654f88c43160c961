// SPDX-License-Identifier: MIT
//
// The head and the tail of what a cell wrote to stdout and stderr: enough to see the cause, however
// much a rule prints.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace agon::harness {

class OutputTail {
 public:
  void add(std::string_view text) {
    total_ += text.size();
    if (head_.size() < kHead) {
      const size_t take = std::min(kHead - head_.size(), text.size());
      head_.append(text.substr(0, take));
      text.remove_prefix(take);
    }
    if (text.size() >= kTail) {
      tail_.assign(text.substr(text.size() - kTail));
      return;
    }
    tail_.append(text);
    if (tail_.size() > 2 * kTail) tail_.erase(0, tail_.size() - kTail);
  }

  std::string text() const {
    const std::string_view tail =
        std::string_view(tail_).substr(tail_.size() > kTail ? tail_.size() - kTail : 0);
    const size_t left_out = total_ - head_.size() - tail.size();
    if (left_out == 0) return head_ + std::string(tail);
    return fmt::format("{}\n[... {} bytes left out ...]\n{}", head_, left_out, tail);
  }

  void clear() {
    head_.clear();
    tail_.clear();
    total_ = 0;
  }

 private:
  static constexpr size_t kHead = 512, kTail = 1024;
  std::string head_, tail_;
  size_t total_ = 0;
};

}  // namespace agon::harness
