// SPDX-License-Identifier: MIT
#include "harness/run/transfer.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "harness/run/console.h"
#include "harness/run/progress.h"

namespace agon::harness {
namespace {

constexpr size_t kBarWidth = 30;
constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kPlain{10};

double megabytes(uint64_t bytes) { return static_cast<double>(bytes) / 1e6; }

}  // namespace

std::string transfer_line(const std::string& name, uint64_t first, uint64_t have, uint64_t total,
                          double seconds, size_t columns) {
  const double rate = static_cast<double>(have - std::min(first, have)) / std::max(seconds, 1e-3);
  std::string line = core::printable(name) + "  ";
  if (total > 0) {
    const double share = std::min(1.0, static_cast<double>(have) / static_cast<double>(total));
    const auto full = static_cast<size_t>(share * kBarWidth);
    line += fmt::format("[{:<{}}]  {:.1f}/{:.1f} MB", std::string(full, '='), kBarWidth,
                        megabytes(have), megabytes(total));
  } else {
    line += fmt::format("{:.1f} MB", megabytes(have));
  }
  line += fmt::format("  {:.1f} MB/s", rate / 1e6);
  if (total > have && rate > 0)
    line += "  ETA " + duration_text(static_cast<double>(total - have) / rate);
  if (line.size() >= columns) line.resize(columns - 1);
  return line;
}

void TransferBar::show(const std::string& name, uint64_t have, uint64_t total) {
  const auto now = Clock::now();
  if (name != name_) {
    name_ = name;
    start_ = last_ = now;
    first_ = have;
  }
  if (now - last_ < (redraws_ ? std::chrono::milliseconds(kRedraw) : kPlain)) return;
  last_ = now;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const std::string line = transfer_line(name, first_, have, total, seconds, terminal_columns());
  decorate(redraws_ ? "\r\033[2K" + line : line + "\n");
  drawn_ = redraws_;
}

void TransferBar::note(const std::string& text) {
  clear();
  decorate(core::printable(text) + "\n");
}

void TransferBar::clear() {
  if (drawn_) decorate("\r\033[2K");
  drawn_ = false;
}

}  // namespace agon::harness
