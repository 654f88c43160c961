// SPDX-License-Identifier: MIT
//
// The numeric kernels, by Highway with dynamic dispatch: one call per minibatch or layer, never per
// neuron. Products, elementwise kernels, optimiser steps and lattice_step are shared by the threads of
// parallel.h where their work is worth it (shared.h) and they are not called inside a chunk. They may throw
// std::bad_alloc, with their output lost: sharing asks for memory, and gemm, rank_k and lattice_step grow
// thread-local buffers on first use. The others are single-threaded, allocation-free and noexcept. Views must
// have agreeing shapes (asserted in debug builds; the host table checks them). Every function returns its
// number of multiply-accumulates: m n k for products (the epilogue is free), one per element for the
// elementwise kernels and reductions, 1, 2 and 4 per weight for sgd, momentum and adam, the links that exist
// plus two per site, times the lanes, for lattice_step.
//
// Determinism: lanes are outputs and each output is one sequential in-lane FMA chain, so that it does not
// depend on the outputs beside it, nor on the number of threads; horizontal sums run in double over 16
// virtual lanes and a fixed tree. All targets with FMA give the same bits. Padding is written with zeros
// only. NaN stays NaN.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/matrix.h"

namespace agon::core {

enum class Transposition { nn, nt, tn };

enum class ActivationKind { identity, sigmoid, tanh, relu, gelu };
struct Activation {
  ActivationKind kind = ActivationKind::identity;
  float gain = 1.0f;  // f(gain a); ReLU: max(gain a - shift, 0)
  float shift = 0.0f;
};

// C = f(scale op(A) op(B) + (accumulate ? C : 0) + bias) * multiply
struct Epilogue {
  float scale = 1.0f;
  bool accumulate = false;
  Activation activation{};
  const float* bias = nullptr;  // [cols of C]
  ConstView multiply{};         // shaped as C, or data == nullptr
  // multiply is what derivative() would be given for `slope`, and C *= f' of it; activation is the identity then.
  bool slopes = false;
  Activation slope{};
};

// nn: A [m x k], B [k x n]; nt: A [m x k], B [n x k]; tn: A [k x m], B [k x n]; C [m x n].
uint64_t gemm(Transposition t, const ConstView& a, const ConstView& b, const View& c,
              const Epilogue& e = {});

// C += scale * sum over `rows` (all rows of A when empty and all_rows) of A[r,:]^T B[r,:]; C [m x
// n].
uint64_t rank_k(ConstView a, ConstView b, std::span<const int32_t> rows, bool all_rows, float scale,
                View c);

// How many floats each of several equal products starts behind the one before; 0: they share it.
struct Steps {
  size_t a = 0, b = 0, c = 0, bias = 0, multiply = 0;
};
// `count` products as gemm; a, b, c and what e points to are the first's. Their C lie apart.
uint64_t gemm_each(size_t count, const Steps& steps, Transposition t, ConstView a, ConstView b,
                   View c, const Epilogue& e = {});
// `count` products as rank_k, the i-th over the rows rows[first[i]] to rows[first[i + 1] - 1].
uint64_t rank_k_each(size_t count, const Steps& steps, ConstView a, ConstView b,
                     std::span<const int32_t> rows, std::span<const int64_t> first, float scale,
                     View c);

// Pairs of weights, of which the i-th product raises the upper half of its C [2 m x n] by the rows
// up[up_first[i]] to up[up_first[i + 1] - 1] and the lower half by those of `down`, each as rank_k would. Then
// its difference [m x n] = sign * (upper - lower), column by column.
struct Opposed {
  std::span<const int32_t> up, down;
  std::span<const int64_t> up_first, down_first;  // [count + 1]
  const float* sign;                              // [n], shared
  View difference;                                // the first's
  size_t difference_step;                         // floats to the next one's
};
uint64_t rank_k_opposed_each(size_t count, const Steps& steps, ConstView a, ConstView b,
                             const Opposed& o, float scale, View c);

uint64_t activate(Activation f, ConstView a, View out);
// f'(a); sigmoid and tanh are taken from h = f(a), ReLU and GELU from a. The gain is included.
uint64_t derivative(Activation f, ConstView a, ConstView h, View out);

uint64_t softmax(ConstView logits, View out) noexcept;
// delta = softmax(logits) - target; *loss = mean over rows of -sum target log softmax.
uint64_t softmax_cross_entropy(ConstView logits, ConstView target, View delta,
                               double* loss) noexcept;

uint64_t axpy(float alpha, ConstView x, View y);        // y += alpha x
uint64_t multiply(ConstView x, ConstView y, View out);  // out = x * y
uint64_t affine(float scale, float shift, View y);      // y = scale y + shift
uint64_t clip(float low, float high, View y);           // y = min(max(y, low), high)
uint64_t copy(ConstView x, View out);                   // out = x, of no cost
uint64_t sum(ConstView x, double* out) noexcept;
uint64_t dot(ConstView x, ConstView y, double* out) noexcept;
uint64_t column_sums(ConstView x, float scale, bool accumulate, float* out) noexcept;
// A row each, out [rows]: scale times its sum; the square root of its sum of squares.
uint64_t row_sums(ConstView x, float scale, bool accumulate, float* out) noexcept;
uint64_t row_norms(ConstView x, float* out) noexcept;

uint64_t sgd(float lr, float decay, ConstView gradient, View weights);
uint64_t momentum(float lr, float mu, float decay, ConstView gradient, View velocity, View weights);
struct Adam {
  float lr, beta1, beta2, eps, decay;
  int64_t step;  // t >= 1
  bool keras;    // eps inside the uncorrected square root (see plugins/sdk/agon/plugin.h)
};
uint64_t adam(const Adam& adam, ConstView gradient, View m, View v, View weights);

struct Lattice {
  int32_t z, y, x;
  bool periodic;
  std::span<const int32_t> offsets;  // [K x 3]: dz, dy, dx
  ConstView weights;                 // [Z*Y*X x K]
};
// d_i = sum_k w_ik o_{i+k} + [z=0] alpha u_i; e = d - p; p = (1 - lambda) p + eta e. [sites x
// lanes].
uint64_t lattice_step(const Lattice& lattice, ConstView o, ConstView u, float alpha, float eta,
                      float lambda, View p, View e);

// Solves (G + ridge I) X = B in double by Cholesky (Eigen), X overwrites B [n x m]. False when not
// SPD.
bool solve_spd(std::span<const double> g, size_t n, double ridge, std::span<double> b, size_t m);

}  // namespace agon::core
