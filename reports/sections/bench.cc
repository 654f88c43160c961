// SPDX-License-Identifier: MIT
//
// Rules beside peers: what `agon bench` left in the run's folder.
#include <fmt/format.h>

#include <cmath>

#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {

Section bench_section(const PageInput& page);

namespace {

Cell duration_cell(double seconds) { return number_cell(duration_text(seconds), seconds); }

// name: whether it is said who it is.
Cell ratio_cell(const BenchRival* rival, bool name) {
  if (rival == nullptr || !std::isfinite(rival->ratio)) return text_cell("");
  Cell cell =
      number_cell((name ? rival->name + " " : "") + shortest(rival->ratio, 3) + "×", rival->ratio);
  add_interval(cell, {rival->low, rival->high}, [](double ratio) { return shortest(ratio, 3); });
  return cell;
}

Table table_of(const Bench& bench) {
  const std::vector<std::string> peers = peers_of(bench);
  std::vector<std::string> columns{"One step of", "#agon", "#p10", "#Share of peak", "#Beside"};
  for (const std::string& name : peers) columns.push_back("#" + name);
  Table table(columns, true);
  table.stacked = true;
  for (const BenchRow& row : bench.rows) {
    std::vector<Cell> cells{text_cell(row.name), duration_cell(row.median_s),
                            duration_cell(row.p10_s)};
    cells.push_back(std::isfinite(row.of_peak)
                        ? number_cell(fmt::format("{:.0f} %", 100 * row.of_peak), row.of_peak)
                        : text_cell(""));
    cells.push_back(ratio_cell(beside(bench, row), true));
    for (const std::string& name : peers) cells.push_back(ratio_cell(rival(row, name), false));
    table.add(std::move(cells));
  }
  return table;
}

// Identical work that differs by more than this makes small ratios worthless.
constexpr double kAlike = 1.05;

std::string note_of(const Bench& bench) {
  double peak = 0, apart = 1;
  for (const BenchRow& row : bench.rows) {
    peak = std::fmax(peak, row.peak_gflops);
    for (const double end : {row.again_low, row.again_high}) {
      if (end > 0) apart = std::max({apart, end, 1 / end});
    }
  }
  std::string out = fmt::format(
      "Measured {} by agon {} on {}, {}, peak {} GFLOP/s of multiply-adds: CPU time of one thread, rounds over all "
      "contenders in one process. A ratio is the other's time over agon's, above 1 where agon is faster, with its "
      "95 % interval over the rounds.",
      bench.utc, bench.agon_version, bench.cpu, bench.simd_target, shortest(peak, 3));
  if (apart > kAlike) {
    out += fmt::format(" Identical work was up to {}× apart: smaller differences say nothing.",
                       shortest(apart, 3));
  }
  for (const BenchPeer& peer : bench.peers)
    out += fmt::format(" {}{}: {}.", peer.name, peer.present ? "" : " was absent", peer.about);
  return out;
}

}  // namespace

Section bench_section(const PageInput& page) {
  Section section{"bench", "Beside other libraries"};
  for (const Bench& bench : page.input.benches) {
    section.note(note_of(bench));
    section.add(table_of(bench));
  }
  return section;
}

}  // namespace agon::reports
