// SPDX-License-Identifier: MIT
//
// Who measures when: workers that measure side by side take turns, in rounds. What the machine does meanwhile
// then falls upon all of them alike, and each has its caches to itself for a turn. A round begins when all of
// them have asked for a turn, and gives each one, in a random order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <random>
#include <vector>

namespace agon::harness {

class Turns {
 public:
  // The worker waits for its next turn; the one that it had is over.
  void ask(size_t worker) {
    leave(worker);
    asked_.push_back(worker);
  }
  // It takes no more part.
  void leave(size_t worker) {
    if (turn_ == worker) turn_.reset();
    std::erase(asked_, worker);
    std::erase(round_, worker);
  }
  // Whose turn begins now, of so many workers at work; nobody's while a turn lasts, nor between two rounds
  // until all of them have asked.
  std::optional<size_t> next(size_t workers) {
    if (turn_) return std::nullopt;
    if (round_.empty()) {
      if (asked_.empty() || asked_.size() < workers) return std::nullopt;
      round_.swap(asked_);
      std::ranges::shuffle(round_, random_);
    }
    turn_ = round_.back();
    round_.pop_back();
    return turn_;
  }

 private:
  std::vector<size_t> asked_, round_;  // for the next round; without a turn in this one
  std::optional<size_t> turn_;
  std::mt19937_64 random_{std::random_device{}()};
};

}  // namespace agon::harness
