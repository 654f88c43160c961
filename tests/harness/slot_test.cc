// SPDX-License-Identifier: MIT
//
// The state machine of a worker's slot, without processes: every state meets every event.
#include "harness/work/slot.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <vector>

#include "harness/work/cell_queue.h"

using namespace agon::harness;
using S = SlotState;
using E = SlotEvent;
using A = SlotAction;

namespace {

const std::vector<S> kStates{S::idle,   S::loading, S::running, S::asked,   S::stopping,
                             S::killed, S::refused, S::exited,  S::leaving, S::dead};
const std::vector<E> kEvents{E::give,    E::training, E::result, E::last_result, E::stray,
                             E::overdue, E::stuck,    E::retire, E::exit,        E::drained};

struct Row {
  S state;
  E event;
  S next;
  A action;
};

// What is not listed changes nothing.
const Row kTable[] = {
    {S::idle, E::give, S::loading, A::send_job},
    {S::idle, E::retire, S::leaving, A::close},
    {S::idle, E::exit, S::dead, A::none},
    {S::idle, E::training, S::leaving, A::kill},
    {S::idle, E::result, S::leaving, A::kill},
    {S::idle, E::last_result, S::leaving, A::kill},
    {S::idle, E::stray, S::leaving, A::kill},

    {S::loading, E::training, S::running, A::none},
    {S::loading, E::result, S::idle, A::book},
    {S::loading, E::last_result, S::leaving, A::book_kill},
    {S::loading, E::stray, S::refused, A::kill},
    {S::loading, E::overdue, S::stopping, A::terminate},
    {S::loading, E::exit, S::exited, A::none},

    {S::running, E::result, S::idle, A::book},
    {S::running, E::last_result, S::leaving, A::book_kill},
    {S::running, E::stray, S::refused, A::kill},
    {S::running, E::overdue, S::asked, A::ask},
    {S::running, E::stuck, S::stopping, A::terminate},
    {S::running, E::exit, S::exited, A::none},

    {S::asked, E::result, S::idle, A::book},
    {S::asked, E::last_result, S::leaving, A::book_kill},
    {S::asked, E::stray, S::refused, A::kill},
    {S::asked, E::overdue, S::stopping, A::terminate},
    {S::asked, E::exit, S::exited, A::none},

    // A result that comes after SIGTERM counts, but the process gets no other cell.
    {S::stopping, E::result, S::leaving, A::book_kill},
    {S::stopping, E::last_result, S::leaving, A::book_kill},
    {S::stopping, E::stray, S::refused, A::kill},
    {S::stopping, E::overdue, S::killed, A::kill},
    {S::stopping, E::exit, S::exited, A::none},

    {S::killed, E::result, S::leaving, A::book_kill},
    {S::killed, E::last_result, S::leaving, A::book_kill},
    {S::killed, E::stray, S::refused, A::kill},
    {S::killed, E::overdue, S::killed, A::kill},
    {S::killed, E::exit, S::exited, A::none},

    {S::refused, E::exit, S::dead, A::bury},

    // Reaped before its pipes were read.
    {S::exited, E::result, S::dead, A::book},
    {S::exited, E::last_result, S::dead, A::book},
    {S::exited, E::stray, S::dead, A::bury},
    {S::exited, E::drained, S::dead, A::bury},

    {S::leaving, E::overdue, S::leaving, A::kill},
    {S::leaving, E::exit, S::dead, A::none},
};

// A slot that has served `cells` cells and is in this state with the next one, if the state has
// one.
Slot slot_in(S state, int cells = 0, bool trained = true) {
  Slot slot;
  for (int i = 0; i < cells; ++i) {
    slot.give({10, 1});
    slot.on(E::training, slot.assignment());
    slot.on(E::result, slot.assignment());
  }
  if (state == S::idle) return slot;
  slot.give({10, 1});
  if (trained) slot.on(E::training, slot.assignment());
  return slot;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_state_meets_every_event) {
  std::map<std::pair<S, E>, const Row*> rows;
  for (const Row& row : kTable) rows[{row.state, row.event}] = &row;
  BOOST_TEST(rows.size() == std::size(kTable));
  for (const S state : kStates) {
    for (const E event : kEvents) {
      const auto it = rows.find({state, event});
      const SlotStep expected = it == rows.end() ? SlotStep{state, A::none}
                                                 : SlotStep{it->second->next, it->second->action};
      const SlotStep got = step(state, event);
      BOOST_TEST_CONTEXT("state " << static_cast<int>(state) << ", event "
                                  << static_cast<int>(event)) {
        BOOST_TEST((got.next == expected.next));
        BOOST_TEST((got.action == expected.action));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(no_cell_is_given_but_to_an_idle_worker) {
  for (const S state : kStates) {
    if (state != S::idle) BOOST_TEST((step(state, E::give).action == A::none));
  }
  Slot slot = slot_in(S::running);
  BOOST_TEST((slot.give({10, 1}) == A::none));
  BOOST_TEST(slot.assignment() == 1u);
}

BOOST_AUTO_TEST_CASE(an_event_of_an_earlier_assignment_does_nothing) {
  Slot slot;
  slot.give({10, 1});
  const uint64_t first = slot.assignment();
  slot.on(E::training, first);
  slot.on(E::result, first);
  slot.give({10, 1});
  for (const E event : kEvents) {
    BOOST_TEST((slot.on(event, first) == A::none));
    BOOST_TEST((slot.state() == S::loading));
  }
}

BOOST_AUTO_TEST_CASE(time_belongs_to_a_state_and_not_to_the_cell_after_it) {
  Slot slot;
  slot.give({10, 1});
  BOOST_TEST((slot.pass_time(9.9) == A::none));  // loading is no training
  slot.on(E::training, slot.assignment());
  BOOST_TEST((slot.pass_time(0.9) == A::none));
  BOOST_TEST((slot.on(E::result, slot.assignment()) == A::book));
  BOOST_TEST((slot.pass_time(1000) == A::none));  // idle
  slot.give({10, 1});
  slot.on(E::training, slot.assignment());
  BOOST_TEST((slot.pass_time(0.9) == A::none));
  BOOST_TEST((slot.pass_time(0.2) == A::ask));
  BOOST_TEST((slot.pass_time(0.1) == A::none));
  BOOST_TEST((slot.pass_time(0.2) == A::terminate));
  BOOST_TEST((slot.pass_time(1.9) == A::none));
  BOOST_TEST((slot.pass_time(0.2) == A::kill));
  BOOST_TEST((slot.pass_time(2.1) == A::kill));  // and again, should it still be there
}

BOOST_AUTO_TEST_CASE(a_limit_beyond_any_clock_is_no_limit) {
  Slot slot;
  slot.give({1e300, 1e300});
  BOOST_TEST((slot.pass_time(1e9) == A::none));
  slot.on(E::training, slot.assignment());
  BOOST_TEST((slot.pass_time(1e9) == A::none));
}

BOOST_AUTO_TEST_CASE(
    a_death_is_blamed_on_the_cell_only_after_its_training_began_or_in_a_new_process) {
  using D = Slot::Death;
  const auto death = [](Slot slot, bool killed_outside = false) {
    slot.on(E::exit, slot.assignment());
    slot.on(E::drained, slot.assignment());
    return slot.death(killed_outside);
  };
  BOOST_TEST((death(slot_in(S::running, 0, true)) == D::crashed));
  BOOST_TEST((death(slot_in(S::running, 0, false)) == D::crashed));
  BOOST_TEST((death(slot_in(S::running, 1, true)) == D::crashed));
  BOOST_TEST(
      (death(slot_in(S::running, 1, false)) == D::again));  // a late fault of the cell before
  BOOST_TEST((death(slot_in(S::running, 0, true), true) == D::again_once));
  BOOST_TEST((death(slot_in(S::running, 1, false), true) == D::again));

  Slot slow = slot_in(S::loading, 0, false);
  slow.pass_time(11);
  BOOST_TEST((death(slow) == D::slow_loading));
  Slot late = slot_in(S::running);
  late.pass_time(1.1);
  late.pass_time(0.3);
  BOOST_TEST((death(late, true) == D::timeout));  // our own SIGKILL is nobody else's

  Slot forged = slot_in(S::running);
  forged.on(E::stray, forged.assignment());
  BOOST_TEST((death(forged, true) == D::stray));
  Slot left_over = slot_in(S::loading, 1, false);
  left_over.on(E::stray, left_over.assignment());
  BOOST_TEST((death(left_over, true) == D::again));
}

BOOST_AUTO_TEST_CASE(waiting_cells_stand_by_plugin_in_plan_order) {
  CellQueue queue;
  for (size_t i = 0; i < 6; ++i) queue.add(i % 2 == 0 ? "even" : "odd", i);
  BOOST_TEST(queue.take("odd").value() == 1u);
  BOOST_TEST(queue.take("odd").value() == 3u);
  BOOST_TEST((queue.waiting() == std::vector<std::string>{"even", "odd"}));
  queue.put_back("odd", 1);
  BOOST_TEST(queue.take("odd").value() == 1u);
  BOOST_TEST(queue.take("odd").value() == 5u);
  BOOST_TEST(!queue.take("odd").has_value());
  BOOST_TEST((queue.waiting() == std::vector<std::string>{"even"}));
  while (queue.take("even")) {
  }
  BOOST_TEST(queue.empty());
}
