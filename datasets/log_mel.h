// SPDX-License-Identifier: MIT
//
// Sound as a picture: the power in bands that are equally wide to the ear, over time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace agon::datasets {

struct LogMel {
  uint32_t rate = 8000;  // samples a second
  double seconds = 1;    // of sound that are looked at; zeros behind a shorter one
  double low = 60;       // Hz, of all bands together
  double high = 4000;    // at most rate / 2
  size_t frames = 32, bands = 20;
};

// [frames x bands] in [0, 1], multiples of 1/255. Windows of 50 ms (Hann, 0 at both ends) start every
// seconds / frames, the first half a window before the sound; power by a Fourier transform of the
// next power of two, in triangles equally spaced in mel = 2595 log10(1 + f / 700) (HTK); decibels
// below the loudest value of the sound, -80 and less as 0, 0 as 1. samples: one channel.
std::vector<float> log_mel(const LogMel& settings, std::span<const float> samples);

}  // namespace agon::datasets
