// SPDX-License-Identifier: MIT
//
// What a person sees of a run, on stderr: one line that redraws itself on a terminal, otherwise a plain
// line for every 10 s and every failure.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "reports/record.h"

namespace agon::harness {

class Progress {
 public:
  // total: cells to run now. terminal: stderr is one and redrawing is welcome.
  Progress(size_t total, bool terminal, bool colour);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void started(const std::string& label);
  void finished(const std::string& label, const reports::CellOutcome& outcome);
  // Redraws at most ten times a second.
  void tick();
  // A line of its own above the progress line.
  void note(const std::string& text);

 private:
  std::string line() const;
  void clear_line();

  using Clock = std::chrono::steady_clock;
  size_t total_, done_ = 0, failed_ = 0;
  bool terminal_, colour_, drawn_ = false;
  Clock::time_point start_ = Clock::now(), last_plain_ = start_;
  std::string latest_;
};

// "1m05s", "12.3s", "2h03m".
std::string duration_text(double seconds);

// Colour on this stream: a terminal, NO_COLOR unset or empty, TERM not dumb.
bool wants_colour(int fd);

// Terminal width of stderr, 100 when unknown.
size_t terminal_columns();

}  // namespace agon::harness
