// SPDX-License-Identifier: MIT
//
// The host's services and kernels as C++: Context is what every verb of a rule receives. A failing
// kernel throws RuleError. Thread: [model], except should_stop.
#pragma once

#include <atomic>
#include <concepts>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "agon/error.h"
#include "agon/matrix.h"
#include "agon/vectorised.h"

namespace agon {

// What becomes of a product before it is stored: C = f(scale * op(A) op(B) + (accumulate ? C : 0) + bias), then
// C *= multiply, all elementwise.
struct Epilogue {
  float scale = 1.0f;
  bool accumulate = false;
  agon_activation activation{AGON_IDENTITY, 1.0f, 0.0f};
  const float* bias = nullptr;  // [cols of C]
  ConstView multiply{};         // shaped as C
  // With slopes multiply is h = f(a) of `slope` for sigmoid and tanh and a for the others, and C *= f'(a): the error
  // of a layer below without a derivative() of its own. The activation above stays the identity.
  bool slopes = false;
  agon_activation slope{AGON_IDENTITY, 1.0f, 0.0f};
};

// Work that no machine changes, as agon_work says.
struct Work {
  int64_t macs = 0, effective = 0, words = 0, weight_writes = 0;

  friend Work operator-(const Work& a, const Work& b) {
    return {a.macs - b.macs, a.effective - b.effective, a.words - b.words,
            a.weight_writes - b.weight_writes};
  }
};

// From each of several products of one shape to the next, in floats: multiples of 16; 0: shared.
struct Steps {
  int64_t a = 0, b = 0, c = 0;
  int64_t bias = 0, multiply = 0;  // of the epilogue
};

// Of Context::rank_k_opposed_each: the rows that each product's upper and lower half learn from, as those
// of rank_k_each, and where the differences go, sign * (upper - lower) by column.
struct Opposed {
  std::span<const int32_t> up, down;
  std::span<const int64_t> up_first, down_first;  // [count + 1]
  const float* sign = nullptr;                    // [n], of all products
  View difference{};                              // [m x n] of the first
  int64_t difference_step = 0;                    // floats to the next
};

// Kernels count their multiply-accumulates for the cell. Shapes that do not agree throw RuleError(AGON_INVALID),
// whose text names both; the output may be an input only where that is said. Elements are float32, sums of
// reductions double, in a fixed tree: the same bits on every target with FMA and with any number of threads.
class Context {
 public:
  Context(const agon_host* host, agon_call* call)
      : host_(host),
        call_(call),
        k_(static_cast<const agon_kernels*>(host->extension(AGON_KERNELS_ID))) {
    if (k_ == nullptr || k_->struct_size < sizeof(agon_kernels))
      throw RuleError(AGON_UNSUPPORTED, "the host does not offer all of " AGON_KERNELS_ID
                                        ": it is older than the rule");
    simd_ = k_->simd(call_);
  }

  // ---- services
  // To the cell's log, of which its end is kept: AGON_LOG_INFO, or AGON_LOG_WARNING, which the report lists.
  void log(int level, const std::string& text) const { host_->log(call_, level, text.c_str()); }
  // Whether the host wants the call to end; cheap, any thread.
  bool should_stop() const { return host_->should_stop(call_) != 0; }
  // Ends the call with AGON_STOPPED when the host asked to stop.
  void stop_if_asked() const {
    if (should_stop()) [[unlikely]]
      fail(AGON_STOPPED, "stopped");
  }
  // How far the call is, 0 to 1; decoration.
  void progress(double fraction) const { host_->progress(call_, fraction); }
  // fn(begin, end) over chunks of at most grain that cover [0, n). What fn throws is thrown here.
  template <std::invocable<int64_t, int64_t> Fn>
  void parallel_for(int64_t n, int64_t grain, Fn&& fn) const {
    struct Box {
      std::remove_reference_t<Fn>* fn;
      std::atomic_flag caught{};
      std::exception_ptr error{};
    } box{&fn};
    const agon_status status = host_->parallel_for(
        call_, n, grain,
        [](void* user, int64_t begin, int64_t end) {
          Box& b = *static_cast<Box*>(user);
          try {
            (*b.fn)(begin, end);
          } catch (...) {  // nothing is thrown through the host
            if (!b.caught.test_and_set()) b.error = std::current_exception();
          }
        },
        &box);
    if (box.error) std::rethrow_exception(box.error);
    check(status);
  }

