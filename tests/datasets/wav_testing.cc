// SPDX-License-Identifier: MIT
#include "wav_testing.h"

#include <cmath>
#include <numbers>

namespace agon::datasets::testing {

std::string le(uint32_t value, size_t bytes) {
  std::string out;
  for (size_t i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> 8 * i & 0xffu));
  return out;
}

std::string chunk(const std::string& kind, const std::string& bytes) {
  return kind + le(static_cast<uint32_t>(bytes.size()), 4) + bytes +
         (bytes.size() % 2 == 1 ? std::string(1, '\0') : "");
}

std::string format_chunk(const WavFormat& f) {
  const uint32_t frame = f.channels * f.bits / 8;
  return chunk("fmt ", le(f.coding, 2) + le(f.channels, 2) + le(f.rate, 4) + le(f.rate * frame, 4) +
                           le(frame, 2) + le(f.bits, 2));
}

std::string riff(const std::string& chunks) {
  return "RIFF" + le(static_cast<uint32_t>(chunks.size() + 4), 4) + "WAVE" + chunks;
}

std::string wav_bytes(const WavFormat& format, const std::string& data) {
  return riff(format_chunk(format) + chunk("data", data));
}

std::string tone(double hertz, uint32_t rate) {
  std::string data;
  for (uint32_t i = 0; i < rate; ++i) {
    const double angle = 2 * std::numbers::pi * hertz * i / rate;
    data += le(static_cast<uint32_t>(std::lround(12000 * std::sin(angle))), 2);
  }
  return wav_bytes({.rate = rate}, data);
}

}  // namespace agon::datasets::testing
