// SPDX-License-Identifier: MIT
#include "harness/plugins/product_kernels.h"

#include <cstddef>

#include "core/kernels.h"
#include "harness/plugins/counted.h"
#include "harness/plugins/guarded.h"
#include "harness/plugins/kernel_check.h"
#include "harness/plugins/zero_operands.h"

namespace agon::harness {
namespace {

// A product of macs, of which busy() have no zero operand.
template <typename Busy>
agon_status counted(agon_call* call, Counted what, uint64_t macs, Busy&& busy) {
  WorkCounter& work = Call::of(call).work();
  if (macs == 0) return AGON_OK;
  const WorkCounter::Look look = work.look();
  if (look == WorkCounter::Look::for_itself) {
    work.add(what == Counted::updates ? Counted::still : Counted::moved, macs);
    work.add(Counted::idle, macs - busy());
    return AGON_OK;
  }
  work.add(what, macs);
  if (look == WorkCounter::Look::for_others) {
    work.add(Counted::looked_at, macs);
    work.add(Counted::busy, busy());
  }
  return AGON_OK;
}

// With A transposed a product sums over rows, as a change of weights does.
Counted kind_of(int32_t transposition) noexcept {
  return transposition == AGON_TN ? Counted::updates : Counted::products;
}

// The epilogue as it was before it grew.
constexpr size_t kFirstEpilogue = offsetof(agon_epilogue, slopes);

// Slopes count as the kernel derivative does.
void count_slopes(agon_call* call, const core::Epilogue& e, int64_t count, agon_mat c) noexcept {
  if (e.slopes)
    Call::of(call).work().add(Counted::still, static_cast<uint64_t>(count * c.rows * c.cols));
}

// What gemm and gemm_each are asked for: shapes, and the epilogue for the core.
[[gnu::always_inline]] inline bool check_product(Check& check, int32_t transposition,
                                                 const agon_cmat& a, const agon_cmat& b,
                                                 const agon_mat& c, const agon_epilogue* epilogue,
                                                 core::Epilogue& e) {
  check.view("A", a).view("B", b).view("C", c);
  check.require(transposition >= AGON_NN && transposition <= AGON_TN,
                "there is no transposition {}", transposition);
  const int64_t m = transposition == AGON_TN ? a.cols : a.rows;
  const int64_t k = transposition == AGON_TN ? a.rows : a.cols;
  const int64_t n = transposition == AGON_NT ? b.rows : b.cols;
  const int64_t inner = transposition == AGON_NT ? b.cols : b.rows;
  check.require(k == inner, "the inner sizes differ: A is {} x {}, B is {} x {}", a.rows, a.cols,
                b.rows, b.cols);
  check.shape("C", c, m, n);
  if (epilogue != nullptr) {
    check.require(epilogue->struct_size >= kFirstEpilogue, "the epilogue's struct_size is {}",
                  epilogue->struct_size);
    if (!check.ok()) return false;
    check.activation(epilogue->activation);
    if (epilogue->multiply.data != nullptr) check.shape("multiply", epilogue->multiply, m, n);
    e.scale = epilogue->scale;
    e.accumulate = epilogue->accumulate != 0;
    e.activation = to_core(epilogue->activation);
    e.bias = epilogue->bias;
    e.multiply = to_core(epilogue->multiply);
    if (epilogue->struct_size < sizeof(agon_epilogue) || epilogue->slopes == 0) return check.ok();
    check.activation(epilogue->slope)
        .pointer("what slopes are taken from, multiply,", e.multiply.data);
    check.require(epilogue->activation.kind == AGON_IDENTITY,
                  "slopes multiply what is not activated, and the activation is {}",
                  epilogue->activation.kind);
    e.slopes = true;
    e.slope = to_core(epilogue->slope);
  }
  return check.ok();
}

// What gemm_each and rank_k_each are asked for beside the products themselves.
bool check_steps(Check& check, int64_t count, const agon_steps* s, agon_cmat a, agon_cmat b,
                 agon_mat c) {
  check.require(count >= 0, "{} products", count).pointer("steps", s);
  if (!check.ok()) return false;
  check.require(s->struct_size >= sizeof(agon_steps), "the steps' struct_size is {}",
                s->struct_size);
  if (!check.ok()) return false;
  check.step("A", s->a).step("B", s->b).step("bias", s->bias).step("multiply", s->multiply);
  check.spread("C", c, count, s->c);
  check.apart("A", a, "C", c, count, s->a, s->c).apart("B", b, "C", c, count, s->b, s->c);
  return check.ok();
}

core::Steps core_steps(const agon_steps& s) noexcept {
  return {static_cast<size_t>(s.a), static_cast<size_t>(s.b), static_cast<size_t>(s.c),
          static_cast<size_t>(s.bias), static_cast<size_t>(s.multiply)};
}

// The sum of busy(i, A, B) over the products.
template <typename Busy>
uint64_t busy_of_each(int64_t count, const agon_steps& s, agon_cmat a, agon_cmat b, Busy&& busy) {
  uint64_t sum = 0;
  for (int64_t i = 0; i < count; ++i, a.data += s.a, b.data += s.b) sum += busy(i, a, b);
  return sum;
}

// Which rows each of `count` products is over. written: products that are over any.
bool check_chosen(Check& check, int64_t count, const char* name, const int32_t* rows,
                  const char* first_name, const int64_t* first, agon_cmat a, int64_t& written) {
  if (!check.pointer(first_name, first).ok()) return false;
  check.require(first[0] == 0, "{}[0] is {}", first_name, first[0]);
  for (int64_t i = 0; check.ok() && i < count; ++i) {
    check.require(first[i] <= first[i + 1], "{}[{}] is {} and the next {}", first_name, i, first[i],
                  first[i + 1]);
    written += first[i] < first[i + 1] ? 1 : 0;
  }
  if (check.ok() && first[count] > 0) check.pointer(name, rows);
  if (!check.ok()) return false;
  bool inside = true;
  for (int64_t r = 0; r < first[count]; ++r)
    inside &= static_cast<uint64_t>(rows[r]) < static_cast<uint64_t>(a.rows);
  for (int64_t r = 0; !inside && check.ok(); ++r)
    check.require(rows[r] >= 0 && rows[r] < a.rows, "row {} of {}", rows[r], a.rows);
  return check.ok();
}

// What products over chosen rows count: `written` of them changed a C each.
agon_status counted_chosen(agon_call* call, int64_t count, const agon_steps& steps, agon_cmat a,
                           agon_cmat b, const int32_t* rows, const int64_t* first, int64_t written,
                           agon_mat c) {
  const uint64_t macs = static_cast<uint64_t>(a.cols) * static_cast<uint64_t>(b.cols) *
                        static_cast<uint64_t>(first[count]);
  c.rows *= written;
  count_writes(call, macs, c);
  return counted(call, Counted::updates, macs, [&] {
    return busy_of_each(count, steps, a, b, [&](int64_t i, agon_cmat of_a, agon_cmat of_b) {
      return busy_macs(of_a, of_b, {rows + first[i], rows + first[i + 1]});
    });
  });
}

// References: what a rule passes by value is not copied again.
inline agon_status run_gemm(agon_call* call, int32_t transposition, const agon_cmat& a,
                            const agon_cmat& b, const agon_mat& c, const agon_epilogue* epilogue) {
  Check check(call, "gemm");
  core::Epilogue e;
  if (!check_product(check, transposition, a, b, c, epilogue, e)) return AGON_INVALID;
  if (!check.apart("A", a, "C", c).apart("B", b, "C", c).ok()) return AGON_INVALID;
  const uint64_t macs = core::gemm(static_cast<core::Transposition>(transposition), to_core(a),
                                   to_core(b), to_core(c), e);
  count_slopes(call, e, 1, c);
  return counted(call, kind_of(transposition), macs,
                 [&] { return busy_macs(transposition, a, b); });
}

}  // namespace

agon_status gemm(agon_call* call, int32_t transposition, agon_cmat a, agon_cmat b, agon_mat c,
                 const agon_epilogue* epilogue) noexcept {
  return guarded(call, [&] { return run_gemm(call, transposition, a, b, c, epilogue); });
}

agon_status rank_k(agon_call* call, agon_cmat a, agon_cmat b, const int32_t* rows,
                   int64_t row_count, float scale, agon_mat c) {
  Check check(call, "rank_k");
  check.view("A", a)
      .view("B", b)
      .shape("C", c, a.cols, b.cols)
      .apart("A", a, "C", c)
      .apart("B", b, "C", c);
  check.require(a.rows == b.rows, "A has {} rows, B has {}", a.rows, b.rows);
  check.require(rows == nullptr || row_count >= 0, "row_count is {}", row_count);
  if (!check.ok()) return AGON_INVALID;
  const std::span<const int32_t> chosen(rows, rows != nullptr ? static_cast<size_t>(row_count) : 0);
  for (const int32_t r : chosen) check.require(r >= 0 && r < a.rows, "row {} of {}", r, a.rows);
  if (!check.ok()) return AGON_INVALID;
  const uint64_t macs =
      core::rank_k(to_core(a), to_core(b), chosen, rows == nullptr, scale, to_core(c));
  count_writes(call, macs, c);
  return counted(call, Counted::updates, macs, [&] {
    return rows == nullptr ? busy_macs(AGON_TN, a, b) : busy_macs(a, b, chosen);
  });
}

agon_status gemm_each(agon_call* call, int64_t count, const agon_steps* steps,
                      int32_t transposition, agon_cmat a, agon_cmat b, agon_mat c,
                      const agon_epilogue* epilogue) {
  Check check(call, "gemm_each");
  core::Epilogue e;
  if (!check_product(check, transposition, a, b, c, epilogue, e)) return AGON_INVALID;
  if (!check_steps(check, count, steps, a, b, c)) return AGON_INVALID;
  const uint64_t macs = core::gemm_each(static_cast<size_t>(count), core_steps(*steps),
                                        static_cast<core::Transposition>(transposition), to_core(a),
                                        to_core(b), to_core(c), e);
  count_slopes(call, e, count, c);
  return counted(call, kind_of(transposition), macs, [&] {
    return busy_of_each(count, *steps, a, b, [&](int64_t, agon_cmat of_a, agon_cmat of_b) {
      return busy_macs(transposition, of_a, of_b);
    });
  });
}

agon_status rank_k_each(agon_call* call, int64_t count, const agon_steps* steps, agon_cmat a,
                        agon_cmat b, const int32_t* rows, const int64_t* first, float scale,
                        agon_mat c) {
  Check check(call, "rank_k_each");
  check.view("A", a).view("B", b).shape("C", c, a.cols, b.cols);
  check.require(a.rows == b.rows, "A has {} rows, B has {}", a.rows, b.rows);
  if (!check.ok() || !check_steps(check, count, steps, a, b, c)) return AGON_INVALID;
  const core::Steps s = core_steps(*steps);
  const size_t products = static_cast<size_t>(count);
  if (rows == nullptr) {
    const core::Epilogue add{.scale = scale, .accumulate = true};
    const uint64_t macs = core::gemm_each(products, s, core::Transposition::tn, to_core(a),
                                          to_core(b), to_core(c), add);
    c.rows *= count;
    count_writes(call, macs, c);
    return counted(call, Counted::updates, macs, [&] {
      return busy_of_each(count, *steps, a, b, [](int64_t, agon_cmat of_a, agon_cmat of_b) {
        return busy_macs(AGON_TN, of_a, of_b);
      });
    });
  }
  int64_t written = 0;
  if (!check_chosen(check, count, "rows", rows, "first", first, a, written)) return AGON_INVALID;
  core::rank_k_each(products, s, to_core(a), to_core(b), {rows, static_cast<size_t>(first[count])},
                    {first, products + 1}, scale, to_core(c));
  return counted_chosen(call, count, *steps, a, b, rows, first, written, c);
}

agon_status rank_k_opposed_each(agon_call* call, int64_t count, const agon_steps* steps,
                                agon_cmat a, agon_cmat b, const agon_opposed* o, float scale,
                                agon_mat c) {
  Check check(call, "rank_k_opposed_each");
  check.view("A", a).view("B", b).shape("C", c, 2 * a.cols, b.cols);
  check.require(a.rows == b.rows, "A has {} rows, B has {}", a.rows, b.rows);
  if (!check.ok() || !check_steps(check, count, steps, a, b, c)) return AGON_INVALID;
  if (!check.pointer("opposed", o).ok()) return AGON_INVALID;
  check.require(o->struct_size >= sizeof(agon_opposed), "the struct_size of opposed is {}",
                o->struct_size);
  if (!check.ok()) return AGON_INVALID;
  check.pointer("sign", o->sign)
      .shape("difference", o->difference, a.cols, b.cols)
      .spread("difference", o->difference, count, o->difference_step)
      .apart("A", a, "difference", o->difference, count, steps->a, o->difference_step)
      .apart("B", b, "difference", o->difference, count, steps->b, o->difference_step)
      .apart("C", read_only(c), "difference", o->difference, count, steps->c, o->difference_step);
  int64_t raised = 0, lowered = 0;
  if (!check_chosen(check, count, "up", o->up, "up_first", o->up_first, a, raised) ||
      !check_chosen(check, count, "down", o->down, "down_first", o->down_first, a, lowered))
    return AGON_INVALID;
  const size_t products = static_cast<size_t>(count);
  core::rank_k_opposed_each(products, core_steps(*steps), to_core(a), to_core(b),
                            {{o->up, static_cast<size_t>(o->up_first[count])},
                             {o->down, static_cast<size_t>(o->down_first[count])},
                             {o->up_first, products + 1},
                             {o->down_first, products + 1},
                             o->sign,
                             to_core(o->difference),
                             static_cast<size_t>(o->difference_step)},
                            scale, to_core(c));
  c.rows /= 2;
  counted_chosen(call, count, *steps, a, b, o->up, o->up_first, raised, c);
  return counted_chosen(call, count, *steps, a, b, o->down, o->down_first, lowered, c);
}

}  // namespace agon::harness
