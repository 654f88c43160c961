// SPDX-License-Identifier: MIT
//
// What this process runs on, for provenance and for `agon doctor`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace agon::core {

struct Machine {
  std::string host_id;  // stable hash of CPU model, cores, memory and OS; no name of the machine
  std::string cpu;      // model name
  unsigned cores = 0;   // usable by this process
  uint64_t memory_mib = 0;
  std::string os;        // PRETTY_NAME and kernel release
  std::string governor;  // CPU frequency governor, "unknown" when the kernel does not say
};
Machine machine();

std::string compiler();  // e.g. "g++ 12.2.0"

// SIMD targets, best first, that this CPU has and this build contains, by Highway's names.
std::vector<std::string> simd_targets();
// The target in use.
std::string simd_target();
// "fma" or "no-fma": whether the target in use fuses multiply and add. All targets of a class give
// the same bits.
std::string simd_class();
// The x86 vectors that the target in use allows, for loops that are no kernels.
enum class SimdVectors { other, avx2, avx512 };
SimdVectors simd_vectors() noexcept;
// Pins dispatch to one of simd_targets(); throws agon::Error(Exit::usage) for another name.
void pin_simd_target(const std::string& name);
// Detects the target now, so that first-call detection never lands in a timed region.
void detect_simd_target();

// Flush denormals to zero in the calling thread (FTZ and DAZ on x86).
void flush_denormals() noexcept;

}  // namespace agon::core
