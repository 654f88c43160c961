// SPDX-License-Identifier: MIT
#include "harness/plugins/kernel_table.h"

#include <algorithm>
#include <cmath>

#include "core/kernels.h"
#include "core/machine.h"
#include "core/rng.h"
#include "harness/plugins/counted.h"
#include "harness/plugins/guarded.h"
#include "harness/plugins/kernel_check.h"
#include "harness/plugins/product_kernels.h"

namespace agon::harness {
namespace {

agon_status activate(agon_call* call, agon_activation f, agon_cmat a, agon_mat out) {
  if (!Check(call, "activate").activation(f).view("a", a).shape("out", out, a.rows, a.cols).ok())
    return AGON_INVALID;
  return counted(call, core::activate(to_core(f), to_core(a), to_core(out)));
}

agon_status derivative(agon_call* call, agon_activation f, agon_cmat a, agon_cmat h, agon_mat out) {
  // The kernel reads only one of a and h; the other may be empty.
  const bool from_h = f.kind == AGON_SIGMOID || f.kind == AGON_TANH;
  Check check(call, "derivative");
  check.activation(f).view("out", out);
  if (f.kind != AGON_IDENTITY) check.shape(from_h ? "h" : "a", from_h ? h : a, out.rows, out.cols);
  if (!check.ok()) return AGON_INVALID;
  return counted(call, core::derivative(to_core(f), to_core(a), to_core(h), to_core(out)));
}

agon_status softmax_cross_entropy(agon_call* call, agon_cmat logits, agon_cmat target,
                                  agon_mat delta, double* loss) {
  Check check(call, "softmax_cross_entropy");
  check.view("logits", logits).shape("target", target, logits.rows, logits.cols);
  if (!check.shape("delta", delta, logits.rows, logits.cols).pointer("loss", loss).ok())
    return AGON_INVALID;
  return counted(
      call, core::softmax_cross_entropy(to_core(logits), to_core(target), to_core(delta), loss));
}

agon_status softmax(agon_call* call, agon_cmat logits, agon_mat out) {
  if (!Check(call, "softmax")
           .view("logits", logits)
           .shape("out", out, logits.rows, logits.cols)
           .ok()) {
    return AGON_INVALID;
  }
  return counted(call, core::softmax(to_core(logits), to_core(out)));
}

agon_status axpy(agon_call* call, float alpha, agon_cmat x, agon_mat y) {
  if (!Check(call, "axpy").view("x", x).shape("y", y, x.rows, x.cols).ok()) return AGON_INVALID;
  return counted(call, core::axpy(alpha, to_core(x), to_core(y)));
}

agon_status multiply(agon_call* call, agon_cmat x, agon_cmat y, agon_mat out) {
  Check check(call, "multiply");
  if (!check.view("x", x).shape("y", y, x.rows, x.cols).shape("out", out, x.rows, x.cols).ok())
    return AGON_INVALID;
  return counted(call, core::multiply(to_core(x), to_core(y), to_core(out)));
}

agon_status affine(agon_call* call, float scale, float shift, agon_mat y) {
  if (!Check(call, "affine").view("y", y).ok()) return AGON_INVALID;
  return counted(call, core::affine(scale, shift, to_core(y)));
}

agon_status sum(agon_call* call, agon_cmat x, double* out) {
  if (!Check(call, "sum").view("x", x).pointer("out", out).ok()) return AGON_INVALID;
  return counted(call, core::sum(to_core(x), out));
}

agon_status dot(agon_call* call, agon_cmat x, agon_cmat y, double* out) {
  if (!Check(call, "dot").view("x", x).shape("y", y, x.rows, x.cols).pointer("out", out).ok())
    return AGON_INVALID;
  return counted(call, core::dot(to_core(x), to_core(y), out));
}

agon_status column_sums(agon_call* call, agon_cmat x, float scale, int32_t accumulate, float* out) {
  if (!Check(call, "column_sums").view("x", x).pointer("out", out).ok()) return AGON_INVALID;
  return counted(call, core::column_sums(to_core(x), scale, accumulate != 0, out));
}

agon_status row_sums(agon_call* call, agon_cmat x, float scale, int32_t accumulate, float* out) {
  if (!Check(call, "row_sums").view("x", x).pointer("out", out).ok()) return AGON_INVALID;
  return counted(call, core::row_sums(to_core(x), scale, accumulate != 0, out));
}

agon_status row_norms(agon_call* call, agon_cmat x, float* out) {
  if (!Check(call, "row_norms").view("x", x).pointer("out", out).ok()) return AGON_INVALID;
  return counted(call, core::row_norms(to_core(x), out));
}

agon_status clip(agon_call* call, float low, float high, agon_mat y) {
  Check check(call, "clip");
  if (!check.require(low <= high, "the range is {} to {}", low, high).view("y", y).ok())
    return AGON_INVALID;
  return counted(call, core::clip(low, high, to_core(y)));
}

agon_status copy(agon_call* call, agon_cmat x, agon_mat out) {
  Check check(call, "copy");
  if (!check.view("x", x).shape("out", out, x.rows, x.cols).apart("x", x, "out", out).ok())
    return AGON_INVALID;
  return counted(call, core::copy(to_core(x), to_core(out)));
}

agon_status sgd(agon_call* call, float lr, float decay, agon_cmat gradient, agon_mat weights) {
  if (!Check(call, "sgd")
           .view("gradient", gradient)
           .shape("weights", weights, gradient.rows, gradient.cols)
           .ok()) {
    return AGON_INVALID;
  }
  return counted(call, core::sgd(lr, decay, to_core(gradient), to_core(weights)), weights);
}

agon_status momentum(agon_call* call, float lr, float mu, float decay, agon_cmat gradient,
                     agon_mat velocity, agon_mat weights) {
  Check check(call, "momentum");
  check.view("gradient", gradient).shape("velocity", velocity, gradient.rows, gradient.cols);
  if (!check.shape("weights", weights, gradient.rows, gradient.cols).ok()) return AGON_INVALID;
  return counted(
      call, core::momentum(lr, mu, decay, to_core(gradient), to_core(velocity), to_core(weights)),
      weights);
}

agon_status adam(agon_call* call, const agon_adam* a, agon_cmat gradient, agon_mat m, agon_mat v,
                 agon_mat weights) {
  Check check(call, "adam");
  if (!check.pointer("its settings", a).ok()) return AGON_INVALID;
  check.require(a->struct_size >= sizeof(agon_adam), "its struct_size is {}", a->struct_size);
  if (!check.ok()) return AGON_INVALID;
  check.require(a->step >= 1, "step is {}, the first is 1", a->step).view("gradient", gradient);
  check.shape("m", m, gradient.rows, gradient.cols).shape("v", v, gradient.rows, gradient.cols);
  if (!check.shape("weights", weights, gradient.rows, gradient.cols).ok()) return AGON_INVALID;
  const core::Adam settings{a->lr, a->beta1, a->beta2, a->eps, a->decay, a->step, a->keras != 0};
  return counted(call,
                 core::adam(settings, to_core(gradient), to_core(m), to_core(v), to_core(weights)),
                 weights);
}

agon_status lattice_step(agon_call* call, const agon_lattice* l, agon_cmat o, agon_cmat u,
                         float alpha, float eta, float lambda, agon_mat p, agon_mat e) {
  Check check(call, "lattice_step");
  if (!check.pointer("the lattice", l).ok()) return AGON_INVALID;
  check.require(l->struct_size >= sizeof(agon_lattice), "its struct_size is {}", l->struct_size);
  if (!check.ok()) return AGON_INVALID;
  check.require(l->z > 0 && l->y > 0 && l->x > 0 && l->neighbours > 0,
                "the lattice is {} x {} x {} with {} neighbours", l->z, l->y, l->x, l->neighbours);
  check.pointer("offsets", l->offsets);
  const int64_t layer = int64_t{l->y} * l->x, sites = int64_t{l->z} * layer;
  check.shape("weights", l->weights, sites, l->neighbours).shape("o", o, sites, o.cols);
  check.require(o.cols % static_cast<int64_t>(core::kLanes) == 0,
                "{} lanes, a multiple of 16 is needed", o.cols);
  if (u.data != nullptr) check.shape("u", u, layer, o.cols);
  check.shape("p", p, sites, o.cols).shape("e", e, sites, o.cols);
  if (!check.apart("o", o, "e", e).apart("o", o, "p", p).ok()) return AGON_INVALID;
  const core::Lattice lattice{l->z,
                              l->y,
                              l->x,
                              l->periodic != 0,
                              {l->offsets, static_cast<size_t>(l->neighbours) * 3},
                              to_core(l->weights)};
  return counted(call, core::lattice_step(lattice, to_core(o), to_core(u), alpha, eta, lambda,
                                          to_core(p), to_core(e)));
}

agon_status random_uniform(agon_call* call, uint64_t seed, uint64_t stream, float low, float high,
                           agon_mat out) {
  if (!Check(call, "random_uniform").view("out", out).ok()) return AGON_INVALID;
  core::fill_uniform(seed, stream, low, high, to_core(out));
  return AGON_OK;
}

agon_status random_normal(agon_call* call, uint64_t seed, uint64_t stream, float scale,
                          agon_mat out) {
  if (!Check(call, "random_normal").view("out", out).ok()) return AGON_INVALID;
  core::fill_normal(seed, stream, scale, to_core(out));
  return AGON_OK;
}

agon_status random_integers(agon_call* call, uint64_t seed, uint64_t stream, int32_t low,
                            int32_t high, int64_t n, int32_t* out) {
  Check check(call, "random_integers");
  check.require(n >= 0, "n is {}", n).require(low < high, "the range is {} to {}", low, high);
  if (n > 0) check.pointer("out", out);
  if (!check.ok()) return AGON_INVALID;
  core::fill_integers(seed, stream, low, high, {out, static_cast<size_t>(n)});
  return AGON_OK;
}

agon_status random_permutation(agon_call* call, uint64_t seed, uint64_t stream, int64_t n,
                               int32_t* order) {
  Check check(call, "random_permutation");
  check.require(n >= 0 && n <= INT32_MAX, "n is {}", n);
  if (n > 0) check.pointer("order", order);
  if (!check.ok()) return AGON_INVALID;
  core::fill_permutation(seed, stream, {order, static_cast<size_t>(n)});
  return AGON_OK;
}

agon_status solve_spd(agon_call* call, const double* g, int64_t n, double ridge, double* b,
                      int64_t m) {
  Check check(call, "solve_spd");
  check.require(n >= 0 && m >= 0, "G is {} x {} and B has {} columns", n, n, m);
  if (n > 0) check.pointer("G", g);
  if (n > 0 && m > 0) check.pointer("B", b);
  if (!check.ok()) return AGON_INVALID;
  const size_t size = static_cast<size_t>(n), columns = static_cast<size_t>(m);
  if (!core::solve_spd({g, size * size}, size, ridge, {b, size * columns}, columns))
    return AGON_SINGULAR;
  // Cholesky n^3/6, two triangular solves n^2 for each column of B.
  Call::of(call).work().add(Counted::moved, size * size * size / 6 + size * size * columns);
  return AGON_OK;
}

void count_macs(agon_call* call, int64_t macs) noexcept {
  if (macs > 0) Call::of(call).work().add(Counted::moved, static_cast<uint64_t>(macs));
}

// No rule undoes work, and none does more effective work than work.
void count_work(agon_call* call, const agon_work* w) noexcept {
  if (w == nullptr || w->struct_size < sizeof(agon_work)) return;
  const int64_t macs = std::max<int64_t>(0, w->macs), words = std::max<int64_t>(0, w->words);
  const int64_t moved = std::min(macs, words);
  const int64_t idle = macs - std::clamp<int64_t>(w->effective, 0, macs);
  WorkCounter& work = Call::of(call).work();
  const auto add = [&work](Counted what, int64_t n) {  // an atomic addition is worth being spared
    if (n > 0) work.add(what, static_cast<uint64_t>(n));
  };
  add(Counted::still, macs - moved);
  add(Counted::moved, moved);
  add(Counted::words, words - moved);
  add(Counted::idle, idle);
  add(Counted::weight_writes, w->weight_writes);
}

void work(agon_call* call, int32_t exact, agon_work* out) noexcept {
  if (out == nullptr || out->struct_size < sizeof(agon_work)) return;
  const Work w = Call::of(call).work().read();
  Call::of(call).work().look_at_all(exact != 0);
  out->macs = static_cast<int64_t>(w.macs());
  out->effective = static_cast<int64_t>(w.surely_effective());
  out->words = static_cast<int64_t>(w.words_moved());
  out->weight_writes = static_cast<int64_t>(w.weight_writes());
}

int32_t simd(agon_call* /*call*/) noexcept {
  switch (core::simd_vectors()) {
    case core::SimdVectors::avx512: return AGON_SIMD_AVX512;
    case core::SimdVectors::avx2: return AGON_SIMD_AVX2;
    case core::SimdVectors::other: break;
  }
  return AGON_SIMD_PLAIN;
}

int64_t macs(agon_call* call) noexcept { return static_cast<int64_t>(Call::of(call).macs()); }

template <auto kKernel>
struct Guarded;
template <typename... A, agon_status (*kKernel)(agon_call*, A...)>
struct Guarded<kKernel> {
  static agon_status run(agon_call* call, A... arguments) noexcept {
    return guarded(call, [&] { return kKernel(call, arguments...); });
  }
};

constexpr agon_kernels kKernels{sizeof(agon_kernels),
                                &gemm,
                                &Guarded<&rank_k>::run,
                                &Guarded<&activate>::run,
                                &Guarded<&derivative>::run,
                                &softmax_cross_entropy,
                                &softmax,
                                &Guarded<&axpy>::run,
                                &Guarded<&multiply>::run,
                                &Guarded<&affine>::run,
                                &sum,
                                &dot,
                                &column_sums,
                                &Guarded<&sgd>::run,
                                &Guarded<&momentum>::run,
                                &Guarded<&adam>::run,
                                &Guarded<&lattice_step>::run,
                                &random_uniform,
                                &random_normal,
                                &random_permutation,
                                &Guarded<&solve_spd>::run,
                                &count_macs,
                                &random_integers,
                                &Guarded<&copy>::run,
                                &row_sums,
                                &row_norms,
                                &Guarded<&clip>::run,
                                &simd,
                                &macs,
                                &count_work,
                                &work,
                                &Guarded<&gemm_each>::run,
                                &Guarded<&rank_k_each>::run,
                                &Guarded<&rank_k_opposed_each>::run,
                                sizeof(agon_epilogue)};

}  // namespace

const agon_kernels& kernel_table() noexcept { return kKernels; }

}  // namespace agon::harness
