// SPDX-License-Identifier: MIT
//
// A Boost.Test data set of the SIMD targets this CPU has, and an RAII pin.
#pragma once

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <string>
#include <vector>

#include "core/machine.h"

namespace agon::test {

inline const auto kTargets = boost::unit_test::data::make(core::simd_targets());
// Around every vector width, and two real widths.
inline const auto kSizes = boost::unit_test::data::make(
    std::vector<size_t>{0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 100});

class Pin {
 public:
  explicit Pin(const std::string& target) : before_(core::simd_target()) {
    core::pin_simd_target(target);
  }
  ~Pin() { core::pin_simd_target(before_); }
  Pin(const Pin&) = delete;
  Pin& operator=(const Pin&) = delete;

 private:
  std::string before_;
};

// Targets that fuse multiply and add: they promise equal bits.
inline bool has_fma(const std::string& target) {
  return target.starts_with("AVX") || target.starts_with("NEON");
}

}  // namespace agon::test
