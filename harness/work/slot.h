// SPDX-License-Identifier: MIT
//
// What a worker process is doing, as the parent sees it: a state machine without processes, pipes
// or clocks. Every cell that a worker is given is an assignment with a number of its own; an event
// that belongs to an earlier one does nothing. The executor carries out the actions.
#pragma once

#include <cstdint>

namespace agon::harness {

enum class SlotState : uint8_t {
  idle,      // waits for a cell
  loading,   // has a cell; data and plugin are being loaded
  running,   // the cell trains
  asked,     // its limit is over, should_stop() says so
  stopping,  // SIGTERM is sent
  killed,    // SIGKILL is sent
  refused,   // killed for a message that was not for its cell: nothing it says counts
  exited,    // the process is gone, its pipes may still hold what it said
  leaving,   // will get no cell any more
  dead
};

enum class SlotEvent : uint8_t {
  give,         // a cell
  training,     // data and plugin are loaded
  result,       // the cell is done and the worker as it was before
  last_result,  // the cell is done, the worker is not to be used again
  stray,        // a message that is not of this assignment, or none at all
  overdue,      // the state has lasted its time
  stuck,        // the cell trains, and neither it nor its host has done anything for long
  retire,       // nothing left to do
  exit,         // the process has ended
  drained       // its pipes are read to their ends
};

enum class SlotAction : uint8_t {
  none,
  send_job,
  book,       // take the result
  book_kill,  // take the result and end the process
  ask,        // tell the rule to stop
  terminate,  // SIGTERM
  kill,       // SIGKILL
  close,      // end the worker's input: it leaves by itself
  bury        // the cell ended without a result
};

// How long a state may last, in seconds; of loading and running it is the cell's.
struct SlotLimits {
  double loading_s = 0, running_s = 0;
};
inline constexpr double kCooperationS = 0.25;  // from asking to SIGTERM
inline constexpr double kTermToKillS = 2;      // from SIGTERM to SIGKILL, and for leaving

class Slot {
 public:
  SlotState state() const noexcept { return state_; }
  uint64_t assignment() const noexcept { return assignment_; }
  bool has_cell() const noexcept;
  // Of the present assignment: whether training began, and whether the process had served another
  // cell before.
  bool trained() const noexcept { return trained_; }
  bool used_before() const noexcept { return assignment_ > 1; }

  SlotAction give(SlotLimits limits);
  SlotAction on(SlotEvent event, uint64_t assignment);
  // Adds to the time of the present state, and is the event `overdue` when that is over.
  SlotAction pass_time(double seconds);

  // Why a cell without a result ended (after the action bury).
  enum class Death : uint8_t {
    again,         // not the cell's doing: it runs again in a new process
    again_once,    // perhaps not its doing: again, unless it did before
    stray,         // the rule wrote to the event pipe
    slow_loading,  // the limit on loading
    timeout,       // the limit on training
    stuck,         // it stood still
    crashed
  };
  // killed_outside: by SIGKILL, which nobody here sent.
  Death death(bool killed_outside) const noexcept;

 private:
  SlotState state_ = SlotState::idle;
  uint64_t assignment_ = 0;
  SlotLimits limits_;
  double seconds_ = 0;  // in the present state
  bool trained_ = false, overdue_ = false, stray_ = false, stuck_ = false;
};

struct SlotStep {
  SlotState next;
  SlotAction action;
};
// The table itself.
SlotStep step(SlotState state, SlotEvent event) noexcept;

}  // namespace agon::harness
