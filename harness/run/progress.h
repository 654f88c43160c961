// SPDX-License-Identifier: MIT
//
// What a person sees of a run, on stderr: one line that redraws itself on a terminal, otherwise a
// plain line for every 10 s and every failure. Decoration: a stderr that cannot be written changes
// nothing.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "reports/record/record.h"

namespace agon::harness {

class Progress {
 public:
  // total: cells to run now. redraws: stderr is a terminal that can redraw a line.
  Progress(size_t total, bool redraws, bool colour);
  ~Progress();  // says how many failures like those shown there were
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // So many cells are to run from now on.
  void expect(size_t cells) { total_ = done_ + cells; }
  void started(const std::string& label);
  // A failure is a line of its own; of many alike the first few are, and the rest is counted.
  void finished(const std::string& label, const reports::CellOutcome& outcome);
  // Redraws at most ten times a second.
  void tick();
  // A line of its own above the progress line.
  void note(const std::string& text);

 private:
  std::string line() const;
  std::string coloured(const std::string& status) const;
  void clear_line();

  using Clock = std::chrono::steady_clock;
  size_t total_, done_ = 0, failed_ = 0;
  bool redraws_, colour_, drawn_ = false;
  Clock::time_point start_ = Clock::now(), last_plain_ = start_;
  std::string latest_;
  std::map<std::pair<reports::Status, std::string>, size_t>
      alike_;  // failures by status and detail
};

// "1m05s", "12.3s", "2h03m".
std::string duration_text(double seconds);

// A terminal that understands more than plain lines: TERM is not dumb.
bool can_redraw(int fd);

// Colour on this stream: such a terminal, and NO_COLOR is unset or empty.
bool wants_colour(int fd);

// Terminal width of stderr, 100 when unknown.
size_t terminal_columns();

}  // namespace agon::harness
