// SPDX-License-Identifier: MIT
//
// What rules keep of rows between epochs: the same bits and the same cost as without, never across
// different data, never beyond the host's budget.
#include "agon/kept_rows.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <numeric>

#include "agon/matrix.h"
#include "checked.h"
#include "harness/conformance/trial.h"
#include "harness/plugins/host.h"

namespace agon::test {
namespace {

using conformance::Kind;
using conformance::Portion;
using conformance::Trial;

const auto kOfRows = boost::unit_test::data::make(rules_that(AGON_CAN_CLASSIFY | AGON_CAN_REGRESS));

// Rows of 20 columns, each 10 * source + its number, made at the cost of 7 a row.
struct Fixture {
  harness::Call call;
  Context ctx{harness::Host().abi(), call.abi()};
  agon_task task{};
  Matrix out{4, 20};
  int made = 0;

  Fixture() {
    task.struct_size = sizeof(task);
    task.max_batch = 4;
    task.train_rows = 6;
    task.epochs = 2;
    task.keep_bytes = 6 * 32 * 4;
  }
  void ask(KeptRows& kept, const std::vector<int32_t>& rows, uint64_t source = 1) {
    agon_batch batch{};
    batch.struct_size = sizeof(batch);
    batch.rows = source == 0 ? nullptr : rows.data();
    batch.source = source;
    const View some = out.top(static_cast<int64_t>(rows.size()));
    const uint64_t before = call.macs();
    out.fill(-1.0f);
    const auto value = [&](int32_t row) {
      return static_cast<float>(10 * source) + static_cast<float>(row);
    };
    kept.rows(ctx, batch, some, [&] {
      ++made;
      for (int64_t r = 0; r < some.rows; ++r)
        std::ranges::fill(row_of(some, r), value(rows[static_cast<size_t>(r)]));
      ctx.count_macs(7 * some.rows);
    });
    BOOST_TEST(call.macs() - before == 7 * rows.size());
    for (int64_t r = 0; r < some.rows; ++r) {
      for (const float v : row_of(some, r)) BOOST_TEST(v == value(rows[static_cast<size_t>(r)]));
    }
  }
};

BOOST_FIXTURE_TEST_CASE(rows_that_came_before_are_not_made_again, Fixture) {
  KeptRows kept(task, 20);
  ask(kept, {0, 1, 2, 3});
  ask(kept, {3, 1, 0, 2});
  BOOST_TEST(made == 1);
  ask(kept, {4, 0});  // 4 is new
  ask(kept, {4, 0});
  ask(kept, {2, 4, 1, 0});
  BOOST_TEST(made == 2);
  ask(kept, {2});  // what one row costs is not known yet
  ask(kept, {1});
  BOOST_TEST(made == 3);
}

// Half of the numbers of kept rows are 0, none of what is multiplied beside them.
BOOST_FIXTURE_TEST_CASE(zeros_of_kept_rows_count_whatever_came_before, Fixture) {
  KeptRows kept(task, 20);
  Matrix half(4, 20), w(20, 20), full(4, 20), other(4, 20);
  full.fill(1);
  w.fill(1);
  for (int64_t r = 0; r < 4; ++r) {
    for (int64_t c = 0; c < 20; c += 2) half.at(r, c) = 1;
  }
  const std::vector<int32_t> rows{0, 1, 2, 3};
  agon_batch batch{};
  batch.struct_size = sizeof(batch);
  batch.rows = rows.data();
  batch.source = 1;
  for (int i = 0; i < 2000; ++i) {
    if (i < 500) kept.forget();
    kept.rows(ctx, batch, out.top(4), [&] { ctx.gemm_nn(half, w, out); });
    ctx.gemm_nn(full, w, other);
  }
  BOOST_TEST(call.macs() == 2u * 2000 * 4 * 20 * 20);
  BOOST_TEST(call.work().read().effective() == 0.75 * 2 * 2000 * 4 * 20 * 20,
             boost::test_tools::tolerance(0.02));
}

BOOST_FIXTURE_TEST_CASE(other_data_and_a_changed_rule_make_them_anew, Fixture) {
  KeptRows kept(task, 20);
  ask(kept, {0, 1}, 1);
  ask(kept, {0, 1}, 2);
  ask(kept, {0, 1}, 1);
  BOOST_TEST(made == 3);
  kept.forget();
  ask(kept, {0, 1}, 1);
  BOOST_TEST(made == 4);
  ask(kept, {0, 1}, 0);  // rows without a number
  ask(kept, {0, 1}, 0);
  BOOST_TEST(made == 6);
}

BOOST_FIXTURE_TEST_CASE(more_rows_than_there_is_room_for_are_made, Fixture) {
  KeptRows kept(task, 20);
  ask(kept, {100, 7, 9, 8});
  ask(kept, {1, 2, 3, 4});  // the first two of them find room
  ask(kept, {9, 1, 2, 100});
  BOOST_TEST(made == 2);
  ask(kept, {9, 1, 3, 100});
  BOOST_TEST(made == 3);
}

BOOST_FIXTURE_TEST_CASE(nothing_is_kept_beyond_the_budget_or_for_one_epoch, Fixture) {
  task.keep_bytes -= 1;
  KeptRows small(task, 20);
  task.keep_bytes = int64_t{1} << 40;
  task.epochs = 1;
  KeptRows once(task, 20);
  for (int i = 0; i < 2; ++i) {
    ask(small, {0, 1});
    ask(once, {0, 1});
  }
  BOOST_TEST(made == 4);
}

// A rule of the tree with a budget, whose rows have numbers, and one without. The data change on the way.
BOOST_DATA_TEST_CASE(rules_give_the_same_with_and_without, kOfRows) {
  for (const Kind kind : {Kind::classify, Kind::regress}) {
    if (!sample.can(kind == Kind::classify ? AGON_CAN_CLASSIFY : AGON_CAN_REGRESS)) continue;
    const auto trained = [&](int64_t keep_bytes) {
      Trial m(sample.subject(), {.kind = kind, .rows = 40, .keep_bytes = keep_bytes});
      m.prepare();
      std::vector<int32_t> numbers(40);
      std::iota(numbers.begin(), numbers.end(), 3);
      for (int64_t epoch = 1; epoch <= 6; ++epoch) {
        const bool late = epoch > 3;
        for (size_t i = 0; i < m.portions(); ++i) {
          const Portion rows = m.portion_of(m.portion(i).numbers);
          for (int64_t r = 0; late && r < rows.rows(); ++r) {
            for (int64_t c = 0; c < rows.x.cols(); ++c) rows.x.at(r, c) *= 0.5f;
          }
          agon_batch batch = rows.batch();
          if (keep_bytes > 0) batch.rows = numbers.data() + rows.numbers.front();
          batch.source = late ? 2 : 1;
          if (m->has_loss()) m->loss(batch);
          m->fit(batch);
        }
        m->end_epoch(epoch);
      }
      return std::pair(m.learnt(), m.call().work().read());
    };
    const auto without = trained(0), with = trained(int64_t{1} << 20);
    BOOST_TEST(conformance::same_bits(with.first, without.first));
    BOOST_TEST(with.second.macs() == without.second.macs());
    BOOST_TEST(with.second.words_moved() == without.second.words_moved());
    // An estimate: of the same products others are looked at.
    BOOST_TEST(with.second.effective() == without.second.effective(),
               boost::test_tools::tolerance(0.02));
  }
}

}  // namespace
}  // namespace agon::test
