// SPDX-License-Identifier: MIT
//
// Every kernel on every SIMD target: targets with FMA give the same bits, and so do those without; between the
// two they differ by rounding alone. The log says which pairs this CPU could compare.
#include "targets.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <stdexcept>

#include "core/parallel.h"
#include "core/sanitized.h"
#include "reference.h"

namespace agon::test {
namespace {

// What a kernel gave: its bits, and what they stand for.
struct Output {
  std::vector<unsigned char> bytes;
  std::vector<double> numbers;

  friend bool operator==(const Output& a, const Output& b) { return a.bytes == b.bytes; }
};

template <typename Number>
void append(Output& to, const Number* data, size_t count) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(data);
  to.bytes.insert(to.bytes.end(), bytes, bytes + count * sizeof(Number));
  to.numbers.insert(to.numbers.end(), data, data + count);
}
void append(Output& to, const Matrix& m) {
  for (size_t r = 0; r < m.rows(); ++r) append(to, m.row(r).data(), m.cols());
}

Output products() {
  Output out;
  for (const core::Transposition t :
       {core::Transposition::nn, core::Transposition::nt, core::Transposition::tn}) {
    for (const size_t m : std::initializer_list<size_t>{1, 2, 5, 13, 64}) {
      for (const size_t n : std::initializer_list<size_t>{1, 4, 10, 17, 33, 100}) {
        const size_t k = 37;
        const Matrix a =
            t == core::Transposition::tn ? random_matrix(k, m, 1) : random_matrix(m, k, 1);
        const Matrix b =
            t == core::Transposition::nt ? random_matrix(n, k, 2) : random_matrix(k, n, 2);
        const Matrix factor = random_matrix(m, n, 4);
        const Matrix bias = random_matrix(1, n, 5);
        for (const auto kind :
             {core::ActivationKind::identity, core::ActivationKind::sigmoid,
              core::ActivationKind::tanh, core::ActivationKind::relu, core::ActivationKind::gelu}) {
          Matrix c = random_matrix(m, n, 3);
          core::Epilogue e{.scale = 0.7f, .accumulate = true, .activation = {kind, 1.3f, 0.1f}};
          e.bias = bias.data();
          e.multiply = factor;
          core::gemm(t, a, b, c, e);
          append(out, c);
          for (int options = 0; options < 8; ++options) {  // each by itself: some end in registers
            core::Epilogue alone{.scale = 0.7f, .accumulate = (options & 1) != 0};
            if ((options & 2) != 0) alone.bias = bias.data();
            if ((options & 4) != 0) alone.multiply = factor;
            if (kind == core::ActivationKind::relu) alone.activation = {kind, 1.3f, 0.1f};
            core::gemm(t, a, b, c, alone);
            append(out, c);
          }
        }
      }
    }
  }
  return out;
}

Output rank_updates() {
  Output out;
  const Matrix a = random_matrix(50, 33, 1), b = random_matrix(50, 21, 2);
  Matrix c = random_matrix(33, 21, 3);
  core::rank_k(a, b, std::vector<int32_t>{4, 49, 0, 17}, false, 0.3f, c);
  core::rank_k(a, b, {}, true, -0.3f, c);
  append(out, c);
  std::vector<int32_t> every_other(25);  // enough to be shared by columns
  for (size_t i = 0; i < 25; ++i) every_other[i] = static_cast<int32_t>(2 * i);
  const Matrix wide = random_matrix(50, 100, 4), tall = random_matrix(80, 100, 5);
  Matrix columns = random_matrix(33, 100, 6), many = random_matrix(100, 100, 7);
  core::rank_k(a, wide, every_other, false, 0.3f, columns);
  append(out, columns);
  core::rank_k(tall, tall, {}, true, 0.3f, many);
  append(out, many);
  return out;
}

Output many_products() {
  Output out;
  const Matrix a = random_matrix(40, 96, 1), b = random_matrix(96, 16, 2),
               x = random_matrix(40, 21, 5);
  const Matrix bias = random_matrix(1, 48, 3), delta = random_matrix(40, 48, 4);
  Matrix c(40, 48), m = random_matrix(63, 10, 6);
  // three nets of 32 inputs and 10 units, side by side
  core::gemm_each(3, {.a = 32, .b = 32 * 16, .c = 16, .bias = 16}, core::Transposition::nn,
                  {a.data(), 40, 32, a.stride()}, {b.data(), 32, 10, b.stride()},
                  {c.data(), 40, 10, c.stride()},
                  {.activation = {core::ActivationKind::sigmoid}, .bias = bias.data()});
  append(out, c);
  const std::vector<int32_t> rows{0, 3, 7, 39, 2, 38, 1};
  const std::vector<int64_t> first{0, 4, 4, 7};  // the second has none
  core::rank_k_each(3, {.b = 16, .c = 21 * m.stride()}, x, {delta.data(), 40, 10, delta.stride()},
                    rows, first, 0.3f, m.top(21));
  append(out, m);
  const std::vector<int32_t> others{5, 6, 0, 20};
  const std::vector<int64_t> where{0, 1, 3, 4};
  Matrix pairs = random_matrix(3 * 42, 10, 7), difference(21, 48);
  core::rank_k_opposed_each(3, {.b = 16, .c = 42 * pairs.stride()}, x,
                            {delta.data(), 40, 10, delta.stride()},
                            {rows, others, first, where, bias.data(),
                             core::View{difference.data(), 21, 10, difference.stride()}, 16},
                            0.3f, pairs.top(42));
  append(out, pairs);
  append(out, difference);
  return out;
}

Output activations() {
  Output out;
  for (const auto kind :
       {core::ActivationKind::identity, core::ActivationKind::sigmoid, core::ActivationKind::tanh,
        core::ActivationKind::relu, core::ActivationKind::gelu}) {
    Matrix a = random_matrix(40, 333, 1), h(40, 333), g(40, 333);
    core::affine(20.0f, 0.0f, a);
    core::activate({kind, 0.9f, 0.1f}, a, h);
    core::derivative({kind, 0.9f, 0.1f}, a, h, g);
    append(out, h);
    append(out, g);
  }
  return out;
}

Output elementwise() {
  Output out;
  const Matrix x = random_matrix(7, 83, 1), z = random_matrix(7, 83, 3);
  Matrix y = random_matrix(7, 83, 2), product(7, 83);
  core::axpy(0.3f, x, y);
  core::affine(1.1f, 0.3f, y);
  core::multiply(y, z, product);
  append(out, y);
  append(out, product);
  core::copy(product, y);
  core::clip(-0.2f, 0.4f, y);
  append(out, y);
  return out;
}

Output reductions() {
  Output out;
  for (const size_t n : std::initializer_list<size_t>{1, 3, 10, 16, 17, 100}) {
    const Matrix x = random_matrix(23, n, 1), y = random_matrix(23, n, 2);
    Matrix soft(23, n), delta(23, n);
    double values[3];
    core::sum(x, &values[0]);
    core::dot(x, y, &values[1]);
    core::softmax(x, soft);
    core::softmax_cross_entropy(x, soft, delta, &values[2]);
    core::softmax_cross_entropy(y, soft, delta, &values[2]);
    std::vector<float> columns(n), rows(46);
    core::column_sums(x, 0.3f, false, columns.data());
    core::row_sums(x, 0.3f, false, rows.data());
    core::row_norms(x, rows.data() + 23);
    append(out, values, 3);
    append(out, columns.data(), n);
    append(out, rows.data(), rows.size());
    append(out, soft);
    append(out, delta);
  }
  return out;
}

Output optimisers() {
  Output out;
  Matrix w = random_matrix(9, 45, 1), v(9, 45), m(9, 45), s(9, 45);
  for (int64_t step = 1; step < 5; ++step) {
    const Matrix g = random_matrix(9, 45, 10 + static_cast<uint64_t>(step));
    core::sgd(0.1f, 0.01f, g, w);
    core::momentum(0.1f, 0.9f, 0.01f, g, v, w);
    core::adam({0.01f, 0.9f, 0.999f, 1e-8f, 0.1f, step, step % 2 == 0}, g, m, s, w);
  }
  for (const Matrix* x : {&w, &v, &m, &s}) append(out, *x);
  return out;
}

Output lattice_steps() {
  Output out;
  std::vector<int32_t> offsets;
  for (int32_t k = 0; k < 27; ++k) {
    if (k != 13) offsets.insert(offsets.end(), {k / 9 - 1, k / 3 % 3 - 1, k % 3 - 1});
  }
  for (const bool periodic : {false, true}) {
    const Matrix weights = random_matrix(5 * 4 * 11, 26, 1), u = random_matrix(4 * 11, 48, 2);
    Matrix o = random_matrix(5 * 4 * 11, 48, 3), p = random_matrix(5 * 4 * 11, 48, 4),
           e(5 * 4 * 11, 48);
    for (int step = 0; step < 3; ++step) {
      core::lattice_step({5, 4, 11, periodic, offsets, weights}, o, u, 0.7f, 0.2f, 0.1f, p, e);
      core::activate({core::ActivationKind::tanh}, e, o);
    }
    append(out, p);
    append(out, e);
  }
  return out;
}

const std::vector<std::pair<std::string, std::function<Output()>>> kKernels{
    {"gemm", products},
    {"rank_k", rank_updates},
    {"gemm_each, rank_k_each, rank_k_opposed_each", many_products},
    {"activations", activations},
    {"elementwise", elementwise},
    {"reductions", reductions},
    {"optimisers", optimisers},
    {"lattice_step", lattice_steps}};

// The thread sanitizer cannot see inside libtbb.
const std::vector<core::Backend> kBackends{
    core::Backend::std_threads,
    core::kThreadSanitizer ? core::Backend::std_threads : core::Backend::tbb};

// Every kernel, while it lives.
struct Shared {
  Shared() { core::set_shared_from(1); }
  ~Shared() {
    core::set_parallel(core::Backend::serial, 1);
    core::set_shared_from(core::kSharedFrom);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(targets)

BOOST_AUTO_TEST_CASE(give_equal_bits) {
  std::map<std::string, std::map<std::string, Output>> results;
  std::string ran;
  for (const std::string& target : core::simd_targets()) {
    const Pin pin(target);
    ran += " " + target;
    for (const auto& [name, run] : kKernels) results[target][name] = run();
  }
  BOOST_TEST_MESSAGE("SIMD targets run:" << ran);
  const std::vector<std::string> names = core::simd_targets();
  int pairs = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    for (size_t j = i + 1; j < names.size(); ++j) {
      if (has_fma(names[i]) != has_fma(names[j])) continue;
      ++pairs;
      BOOST_TEST_MESSAGE("compared bit by bit: " << names[i] << " and " << names[j]);
      for (const auto& [name, run] : kKernels) {
        BOOST_TEST((results[names[i]][name] == results[names[j]][name]),
                   name << " differs between " << names[i] << " and " << names[j]);
      }
    }
  }
  BOOST_TEST_MESSAGE(pairs << " pairs compared");
#if defined(__x86_64__)
  BOOST_TEST(pairs >= 1);  // every such CPU has SSE4 beside the fallback
#endif
}

// Of numbers about 1; sums of 37 to 100 products.
BOOST_AUTO_TEST_CASE(without_fma_differ_by_rounding) {
  constexpr double kMost = 1e-5;
  const std::vector<std::string> targets = core::simd_targets();
  for (const auto& [name, run] : kKernels) {
    std::vector<Output> results;
    for (const std::string& target : targets) {
      const Pin pin(target);
      results.push_back(run());
    }
    for (size_t t = 1; t < targets.size(); ++t) {
      const std::vector<double>&one = results.front().numbers, &other = results[t].numbers;
      BOOST_TEST_REQUIRE(one.size() == other.size());
      double most = 0;
      for (size_t i = 0; i < one.size(); ++i) {
        const double off = std::abs(one[i] - other[i]) / std::max(1.0, std::abs(one[i]));
        if (!(off <= most)) most = off;  // NaN as well
      }
      BOOST_TEST_MESSAGE(name << ", " << targets.front() << " and " << targets[t] << ": " << most);
      BOOST_TEST(most <= kMost, name << " of " << targets[t] << " is off by " << most);
    }
  }
}

// With every kernel shared, in parts as small as they can be.
BOOST_AUTO_TEST_CASE(give_equal_bits_on_any_number_of_threads) {
  const Shared shared;
  for (const std::string& target : core::simd_targets()) {
    const Pin pin(target);
    for (const auto& [name, run] : kKernels) {
      core::set_parallel(core::Backend::serial, 1);
      const Output alone = run();
      for (const core::Backend backend : kBackends) {
        for (const unsigned threads : {2u, 4u}) {
          core::set_parallel(backend, threads);
          BOOST_TEST((alone == run()),
                     name << " differs on " << target << " with " << threads << " threads");
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(are_shared_where_it_is_worth_it) {
  const Shared shared;
  core::set_shared_from(core::kSharedFrom);
  core::set_parallel(core::Backend::std_threads, 2);
  BOOST_TEST(!core::is_shared(core::kSharedFrom - 1));
  BOOST_TEST(core::is_shared(core::kSharedFrom));
  core::parallel_for(2, 1, [](size_t, size_t) {
    if (core::is_shared(core::kSharedFrom)) throw std::logic_error("shared inside a chunk");
  });
  core::set_parallel(core::Backend::std_threads, 1);
  BOOST_TEST(!core::is_shared(core::kSharedFrom));
}

// Products of two floats are exact in double: sums and dot products need no FMA to be equal.
BOOST_AUTO_TEST_CASE(sums_are_equal_on_all) {
  const Matrix x = random_matrix(23, 100, 1), y = random_matrix(23, 100, 2);
  std::vector<std::pair<double, double>> results;
  for (const std::string& target : core::simd_targets()) {
    const Pin pin(target);
    results.emplace_back();
    core::sum(x, &results.back().first);
    core::dot(x, y, &results.back().second);
    BOOST_TEST((results.back() == results.front()), target);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::test
