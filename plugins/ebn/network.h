// SPDX-License-Identifier: MIT
//
// The spiking network: weights (Network) and what moves (State), for float and double. One step
// does
//
//   a. e = x - xhat (0 in a free run)              psi = phi(M xhat + theta) - psi0      (6) (7)
//   b. u = c + A psi + k e
//   c. V = (1 - lambda dt) V + dt D^T u + noise                                          (5)
//   d. xhat *= 1 - lambda dt,  r *= 1 - lambda dt                                        (2)
//   e. up to S times: i = argmax(V - T), stop unless V_i > T_i; V += C_i, r_i += 1, xhat += d_i;
//      without spikes, in place of c. and e.: xhat += dt u
//   f. A += eta dt e psi^T, brought to A by b. of the next step or by settle()           (9)
//
// With full slow weights, b. leaves A psi to c., where V gains dt W psi, and f. is the local rule
// W_ij += eta dt (D^T e)_i psi_j (8). Because W starts at 0, W = D^T A at all times and both modes
// have the same spikes. C = -(D^T D + mu I) are the fast weights, C_i what a spike of neuron i adds
// to all membranes.
//
// Sums run over whole padded rows in fixed lanes: the same bits on every machine. Nothing here
// allocates after construction. Threads: none of its own; a State belongs to one call at a time.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "agon/matrix.h"
#include "dendrites.h"
#include "lanes.h"

namespace agon::ebn {

struct Shape {
  int64_t neurons = 0;  // N
  int64_t dims = 0;     // K
  int64_t seen = 0;     // dimensions of xhat that the dendrites sample, the first ones; B if linear
  int64_t basis = 0;    // B
  int64_t cap = 1;      // S: spikes in a step
  double dt = 1e-3;     // s
  double lambda = 10;   // 1/s
  double mu = 0;        // in units of V
  Dendrite dendrite = Dendrite::gauss;
  bool full = false;  // W [N x B] instead of A [K x B]
  bool rate = false;  // no spikes: neither V nor r moves
};

template <typename Real>
struct State {
  explicit State(const Shape& s)
      : V(1, s.neurons),
        r(1, s.neurons),
        xhat(1, s.dims),
        e(1, s.dims),
        u(1, s.dims),
        psi(1, s.basis),
        change(1, s.dims),
        next(1, s.basis) {}
  // Of agon/state.h; settled.
  template <typename Archive>
  void state(Archive& s) {
    for (MatrixOf<Real>* m : {&V, &r, &xhat, &e, &u, &psi}) s("run", *m);
    s("capped", capped);
  }
  MatrixOf<Real> V, r;          // [N]
  MatrixOf<Real> xhat;          // [K]
  MatrixOf<Real> e, u;          // [K] of the last step; u without A psi in full mode
  MatrixOf<Real> psi;           // [B] of the last step
  Real due = 0;                 // eta dt of what the last step learnt, while A lacks it
  MatrixOf<Real> change, next;  // [K], [B]: scratch of a step
  bool capped =
      false;  // S spikes were fired in the last step and another neuron was above threshold
};

// How the fast weights learn, if they do: Brendel et al. 2020, on a spike of neuron i
//   C_i -= rate (beta (V + mu r) + C_i + mu 1_i).                                              (10)
struct FastLearning {
  double rate = 0;
  double beta =
      2;  // a spike leaves half of its decoder as error: 2 makes -(D^T D + mu I) the fixed point
};

// What one step is driven by; null pointers mean none.
template <typename Real>
struct Input {
  const Real* c = nullptr;      // [K] command; never null
  const Real* x = nullptr;      // [K] teacher; null: a free run, without feedback and learning
  const Real* noise = nullptr;  // [N] normal numbers for the membranes
  Real k = 0;                   // 1/s, gain of the feedback
  Real eta = 0;                 // 1/s, 0: no learning
  Real sigma = 0;               // sd of the noise that a step adds
};

template <typename Real>
class Network {
 public:
  explicit Network(const Shape& s)
      : shape(s),
        decoders(s.neurons, s.dims),
        M(s.seen, s.basis),
        theta(1, s.basis),
        psi0(1, s.basis),
        A(s.full ? 0 : s.dims, s.basis),
        W(s.full ? s.neurons : 0, s.basis),
        fast(s.neurons, s.neurons),
        threshold(1, s.neurons),
        leak_(static_cast<Real>(1.0 - s.lambda * s.dt)),
        dt_(static_cast<Real>(s.dt)),
        by_dim_(s.dims, s.neurons) {}

