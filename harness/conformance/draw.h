// SPDX-License-Identifier: MIT
//
// Numbers from a seed (splitmix64), the same on every machine.
#pragma once

#include <cstdint>

namespace agon::conformance {

class Draw {
 public:
  explicit Draw(uint64_t seed) noexcept : state_(seed) {}
  uint64_t bits() noexcept {
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  uint64_t below(uint64_t n) noexcept { return n == 0 ? 0 : bits() % n; }
  double unit() noexcept { return static_cast<double>(bits() >> 11) * 0x1p-53; }  // [0, 1)

 private:
  uint64_t state_;
};

}  // namespace agon::conformance
