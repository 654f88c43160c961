// SPDX-License-Identifier: MIT
#include "harness/run/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "core/text.h"
#include "harness/run/console.h"

namespace agon::harness {
namespace {

// Of failures with the same status and detail so many have a line each. What follows a quarantine
// is one thing that happened, to any number of cells.
size_t shown_alike(reports::Status status) {
  return status == reports::Status::quarantined ? 1 : 5;
}

}  // namespace

std::string duration_text(double seconds) {
  if (seconds < 60) return fmt::format("{:.1f}s", seconds);
  const auto whole = static_cast<int64_t>(seconds + 0.5);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
}

bool can_redraw(int fd) {
  const char* term = std::getenv("TERM");
  return isatty(fd) != 0 && (term == nullptr || std::strcmp(term, "dumb") != 0);
}

bool wants_colour(int fd) {
  const char* no_colour = std::getenv("NO_COLOR");
  return can_redraw(fd) && (no_colour == nullptr || *no_colour == '\0');
}

size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) return size.ws_col;
  return 100;
}

Progress::Progress(size_t total, bool redraws, bool colour)
    : total_(total), redraws_(redraws), colour_(colour) {}

Progress::~Progress() {
  for (const auto& [kind, count] : alike_) {
    const auto& [status, detail] = kind;
    if (status == reports::Status::quarantined || count <= shown_alike(status)) continue;
    note(fmt::format("{}: {} more cells: {}", coloured(std::string(reports::name(status))),
                     count - shown_alike(status), core::printable(detail)));
  }
  clear_line();
}

void Progress::started(const std::string& label) { latest_ = core::printable(label); }

void Progress::finished(const std::string& label, const reports::CellOutcome& outcome) {
  ++done_;
  if (!reports::is_failure(outcome.status)) return;
  ++failed_;
  if (++alike_[{outcome.status, outcome.status_detail}] > shown_alike(outcome.status)) return;
  const bool rest = outcome.status == reports::Status::quarantined;
  note(fmt::format("{}: {}{}: {}", coloured(std::string(reports::name(outcome.status))),
                   core::printable(label), rest ? " and the rest of its plugin's cells" : "",
                   core::printable(outcome.status_detail)));
}

std::string Progress::coloured(const std::string& status) const {
  return colour_ ? fmt::format("\033[31m{}\033[0m", status) : status;
}

void Progress::note(const std::string& text) {
  clear_line();
  decorate(text + "\n");
}

void Progress::tick() {
  if (redraws_) {
    std::string text = line();
    const size_t columns = terminal_columns();
    if (text.size() >= columns) text.resize(columns - 1);
    decorate("\r\033[2K" + text);
    drawn_ = true;
  } else if (Clock::now() - last_plain_ > std::chrono::seconds(10)) {
    last_plain_ = Clock::now();
    decorate(line() + "\n");
  }
}

std::string Progress::line() const {
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  const std::string eta = done_ == 0 ? "?"
                                     : duration_text(seconds / static_cast<double>(done_) *
                                                     static_cast<double>(total_ - done_));
  return fmt::format("[{:>{}}/{}]{} {:.1f} cells/s  ETA {}  {}", done_,
                     fmt::formatted_size("{}", total_), total_,
                     failed_ > 0 ? fmt::format(" {} failed,", failed_) : "",
                     static_cast<double>(done_) / std::max(seconds, 1e-3), eta, latest_);
}

void Progress::clear_line() {
  if (!drawn_) return;
  decorate("\r\033[2K");
  drawn_ = false;
}

}  // namespace agon::harness