  Shape shape;
  FastLearning fast_learning;
  MatrixOf<Real> decoders;     // D^T [N x K]: row i is d_i
  MatrixOf<Real> M;            // M^T [seen x B]
  MatrixOf<Real> theta, psi0;  // [B]
  MatrixOf<Real> A;            // [K x B], factored mode
  MatrixOf<Real> W;            // [N x B], full mode
  MatrixOf<Real> fast;         // C [N x N]: row i is what a spike of neuron i adds to V
  MatrixOf<Real> threshold;    // T [N], infinite for a dead neuron

  // (4) and the fast weights from the decoders; all neurons alive.
  void connect() {
    const int64_t n = shape.neurons;
    for (int64_t i = 0; i < n; ++i) {
      for (int64_t q = 0; q < shape.dims; ++q) by_dim_.at(q, i) = decoders.at(i, q);
    }
    const Real mu = static_cast<Real>(shape.mu);
    for (int64_t i = 0; i < n; ++i) {
      for (int64_t j = 0; j < n; ++j) {
        fast.at(i, j) = -dot(decoders.data(i), decoders.data(j), decoders.stride());
      }
      fast.at(i, i) -= mu;
    }
    revive();
    settle_padding();
  }

  // Only the reset of a neuron by itself: where learning of the fast weights starts from.
  void forget_fast() {
    for (int64_t i = 0; i < shape.neurons; ++i) {
      const Real own = fast.at(i, i);
      std::fill_n(fast.data(i), shape.neurons, Real{0});
      fast.at(i, i) = own;
    }
  }

  // A dead neuron integrates its input but never spikes.
  void kill(int64_t i) { threshold.at(0, i) = std::numeric_limits<Real>::infinity(); }
  void revive() {
    for (int64_t i = 0; i < threshold.stride(); ++i) {
      const Real* d = decoders.data(std::min(i, shape.neurons - 1));
      threshold.data()[i] = i < shape.neurons
                                ? (dot(d, d, decoders.stride()) + static_cast<Real>(shape.mu)) / 2
                                : std::numeric_limits<Real>::infinity();
    }
  }

  // out [N, padded] = D^T y.
  void project(const Real* y, Real* out) const {
    mix(
        by_dim_, shape.dims, [y](int64_t q) { return y[q]; }, out);
  }

  // out [N, padded]: what the slow synapses bring in the step that s has just done, free of
  // feedback, under the command c [K].
  void slow(const State<Real>& s, const Real* c, Real* out) const {
    if (shape.full) {
      dots(W.data(), W.stride(), shape.neurons, s.psi.data(), W.stride(), out);
      return;
    }
    const Real* const u = s.u.data();
    mix(
        by_dim_, shape.dims, [u, c](int64_t q) { return u[q] - c[q]; }, out);
  }

  // (7): psi from a state x [K].
  void dendrites(const Real* x, Real* psi) const {
    const int64_t n = theta.stride();
    if (shape.dendrite == Dendrite::linear) {
      for (int64_t j = 0; j < shape.basis; ++j) psi[j] = x[j] - psi0.data()[j];
      return;
    }
    with_dendrite(shape.dendrite, [&](auto phi) {
      for_blocks(n, [&](int64_t at, auto width) {
        Real sum[width];
        in_lanes<width>([&](int64_t l) { sum[l] = theta.data()[at + l]; });
        add_rows(
            M.data() + at, M.stride(), shape.seen, [x](int64_t q) { return x[q]; }, sum);
        in_lanes<width>([&](int64_t l) { sum[l] = phi.argument(sum[l]); });
        in_lanes<width>(
            [&](int64_t l) { psi[at + l] = phi.value(exponential(sum[l])) - psi0.data()[at + l]; });
      });
    });
  }

