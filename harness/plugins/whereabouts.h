// SPDX-License-Identifier: MIT
//
// What a rule is doing, kept in memory that another process can read when this one is gone or hangs.
// Written by the process that runs the rule, on the thread that calls it, and by its handler of fatal
// signals; a rule that wants to can write anything here, so a reader trusts nothing.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace agon::harness {

struct Whereabouts {
  // Where the process was when a fatal signal came, outermost call last. Offsets are those in the
  // module's file.
  struct Frame {
    uint64_t offset = 0;
    int32_t module = -1;  // index into modules; -1: of no file
  };
  static constexpr size_t kFrames = 64, kModules = 8, kPathBytes = 384, kVerbBytes = 32;

  // A verb of the rule begins; it lasts until the next one.
  void enter(const char* name) noexcept {
    beat();
    const size_t length = std::min(std::strlen(name), kVerbBytes - 1);
    std::memcpy(verb.data(), name, length);
    verb[length] = '\0';
  }
  // Counts from 1; 0: none yet.
  void train(int64_t new_epoch, int64_t new_update) noexcept {
    epoch.store(new_epoch, std::memory_order_relaxed);
    update.store(new_update, std::memory_order_relaxed);
  }
  // The rule spoke with the host.
  void beat() noexcept {
    beats.store(beats.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  std::atomic<uint64_t> beats = 0;
  std::atomic<int64_t> epoch = 0, update = 0;
  std::array<char, kVerbBytes> verb{};
  std::atomic<int32_t> signal = 0;  // the fatal one, once frames are there
  uint32_t frame_count = 0, module_count = 0;
  std::array<Frame, kFrames> frames{};
  std::array<std::array<char, kPathBytes>, kModules> modules{};  // paths; "" is the program itself
};

}  // namespace agon::harness
