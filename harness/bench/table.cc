// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/bench/bench.h"
#include "reports/text.h"

namespace agon::harness::bench {
namespace {

using Line = std::vector<std::string>;

std::string ratio_text(double ratio, double low, double high) {
  if (!std::isfinite(ratio)) return "";
  const auto digits = [](double x) { return reports::shortest(x, 3); };
  if (!std::isfinite(low)) return digits(ratio) + "x";
  return fmt::format("{}x [{}, {}]", digits(ratio), digits(low), digits(high));
}

Line line_of(const reports::Bench& bench, const reports::BenchRow& row,
             const std::vector<std::string>& peers) {
  const reports::BenchRival* own = reports::beside(bench, row);
  Line line{row.name,
            reports::duration_text(row.median_s),
            reports::duration_text(row.p10_s),
            std::isfinite(row.of_peak) ? fmt::format("{:.0f} %", 100 * row.of_peak) : "",
            fmt::format("[{}, {}]", reports::shortest(row.again_low, 3),
                        reports::shortest(row.again_high, 3)),
            own == nullptr ? "" : own->name + " " + ratio_text(own->ratio, own->low, own->high)};
  for (const std::string& name : peers) {
    const reports::BenchRival* other = reports::rival(row, name);
    line.push_back(other == nullptr ? "" : ratio_text(other->ratio, other->low, other->high));
  }
  return line;
}

// The first column to the left, the others to the right.
std::string aligned(const std::vector<Line>& lines) {
  std::vector<size_t> widths(lines.front().size());
  for (const Line& line : lines) {
    for (size_t c = 0; c < line.size(); ++c) widths[c] = std::max(widths[c], line[c].size());
  }
  std::string out;
  for (const Line& line : lines) {
    std::string text = fmt::format("{:<{}}", line[0], widths[0]);
    for (size_t c = 1; c < line.size(); ++c) text += fmt::format("  {:>{}}", line[c], widths[c]);
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  }
  return out;
}

std::string notes(const reports::Bench& bench) {
  double peak = 0;
  size_t rounds = 0, discarded = 0;
  for (const reports::BenchRow& row : bench.rows) {
    peak = std::max(peak, row.peak_gflops);
    rounds += row.rounds + row.discarded;
    discarded += row.discarded;
  }
  std::string out = fmt::format(
      "\nCPU time of one thread for a step; ratio: the other's time over ours, median of the rounds with "
      "its 95 % interval, above 1 where agon is faster.\n"
      "{}, {}, peak {:.0f} GFLOP/s of multiply-adds",
      bench.cpu, bench.simd_target, peak);
  if (discarded > 0) {
    out +=
        fmt::format("; {} of {} rounds discarded, because their clock was low", discarded, rounds);
  }
  if (std::isfinite(bench.load_per_core))
    out += fmt::format("; load {:.2f} for each core", bench.load_per_core);
  if (bench.stolen > 0) out += fmt::format("; {:.1f} % of the time stolen", 100 * bench.stolen);
  out += ".\n";
  for (const reports::BenchPeer& peer : bench.peers)
    out += fmt::format("{}{}: {}\n", peer.name, peer.present ? "" : " absent", peer.about);
  return out;
}

}  // namespace

std::string table(const reports::Bench& bench) {
  const std::vector<std::string> peers = reports::peers_of(bench);
  std::vector<Line> lines{{"one step of", "agon", "p10", "of peak", "itself", "beside"}};
  lines.front().insert(lines.front().end(), peers.begin(), peers.end());
  for (const reports::BenchRow& row : bench.rows) lines.push_back(line_of(bench, row, peers));
  return aligned(lines) + notes(bench);
}

}  // namespace agon::harness::bench
