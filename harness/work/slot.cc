// SPDX-License-Identifier: MIT
#include "harness/work/slot.h"

#include <limits>

namespace agon::harness {

using S = SlotState;
using E = SlotEvent;
using A = SlotAction;

SlotStep step(SlotState state, SlotEvent event) noexcept {
  const SlotStep stay{state, A::none};
  switch (state) {
    case S::idle:
      switch (event) {
        case E::give: return {S::loading, A::send_job};
        case E::retire: return {S::leaving, A::close};
        case E::exit: return {S::dead, A::none};
        case E::training:
        case E::result:
        case E::last_result:
        case E::stray: return {S::leaving, A::kill};
        default: return stay;
      }
    case S::loading:
    case S::running:
    case S::asked:
      switch (event) {
        case E::training: return {state == S::loading ? S::running : state, A::none};
        case E::result: return {S::idle, A::book};
        case E::last_result: return {S::leaving, A::book_kill};
        case E::stray: return {S::refused, A::kill};
        case E::overdue:
          // A worker that loads has no rule to ask.
          return state == S::running ? SlotStep{S::asked, A::ask}
                                     : SlotStep{S::stopping, A::terminate};
        case E::stuck: return state == S::running ? SlotStep{S::stopping, A::terminate} : stay;
        case E::exit: return {S::exited, A::none};
        default: return stay;
      }
    case S::stopping:
    case S::killed:
      switch (event) {
        // It was done before the signal reached it; but the signal is on its way.
        case E::result:
        case E::last_result: return {S::leaving, A::book_kill};
        case E::stray: return {S::refused, A::kill};
        case E::overdue: return {S::killed, A::kill};
        case E::exit: return {S::exited, A::none};
        default: return stay;
      }
    case S::refused: return event == E::exit ? SlotStep{S::dead, A::bury} : stay;
    case S::exited:
      switch (event) {
        case E::result:
        case E::last_result: return {S::dead, A::book};
        case E::stray:
        case E::drained: return {S::dead, A::bury};
        default: return stay;
      }
    case S::leaving:
      switch (event) {
        case E::overdue: return {S::leaving, A::kill};
        case E::exit: return {S::dead, A::none};
        default: return stay;
      }
    case S::dead: return stay;
  }
  return stay;
}

bool Slot::has_cell() const noexcept {
  return state_ != S::idle && state_ != S::leaving && state_ != S::dead;
}

SlotAction Slot::give(SlotLimits limits) {
  if (state_ != S::idle) return A::none;
  ++assignment_;
  limits_ = limits;
  trained_ = overdue_ = stray_ = stuck_ = false;
  return on(E::give, assignment_);
}

SlotAction Slot::on(SlotEvent event, uint64_t assignment) {
  if (assignment != assignment_) return A::none;
  const auto [next, action] = step(state_, event);
  if (event == E::training && has_cell() && state_ != S::refused) trained_ = true;
  if (action == A::terminate || action == A::ask) (event == E::stuck ? stuck_ : overdue_) = true;
  if (event == E::stray && next != S::leaving) stray_ = true;
  if (next != state_) seconds_ = 0;
  state_ = next;
  return action;
}

SlotAction Slot::pass_time(double seconds) {
  double limit = std::numeric_limits<double>::infinity();
  switch (state_) {
    case S::loading: limit = limits_.loading_s; break;
    case S::running: limit = limits_.running_s; break;
    case S::asked: limit = kCooperationS; break;
    case S::stopping:
    case S::killed:
    case S::leaving: limit = kTermToKillS; break;
    default: break;
  }
  seconds_ += seconds;
  if (seconds_ < limit) return A::none;
  seconds_ = 0;
  return on(E::overdue, assignment_);
}

Slot::Death Slot::death(bool killed_outside) const noexcept {
  // What the last cell left behind may still have hit the process before this one began.
  const bool untouched = used_before() && !trained_;
  if (stray_) return untouched ? Death::again : Death::stray;
  if (stuck_) return Death::stuck;
  if (overdue_) return trained_ ? Death::timeout : Death::slow_loading;
  if (untouched) return Death::again;
  return killed_outside ? Death::again_once : Death::crashed;
}

}  // namespace agon::harness
