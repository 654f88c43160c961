// SPDX-License-Identifier: MIT
//
// Spikes of a run as they come: counts, the variability of the intervals, and the first of them for
// the raster. Bounded memory; add() allocates nothing.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "agon/matrix.h"

namespace agon::ebn {

class SpikeTrain {
 public:
  static constexpr int64_t kEvents = 4096;  // that the raster shows
  static constexpr int64_t kIntervals = 3;  // that a neuron must have to count for the variability

  explicit SpikeTrain(int64_t neurons) : of_(static_cast<size_t>(neurons)), events_(kEvents, 2) {}

  void clear() {
    std::fill(of_.begin(), of_.end(), Neuron{});
    count_ = 0;
  }
  // Times in s, not falling.
  void add(int64_t neuron, double time) {
    if (count_ < kEvents) {
      events_.at(count_, 0) = static_cast<float>(time);
      events_.at(count_, 1) = static_cast<float>(neuron);
    }
    ++count_;
    Neuron& n = of_[static_cast<size_t>(neuron)];
    if (n.spikes++ > 0) n.add_interval(time - n.last);
    n.last = time;
  }

  int64_t count() const { return count_; }
  // [events x 2]: time, neuron.
  ConstView raster() const {
    return {events_.data(), std::min(count_, kEvents), 2, events_.stride()};
  }

  // Mean over neurons of sd / mean of the intervals.
  double cv() const {
    return mean([](const Neuron& n) {
      const double m = n.sum / static_cast<double>(n.intervals);
      return m > 0
                 ? std::sqrt(std::fmax(0.0, n.square / static_cast<double>(n.intervals) - m * m)) /
                       m
                 : 0.0;
    });
  }
  // Mean over neurons of the mean 2 |I' - I| / (I' + I) of neighbouring intervals (Holt et al.
  // 1996).
  double cv2() const {
    return mean([](const Neuron& n) { return n.local / static_cast<double>(n.intervals - 1); });
  }

 private:
  struct Neuron {
    int64_t spikes = 0, intervals = 0;
    double last = 0, interval = 0, sum = 0, square = 0, local = 0;

    void add_interval(double i) {
      if (intervals++ > 0 && i + interval > 0)
        local += 2 * std::fabs(i - interval) / (i + interval);
      interval = i;
      sum += i;
      square += i * i;
    }
  };

  template <typename F>
  double mean(F of) const {
    double sum = 0;
    int64_t n = 0;
    for (const Neuron& neuron : of_) {
      if (neuron.intervals < kIntervals) continue;
      sum += of(neuron);
      ++n;
    }
    return n > 0 ? sum / static_cast<double>(n) : std::numeric_limits<double>::quiet_NaN();
  }

  std::vector<Neuron> of_;
  Matrix events_;
  int64_t count_ = 0;
};

}  // namespace agon::ebn
