// SPDX-License-Identifier: MIT
//
// WAV, sound as RIFF chunks: PCM of 8, 16 or 24 bits or float32, also as WAVE_FORMAT_EXTENSIBLE.
// Chunks that say nothing of the sound may come before, between and behind.
// Source: Microsoft and IBM, Multimedia Programming Interface and Data Specifications 1.0 (1991).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace agon::datasets {

// The most bytes of a file that a task may read: an hour and a half of stereo sound on a CD.
inline constexpr size_t kMostWav = size_t{1} << 30;

struct Wav {
  uint32_t rate = 0;  // frames a second
  size_t channels = 0;
  std::vector<float> samples;  // [frames x channels], PCM in [-1, 1); every value is finite
};

// `name` is for errors. Throws agon::Error(Exit::data) that names the reason and where it applies
// the byte: wrong magic, no or a broken format chunk, another coding, no data, truncated, a value
// that is not finite. Memory stays within 4 times the file's, whatever its sizes claim.
Wav parse_wav(std::string_view bytes, const std::string& name);

}  // namespace agon::datasets
