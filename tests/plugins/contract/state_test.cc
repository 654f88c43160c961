// SPDX-License-Identifier: MIT
//
// agon::State, with which rules write agon.state/1. What their states are worth is asked by the checks
// `state` and `broken-state` (contract_test.cc).
#include "agon/state.h"

#include <boost/test/unit_test.hpp>

namespace agon::test {
namespace {

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