  // What fn() returns, run for the widest vectors of this machine: see agon/vectorised.h.
  template <std::invocable Fn>
  auto vectorised(Fn&& fn) const {
    return agon::vectorised(simd_, fn);
  }

  // ---- matrix products: C [m x n], apart from A and B
  // nn: A [m x k], B [k x n];  nt: A [m x k], B [n x k], C = A B^T;  tn: A [k x m], B [k x n], C = A^T B
  void gemm_nn(ConstView a, ConstView b, View c, const Epilogue& e = {}) const {
    gemm(AGON_NN, a, b, c, e);
  }
  void gemm_nt(ConstView a, ConstView b, View c, const Epilogue& e = {}) const {
    gemm(AGON_NT, a, b, c, e);
  }
  void gemm_tn(ConstView a, ConstView b, View c, const Epilogue& e = {}) const {
    gemm(AGON_TN, a, b, c, e);
  }
  // C += scale * sum over the named rows of A[r,:]^T B[r,:]
  void rank_k(ConstView a, ConstView b, std::span<const int32_t> rows, float scale, View c) const {
    check(k_->rank_k(call_, a, b, chosen(rows), static_cast<int64_t>(rows.size()), scale, c));
  }
  // The same over all rows: A [r x m], B [r x n], C [m x n].
  void rank_k(ConstView a, ConstView b, float scale, View c) const {
    check(k_->rank_k(call_, a, b, nullptr, a.rows, scale, c));
  }

  // ---- several products of one shape, at once: their first views, and the steps to the others'
  void gemm_nn_each(int64_t count, const Steps& steps, ConstView a, ConstView b, View c,
                    const Epilogue& e = {}) const {
    gemm_each(AGON_NN, count, steps, a, b, c, e);
  }
  void gemm_nt_each(int64_t count, const Steps& steps, ConstView a, ConstView b, View c,
                    const Epilogue& e = {}) const {
    gemm_each(AGON_NT, count, steps, a, b, c, e);
  }
  void gemm_tn_each(int64_t count, const Steps& steps, ConstView a, ConstView b, View c,
                    const Epilogue& e = {}) const {
    gemm_each(AGON_TN, count, steps, a, b, c, e);
  }
  // The i-th over the rows from rows[first[i]] to rows[first[i + 1] - 1]; first [count + 1].
  void rank_k_each(int64_t count, const Steps& steps, ConstView a, ConstView b,
                   std::span<const int32_t> rows, std::span<const int64_t> first, float scale,
                   View c) const {
    const agon_steps s = to_abi(steps);
    check(k_->rank_k_each(call_, count, &s, a, b, chosen(rows), first.data(), scale, c));
  }
  // The same over all rows.
  void rank_k_each(int64_t count, const Steps& steps, ConstView a, ConstView b, float scale,
                   View c) const {
    const agon_steps s = to_abi(steps);
    check(k_->rank_k_each(call_, count, &s, a, b, nullptr, nullptr, scale, c));
  }
  // Weights in pairs: C [2 m x n], the upper half raised by some rows and the lower half by others, and the
  // differences that units see, in one walk. A [r x m], B [r x n].
  void rank_k_opposed_each(int64_t count, const Steps& steps, ConstView a, ConstView b,
                           const Opposed& o, float scale, View c) const {
    const agon_steps s = to_abi(steps);
    const agon_opposed opposed{sizeof(agon_opposed), chosen(o.up),        chosen(o.down),
                               o.up_first.data(),    o.down_first.data(), o.sign,
                               o.difference,         o.difference_step};
    check(k_->rank_k_opposed_each(call_, count, &s, a, b, &opposed, scale, c));
  }