  // All of V, r and xhat 0.
  void rest(State<Real>& s) const {
    s.V.fill(0);
    s.r.fill(0);
    s.xhat.fill(0);
  }
  // V = D^T x, then as many spikes as lower the error, with the fast weights of the decoders
  // whatever has been learnt; without spikes xhat = x. False when they do not end.
  [[nodiscard]] bool start(State<Real>& s, const Real* x) const {
    constexpr int64_t kMostSpikes = 1'000'000;
    rest(s);
    if (shape.rate) {
      std::copy_n(x, shape.dims, s.xhat.data());
      return true;
    }
    project(x, s.V.data());
    int64_t spikes = 0;
    for (Peak most = peak(s); most.over > 0; most = peak(s)) {
      if (++spikes > kMostSpikes) return false;
      const int64_t i = most.neuron;
      const Real* const d = decoders.data(i);
      for (int64_t q = 0; q < shape.dims; ++q) {
        axpy(-d[q], by_dim_.data(q), s.V.data(), by_dim_.stride());
        s.xhat.data()[q] += d[q];
      }
      s.V.data()[i] -= static_cast<Real>(shape.mu);
      s.r.data()[i] += 1;
    }
    return true;
  }

  // Multiply-accumulates of psi, of a step without spikes, and of a spike.
  int64_t dendrite_macs() const {
    return shape.dendrite == Dendrite::linear ? 0 : shape.seen * shape.basis;
  }
  int64_t step_macs(bool learns) const {
    const int64_t slow = (shape.full ? shape.neurons : shape.dims) * shape.basis;
    const int64_t membranes = shape.rate ? 0 : shape.neurons * shape.dims;
    return dendrite_macs() + slow + membranes + (learns ? slow : 0);
  }
  int64_t spike_macs() const { return shape.neurons + shape.dims; }

  // One step; spiked(i) is called for every spike in its order.
  template <typename Spiked>
  void step(State<Real>& s, const Input<Real>& in, Spiked&& spiked) {
    dendrites(s.xhat.data(), s.next.data());
    if (!shape.full) sum_slow(s);
    std::swap(s.psi, s.next);
    for (int64_t q = 0; q < shape.dims; ++q) {
      const Real e = in.x == nullptr ? Real{0} : in.x[q] - s.xhat.data()[q];
      s.e.data()[q] = e;
      s.u.data()[q] = in.c[q] + in.k * e + (shape.full ? Real{0} : s.u.data()[q]);
    }
    if (shape.rate) {
      for (int64_t q = 0; q < shape.dims; ++q)
        s.xhat.data()[q] = leak_ * s.xhat.data()[q] + dt_ * s.u.data()[q];
    } else {
      follow_by_spikes(s, in, spiked);
    }
    if (in.eta > 0) learn(s, in.eta);
  }
  // Brings to A what the last step learnt. Whoever reads A after a step that learns calls this first.
  void settle(State<Real>& s) {
    if (s.due == 0) return;
    for (int64_t q = 0; q < shape.dims; ++q)
      axpy(s.due * s.e.data()[q], s.psi.data(), A.data(q), A.stride());
    s.due = 0;
  }
  void step(State<Real>& s, const Input<Real>& in) {
    step(s, in, [](int64_t) {});
  }

 private:
  // out = the sum over q < count of y(q) times row q of `rows`, in whole rows.
  template <typename Factor>
  static void mix(const MatrixOf<Real>& rows, int64_t count, const Factor& y, Real* out) {
    for_blocks(rows.stride(), [&](int64_t at, auto width) {
      Real sum[width] = {};
      add_rows(rows.data() + at, rows.stride(), count, y, sum);
      in_lanes<width>([&](int64_t l) { out[at + l] = sum[l]; });
    });
  }

  // u = A psi of the dendrites in s.next. What the last step learnt comes to A in the same walk.
  void sum_slow(State<Real>& s) {
    const Real* const psi = s.next.data();
    if (s.due == 0) return dots(A.data(), A.stride(), shape.dims, psi, A.stride(), s.u.data());
    for (int64_t q = 0; q < shape.dims; ++q) s.change.data()[q] = s.due * s.e.data()[q];
    change_and_dots(s.change.data(), s.psi.data(), A.data(), A.stride(), shape.dims, psi,
                    A.stride(), s.u.data());
    s.due = 0;
  }

  // c. to e.
  template <typename Spiked>
  void follow_by_spikes(State<Real>& s, const Input<Real>& in, Spiked&& spiked) {
    Peak most = integrate(s, in);
    for (int64_t q = 0; q < shape.dims; ++q) s.xhat.data()[q] *= leak_;
    for (int64_t i = 0; i < s.r.stride(); ++i) s.r.data()[i] *= leak_;
    s.capped = false;
    for (int64_t fired = 0; most.over > 0; ++fired) {
      if (fired == shape.cap) {
        s.capped = true;
        break;
      }
      const int64_t i = most.neuron;
      if (fast_learning.rate > 0 && in.eta > 0) learn_fast(s, i);
      most = fire(s, i);
      spiked(i);
    }
  }

