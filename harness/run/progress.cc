// SPDX-License-Identifier: MIT
#include "harness/run/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/text.h"

namespace agon::harness {

std::string duration_text(double seconds) {
  if (seconds < 60) return fmt::format("{:.1f}s", seconds);
  const auto whole = static_cast<int64_t>(seconds + 0.5);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
}

bool wants_colour(int fd) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return isatty(fd) != 0 && (no_colour == nullptr || *no_colour == '\0') &&
         (term == nullptr || std::strcmp(term, "dumb") != 0);
}

size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) return size.ws_col;
  return 100;
}

Progress::Progress(size_t total, bool terminal, bool colour) : total_(total), terminal_(terminal), colour_(colour) {}

Progress::~Progress() {
  clear_line();
  std::fflush(stderr);
}

void Progress::started(const std::string& label) { latest_ = core::printable(label); }

void Progress::finished(const std::string& label, const reports::CellOutcome& outcome) {
  ++done_;
  if (!reports::is_failure(outcome.status)) return;
  ++failed_;
  const std::string status(reports::name(outcome.status));
  const std::string shown = colour_ ? fmt::format("\033[31m{}\033[0m", status) : status;
  note(fmt::format("{}: {}: {}", shown, core::printable(label), core::printable(outcome.status_detail)));
}

void Progress::note(const std::string& text) {
  clear_line();
  fmt::print(stderr, "{}\n", text);
  std::fflush(stderr);
}

void Progress::tick() {
  if (terminal_) {
    std::string text = line();
    const size_t columns = terminal_columns();
    if (text.size() >= columns) text.resize(columns - 1);
    fmt::print(stderr, "\r\033[2K{}", text);
    std::fflush(stderr);
    drawn_ = true;
  } else if (Clock::now() - last_plain_ > std::chrono::seconds(10)) {
    last_plain_ = Clock::now();
    fmt::print(stderr, "{}\n", line());
  }
}

std::string Progress::line() const {
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  const std::string eta =
      done_ == 0 ? "?" : duration_text(seconds / static_cast<double>(done_) * static_cast<double>(total_ - done_));
  return fmt::format("[{:>{}}/{}]{} {:.1f} cells/s  ETA {}  {}", done_, fmt::formatted_size("{}", total_), total_,
                     failed_ > 0 ? fmt::format(" {} failed,", failed_) : "",
                     static_cast<double>(done_) / std::max(seconds, 1e-3), eta, latest_);
}

void Progress::clear_line() {
  if (!drawn_) return;
  fmt::print(stderr, "\r\033[2K");
  drawn_ = false;
}

}  // namespace agon::harness
