// SPDX-License-Identifier: MIT
//
// Balance of excitation and inhibition in a free run: the currents of every membrane, split by sign
// within each pathway (command, slow synapses, fast synapses without the own reset), low-passed
// with 10 ms; the correlation of the two sums over time, averaged over the neurons.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "network.h"

namespace agon::ebn {

class Balance {
 public:
  static constexpr double kWindow = 10e-3;  // s

  explicit Balance(int64_t neurons)
      : command_(1, neurons),
        slow_(1, neurons),
        jump_e_(1, neurons),
        jump_i_(1, neurons),
        e_(1, neurons),
        i_(1, neurons),
        sums_(5, neurons) {}

  void clear() {
    sums_.fill(0.0);
    steps_ = 0;
    drive_ = 0;
    rest();
  }
  // The filtered currents start from 0 again; what was counted stays.
  void rest() {
    for (Matrix* b : {&jump_e_, &jump_i_, &e_, &i_}) b->fill(0.0f);
  }

  void spike(const Network<float>& net, int64_t neuron) {
    const float* const C = net.fast.data(neuron);
    float* const je = jump_e_.data();
    float* const ji = jump_i_.data();
    const float own_e = je[neuron], own_i = ji[neuron];
    for (int64_t i = 0; i < jump_e_.stride(); ++i) {
      je[i] += C[i] > 0 ? C[i] : 0.0f;
      ji[i] += C[i] < 0 ? -C[i] : 0.0f;
    }
    je[neuron] = own_e;
    ji[neuron] = own_i;
  }

  // After a step under the command c [K] and the spikes of that step.
  void step(const Network<float>& net, const State<float>& s, const float* c) {
    const double window = kWindow / net.shape.dt;  // in steps
    const float keep = static_cast<float>(std::exp(-1 / window));
    const float take = static_cast<float>((1 - std::exp(-1 / window)) * net.shape.dt);
    const float of_jump = 1 - keep;
    net.project(c, command_.data());
    net.slow(s, c, slow_.data());
    float* const e = e_.data();
    float* const in = i_.data();
    double drive = 0;
    for (int64_t i = 0; i < e_.cols(); ++i) {
      const float f = command_.data()[i], w = slow_.data()[i];
      e[i] = keep * e[i] + take * (positive(f) + positive(w)) + of_jump * jump_e_.data()[i];
      in[i] = keep * in[i] + take * (positive(-f) + positive(-w)) + of_jump * jump_i_.data()[i];
      drive += static_cast<double>(positive(f + w));
    }
    drive_ += drive;
    jump_e_.fill(0.0f);
    jump_i_.fill(0.0f);
    for (int64_t i = 0; i < e_.cols(); ++i) {
      const double a = static_cast<double>(e[i]), b = static_cast<double>(in[i]);
      sums_.data(0)[i] += a;
      sums_.data(1)[i] += b;
      sums_.data(2)[i] += a * a;
      sums_.data(3)[i] += b * b;
      sums_.data(4)[i] += a * b;
    }
    ++steps_;
  }

  double correlation() const {
    const double n = static_cast<double>(steps_);
    double sum = 0;
    int64_t neurons = 0;
    for (int64_t i = 0; i < sums_.cols(); ++i) {
      const double a = sums_.at(0, i), b = sums_.at(1, i);
      const double va = n * sums_.at(2, i) - a * a, vb = n * sums_.at(3, i) - b * b;
      if (!(va > 0) || !(vb > 0)) continue;
      sum += (n * sums_.at(4, i) - a * b) / std::sqrt(va * vb);
      ++neurons;
    }
    return neurons > 0 ? sum / static_cast<double>(neurons)
                       : std::numeric_limits<double>::quiet_NaN();
  }
  // Mean over time of sum_i [d_i u]_+.
  double mean_drive() const { return steps_ > 0 ? drive_ / static_cast<double>(steps_) : 0; }

 private:
  static float positive(float x) { return x > 0 ? x : 0.0f; }

  Matrix command_, slow_, jump_e_, jump_i_, e_, i_;  // [N]
  MatrixOf<double> sums_;                            // [5 x N]: of E, I, E^2, I^2, E I
  int64_t steps_ = 0;
  double drive_ = 0;
};

}  // namespace agon::ebn
