// SPDX-License-Identifier: MIT
//
// One step of each case of `agon bench` and one call of each kernel, for callgrind to count:
// instructions.sh runs it. Every piece is done twice to warm up, and then once inside agon_counted(), whose
// calls callgrind tells apart; their names go to standard output in the same order.
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>

#include "core/kernels.h"
#include "core/machine.h"
#include "core/matrix.h"
#include "core/rng.h"
#include "harness/bench/case.h"
#include "harness/bench/workload.h"
#include "harness/plugins/loader.h"
#include "harness/plugins/manifest.h"

using namespace agon;
using core::Matrix;

// Its name is what callgrind is told.
extern "C" __attribute__((noinline)) void agon_counted(const std::function<void()>& piece) {
  piece();
  asm volatile("" ::: "memory");
}

namespace {

void count(const std::string& name, const std::function<void()>& piece) {
  piece();
  piece();
  agon_counted(piece);
  std::printf("%s\n", name.c_str());
}

Matrix drawn(size_t rows, size_t cols, uint64_t seed) {
  Matrix m(rows, cols);
  core::fill_uniform(seed, 0, -1.0f, 1.0f, m.view());
  return m;
}

void count_gemm(const char* name, core::Transposition t, size_t m, size_t n, size_t k) {
  const Matrix a = t == core::Transposition::tn ? drawn(k, m, 1) : drawn(m, k, 1);
  const Matrix b = t == core::Transposition::nt ? drawn(n, k, 2) : drawn(k, n, 2);
  Matrix c(m, n);
  count(name, [&] { core::gemm(t, a, b, c); });
}

void count_kernels() {
  count_gemm("kernel gemm nt 64x128x784", core::Transposition::nt, 64, 128, 784);
  count_gemm("kernel gemm nn 64x128x128", core::Transposition::nn, 64, 128, 128);
  count_gemm("kernel gemm tn 128x784x64", core::Transposition::tn, 128, 784, 64);
  count_gemm("kernel gemm nt 32x10x32", core::Transposition::nt, 32, 10, 32);
  const Matrix a = drawn(64, 256, 3);
  Matrix h(64, 256), m(64, 256), v(64, 256), w(64, 256);
  count("kernel sigmoid 64x256", [&] {
    core::activate({core::ActivationKind::sigmoid, 1.0f, 0.0f}, a, h);
  });
  count("kernel tanh 64x256", [&] {
    core::activate({core::ActivationKind::tanh, 1.0f, 0.0f}, a, h);
  });
  count("kernel adam 64x256", [&] {
    core::adam({0.003f, 0.9f, 0.999f, 1e-8f, 0.0f, 1, false}, a, m, v, w);
  });
  const Matrix logits = drawn(32, 10, 4), target(32, 10);
  Matrix delta(32, 10);
  double loss = 0;
  count("kernel softmax cross-entropy 32x10",
        [&] { core::softmax_cross_entropy(logits, target, delta, &loss); });
  const Matrix x = drawn(64, 784, 5), e = drawn(64, 16, 6);
  Matrix c(16, 784);
  count("kernel rank_k 16x784, 64 rows", [&] { core::rank_k(e, x, {}, true, 0.01f, c); });
}

void count_rules(const std::filesystem::path& plugins) {
  for (const harness::bench::Case& one : harness::bench::cases()) {
    const std::filesystem::path file = plugins / (std::string(one.rule) + ".agon.so");
    const agon_plugin& plugin = harness::open_plugin(file);
    const harness::RuleManifest rule =
        harness::manifest_of(plugin, harness::rule_of(plugin, one.rule, file), file.string());
    const bool keeps = one.work == harness::bench::Work::fit_again;
    const auto work = harness::bench::workload(rule, one.settings, one, keeps);
    count(std::string(one.name), [&] { work->run(1); });
  }
}

}  // namespace

// agon_steps FOLDER: of the plugins.
int main(int argc, char** argv) {
  if (argc != 2) return 2;
  core::flush_denormals();
  core::pin_simd_target("AVX2");
  count_kernels();
  count_rules(argv[1]);
  return 0;
}
