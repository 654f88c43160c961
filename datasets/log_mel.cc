// SPDX-License-Identifier: MIT
#include "datasets/log_mel.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <kissfft/kissfft.hh>
#include <numbers>

namespace agon::datasets {
namespace {

constexpr double kWindowSeconds = 0.05;
constexpr double kFloor = 1e-10;  // of a power
constexpr double kRange = 80;     // dB
constexpr double kLevels = 255;   // so that the last digit of the C library's logarithm does not
                                  // show in the data

double to_mel(double hertz) { return 2595 * std::log10(1 + hertz / 700); }
double to_hertz(double mel) { return 700 * (std::pow(10.0, mel / 2595) - 1); }

// [bands x bins] weights of the triangles.
std::vector<double> triangles(const LogMel& s, size_t bins, size_t points) {
  std::vector<double> edges(s.bands + 2);
  const double low = to_mel(s.low), high = to_mel(s.high);
  for (size_t e = 0; e < edges.size(); ++e) {
    edges[e] =
        to_hertz(low + (high - low) * static_cast<double>(e) / static_cast<double>(s.bands + 1));
  }
  std::vector<double> weights(s.bands * bins);
  for (size_t b = 0; b < s.bands; ++b) {
    for (size_t k = 0; k < bins; ++k) {
      const double f = static_cast<double>(k) * s.rate / static_cast<double>(points);
      const double rise = (f - edges[b]) / (edges[b + 1] - edges[b]);
      const double fall = (edges[b + 2] - f) / (edges[b + 2] - edges[b + 1]);
      weights[b * bins + k] = std::max(0.0, std::min(rise, fall));
    }
  }
  return weights;
}

}  // namespace

std::vector<float> log_mel(const LogMel& s, std::span<const float> samples) {
  const auto window = static_cast<size_t>(std::lround(kWindowSeconds * s.rate));
  const size_t points = std::bit_ceil(std::max<size_t>(window, 2)), bins = points / 2 + 1;
  const auto length = static_cast<size_t>(std::lround(s.seconds * s.rate));
  samples = samples.first(std::min(samples.size(), length));
  const std::vector<double> weights = triangles(s, bins, points);
  std::vector<double> hann(window);
  for (size_t i = 0; i < window; ++i) {
    hann[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) /
                                   static_cast<double>(window - 1));
  }

  // In double: of float, an error of the loudest band would show in the quiet ones' last digit.
  const kissfft<double> transform(points, false);
  std::vector<std::complex<double>> frame(points), spectrum(points);
  std::vector<double> decibels;
  for (size_t t = 0; t < s.frames; ++t) {
    const auto begin =
        static_cast<int64_t>(t * length / s.frames) - static_cast<int64_t>(window / 2);
    for (size_t i = 0; i < window; ++i) {
      const int64_t at = begin + static_cast<int64_t>(i);
      const bool there = at >= 0 && at < std::ssize(samples);
      frame[i] = there ? hann[i] * static_cast<double>(samples[static_cast<size_t>(at)]) : 0.0;
    }
    transform.transform(frame.data(), spectrum.data());
    for (size_t b = 0; b < s.bands; ++b) {
      double power = 0;
      for (size_t k = 0; k < bins; ++k) {
        power += weights[b * bins + k] * std::norm(spectrum[k]);
      }
      decibels.push_back(10 * std::log10(power + kFloor));
    }
  }
  const double loudest = *std::ranges::max_element(decibels);
  std::vector<float> out;
  for (const double level : decibels) {
    const double share = std::clamp((level - loudest) / kRange + 1, 0.0, 1.0);
    out.push_back(static_cast<float>(std::round(share * kLevels) / kLevels));
  }
  return out;
}

}  // namespace agon::datasets
