// SPDX-License-Identifier: MIT
//
// agon.state/1 of every rule of the tree: a model that was saved and loaded into a fresh one goes on as if
// nothing had happened, to the bit; bytes that are no state of it are refused with a reason.
#include "agon/state.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "trial.h"

namespace agon::test {
namespace {

using harness::RuleFailure;

constexpr int64_t kRows = 48, kBatch = 16;
constexpr uint64_t kSupervised = AGON_CAN_CLASSIFY | AGON_CAN_REGRESS;
const auto kOfRows = boost::unit_test::data::make(subjects_that(kSupervised));
const auto kDynamics = boost::unit_test::data::make(subjects_that(AGON_CAN_DYNAMICS));

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(
      a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

// What the model shows by itself, then by answering, then by what it has measured.
void compare(RowModel& whole, RowModel& resumed) {
  BOOST_CHECK(whole->save() == resumed->save());
  BOOST_CHECK(whole.tensors() == resumed.tensors());
  BOOST_CHECK(same_bits(whole.predict(), resumed.predict()));
  BOOST_CHECK(same(whole->metrics(), resumed->metrics()));
}

std::vector<uint32_t> kinds_of(const Subject& subject) {
  std::vector<uint32_t> kinds;
  if (subject.can(AGON_CAN_CLASSIFY)) kinds.push_back(AGON_CLASSIFY);
  if (subject.can(AGON_CAN_REGRESS)) kinds.push_back(AGON_REGRESS);
  return kinds;
}

BOOST_DATA_TEST_CASE(training_goes_on_to_the_same_bytes_after_a_break, kOfRows) {
  for (const uint32_t kind : kinds_of(sample)) {
    for (const int64_t before : {0, 1, 3}) {
      BOOST_TEST_CONTEXT("kind " << kind << ", " << before << " epochs before the break") {
        Rows d(kind, kRows);
        RowModel whole(sample.rule(), d);
        BOOST_REQUIRE(whole->has_state());
        whole.prepare();
        whole.epochs(before);
        const std::string bytes = whole->save();
        RowModel resumed(sample.rule(), d);
        resumed->load(bytes);
        BOOST_CHECK(resumed->save() == bytes);
        compare(whole, resumed);
        whole.epochs(2);
        resumed.epochs(2);
        compare(whole, resumed);
      }
    }
  }
}

BOOST_DATA_TEST_CASE(a_break_may_fall_within_an_epoch, kOfRows) {
  for (const uint32_t kind : kinds_of(sample)) {
    Rows d(kind, kRows);
    RowModel whole(sample.rule(), d), resumed(sample.rule(), d);
    whole.prepare();
    whole->fit(d.batch(0, kBatch));
    resumed->load(whole->save());
    for (RowModel* m : {&whole, &resumed}) {
      for (int64_t r = kBatch; r < kRows; r += kBatch) (*m)->fit(d.batch(r, kBatch));
      (*m)->end_epoch(1);
    }
    compare(whole, resumed);
  }
}

BOOST_DATA_TEST_CASE(trajectories_go_on_to_the_same_bytes, kDynamics) {
  TrajectoryModel whole(sample.rule()), resumed(sample.rule());
  BOOST_REQUIRE(whole->has_state());
  whole.epoch();
  const std::string bytes = whole->save();
  resumed->load(bytes);
  BOOST_CHECK(resumed->save() == bytes);
  BOOST_CHECK(same_bits(whole.rollout(), resumed.rollout()));
  BOOST_CHECK(same(whole->metrics(), resumed->metrics()));
  const double loss = whole.epoch(2), again = resumed.epoch(2);
  BOOST_CHECK(loss == again || (std::isnan(loss) && std::isnan(again)));
  BOOST_CHECK(whole->save() == resumed->save());
  BOOST_CHECK(same_bits(whole.rollout(), resumed.rollout()));
}

void refused(const agon_rule& rule, Rows& d, std::string_view bytes, uint64_t seed = 1) {
  RowModel fresh(rule, d, kBatch, seed);
  BOOST_CHECK_EXCEPTION(fresh->load(bytes), RuleFailure, [](const RuleFailure& e) {
    return e.status() == AGON_INVALID && std::string(e.what()).size() > 10;
  });
}

BOOST_DATA_TEST_CASE(bytes_that_are_no_state_of_the_model_are_refused, kOfRows) {
  Rows d(kinds_of(sample).front(), kRows);
  RowModel trained(sample.rule(), d);
  trained.prepare();
  trained.epochs(1);
  const std::string bytes = trained->save();
  unsigned state = 5;
  const auto random = [&] { return (state = state * 1664525u + 1013904223u) >> 8; };
  std::string noise(bytes.size(), '\0');
  for (char& c : noise) c = static_cast<char>(random());
  refused(sample.rule(), d, "");
  refused(sample.rule(), d, noise);
  refused(sample.rule(), d, bytes + '\0');
  refused(sample.rule(), d, bytes, 2);  // of another seed
  for (int i = 0; i < 24; ++i) {
    refused(sample.rule(), d,
            std::string_view(bytes).substr(
                0, i < 12 ? static_cast<size_t>(2 * i) : random() % bytes.size()));
    std::string altered = bytes;
    altered[random() % bytes.size()] ^= 0x10;
    refused(sample.rule(), d, altered);
  }
  // A model that has learnt takes none.
  BOOST_CHECK_THROW(trained->load(bytes), RuleFailure);
}

// Sums that agree do not help what does not fit: shapes, names and lengths are checked as well.
struct Parts {
  std::vector<float> list{1, 2, 3};
  Matrix matrix{2, 3};
  int64_t number = 7;
  void state(State& s) {
    s("list", list);
    s("matrix", matrix);
    s("number", number);
  }
};
struct Renamed : Parts {
  void state(State& s) {
    s("lost", list);
    s("matrix", matrix);
  }
};
struct Shorter : Parts {
  void state(State& s) { s("list", list); }
};

template <typename T>
std::string saved(T&& parts) {
  State s(1);
  s("all", parts);
  return std::move(s).finish();
}
template <typename T>
void load(T& parts, std::string bytes) {
  State s(1, std::move(bytes));
  s("all", parts);
  s.close();
}

BOOST_AUTO_TEST_CASE(items_are_known_by_name_and_shape) {
  Parts grown;
  grown.list.resize(5);
  grown.matrix = Matrix(4, 1);
  grown.number = -1;
  Parts back;
  load(back, saved(grown));
  BOOST_CHECK(back.list == grown.list);
  BOOST_CHECK_EQUAL(back.matrix.rows(), 4);
  BOOST_CHECK_EQUAL(back.number, -1);
  BOOST_CHECK_THROW(load(back, saved(Renamed{})), RuleError);
  BOOST_CHECK_THROW(load(back, saved(Shorter{})), RuleError);  // cut short
  Shorter less;
  BOOST_CHECK_THROW(load(less, saved(Parts{})), RuleError);  // more than it has
}

BOOST_AUTO_TEST_CASE(a_shape_beyond_all_bytes_is_refused_before_memory_is_taken) {
  std::string bytes = saved(Parts{});
  // mark, identity, "all", name of the list, then its rows
  const size_t rows_at = std::string_view("agon.state/1\n").size() + 3 * sizeof(uint64_t);
  const int64_t rows = int64_t{1} << 60;
  bytes.replace(rows_at, sizeof(rows), reinterpret_cast<const char*>(&rows), sizeof(rows));
  bytes.resize(bytes.size() - sizeof(uint64_t));
  const uint64_t sum = State::hash(bytes);
  bytes.append(reinterpret_cast<const char*>(&sum), sizeof(sum));
  Parts parts;
  BOOST_CHECK_EXCEPTION(load(parts, bytes), RuleError, [](const RuleError& e) {
    return std::string(e.what()) == "the state's 'list' has no sound shape";
  });
}

}  // namespace
}  // namespace agon::test
