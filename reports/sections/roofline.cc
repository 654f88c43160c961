// SPDX-License-Identifier: MIT
//
// How far each rule's training is from what the processor could do: its share of the measured peak over the
// arithmetic that it does for each byte it must move. Williams, Waterman, Patterson, "Roofline", CACM 52
// (2009). Bytes are the least there are: the row of each sample, and every weight read and written once
// a minibatch.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "reports/record/outcome.h"
#include "reports/sections/sections.h"
#include "reports/statistics/median.h"
#include "reports/text.h"

namespace agon::reports {

Section roofline_section(const PageInput& page);

namespace {

constexpr double kLeastIntensity = 0.1;  // operations a byte: to the left of this nothing is drawn

// The first epoch's: what a rule keeps of its rows it must make there, and the multiply-accumulates are
// counted as if it always did.
double rate_of(const CellRecord& cell) {
  const double first = metric_of(cell, "samples_per_s_first_epoch");
  return std::isfinite(first) ? first : cell.outcome.samples_per_s_train;
}

double typical(std::vector<double> values) {
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  return values.empty() ? kNaN : median(std::move(values));
}

// Medians over the processes of a setting.
struct Place {
  double intensity = kNaN;  // operations a byte
  double share = kNaN;      // of the peak
  double peak = kNaN, bytes_per_s = kNaN;
};

Place place_of(const Group& group) {
  std::vector<double> intensity, share, peak, bytes;
  for (const CellRecord* cell : group.cells) {
    if (cell->outcome.status != Status::ok) continue;
    const double operations = 2 * cell->outcome.macs_per_sample;
    const double gflops = metric_of(*cell, "machine_gflops");
    if (!(operations > 0) || !(gflops > 0)) continue;
    intensity.push_back(operations / metric_of(*cell, "bytes_per_sample"));
    share.push_back(operations * rate_of(*cell) / (1e9 * gflops));
    peak.push_back(1e9 * gflops);
    bytes.push_back(1e9 * metric_of(*cell, "machine_gbytes_per_s"));
  }
  return {typical(intensity), typical(share), typical(peak), typical(bytes)};
}

struct Drawn {
  std::map<std::string, ChartSeries> rules;  // by rule
  std::vector<double> peaks, bytes;
  double most = 0;  // intensity
};

ChartPoint point_of(const Group& group, const Place& place) {
  return {place.intensity,
          place.share,
          kNaN,
          kNaN,
          {},
          fmt::format("{}, {}: {} % of the peak", group.label, group.study(),
                      shortest(100 * place.share, 3))};
}

Drawn draw(const PageInput& page) {
  Drawn out;
  for (const Group& group : page.groups) {
    if (!is_speed(group.id().mode) || is_again(group.id().mode)) continue;
    const Place place = place_of(group);
    if (!std::isfinite(place.intensity) || !std::isfinite(place.share)) continue;
    const Look look = page.look(group.id().rule, group.variant);
    auto [at, added] = out.rules.try_emplace(
        group.id().rule,
        ChartSeries{group.id().rule, look.style, look.open, false, {}, group.id().rule});
    at->second.points.push_back(point_of(group, place));
    out.peaks.push_back(place.peak);
    out.bytes.push_back(place.bytes_per_s);
    out.most = std::max(out.most, place.intensity);
  }
  return out;
}

// What the second-level cache lets through, up to the peak.
ChartSeries roof_of(const Drawn& drawn, int style) {
  ChartSeries roof{"roof: reads from the second-level cache, then the peak", style, true, true, {}};
  const double ridge = typical(drawn.peaks) / typical(drawn.bytes);
  for (const double intensity : {kLeastIntensity, ridge, std::max(2 * ridge, drawn.most)})
    roof.points.push_back({intensity, std::min(1.0, intensity / ridge), kNaN, kNaN, {}, ""});
  return roof;
}

std::string finding(const Drawn& drawn) {
  const auto best_of = [](const ChartSeries& series) {
    return *std::ranges::max_element(series.points, {}, &ChartPoint::y);
  };
  const auto first = std::ranges::max_element(
      drawn.rules, {}, [&](const auto& named) { return best_of(named.second).y; });
  std::string out = fmt::format("Nearest to the peak of {} GFLOP/s comes {} with {} %",
                                shortest(typical(drawn.peaks) / 1e9, 3), first->first,
                                shortest(100 * best_of(first->second).y, 2));
  const auto last = std::ranges::min_element(
      drawn.rules, {}, [&](const auto& named) { return best_of(named.second).y; });
  if (last != first) {
    out += fmt::format("; {} stays below {} %", last->first,
                       shortest(100 * best_of(last->second).y, 2));
  }
  return out + ".";
}

}  // namespace

Section roofline_section(const PageInput& page) {
  Section section{"roofline", "Roofline"};
  const Drawn drawn = draw(page);
  if (drawn.rules.empty()) return section;
  section.note(
      "Share of the processor's measured peak over the arithmetic for each byte that a sample moves at least: its "
      "row, and its share of every weight, read and written once a minibatch. Training, first epoch, on "
      "one core; a dot is a setting of the speed studies. Below the roof and far to the left a rule waits "
      "for data; below it on the right it computes something else than multiply-adds, or too little at a time.");
  Chart chart;
  chart.id = "roofline";
  chart.x = {"operations for each byte moved", Scale::log10, Ticks::plain, {}, kNaN, kNaN};
  chart.y = {"share of the peak, training", Scale::log10, Ticks::plain, {}, kNaN, 1};
  for (const auto& [rule, series] : drawn.rules) chart.series.push_back(series);
  if (std::isfinite(typical(drawn.bytes)))
    chart.series.push_back(roof_of(drawn, static_cast<int>(drawn.rules.size())));
  chart.finding = finding(drawn);
  section.add(Charts{{{std::move(chart), "", {}}}});
  return section;
}

}  // namespace agon::reports