  // ---- elementwise: all shapes equal, in place allowed but for copy
  // out = f(a): sigmoid 1 / (1 + exp(-gain a)), tanh(gain a), max(gain a - shift, 0), exact GELU.
  void activate(agon_activation f, ConstView a, View out) const {
    check(k_->activate(call_, f, a, out));
  }
  // out = f'(a), from h = f(a) for sigmoid and tanh (a is not read), from a for ReLU and GELU (h is not read): pass
  // both, or the one that is kept twice. The gain is in it; ReLU's kink is 0.
  void derivative(agon_activation f, ConstView a, ConstView h, View out) const {
    check(k_->derivative(call_, f, a, h, out));
  }
  // y += alpha x
  void axpy(float alpha, ConstView x, View y) const { check(k_->axpy(call_, alpha, x, y)); }
  // out = x * y, element by element
  void multiply(ConstView x, ConstView y, View out) const { check(k_->multiply(call_, x, y, out)); }
  // y = scale y + shift
  void affine(float scale, float shift, View y) const { check(k_->affine(call_, scale, shift, y)); }
  // y = min(max(y, low), high); NaN stays
  void clip(float low, float high, View y) const { check(k_->clip(call_, low, high, y)); }
  // out = x, apart
  void copy(ConstView x, View out) const { check(k_->copy(call_, x, out)); }
  // Row by row.
  void softmax(ConstView logits, View out) const { check(k_->softmax(call_, logits, out)); }
  // delta = softmax(logits) - target, row by row, NOT divided by the number of rows; returns the mean cross-entropy
  // over the rows. So the gradient of that mean is delta / rows: give the step or the product that scale.
  double softmax_cross_entropy(ConstView logits, ConstView target, View delta) const {
    double loss = 0;
    check(k_->softmax_cross_entropy(call_, logits, target, delta, &loss));
    return loss;
  }

  // ---- reductions, in double and a fixed tree
  // of all elements, of any shape
  double sum(ConstView x) const {
    double out = 0;
    check(k_->sum(call_, x, &out));
    return out;
  }
  // of x * y, shapes equal
  double dot(ConstView x, ConstView y) const {
    double out = 0;
    check(k_->dot(call_, x, y, &out));
    return out;
  }
  // out[0..cols) = scale * sums over the rows, added to what is there with accumulate
  void column_sums(ConstView x, float scale, bool accumulate, float* out) const {
    check(k_->column_sums(call_, x, scale, accumulate ? 1 : 0, out));
  }
  // out[0..rows) likewise, over the columns
  void row_sums(ConstView x, float scale, bool accumulate, float* out) const {
    check(k_->row_sums(call_, x, scale, accumulate ? 1 : 0, out));
  }
  // out[0..rows) = Euclidean norms of the rows
  void row_norms(ConstView x, float* out) const { check(k_->row_norms(call_, x, out)); }

  // ---- optimiser steps: all shapes equal; decay is decoupled, W *= 1 - lr decay before the step
  // W -= lr g
  void sgd(float lr, float decay, ConstView gradient, View weights) const {
    check(k_->sgd(call_, lr, decay, gradient, weights));
  }
  // v = mu v + g, W -= lr v
  void momentum(float lr, float mu, float decay, ConstView gradient, View velocity,
                View weights) const {
    check(k_->momentum(call_, lr, mu, decay, gradient, velocity, weights));
  }
  // m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, then with t = adam.step, 1 for the first, which the
  // caller counts: W -= lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps), or with keras
  // W -= lr sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + eps). struct_size is set by the caller; optimiser.h
  // does all this. D. P. Kingma, J. Ba, ICLR 2015.
  void adam(const agon_adam& adam, ConstView gradient, View m, View v, View weights) const {
    check(k_->adam(call_, &adam, gradient, m, v, weights));
  }