  // Padding must stay silent: phi of an unused dendrite is taken off by its psi0.
  void settle_padding() {
    for (int64_t j = shape.basis; j < psi0.stride(); ++j) {
      psi0.data()[j] = 0;
      with_dendrite(shape.dendrite, [&](auto phi) {
        psi0.data()[j] = phi.value(exponential(phi.argument(Real{0})));
      });
    }
  }

  // The first neuron with the largest V - T, and that. Who it is is looked for where it spikes only.
  struct Peak {
    Real over;
    int64_t neuron;
  };
  // The largest V - T of what was seen, in lanes. NaN is never the largest.
  struct Search {
    Real over[kLanes];
    Search() { std::fill_n(over, kLanes, -std::numeric_limits<Real>::infinity()); }
    void see(const Real* V, const Real* T) {
      in_lanes([&](int64_t l) {
        const Real v = V[l] - T[l];
        over[l] = v > over[l] ? v : over[l];
      });
    }
  };
  Peak peak(const State<Real>& s, Search& search) const {
    const Real most = fold_largest(search.over);
    return {most, most > 0 ? first_at(s.V.data(), threshold.data(), threshold.stride(), most) : 0};
  }

  // c.
  Peak integrate(State<Real>& s, const Input<Real>& in) const {
    Search search;
    const Real* const u = s.u.data();
    for_blocks(by_dim_.stride(), [&](int64_t at, auto width) {
      Real drive[width] = {};
      add_rows(
          by_dim_.data() + at, by_dim_.stride(), shape.dims, [u](int64_t q) { return u[q]; },
          drive);
      if (shape.full) {
        Real slow[width] = {};
        dots(W.data(at), W.stride(), std::min<int64_t>(width, shape.neurons - at), s.psi.data(),
             W.stride(), slow);
        in_lanes<width>([&](int64_t l) { drive[l] += slow[l]; });
      }
      Real* const V = s.V.data() + at;
      const Real* const T = threshold.data() + at;
      in_lanes<width>([&](int64_t l) { V[l] = leak_ * V[l] + dt_ * drive[l]; });
      if (in.noise != nullptr)
        in_lanes<width>([&](int64_t l) { V[l] += in.sigma * in.noise[at + l]; });
      for (int64_t l = 0; l < width; l += kLanes) search.see(V + l, T + l);
    });
    return peak(s, search);
  }

  // e. One spike; who is next.
  Peak fire(State<Real>& s, int64_t i) const {
    Search search;
    Real* const V = s.V.data();
    const Real* const C = fast.data(i);
    const Real* const T = threshold.data();
    for (int64_t at = 0; at < fast.stride(); at += kLanes) {
      in_lanes([&](int64_t l) { V[at + l] += C[at + l]; });
      search.see(V + at, T + at);
    }
    s.r.data()[i] += 1;
    for (int64_t q = 0; q < shape.dims; ++q) s.xhat.data()[q] += decoders.data(i)[q];
    return peak(s, search);
  }

  Peak peak(const State<Real>& s) const {
    Search search;
    for (int64_t at = 0; at < threshold.stride(); at += kLanes)
      search.see(s.V.data() + at, threshold.data() + at);
    return peak(s, search);
  }

  // (8) or (9)
  void learn(State<Real>& s, Real eta) {
    const Real rate = eta * dt_;
    if (!shape.full) {
      s.due = rate;
      return;
    }
    for (int64_t i = 0; i < shape.neurons; ++i) {
      const Real feedback = dot(decoders.data(i), s.e.data(), decoders.stride());
      axpy(rate * feedback, s.psi.data(), W.data(i), W.stride());
    }
  }

  // (10)
  void learn_fast(const State<Real>& s, int64_t i) {
    const Real rate = static_cast<Real>(fast_learning.rate),
               beta = static_cast<Real>(fast_learning.beta), mu = static_cast<Real>(shape.mu);
    Real* const C = fast.data(i);
    for (int64_t j = 0; j < shape.neurons; ++j) {
      C[j] -= rate * (beta * (s.V.data()[j] + mu * s.r.data()[j]) + C[j]);
    }
    C[i] -= rate * mu;
  }

  Real leak_, dt_;
  MatrixOf<Real> by_dim_;  // D [K x N]
};

}  // namespace agon::ebn
