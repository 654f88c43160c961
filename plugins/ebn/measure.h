// SPDX-License-Identifier: MIT
//
// What a free run says about the code: spikes, balance, coding error, and how many spikes a
// population of independent Poisson neurons with the same decoders would need for that error.
//
// Such a population follows the drive u of the network with rates f_i = a [d_i u]_+, where
// a = 2K/(N gamma^2) makes sum_i d_i f_i = u. Its R_0 = sum_i f_i spikes per second leave shot
// noise of variance gamma^2 R_0 / (2 lambda K) per dimension. Decoders shorter by a factor take
// that many more spikes and lower the variance as much, so equal error takes R_0 * variance /
// (squared coding error).
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "balance.h"
#include "spike_train.h"

namespace agon::ebn {

class Measure {
 public:
  explicit Measure(const Shape& shape)
      : shape_(shape), train(shape.neurons), balance_(shape.neurons), z_(1, shape.dims) {}

  void clear() {
    train.clear();
    balance_.clear();
    z_.fill(0.0);
    steps_ = 0;
    coding_ = 0;
  }
  // A new start from x [K], or from 0 with null; time goes on.
  void start(const float* x) {
    balance_.rest();
    for (int64_t q = 0; q < shape_.dims; ++q)
      z_.data()[q] = x == nullptr ? 0.0 : static_cast<double>(x[q]);
  }

  void spike(const Network<float>& net, int64_t neuron) {
    train.add(neuron, seconds());
    balance_.spike(net, neuron);
  }
  // After a step under the command c.
  void step(const Network<float>& net, const State<float>& s, const float* c) {
    balance_.step(net, s, c);
    const double leak = 1 - shape_.lambda * shape_.dt;
    for (int64_t q = 0; q < shape_.dims; ++q) {
      double& z = z_.data()[q];
      z = leak * z + shape_.dt * static_cast<double>(s.u.data()[q]);
      const double off = static_cast<double>(s.xhat.data()[q]) - z;
      coding_ += off * off;
    }
    ++steps_;
  }

  double seconds() const { return static_cast<double>(steps_) * shape_.dt; }
  bool empty() const { return steps_ == 0; }
  double spikes_per_s() const { return static_cast<double>(train.count()) / seconds(); }
  double ei_correlation() const { return balance_.correlation(); }
  // Mean squared distance per dimension of xhat from the state z that the drive makes.
  double coding_error() const { return coding_ / static_cast<double>(steps_ * shape_.dims); }

  // gamma: the length of a decoder. Unknown in full mode, where the drive is known per neuron only.
  double poisson_ratio(double gamma) const {
    if (shape_.full || train.count() == 0 || !(coding_ > 0))
      return std::numeric_limits<double>::quiet_NaN();
    const double dims = static_cast<double>(shape_.dims);
    const double rate =
        2 * dims / (static_cast<double>(shape_.neurons) * gamma * gamma) * balance_.mean_drive();
    const double variance = gamma * gamma * rate / (2 * shape_.lambda * dims);
    return rate * variance / coding_error() / spikes_per_s();
  }

 private:
  Shape shape_;

 public:
  SpikeTrain train;

 private:
  Balance balance_;
  MatrixOf<double> z_;  // [K]: dz/dt = -lambda z + u
  int64_t steps_ = 0;
  double coding_ = 0;
};

}  // namespace agon::ebn