  // ---- lattice, random numbers, linear solves
  // One synchronous step of all samples, [sites x lanes], lanes a multiple of 16; u [Y*X x lanes] or without data:
  //   d_i = sum_k w_ik o_{i+offset k} + (z_i = 0 ? alpha u_i : 0), e_i = d_i - p_i, p_i = (1 - lambda) p_i + eta e_i
  void lattice_step(const agon_lattice& lattice, ConstView o, ConstView u, float alpha, float eta,
                    float lambda, View p, View e) const {
    check(k_->lattice_step(call_, &lattice, o, u, alpha, eta, lambda, p, e));
  }
  // Counter-based (Philox4x32-10): element j of (seed, stream) is the same wherever it is drawn, with any number of
  // threads. One stream number for each use. uniform: in [low, high).
  void random_uniform(uint64_t seed, uint64_t stream, float low, float high, View out) const {
    check(k_->random_uniform(call_, seed, stream, low, high, out));
  }
  // Mean 0, standard deviation scale.
  void random_normal(uint64_t seed, uint64_t stream, float scale, View out) const {
    check(k_->random_normal(call_, seed, stream, scale, out));
  }
  // n whole numbers in [low, high), unbiased; allocates
  std::vector<int32_t> random_integers(uint64_t seed, uint64_t stream, int32_t low, int32_t high,
                                       int64_t n) const {
    std::vector<int32_t> out(static_cast<size_t>(n));
    check(k_->random_integers(call_, seed, stream, low, high, n, out.data()));
    return out;
  }
  // 0 .. n-1 in some order; allocates
  std::vector<int32_t> random_permutation(uint64_t seed, uint64_t stream, int64_t n) const {
    std::vector<int32_t> order(static_cast<size_t>(n));
    check(k_->random_permutation(call_, seed, stream, n, order.data()));
    return order;
  }
  // b [n x m] becomes (G + ridge I)^-1 b. False when G + ridge I is not positive definite as far as
  // rounding lets one see; b is lost then.
  [[nodiscard]] bool solve_spd(std::span<const double> g, int64_t n, double ridge,
                               std::span<double> b, int64_t m) const {
    const agon_status status = k_->solve_spd(call_, g.data(), n, ridge, b.data(), m);
    if (status != AGON_SINGULAR) check(status);
    return status == AGON_OK;
  }

  // Adds to the cell's cost what the rule multiplies and accumulates in loops of its own; kernels
  // count themselves.
  void count_macs(int64_t macs) const { k_->count_macs(call_, macs); }
  int64_t macs() const { return k_->macs(call_); }  // counted so far in the cell
  // The same of work of which some has a zero operand, or whose values do not travel (agon_work).
  void count_work(const Work& w) const {
    const agon_work work{sizeof(agon_work), w.macs, w.effective, w.words, w.weight_writes};
    k_->count_work(call_, &work);
  }
  // Of the cell so far. exact: every product is looked at until the next call, for a difference that is exact.
  Work work(bool exact) const {
    agon_work w{sizeof(agon_work), 0, 0, 0, 0};
    k_->work(call_, exact ? 1 : 0, &w);
    return {w.macs, w.effective, w.words, w.weight_writes};
  }

 private:
  static void check(agon_status status) {
    if (status != AGON_OK) [[unlikely]]
      fail(status);
  }
  // Out of the way of the calls that succeed.
  [[noreturn, gnu::cold, gnu::noinline]] static void fail(agon_status status,
                                                          const char* text = "") {
    throw RuleError(status, text);  // without a text the host has recorded the reason
  }
  void gemm(int32_t transposition, ConstView a, ConstView b, View c, const Epilogue& e) const {
    const agon_epilogue epilogue = to_abi(e);
    check(k_->gemm(call_, transposition, a, b, c, &epilogue));
  }
  void gemm_each(int32_t transposition, int64_t count, const Steps& steps, ConstView a, ConstView b,
                 View c, const Epilogue& e) const {
    const agon_steps s = to_abi(steps);
    const agon_epilogue epilogue = to_abi(e);
    check(k_->gemm_each(call_, count, &s, transposition, a, b, c, &epilogue));
  }
  // NULL would mean all rows, and an empty span may have it.
  static const int32_t* chosen(std::span<const int32_t> rows) {
    static constexpr int32_t kNone = 0;
    return rows.empty() ? &kNone : rows.data();
  }
  static agon_epilogue to_abi(const Epilogue& e) {
    agon_epilogue epilogue{};
    epilogue.struct_size = sizeof(agon_epilogue);
    epilogue.accumulate = e.accumulate ? 1 : 0;
    epilogue.scale = e.scale;
    epilogue.activation = e.activation;
    epilogue.bias = e.bias;
    epilogue.multiply = e.multiply;
    epilogue.slopes = e.slopes ? 1 : 0;
    epilogue.slope = e.slope;
    return epilogue;
  }
  static agon_steps to_abi(const Steps& s) {
    return {sizeof(agon_steps), s.a, s.b, s.c, s.bias, s.multiply};
  }

  const agon_host* host_;
  agon_call* call_;
  const agon_kernels* k_;
  int32_t simd_ = AGON_SIMD_PLAIN;
};

}  // namespace agon
