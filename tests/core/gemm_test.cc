// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "reference.h"
#include "targets.h"

namespace agon::test {
using core::Epilogue;
using core::Transposition;

// op(A)(i, p) and op(B)(p, j) for the stored operands.
struct Operands {
  Transposition t;
  Matrix a, b;
  size_t m, n, k;

  Operands(Transposition transposition, size_t rows, size_t cols, size_t depth,
           float padding = 0.0f)
      : t(transposition), m(rows), n(cols), k(depth) {
    a = t == Transposition::tn ? random_matrix(k, m, 1, padding) : random_matrix(m, k, 1, padding);
    b = t == Transposition::nt ? random_matrix(n, k, 2, padding) : random_matrix(k, n, 2, padding);
  }
  float left(size_t i, size_t p) const { return t == Transposition::tn ? a.at(p, i) : a.at(i, p); }
  float right(size_t p, size_t j) const { return t == Transposition::nt ? b.at(j, p) : b.at(p, j); }
  double product(size_t i, size_t j) const {
    double sum = 0;
    for (size_t p = 0; p < k; ++p)
      sum += static_cast<double>(left(i, p)) * static_cast<double>(right(p, j));
    return sum;
  }
};

constexpr std::array kTranspositions{Transposition::nn, Transposition::nt, Transposition::tn};

// Rounding of a chain of k products of numbers below 1.
inline double bound(size_t k) { return 6e-8 * (2 + static_cast<double>(k)); }

static void check_product(Transposition t, size_t m, size_t n, size_t k) {
  const Operands x(t, m, n, k);
  Matrix c = random_matrix(m, n, 3);
  const uint64_t macs = core::gemm(t, x.a, x.b, c);
  BOOST_TEST(macs == m * n * k);
  BOOST_TEST(worst_error(c, [&](size_t i, size_t j) { return x.product(i, j); }) <= bound(k),
             "m " << m << " n " << n << " k " << k << " transposition " << static_cast<int>(t));
}

BOOST_AUTO_TEST_SUITE(gemm)

BOOST_DATA_TEST_CASE(matches_the_reference, kTargets* kSizes, target, n) {
  const Pin pin(target);
  for (const Transposition t : kTranspositions) {
    for (const size_t m : std::initializer_list<size_t>{0, 1, 2, 3, 5, 6, 7, 12, 13, 25, 64})
      check_product(t, m, n, 9);
    for (const size_t k : std::initializer_list<size_t>{0, 1, 2, 4, 17, 65})
      check_product(t, 7, n, k);
    check_product(t, n, 4, 16);
  }
}

BOOST_DATA_TEST_CASE(matches_the_reference_at_real_shapes, kTargets, target) {
  const Pin pin(target);
  for (const Transposition t : kTranspositions) {
    check_product(t, 64, 16, 784);
    check_product(t, 16, 784, 64);
    check_product(t, 1, 256, 784);
    check_product(t, 32, 32, 64);
    check_product(t, 32, 10, 32);
    check_product(t, 64, 4, 4);
    check_product(t, 130, 72, 130);
  }
}

BOOST_DATA_TEST_CASE(fuses_the_epilogue, kTargets* kSizes, target, n) {
  const Pin pin(target);
  const std::array<core::Activation, 6> activations{{{core::ActivationKind::identity, 1.0f, 0.0f},
                                                     {core::ActivationKind::identity, 0.5f, 0.0f},
                                                     {core::ActivationKind::sigmoid, 2.0f, 0.0f},
                                                     {core::ActivationKind::tanh, 1.5f, 0.0f},
                                                     {core::ActivationKind::relu, 1.0f, 0.25f},
                                                     {core::ActivationKind::gelu, 1.0f, 0.0f}}};
  const size_t m = 14, k = 11;
  // Exactly n floats: reading behind them is an error that the sanitizer sees.
  std::vector<float> bias(n);
  for (size_t j = 0; j < n; ++j) bias[j] = 0.125f * static_cast<float>(j % 5) - 0.25f;
  const Matrix factor = random_matrix(m, n, 5), before = random_matrix(m, n, 6);
  for (const Transposition t : kTranspositions) {
    const Operands x(t, m, n, k);
    for (const core::Activation f : activations) {
      for (int options = 0; options < 8; ++options) {
        Epilogue e{.scale = -0.75f, .accumulate = (options & 1) != 0, .activation = f};
        if ((options & 2) != 0) e.bias = bias.data();
        if ((options & 4) != 0) e.multiply = factor;
        Matrix c = copy(before);
        core::gemm(t, x.a, x.b, c, e);
        const double error = worst_error(c, [&](size_t i, size_t j) {
          double v = -0.75 * x.product(i, j);
          if (e.accumulate) v += static_cast<double>(before.at(i, j));
          if (e.bias != nullptr) v += static_cast<double>(bias[j]);
          v = activation(f, v);
          return e.multiply.data != nullptr ? v * static_cast<double>(factor.at(i, j)) : v;
        });
        BOOST_TEST(error <= 2 * bound(k) + 4e-7);
      }
    }
  }
}

// Lanes are outputs and each is one sequential chain over k: the scalar chain has the same bits.
BOOST_DATA_TEST_CASE(is_one_sequential_chain_per_output, kTargets, target) {
  const Pin pin(target);
  for (const Transposition t : kTranspositions) {
    for (const auto& [m, n, k] : {std::array<size_t, 3>{1, 37, 50},
                                  {2, 64, 33},
                                  {9, 21, 100},
                                  {64, 16, 200},
                                  {64, 4, 200},
                                  {30, 7, 19},
                                  {13, 1, 6},
                                  {17, 8, 4},
                                  {150, 3, 5},  // more blocks of rows than are computed at a time
                                  {65, 8, 4},
                                  {33, 18, 100}}) {
      const Operands x(t, m, n, k);
      Matrix c(m, n), want(m, n);
      core::gemm(t, x.a, x.b, c);
      for (size_t i = 0; i < m; ++i) {
        for (size_t j = 0; j < n; ++j) {
          float sum = 0;
          for (size_t p = 0; p < k; ++p) {
            if (has_fma(target)) {
              sum = std::fma(x.left(i, p), x.right(p, j), sum);
            } else {
              const volatile float product =
                  x.left(i, p) * x.right(p, j);  // rounded, never contracted
              sum = product + sum;
            }
          }
          want.at(i, j) = sum;
        }
      }
      BOOST_TEST(same_bits(c, want));
    }
  }
}

// Whether an epilogue is done in registers, in lanes of rows or through memory moves no bit: the columns
// of a narrow C are those of a wide one, and so are those that a long product has behind its whole vectors.
BOOST_DATA_TEST_CASE(columns_are_independent_of_those_beside_them, kTargets, target) {
  const Pin pin(target);
  const size_t wide = 40, m = 33, k = 45;
  const Matrix factor = random_matrix(m, wide, 5), before = random_matrix(m, wide, 6),
               bias = random_matrix(1, wide, 7);
  for (const Transposition t : kTranspositions) {
    const Operands x(t, m, wide, k);
    for (const auto kind :
         {core::ActivationKind::identity, core::ActivationKind::relu, core::ActivationKind::tanh}) {
      for (int options = 0; options < 8; ++options) {
        const auto product = [&](size_t n) {
          Epilogue e{
              .scale = 0.7f, .accumulate = (options & 1) != 0, .activation = {kind, 1.0f, 0.1f}};
          if ((options & 2) != 0) e.bias = bias.data();
          if ((options & 4) != 0) e.multiply = {factor.data(), m, n, factor.stride()};
          const bool turned = t == Transposition::nt;
          const ConstView b{x.b.data(), turned ? n : k, turned ? k : n, x.b.stride()};
          Matrix c(m, n);
          for (size_t r = 0; r < m; ++r) std::copy_n(before.row(r).begin(), n, c.row(r).begin());
          core::gemm(t, x.a, b, c, e);
          return c;
        };
        const Matrix all = product(wide);
        for (const size_t n : std::initializer_list<size_t>{1, 2, 3, 4, 5, 8, 9, 17, 20, 33}) {
          const Matrix some = product(n);
          for (size_t r = 0; r < m; ++r)
            BOOST_REQUIRE(std::equal(some.row(r).begin(), some.row(r).end(), all.row(r).begin()));
        }
      }
    }
  }
}

// f' in the epilogue has the bits of derivative() and a product with them, wherever the end is computed: in tiles,
// in lanes of rows, behind whole vectors, for few rows.
BOOST_DATA_TEST_CASE(slopes_are_those_of_derivative, kTargets, target) {
  const Pin pin(target);
  const size_t k = 11;
  for (const auto& [m, n] : {std::array<size_t, 2>{33, 4}, {150, 7}, {33, 40}, {33, 18}, {2, 20}}) {
    const Matrix source = random_matrix(m, n, 5), before = random_matrix(m, n, 6),
                 bias = random_matrix(1, n, 7);
    for (const Transposition t : kTranspositions) {
      const Operands x(t, m, n, k);
      for (const auto kind :
           {core::ActivationKind::identity, core::ActivationKind::sigmoid,
            core::ActivationKind::tanh, core::ActivationKind::relu, core::ActivationKind::gelu}) {
        const core::Activation f{kind, 1.5f, kind == core::ActivationKind::relu ? 0.25f : 0.0f};
        Matrix slope(m, n);
        core::derivative(f, source, source, slope);
        for (int options = 0; options < 8; ++options) {
          Epilogue e{.scale = 0.7f, .accumulate = (options & 1) != 0};
          if ((options & 2) != 0) e.bias = bias.data();
          if ((options & 4) != 0) e.activation.gain = 0.5f;
          Matrix want = copy(before), c = copy(before);
          e.multiply = slope;
          core::gemm(t, x.a, x.b, want, e);
          e.multiply = source;
          e.slopes = true;
          e.slope = f;
          core::gemm(t, x.a, x.b, c, e);
          BOOST_TEST(same_bits(c, want), "m " << m << " n " << n << " kind "
                                              << static_cast<int>(kind) << " options " << options);
        }
      }
    }
  }
}

// A row of C does not depend on how many rows are computed with it.
BOOST_DATA_TEST_CASE(rows_are_independent_of_the_batch, kTargets, target) {
  const Pin pin(target);
  const Operands x(Transposition::nt, 70, 40, 90);
  Matrix all(70, 40), one(1, 40);
  core::gemm(Transposition::nt, x.a, x.b, all);
  for (const size_t r : std::initializer_list<size_t>{0, 1, 37, 69}) {
    core::gemm(Transposition::nt, ConstView(x.a.view().row(r), 1, 90, x.a.stride()), x.b, one);
    BOOST_TEST(std::equal(one.row(0).begin(), one.row(0).end(), all.row(r).begin()));
  }
}

BOOST_DATA_TEST_CASE(padding_has_no_influence, kTargets* kSizes, target, n) {
  const Pin pin(target);
  for (const Transposition t : kTranspositions) {
    const Operands clean(t, 9, n, 13), dirty(t, 9, n, 13, kGarbage);
    Matrix a = random_matrix(9, n, 4), b = random_matrix(9, n, 4, kGarbage);
    const Matrix f = random_matrix(9, n, 5), g = random_matrix(9, n, 5, kGarbage);
    Epilogue e{.scale = 0.5f, .accumulate = true, .activation = {core::ActivationKind::tanh}};
    e.multiply = f;
    core::gemm(t, clean.a, clean.b, a, e);
    e.multiply = g;
    core::gemm(t, dirty.a, dirty.b, b, e);
    BOOST_TEST(same_bits(a, b));
    BOOST_TEST(padding_is_zero(a));
  }
}

BOOST_DATA_TEST_CASE(rank_k_adds_the_named_rows, kTargets* kSizes, target, n) {
  const Pin pin(target);
  const size_t r = 12, m = 7;
  const Matrix a = random_matrix(r, m, 1), b = random_matrix(r, n, 2),
               before = random_matrix(m, n, 3);
  const std::vector<int32_t> some{3, 0, 11, 3};
  std::vector<int32_t> every(r);
  for (size_t i = 0; i < r; ++i) every[i] = static_cast<int32_t>(i);
  for (const bool all : {false, true}) {
    for (const std::vector<int32_t>& rows : {some, std::vector<int32_t>{}}) {
      Matrix c = copy(before);
      const uint64_t macs = core::rank_k(a, b, rows, all, 0.5f, c);
      const std::vector<int32_t>& used = all ? every : rows;
      BOOST_TEST(macs == used.size() * m * n);
      BOOST_TEST(worst_error(c, [&](size_t i, size_t j) {
                   double sum = 0;
                   for (const int32_t row : used) {
                     sum += static_cast<double>(a.at(static_cast<size_t>(row), i)) *
                            static_cast<double>(b.at(static_cast<size_t>(row), j));
                   }
                   return static_cast<double>(before.at(i, j)) + 0.5 * sum;
                 }) <= bound(r));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::test
