// SPDX-License-Identifier: MIT
//
// The kernels beside a peer. Every benchmark runs ours and the peer in turn, burst by burst, inside
// one loop and reports the ratio of their medians, because absolute times of a shared machine mean
// little:
//   x_eigen   Eigen's time / our time (above 1: we are faster)
//   of_peak   our FMA rate / the rate of a register-only FMA loop measured beside it
//   best      the same for the fastest burst of each: what it is when neighbours leave the caches
//   alone
// Run: agon_bench [--benchmark_filter=...]
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/cpu_time.h"
#include "core/kernels.h"
#include "core/machine.h"
#include "core/peak.h"
#include "core/rng.h"
#include "peers.h"

namespace agon::bench {
namespace {

using core::Matrix;
using core::Transposition;

// Seconds per call of fn, over enough calls to make the clock's grain vanish.
template <class Fn>
double burst(size_t calls, const Fn& fn) {
  const double start = core::thread_seconds();
  for (size_t i = 0; i < calls; ++i) fn();
  return (core::thread_seconds() - start) / static_cast<double>(calls);
}

template <class Fn>
size_t calls_for(double seconds, const Fn& fn) {
  fn();
  const double once = std::max(burst(3, fn), 1e-9);
  return std::max<size_t>(1, static_cast<size_t>(seconds / once));
}

double least(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Matrix random(size_t rows, size_t cols, uint64_t seed) {
  Matrix m(rows, cols);
  core::fill_uniform(seed, 0, -1.0f, 1.0f, m.view());
  return m;
}

void gemm(benchmark::State& state) {
  const auto t = static_cast<Transposition>(state.range(0));
  const auto m = static_cast<size_t>(state.range(1)), n = static_cast<size_t>(state.range(2)),
             k = static_cast<size_t>(state.range(3));
  const Matrix a = t == Transposition::tn ? random(k, m, 1) : random(m, k, 1);
  const Matrix b = t == Transposition::nt ? random(n, k, 2) : random(k, n, 2);
  Matrix c(m, n), other(m, n);
  const auto ours = [&] { core::gemm(t, a, b, c); };
  const auto peer = [&] { eigen_gemm(t, a, b, other); };
  const size_t our_calls = calls_for(2e-4, ours), peer_calls = calls_for(2e-4, peer);
  std::vector<double> seconds, peaks, ratio, share;
  const double flops = 2.0 * static_cast<double>(m * n * k);
  for (auto _ : state) {
    const double x = burst(our_calls, ours), y = burst(peer_calls, peer), peak = core::fma_rate();
    state.SetIterationTime(x);
    ratio.push_back(y / x);
    share.push_back(flops / x / peak);
    seconds.push_back(x);
    peaks.push_back(-peak);
  }
  state.counters["x_eigen"] = median(ratio);
  state.counters["best"] = flops / least(seconds) / -least(peaks);
  state.counters["of_peak"] = median(share);
}

void lattice(benchmark::State& state) {
  const auto lanes = static_cast<size_t>(state.range(0));
  const bool with_tanh = state.range(1) != 0;
  std::vector<int32_t> offsets;
  for (int32_t k = 0; k < 27; ++k) {
    if (k != 13) offsets.insert(offsets.end(), {k / 9 - 1, k / 3 % 3 - 1, k % 3 - 1});
  }
  const Matrix weights = random(512, 26, 1), u = random(64, lanes, 2);
  Matrix o = random(512, lanes, 3), p = random(512, lanes, 4), e(512, lanes);
  const core::Lattice shape{8, 8, 8, false, offsets, weights};
  const auto step = [&] {
    core::lattice_step(shape, o, u, 1.0f, 0.2f, 0.1f, p, e);
    if (with_tanh) core::activate({core::ActivationKind::tanh}, e, o);
  };
  const double links = 10136.0 * static_cast<double>(lanes);  // (3*8-2)^3 - 8^3 real links
  const size_t calls = calls_for(5e-4, step);
  std::vector<double> times, peaks, share, rate;
  for (auto _ : state) {
    const double seconds = burst(calls, step), peak = core::fma_rate();
    state.SetIterationTime(seconds);
    share.push_back(2 * links / seconds / peak);
    times.push_back(seconds);
    peaks.push_back(-peak);
    rate.push_back(static_cast<double>(lanes) / (10 * seconds));
  }
  state.counters["best"] = 2 * links / least(times) / -least(peaks);
  state.counters["of_peak"] = median(share);
  state.counters["samples_per_s_10_steps"] = median(rate);
}

void activation(benchmark::State& state) {
  const core::Activation f{static_cast<core::ActivationKind>(state.range(0)), 1.0f, 0.0f};
  const Matrix a = random(64, 256, 1);
  Matrix h(64, 256);
  for (auto _ : state) {
    core::activate(f, a, h);
    benchmark::DoNotOptimize(h.data());
  }
  state.SetItemsProcessed(state.iterations() * 64 * 256);
}

void shapes(benchmark::internal::Benchmark* b) {
  const auto add = [&](Transposition t, int64_t m, int64_t n, int64_t k) {
    b->Args({static_cast<int64_t>(t), m, n, k});
  };
  for (const int64_t batch : {1, 16, 64, 256}) {
    add(Transposition::nt, batch, 16, 784);
    add(Transposition::nt, batch, 32, 64);
    add(Transposition::nt, batch, 10, 32);
    add(Transposition::nt, batch, 4, 4);
    add(Transposition::nt, batch, 128, 784);
    add(Transposition::nn, batch, 32, 10);
    add(Transposition::nn, batch, 128, 128);
    add(Transposition::tn, 16, 784, batch);
    add(Transposition::tn, 32, 64, batch);
    add(Transposition::tn, 128, 784, batch);
  }
  add(Transposition::nt, 256, 256, 784);
  add(Transposition::tn, 256, 784, 256);
  b->ArgNames({"t", "m", "n", "k"})->UseManualTime()->Iterations(40);
}

BENCHMARK(gemm)->Apply(shapes);
BENCHMARK(lattice)
    ->ArgsProduct({{16, 32, 64, 256}, {0, 1}})
    ->ArgNames({"lanes", "tanh"})
    ->UseManualTime()
    ->Iterations(40);
BENCHMARK(activation)->DenseRange(0, 4)->MinTime(0.05);

}  // namespace
}  // namespace agon::bench

int main(int argc, char** argv) {
  agon::core::flush_denormals();
  agon::core::detect_simd_target();
  benchmark::AddCustomContext("simd_target", agon::core::simd_target());
  benchmark::AddCustomContext("cpu", agon::core::machine().cpu);
  benchmark::AddCustomContext("compiler", agon::core::compiler());
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
