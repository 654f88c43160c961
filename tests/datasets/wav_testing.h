// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace agon::datasets::testing {

struct WavFormat {
  uint32_t coding = 1, channels = 1, rate = 8000, bits = 16;
};

// A little-endian number.
std::string le(uint32_t value, size_t bytes);
// One chunk, padded to an even size.
std::string chunk(const std::string& kind, const std::string& bytes);
std::string format_chunk(const WavFormat& format);
std::string riff(const std::string& chunks);
std::string wav_bytes(const WavFormat& format, const std::string& data);
// A second of a sine as PCM of 16 bits.
std::string tone(double hertz, uint32_t rate = 8000);

}  // namespace agon::datasets::testing
