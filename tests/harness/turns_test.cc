// SPDX-License-Identifier: MIT
//
// Cells that are timed: which stand side by side, and whose turn it is.
#include "harness/work/turns.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "harness/work/side_by_side.h"

using namespace agon::harness;

namespace {

// The next round of workers that all ask again as soon as their turn is over.
std::vector<size_t> round_of(Turns& turns, size_t workers) {
  std::vector<size_t> order;
  for (size_t i = 0; i < workers; ++i) {
    const auto worker = turns.next(workers);
    BOOST_TEST_REQUIRE(worker.has_value());
    BOOST_TEST(!turns.next(workers).has_value());  // one at a time
    order.push_back(*worker);
    turns.ask(*worker);
  }
  return order;
}

ScheduledCell cell(uint64_t seed, const std::string& task, int64_t width, size_t index) {
  ScheduledCell out;
  out.index = index;
  out.job.seed = seed;
  out.job.task = task;
  out.job.width = width;
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(turns)

BOOST_AUTO_TEST_CASE(a_round_begins_when_all_have_asked) {
  Turns turns;
  BOOST_TEST(!turns.next(2).has_value());
  turns.ask(1);
  BOOST_TEST(!turns.next(2).has_value());  // the other still loads its data
  turns.ask(2);
  BOOST_TEST(turns.next(2).has_value());
}

BOOST_AUTO_TEST_CASE(every_round_gives_each_a_turn_in_an_order_of_its_own) {
  Turns turns;
  for (const size_t worker : {1u, 2u, 3u, 4u, 5u}) turns.ask(worker);
  std::set<std::vector<size_t>> orders;
  for (int round = 0; round < 20; ++round) {
    std::vector<size_t> order = round_of(turns, 5);
    orders.insert(order);
    std::ranges::sort(order);
    BOOST_TEST((order == std::vector<size_t>{1, 2, 3, 4, 5}));
  }
  BOOST_TEST(orders.size() > 1u);
}

BOOST_AUTO_TEST_CASE(who_leaves_holds_nobody_up) {
  Turns turns;
  for (const size_t worker : {1u, 2u, 3u}) turns.ask(worker);
  const size_t gone = *turns.next(3);  // dies in its turn
  turns.leave(gone);
  const auto second = turns.next(2);
  BOOST_TEST_REQUIRE(second.has_value());
  for (const size_t worker : {1u, 2u, 3u}) {  // dies before its turn
    if (worker != gone && worker != *second) turns.leave(worker);
  }
  turns.ask(*second);
  BOOST_TEST(*turns.next(1) == *second);
}

BOOST_AUTO_TEST_CASE(who_comes_late_joins_the_next_round) {
  Turns turns;
  turns.ask(1);
  BOOST_TEST(*turns.next(1) == 1u);
  turns.ask(2);
  BOOST_TEST(!turns.next(2).has_value());
  turns.ask(1);
  BOOST_TEST(round_of(turns, 2).size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_is_compared_stands_side_by_side) {
  std::vector<ScheduledCell> cells;
  for (size_t i = 0; i < 20; ++i) cells.push_back(cell(i % 2, i % 4 < 2 ? "xor" : "digits", 8, i));
  put_side_by_side(cells);
  BOOST_TEST_REQUIRE(cells.size() == 20u);
  std::map<unsigned, std::set<std::pair<uint64_t, std::string>>> groups;
  std::set<size_t> all;
  for (size_t i = 0; i < cells.size(); ++i) {
    const CellJob& job = cells[i].job;
    groups[job.turns].insert({job.seed, job.task});
    all.insert(cells[i].index);
    if (i > 0) BOOST_TEST(cells[i - 1].job.seed <= job.seed);  // one process number after the other
    if (i > 0) BOOST_TEST(cells[i - 1].job.turns <= job.turns);
  }
  BOOST_TEST(all.size() == 20u);
  BOOST_TEST(groups.size() == 4u);
  for (const auto& [turns, compared] : groups) {
    BOOST_TEST(turns > 0u);
    BOOST_TEST(compared.size() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(many_are_divided_by_their_size) {
  std::vector<ScheduledCell> cells;
  for (size_t i = 0; i < 30; ++i) cells.push_back(cell(0, "xor", static_cast<int64_t>(i % 3), i));
  put_side_by_side(cells);
  std::map<unsigned, std::multiset<int64_t>> widths;
  for (const ScheduledCell& one : cells) widths[one.job.turns].insert(one.job.width);
  BOOST_TEST(widths.size() == 3u);
  for (const auto& [turns, of_group] : widths) {
    BOOST_TEST(of_group.size() == 10u);
    BOOST_TEST(of_group.count(*of_group.begin()) == 10u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
