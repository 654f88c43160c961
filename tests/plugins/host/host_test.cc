// SPDX-License-Identifier: MIT
//
// The host table: what agrees runs and is counted, what does not is refused with a sentence and
// does nothing.
#include "harness/plugins/host.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "agon/ops.h"
#include "harness/plugins/call.h"

namespace agon::harness {
namespace {

struct Fixture {
  Call call;
  const agon_kernels& k = *Host().kernels();
  const agon_host& host = *Host().abi();

  void refused(agon_status status, const std::string& text) {
    BOOST_CHECK_EQUAL(status, AGON_INVALID);
    BOOST_CHECK_EQUAL(call.fail_code(), AGON_INVALID);
    BOOST_CHECK_EQUAL(call.fail_text(), text);
    BOOST_CHECK_EQUAL(call.macs(), 0u);
    call.begin();
  }
};

agon_cmat in(const Matrix& m) { return m.view(); }

BOOST_FIXTURE_TEST_SUITE(host_table, Fixture)

BOOST_AUTO_TEST_CASE(offers_kernels_and_nothing_unknown) {
  BOOST_CHECK_EQUAL(host.struct_size, sizeof(agon_host));
  BOOST_CHECK_EQUAL(host.abi_minor, AGON_ABI_MINOR);
  BOOST_CHECK_EQUAL(host.extension(AGON_KERNELS_ID), &k);
  BOOST_CHECK(host.extension("agon.nonsense/1") == nullptr);
  BOOST_CHECK(host.extension(nullptr) == nullptr);
  // The table has no hole.
  const auto* const slots = reinterpret_cast<void* const*>(&k.gemm);
  for (size_t i = 0; i < (sizeof(agon_kernels) - 8) / sizeof(void*); ++i)
    BOOST_CHECK(slots[i] != nullptr);
}

BOOST_AUTO_TEST_CASE(a_rule_counts_its_own_products) {
  k.count_macs(call.abi(), 70);
  k.count_macs(call.abi(), -5);  // no rule undoes work
  BOOST_CHECK_EQUAL(call.macs(), 70u);
}

BOOST_AUTO_TEST_CASE(updates_count_the_weights_they_write) {
  Matrix w(3, 4), g(3, 4), v(3, 4), m(3, 4), a(2, 3), b(2, 4);
  BOOST_CHECK_EQUAL(k.sgd(call.abi(), 0.1f, 0, in(g), w), AGON_OK);
  BOOST_CHECK_EQUAL(call.work().read().weight_writes(), 12u);
  BOOST_CHECK_EQUAL(k.momentum(call.abi(), 0.1f, 0.9f, 0, in(g), v, w), AGON_OK);
  const agon_adam adam{sizeof(agon_adam), 0, 0.1f, 0.9f, 0.999f, 1e-8f, 0, 1};
  BOOST_CHECK_EQUAL(k.adam(call.abi(), &adam, in(g), m, v, w), AGON_OK);
  BOOST_CHECK_EQUAL(call.work().read().weight_writes(), 36u);
  const int32_t row = 1;
  BOOST_CHECK_EQUAL(k.rank_k(call.abi(), in(a), in(b), nullptr, 0, 1, w), AGON_OK);
  BOOST_CHECK_EQUAL(k.rank_k(call.abi(), in(a), in(b), &row, 1, 1, w), AGON_OK);
  BOOST_CHECK_EQUAL(k.rank_k(call.abi(), in(a), in(b), &row, 0, 1, w), AGON_OK);
  BOOST_CHECK_EQUAL(k.axpy(call.abi(), 1, in(g), v), AGON_OK);
  BOOST_CHECK_EQUAL(call.work().read().weight_writes(), 60u);
}

BOOST_AUTO_TEST_CASE(products_of_all_transpositions_are_counted) {
  Matrix a(3, 4), b(4, 5), bt(5, 4), at(4, 3), c(3, 5);
  a.fill(1);
  b.fill(2);
  bt.fill(2);
  at.fill(1);
  BOOST_CHECK_EQUAL(k.gemm(call.abi(), AGON_NN, in(a), in(b), c, nullptr), AGON_OK);
  BOOST_CHECK_EQUAL(c.at(2, 4), 8.0f);
  BOOST_CHECK_EQUAL(call.macs(), 60u);
  BOOST_CHECK_EQUAL(k.gemm(call.abi(), AGON_NT, in(a), in(bt), c, nullptr), AGON_OK);
  BOOST_CHECK_EQUAL(k.gemm(call.abi(), AGON_TN, in(at), in(b), c, nullptr), AGON_OK);
  BOOST_CHECK_EQUAL(c.at(2, 4), 8.0f);
  BOOST_CHECK_EQUAL(call.macs(), 180u);
  BOOST_CHECK(!call.failed());
}

// By definition: pairs of numbers that are multiplied, neither of them 0.
BOOST_AUTO_TEST_CASE(effective_products_are_those_without_a_zero) {
  Matrix a(3, 4), b(4, 5), bt(5, 4), at(4, 3), c(3, 5);
  for (int64_t i = 0; i < 3; ++i) {
    for (int64_t p = 0; p < 4; ++p) a.at(i, p) = at.at(p, i) = (i + p) % 3 == 0 ? 0.0f : 1.5f;
  }
  for (int64_t p = 0; p < 4; ++p) {
    for (int64_t j = 0; j < 5; ++j) b.at(p, j) = bt.at(j, p) = (p * j) % 2 == 0 ? -0.0f : 2.0f;
  }
  const auto expected = [&](std::initializer_list<int64_t> inner) {
    double busy = 0;
    for (const int64_t p : inner) {
      for (int64_t i = 0; i < 3; ++i) {
        for (int64_t j = 0; j < 5; ++j) busy += a.at(i, p) * b.at(p, j) != 0 ? 1 : 0;
      }
    }
    return busy;
  };
  const auto effective = [&](auto&& product) {
    call.work().reset();
    BOOST_REQUIRE_EQUAL(product(), AGON_OK);
    return call.work().read().effective();
  };
  const auto gemm = [&](int32_t t, const Matrix& x, const Matrix& y) {
    return effective([&] { return k.gemm(call.abi(), t, in(x), in(y), c, nullptr); });
  };
  const double all = expected({0, 1, 2, 3});
  BOOST_REQUIRE(all > 0 && all < 60);
  BOOST_TEST(gemm(AGON_NN, a, b) == all);
  BOOST_TEST(call.work().read().words_moved() == 60u);
  BOOST_TEST(gemm(AGON_NT, a, bt) == all);
  BOOST_TEST(gemm(AGON_TN, at, b) == all);
  BOOST_TEST(call.work().read().words_moved() == 0u);  // a change of weights
  const auto chosen = std::to_array<int32_t>({3, 1});
  BOOST_TEST(effective([&] { return k.rank_k(call.abi(), in(at), in(b), nullptr, 0, 1, c); }) ==
             all);
  BOOST_TEST(effective([&] {
               return k.rank_k(call.abi(), in(at), in(b), chosen.data(), 2, 1, c);
             }) == expected({3, 1}));
}

BOOST_AUTO_TEST_CASE(products_that_are_not_looked_at_count_as_those_that_are) {
  Matrix half(1, 2), full(1, 2), w(2, 1), c(1, 1);
  full.fill(1);
  w.fill(1);
  half.at(0, 0) = 1;
  for (int i = 0; i < 6400; ++i)
    k.gemm(call.abi(), AGON_NN, i % 2 == 0 ? in(half) : in(full), in(w), c, nullptr);
  BOOST_TEST(call.macs() == 12800u);
  BOOST_TEST(call.work().read().effective() == 9600, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(a_rule_says_what_its_own_work_moves) {
  const auto count = [&](agon_work w) { k.count_work(call.abi(), &w); };
  count({sizeof(agon_work), 100, 40, 30, 5});
  count({sizeof(agon_work), 0, 0, 7, 0});
  count({sizeof(agon_work), -5, 9, -1, -2});  // no rule undoes work
  count({4, 100, 100, 100, 100});             // an older struct than there is
  k.count_work(call.abi(), nullptr);
  agon_work w{sizeof(agon_work), 0, 0, 0, 0};
  k.work(call.abi(), 0, &w);
  BOOST_TEST(w.macs == 100);
  BOOST_TEST(w.effective == 40);
  BOOST_TEST(w.words == 37);
  BOOST_TEST(w.weight_writes == 5);
}

BOOST_AUTO_TEST_CASE(epilogue_reaches_the_kernel) {
  Matrix a(1, 2), b(2, 3), c(1, 3), bias(1, 3), factor(1, 3);
  a.fill(1);
  b.fill(1);
  bias.fill(-3);
  factor.fill(5);
  agon_epilogue e{};
  e.struct_size = sizeof(e);
  e.scale = 2;
  e.activation = {AGON_RELU, 1, 0};
  e.bias = bias.data();
  e.multiply = in(factor);
  BOOST_CHECK_EQUAL(k.gemm(call.abi(), AGON_NN, in(a), in(b), c, &e), AGON_OK);
  BOOST_CHECK_EQUAL(c.at(0, 2), 5.0f);  // max(2 * 2 - 3, 0) * 5
}

BOOST_AUTO_TEST_CASE(slopes_multiply_and_count_as_derivative) {
  Matrix a(1, 2), b(2, 3), c(1, 3), h(1, 3);
  a.fill(1);
  b.fill(1);
  h.fill(0.25f);
  agon_epilogue e{};
  e.struct_size = sizeof(e);
  e.scale = 1;
  e.activation = {AGON_IDENTITY, 1, 0};
  e.multiply = in(h);
  e.slopes = 1;
  e.slope = {AGON_SIGMOID, 1, 0};
  const int64_t before = k.macs(call.abi());
  BOOST_CHECK_EQUAL(k.gemm(call.abi(), AGON_NN, in(a), in(b), c, &e), AGON_OK);
  BOOST_CHECK_EQUAL(c.at(0, 2), 2 * 0.25f * 0.75f);
  BOOST_CHECK_EQUAL(k.macs(call.abi()) - before, 2 * 3 + 3);
  // The epilogue of a rule that was compiled before it grew ends before them.
  e.struct_size = offsetof(agon_epilogue, slopes);
  BOOST_CHECK_EQUAL(k.gemm(call.abi(), AGON_NN, in(a), in(b), c, &e), AGON_OK);
  BOOST_CHECK_EQUAL(c.at(0, 2), 2 * 0.25f);
  BOOST_CHECK_EQUAL(k.epilogue_size, static_cast<int64_t>(sizeof(agon_epilogue)));
}

BOOST_AUTO_TEST_CASE(slopes_that_cannot_be_are_refused) {
  Matrix a(1, 2), b(2, 3), c(1, 3), h(1, 3);
  agon_epilogue e{};
  e.struct_size = sizeof(e);
  e.multiply = in(h);
  e.slopes = 1;
  e.slope.kind = AGON_SIGMOID;
  e.activation.kind = AGON_RELU;
  refused(k.gemm(call.abi(), AGON_NN, in(a), in(b), c, &e),
          "gemm: slopes multiply what is not activated, and the activation is 3");
  e.activation.kind = AGON_IDENTITY;
  e.slope.kind = 9;
  refused(k.gemm(call.abi(), AGON_NN, in(a), in(b), c, &e), "gemm: there is no activation 9");
  e.slope.kind = AGON_SIGMOID;
  e.multiply = {};
  refused(k.gemm(call.abi(), AGON_NN, in(a), in(b), c, &e),
          "gemm: what slopes are taken from, multiply, is NULL");
}

BOOST_AUTO_TEST_CASE(mismatched_products_are_refused_and_do_nothing) {
  Matrix a(3, 4), b(5, 6), c(3, 6);
  c.fill(7);
  refused(k.gemm(call.abi(), AGON_NN, in(a), in(b), c, nullptr),
          "gemm: the inner sizes differ: A is 3 x 4, B is 5 x 6");
  BOOST_CHECK_EQUAL(c.at(2, 5), 7.0f);
  Matrix fits(4, 6), small(2, 6);
  refused(k.gemm(call.abi(), AGON_NN, in(a), in(fits), small, nullptr),
          "gemm: C is 2 x 6, expected 3 x 6");
  refused(k.gemm(call.abi(), 3, in(a), in(fits), c, nullptr), "gemm: there is no transposition 3");
  Matrix square(4, 4);
  refused(k.gemm(call.abi(), AGON_NN, in(square), in(square), square, nullptr),
          "gemm: A overlaps C");
  agon_epilogue e{};
  refused(k.gemm(call.abi(), AGON_NN, in(a), in(fits), c, &e),
          "gemm: the epilogue's struct_size is 0");
  e.struct_size = sizeof(e);
  e.activation.kind = 9;
  refused(k.gemm(call.abi(), AGON_NN, in(a), in(fits), c, &e), "gemm: there is no activation 9");
  e.activation.kind = 0;
  e.multiply = in(small);
  refused(k.gemm(call.abi(), AGON_NN, in(a), in(fits), c, &e),
          "gemm: multiply is 2 x 6, expected 3 x 6");
}

// Two nets side by side in the columns of x, h and g, one below the other in w: what the single kernels give.
BOOST_AUTO_TEST_CASE(many_products_are_those_of_single_calls) {
  Matrix x(5, 32), w(32, 3), h(5, 32), g(5, 32), alone(5, 3), m(32, 3), n(32, 3);
  for (Matrix* of : {&x, &w, &g}) k.random_uniform(call.abi(), 1, of == &x ? 0 : 1, -1, 1, *of);
  const auto part = [](Matrix& of, int64_t net, int64_t cols) {
    return agon_mat{of.data() + 16 * net, of.rows(), cols, of.stride()};
  };
  const auto net = [](Matrix& of, int64_t i) {
    return agon_mat{of.data(16 * i), 16, of.cols(), of.stride()};
  };
  const auto constant = [](agon_mat v) { return agon_cmat{v.data, v.rows, v.cols, v.stride}; };
  const auto same = [](agon_mat a, agon_mat b) {
    for (int64_t r = 0; r < a.rows; ++r)
      if (!std::equal(a.data + r * a.stride, a.data + r * a.stride + a.cols, b.data + r * b.stride))
        return false;
    return true;
  };
  const agon_steps steps{sizeof(agon_steps), 16, 16 * 16, 16, 0, 0};
  BOOST_CHECK_EQUAL(k.gemm_each(call.abi(), 2, &steps, AGON_NN, constant(part(x, 0, 16)),
                                constant(net(w, 0)), part(h, 0, 3), nullptr),
                    AGON_OK);
  BOOST_CHECK_EQUAL(call.macs(), 2u * 5 * 16 * 3);
  for (int64_t i = 0; i < 2; ++i) {
    k.gemm(call.abi(), AGON_NN, constant(part(x, i, 16)), constant(net(w, i)), alone, nullptr);
    BOOST_CHECK(same(alone, part(h, i, 3)));
  }
  const int32_t rows[] = {1, 4, 0};
  const int64_t first[] = {0, 3, 3};
  const agon_steps down{sizeof(agon_steps), 16, 16, 16 * 16, 0, 0};
  const uint64_t before = call.macs();
  for (const bool all : {false, true}) {
    const uint64_t written = call.work().read().weight_writes();
    BOOST_CHECK_EQUAL(
        k.rank_k_each(call.abi(), 2, &down, constant(part(x, 0, 16)), constant(part(g, 0, 3)),
                      all ? nullptr : rows, all ? nullptr : first, 0.5f, net(m, 0)),
        AGON_OK);
    BOOST_CHECK_EQUAL(call.work().read().weight_writes() - written,
                      all ? 96u : 48u);  // the second net has no row
  }
  BOOST_CHECK_EQUAL(call.macs() - before, 16u * 3 * (3 + 10));
  for (int64_t i = 0; i < 2; ++i) {
    k.rank_k(call.abi(), constant(part(x, i, 16)), constant(part(g, i, 3)), rows, i == 0 ? 3 : 0,
             0.5f, net(n, i));
    k.rank_k(call.abi(), constant(part(x, i, 16)), constant(part(g, i, 3)), nullptr, 0, 0.5f,
             net(n, i));
  }
  BOOST_CHECK(same(m, n));
}

BOOST_AUTO_TEST_CASE(many_products_that_do_not_fit_are_refused) {
  Matrix x(5, 32), w(32, 3), h(5, 32);
  const agon_mat c{h.data(), 5, 3, h.stride()};
  const agon_cmat a{x.data(), 5, 16, x.stride()}, b{w.data(), 16, 3, w.stride()};
  agon_steps s{sizeof(agon_steps), 16, 16 * 16, 16, 0, 0};
  const auto gemm = [&](int64_t count) {
    return k.gemm_each(call.abi(), count, &s, AGON_NN, a, b, c, nullptr);
  };
  refused(gemm(-1), "gemm_each: -1 products");
  refused(gemm(3), "gemm_each: 3 results of 5 x 3 at steps of 16 floats overlap");
  s.c = 8;
  refused(gemm(2), "gemm_each: the step of C is 8 floats; a multiple of 16 is needed");
  s.c = 16;
  s.a = -16;
  refused(gemm(2), "gemm_each: the step of A is -16 floats; a multiple of 16 is needed");
  s.a = 16;
  s.struct_size = 4;
  refused(gemm(2), "gemm_each: the steps' struct_size is 4");
  refused(k.gemm_each(call.abi(), 2, nullptr, AGON_NN, a, b, c, nullptr),
          "gemm_each: steps is NULL");
  s = {sizeof(agon_steps), 0, 0, 16 * 16, 0, 0};
  Matrix g(5, 3), m(32, 3);
  const agon_mat first_m{m.data(), 16, 3, m.stride()};
  const int32_t rows[] = {1, 5};
  const int64_t back[] = {0, 2, 1}, first[] = {0, 1, 2}, late[] = {1, 1, 2};
  const auto rank = [&](const int64_t* of) {
    return k.rank_k_each(call.abi(), 2, &s, a, in(g), rows, of, 1, first_m);
  };
  refused(rank(back), "rank_k_each: first[1] is 2 and the next 1");
  refused(rank(late), "rank_k_each: first[0] is 1");
  refused(rank(first), "rank_k_each: row 5 of 5");
  refused(rank(nullptr), "rank_k_each: first is NULL");
  BOOST_CHECK_EQUAL(m.at(0, 0), 0.0f);
  s.c = 0;
  refused(rank(first), "rank_k_each: 2 results of 16 x 3 at steps of 0 floats overlap");
  s.c = 16 * 16;
  refused(k.rank_k_each(call.abi(), 2, &s, {m.data(16), 5, 16, 16}, in(g), nullptr, nullptr, 1,
                        first_m),
          "rank_k_each: A overlaps C");
}

// Two products over 5 rows, of 16 inputs and 3 units each: pairs of weights in m, their differences in w.
struct Pairs : Fixture {
  Matrix x{5, 16}, g{5, 32}, m{64, 3}, w{16, 32}, sign{1, 3};
  const agon_steps s{sizeof(agon_steps), 0, 16, 32 * 16, 0, 0};
  const std::array<int32_t, 3> up{1, 4, 0};
  const std::array<int32_t, 2> down{2, 3};
  const std::array<int64_t, 3> up_first{0, 2, 3}, down_first{0, 0, 2};
  agon_opposed o{sizeof(agon_opposed), up.data(),   down.data(),           up_first.data(),
                 down_first.data(),    sign.data(), {w.data(), 16, 3, 32}, 16};
  const agon_cmat a = in(x), b{g.data(), 5, 3, g.stride()};
  const agon_mat c{m.data(), 32, 3, m.stride()};

  agon_status run(agon_mat to) {
    return k.rank_k_opposed_each(call.abi(), 2, &s, a, b, &o, 0.5f, to);
  }
};

// Counts what two calls of rank_k_each count.
BOOST_FIXTURE_TEST_CASE(pairs_of_weights_are_raised_and_subtracted, Pairs) {
  Matrix n(64, 3);
  for (Matrix* of : {&x, &g, &sign}) k.random_uniform(call.abi(), 3, of == &x ? 0 : 1, -1, 1, *of);
  const auto counts = [this] {
    return std::array{call.macs(), call.work().read().weight_writes()};
  };
  const auto start = counts();
  BOOST_CHECK_EQUAL(run(c), AGON_OK);
  const auto together = counts();
  k.rank_k_each(call.abi(), 2, &s, a, b, up.data(), up_first.data(), 0.5f,
                {n.data(), 16, 3, n.stride()});
  k.rank_k_each(call.abi(), 2, &s, a, b, down.data(), down_first.data(), 0.5f,
                {n.data(16), 16, 3, n.stride()});
  const auto apart = counts();
  for (size_t i = 0; i < 2; ++i) BOOST_CHECK_EQUAL(together[i] - start[i], apart[i] - together[i]);
  for (int64_t r = 0; r < 64; ++r) BOOST_CHECK_EQUAL(m.at(r, 2), n.at(r, 2));
  BOOST_CHECK_EQUAL(w.at(7, 16 + 1), sign.at(0, 1) * (m.at(32 + 7, 1) - m.at(48 + 7, 1)));
}

BOOST_FIXTURE_TEST_CASE(pairs_of_weights_that_do_not_fit_are_refused, Pairs) {
  const int32_t beyond[] = {1, 5, 0};
  const int64_t back[] = {0, 2, 1};
  o.struct_size = 8;
  refused(run(c), "rank_k_opposed_each: the struct_size of opposed is 8");
  o.struct_size = sizeof(o);
  o.sign = nullptr;
  refused(run(c), "rank_k_opposed_each: sign is NULL");
  o.sign = sign.data();
  o.difference_step = 8;
  refused(run(c),
          "rank_k_opposed_each: the step of difference is 8 floats; a multiple of 16 is "
          "needed");
  o.difference_step = 0;
  refused(run(c), "rank_k_opposed_each: 2 results of 16 x 3 at steps of 0 floats overlap");
  o.difference_step = 16;
  refused(run({m.data(), 16, 3, m.stride()}), "rank_k_opposed_each: C is 16 x 3, expected 32 x 3");
  o.up = beyond;
  refused(run(c), "rank_k_opposed_each: row 5 of 5");
  o.up = up.data();
  o.down_first = back;
  refused(run(c), "rank_k_opposed_each: down_first[1] is 2 and the next 1");
  o.down_first = down_first.data();
  o.difference.data = m.data(16);
  o.difference.stride = m.stride();
  refused(run(c), "rank_k_opposed_each: 2 results of 16 x 3 at steps of 16 floats overlap");
  o.difference_step = 32 * 16;
  refused(run(c), "rank_k_opposed_each: C overlaps difference");
  refused(k.rank_k_opposed_each(call.abi(), 2, &s, a, b, nullptr, 0.5f, c),
          "rank_k_opposed_each: opposed is NULL");
}

BOOST_AUTO_TEST_CASE(broken_views_are_refused) {
  Matrix y(2, 4);
  refused(k.affine(call.abi(), 1, 0, {nullptr, 2, 4, 16}), "affine: y is NULL");
  refused(k.affine(call.abi(), 1, 0, {y.data(), -1, 4, 16}),
          "affine: y has a negative size: -1 x 4");
  refused(k.affine(call.abi(), 1, 0, {y.data(), 2, 4, 4}),
          "affine: y has stride 4 for 4 columns; a multiple of 16 at least as long is needed");
  refused(k.affine(call.abi(), 1, 0, {y.data() + 1, 1, 4, 16}),
          "affine: y is not aligned to 64 bytes");
  BOOST_CHECK_EQUAL(k.affine(call.abi(), 1, 0, {nullptr, 0, 4, 16}), AGON_OK);
}

BOOST_AUTO_TEST_CASE(every_kernel_checks_its_shapes) {
  Matrix a(2, 3), b(3, 2), c(2, 3), square(3, 3);
  double d = 0;
  const agon_activation f{AGON_TANH, 1, 0};
  const int32_t rows[] = {0, 2};
  refused(k.rank_k(call.abi(), in(a), in(a), rows, 2, 1, square), "rank_k: row 2 of 2");
  Matrix product(3, 2);
  refused(k.rank_k(call.abi(), in(a), in(b), nullptr, 0, 1, product),
          "rank_k: A has 2 rows, B has 3");
  refused(k.rank_k(call.abi(), in(a), in(a), nullptr, 0, 1, product),
          "rank_k: C is 3 x 2, expected 3 x 3");
  refused(k.activate(call.abi(), f, in(a), b), "activate: out is 3 x 2, expected 2 x 3");
  refused(k.derivative(call.abi(), f, in(a), in(b), c), "derivative: h is 3 x 2, expected 2 x 3");
  refused(k.derivative(call.abi(), {AGON_RELU, 1, 0}, in(b), in(a), c),
          "derivative: a is 3 x 2, expected 2 x 3");
  refused(k.softmax(call.abi(), in(a), b), "softmax: out is 3 x 2, expected 2 x 3");
  refused(k.softmax_cross_entropy(call.abi(), in(a), in(b), c, &d),
          "softmax_cross_entropy: target is 3 x 2, expected 2 x 3");
  refused(k.softmax_cross_entropy(call.abi(), in(a), in(a), c, nullptr),
          "softmax_cross_entropy: loss is NULL");
  refused(k.axpy(call.abi(), 1, in(a), b), "axpy: y is 3 x 2, expected 2 x 3");
  refused(k.multiply(call.abi(), in(a), in(b), c), "multiply: y is 3 x 2, expected 2 x 3");
  refused(k.sum(call.abi(), in(a), nullptr), "sum: out is NULL");
  refused(k.dot(call.abi(), in(a), in(b), &d), "dot: y is 3 x 2, expected 2 x 3");
  refused(k.column_sums(call.abi(), in(a), 1, 0, nullptr), "column_sums: out is NULL");
  refused(k.sgd(call.abi(), 1, 0, in(a), b), "sgd: weights is 3 x 2, expected 2 x 3");
  refused(k.momentum(call.abi(), 1, 0, 0, in(a), b, c),
          "momentum: velocity is 3 x 2, expected 2 x 3");
  agon_adam adam{sizeof(agon_adam), 0, 1, 0.9f, 0.999f, 1e-8f, 0, 0};
  refused(k.adam(call.abi(), &adam, in(a), c, c, c), "adam: step is 0, the first is 1");
  adam.step = 1;
  refused(k.adam(call.abi(), &adam, in(a), c, b, c), "adam: v is 3 x 2, expected 2 x 3");
  refused(k.adam(call.abi(), nullptr, in(a), c, c, c), "adam: its settings is NULL");
  refused(k.random_permutation(call.abi(), 0, 0, -1, nullptr), "random_permutation: n is -1");
  refused(k.random_integers(call.abi(), 0, 0, 0, 2, -1, nullptr), "random_integers: n is -1");
  refused(k.random_integers(call.abi(), 0, 0, 2, 2, 0, nullptr),
          "random_integers: the range is 2 to 2");
  refused(k.random_integers(call.abi(), 0, 0, 0, 2, 1, nullptr), "random_integers: out is NULL");
  refused(k.copy(call.abi(), in(a), b), "copy: out is 3 x 2, expected 2 x 3");
  refused(k.copy(call.abi(), in(a), a), "copy: x overlaps out");
  refused(k.row_sums(call.abi(), in(a), 1, 0, nullptr), "row_sums: out is NULL");
  refused(k.row_norms(call.abi(), in(a), nullptr), "row_norms: out is NULL");
  refused(k.clip(call.abi(), 2, 1, a), "clip: the range is 2 to 1");
  refused(k.clip(call.abi(), NAN, 1, a), "clip: the range is nan to 1");
}

BOOST_AUTO_TEST_CASE(small_helpers_reach_a_rule) {
  const Context ctx(&host, call.abi());
  Matrix x(2, 20), y(2, 20);
  for (int64_t c = 0; c < 20; ++c) {
    x.at(0, c) = 3.0f;
    x.at(1, c) = -4.0f;
  }
  ctx.copy(x, y);
  BOOST_CHECK_EQUAL(call.macs(), 0u);
  float sums[2] = {1, 1}, norms[2] = {};
  ctx.row_sums(y, 0.5f, true, sums);
  BOOST_CHECK_EQUAL(sums[0], 31.0f);
  BOOST_CHECK_EQUAL(sums[1], -39.0f);
  ctx.row_norms(y, norms);
  BOOST_CHECK_EQUAL(norms[0], std::sqrt(180.0f));
  BOOST_CHECK_EQUAL(norms[1], std::sqrt(320.0f));
  ctx.clip(-1.0f, 2.0f, y);
  BOOST_CHECK_EQUAL(y.at(0, 19), 2.0f);
  BOOST_CHECK_EQUAL(y.at(1, 19), -1.0f);
  BOOST_CHECK_EQUAL(call.macs(), 120u);
  const auto draws = ctx.random_integers(1, 2, -1, 2, 300);
  BOOST_CHECK_EQUAL(*std::ranges::min_element(draws), -1);
  BOOST_CHECK_EQUAL(*std::ranges::max_element(draws), 1);
  BOOST_CHECK(ctx.random_integers(1, 2, -1, 2, 300) == draws);
}

BOOST_AUTO_TEST_CASE(lattice_checks_its_shapes) {
  const int32_t offsets[] = {0, 0, 1};
  Matrix weights(8, 1), o(8, 16), u(4, 16), p(8, 16), e(8, 16), narrow(8, 8);
  agon_lattice l{sizeof(agon_lattice), 2, 2, 2, 1, 0, offsets, in(weights)};
  BOOST_CHECK_EQUAL(k.lattice_step(call.abi(), &l, in(o), in(u), 1, 1, 0, p, e), AGON_OK);
  call.work().reset();
  refused(k.lattice_step(call.abi(), &l, in(o), in(o), 1, 1, 0, p, e),
          "lattice_step: u is 8 x 16, expected 4 x 16");
  refused(k.lattice_step(call.abi(), &l, in(narrow), in(u), 1, 1, 0, p, e),
          "lattice_step: 8 lanes, a multiple of 16 is needed");
  refused(k.lattice_step(call.abi(), &l, in(o), in(u), 1, 1, 0, p, o),
          "lattice_step: o overlaps e");
  l.neighbours = 2;
  refused(k.lattice_step(call.abi(), &l, in(o), in(u), 1, 1, 0, p, e),
          "lattice_step: weights is 8 x 1, expected 8 x 2");
}

BOOST_AUTO_TEST_CASE(solves_and_refuses_what_is_not_positive_definite) {
  const double g[] = {4, 1, 1, 3};
  double b[] = {1, 2};
  BOOST_CHECK_EQUAL(k.solve_spd(call.abi(), g, 2, 0, b, 1), AGON_OK);
  BOOST_CHECK_CLOSE_FRACTION(b[0], 1.0 / 11, 1e-12);
  BOOST_CHECK_CLOSE_FRACTION(b[1], 7.0 / 11, 1e-12);
  call.work().reset();
  const double bad[] = {1, 2, 2, 1};
  BOOST_CHECK_EQUAL(k.solve_spd(call.abi(), bad, 2, 0, b, 1), AGON_SINGULAR);
  BOOST_CHECK(!call.failed());
}

BOOST_AUTO_TEST_CASE(random_numbers_do_not_depend_on_padding) {
  Matrix wide(2, 20), narrow(4, 10);
  BOOST_CHECK_EQUAL(k.random_normal(call.abi(), 5, 1, 1, wide), AGON_OK);
  BOOST_CHECK_EQUAL(k.random_normal(call.abi(), 5, 1, 1, narrow), AGON_OK);
  for (int64_t j = 0; j < 40; ++j)
    BOOST_CHECK_EQUAL(wide.at(j / 20, j % 20), narrow.at(j / 10, j % 10));
}

BOOST_AUTO_TEST_CASE(parallel_for_covers_the_range_in_chunks) {
  std::vector<int> seen(1000);
  const auto mark = [](void* user, int64_t begin, int64_t end) {
    if (end - begin > 7) throw std::runtime_error("chunk too long");
    for (int64_t i = begin; i < end; ++i)
      ++(*static_cast<std::vector<int>*>(user))[static_cast<size_t>(i)];
  };
  BOOST_CHECK_EQUAL(host.parallel_for(call.abi(), 1000, 7, mark, &seen), AGON_OK);
  for (const int n : seen) BOOST_CHECK_EQUAL(n, 1);
}

BOOST_AUTO_TEST_CASE(parallel_for_lets_nothing_through) {
  const auto fail = [](void*, int64_t, int64_t) { throw std::runtime_error("from a chunk"); };
  BOOST_CHECK_EQUAL(host.parallel_for(call.abi(), 3, 1, fail, nullptr), AGON_INTERNAL);
  BOOST_CHECK_EQUAL(call.fail_text(), "from a chunk");
  call.begin();
  BOOST_CHECK_EQUAL(host.parallel_for(call.abi(), 3, 0, fail, nullptr), AGON_INVALID);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::harness
