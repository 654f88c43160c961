// SPDX-License-Identifier: MIT
//
// Somebody who does the work of a case: a rule of ours, or a peer in this process or in one of its own.
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace agon::harness::bench {

class Contender {
 public:
  virtual ~Contender() = default;
  // Does the work so many times over. Returns the CPU seconds of the thread that did it.
  virtual double run(int64_t times) = 0;
};

// A peer cannot do this case; what() says why, "" where it is none of its business.
class NotForMe : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace agon::harness::bench
