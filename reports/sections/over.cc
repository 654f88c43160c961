// SPDX-License-Identifier: MIT
//
// Curves over a parameter: hidden units, batch, steps, or whatever a study varies.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/record/fields.h"
#include "reports/sections/sections.h"
#include "reports/summary/speed.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr size_t kMaxCharts = 4;  // of a sweep; more nobody reads
constexpr size_t kToldLines = 4;  // described in a finding

std::string value_title(const Sweep& sweep) {
  const std::string& value = sweep.study->value;
  const std::string metric = sweep.metric.empty() ? "score" : sweep.metric;
  if (value == "score_test") return metric + " on the test set";
  if (value == "score_val") return metric + " on the validation set";
  if (value == "score_train") return metric + " on the training set";
  if (const CellField* field = find_field(value)) return std::string(field->title);
  return value.starts_with("m_") ? value.substr(2) : value;
}

bool powers_of(double base, const std::vector<double>& values) {
  return std::ranges::all_of(values, [base](double v) {
    const double e = std::log(v) / std::log(base);
    return std::fabs(e - std::round(e)) < 1e-9;
  });
}

ChartAxis x_axis(const Sweep& sweep) {
  ChartAxis axis;
  axis.title = sweep.by;
  if (sweep.numbers.empty()) {
    axis.scale = Scale::category;
    axis.categories = sweep.values;
    return axis;
  }
  const double low = sweep.numbers.front(), high = sweep.numbers.back();
  if (low > 0 && (sweep.by == "lr" || (high >= 100 * low && powers_of(10, sweep.numbers)))) {
    axis.scale = Scale::log10;
    axis.ticks = Ticks::power;
  } else if (low > 0 && high >= 8 * low) {
    axis.scale = powers_of(2, sweep.numbers) ? Scale::log2 : Scale::log10;
  }
  return axis;
}

ChartAxis y_axis(const Sweep& sweep) {
  ChartAxis axis;
  axis.title = value_title(sweep);
  double low = kNaN, high = kNaN;
  for (const SweepLine& line : sweep.lines) {
    for (const SweepPoint& p : line.points) {
      if (!std::isfinite(p.center)) continue;
      low = std::isnan(low) ? p.center : std::min(low, p.center);
      high = std::isnan(high) ? p.center : std::max(high, p.center);
    }
  }
  if (sweep.value == SweepValue::score) {
    axis.low_bound = 0;
    axis.high_bound = 1;
  } else if (sweep.value == SweepValue::speed) {
    axis.scale = Scale::log10;
    axis.ticks = Ticks::prefix;
  } else if (low > 0 && high > 20 * low) {
    axis.scale = Scale::log10;
    axis.ticks = high >= 1e4 ? Ticks::prefix : Ticks::plain;
  } else if (low >= 0) {
    axis.low_bound = 0;
    if (high >= 1e4) axis.ticks = Ticks::prefix;
  }
  return axis;
}

std::string number_text(const Sweep& sweep, double v) {
  if (sweep.value == SweepValue::score) return fixed(v);
  return std::fabs(v) >= 1e3 ? si(v) : shortest(v, 3);
}

std::string point_note(const Sweep& sweep, const SweepPoint& p) {
  if (p.n == 0) return p.n_skipped > 0 ? "skipped: " + p.skipped : std::string(kNotMeasured);
  std::string out =
      sweep.value == SweepValue::speed ? processes_text(p.n) : runs_note(p.n, p.n_failed);
  if (p.n_not_reached > 0) out += fmt::format(", {} did not reach it", p.n_not_reached);
  if (p.n_skipped > 0) out += fmt::format(", {} skipped", p.n_skipped);
  return out;
}

// "ed goes from 0.51 at 1 to 0.97 at 128, highest 0.98 at 64".
std::string line_finding(const Sweep& sweep, const SweepLine& line) {
  std::vector<const SweepPoint*> points;
  for (const SweepPoint& p : line.points) {
    if (std::isfinite(p.center)) points.push_back(&p);
  }
  if (points.empty()) return line.label + " has no number";
  const auto at = [&](const SweepPoint& p) {
    return fmt::format("{} at {}", number_text(sweep, p.center), sweep.values[p.place]);
  };
  // The first place of a sentence names the parameter.
  const auto at_first = [&](const SweepPoint& p) {
    return fmt::format("{} at {} {}", number_text(sweep, p.center), sweep.by,
                       sweep.values[p.place]);
  };
  if (points.size() == 1) return fmt::format("{} has {}", line.label, at_first(*points[0]));
  const auto center = [](const SweepPoint* p) { return p->center; };
  const SweepPoint& low = **std::ranges::min_element(points, {}, center);
  const SweepPoint& high = **std::ranges::max_element(points, {}, center);
  if (number_text(sweep, low.center) == number_text(sweep, high.center))
    return fmt::format("{} stays at {}", line.label, number_text(sweep, low.center));
  if (sweep.numbers.empty())
    return fmt::format("{} is highest with {} and lowest with {}", line.label, at_first(high),
                       at(low));
  const SweepPoint &first = *points.front(), &last = *points.back();
  std::string out = fmt::format("{} goes from {} to {}", line.label, at_first(first), at(last));
  if (&high != &first && &high != &last) out += ", highest " + at(high);
  if (&low != &first && &low != &last) out += ", lowest " + at(low);
  return out;
}

// How many of the runs never reached the target, worst place first named.
std::string unreached_finding(const Sweep& sweep, std::span<const SweepLine> lines) {
  size_t missed = 0, runs = 0;
  const SweepPoint* worst = nullptr;
  const SweepLine* of = nullptr;
  for (const SweepLine& line : lines) {
    for (const SweepPoint& p : line.points) {
      runs += p.n;
      missed += p.n_not_reached;
      if (p.n_not_reached > 0 && (worst == nullptr || p.n_not_reached > worst->n_not_reached)) {
        worst = &p;
        of = &line;
      }
    }
  }
  if (missed == 0) return fmt::format(" All {} runs reached the target.", runs);
  return fmt::format(" {} of {} runs did not reach the target, most of all {} at {} {} ({} of {}).",
                     missed, runs, of->label, sweep.by, sweep.values[worst->place],
                     worst->n_not_reached, worst->n);
}

std::string finding(const Sweep& sweep, std::span<const SweepLine> lines) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < std::min(lines.size(), kToldLines); ++i)
    parts.push_back(line_finding(sweep, lines[i]));
  std::string out = parts[0];
  for (size_t i = 1; i < parts.size(); ++i) out += "; " + parts[i];
  if (lines.size() > kToldLines) {
    out += "; " +
           plural(static_cast<int64_t>(lines.size() - kToldLines), "more line", "more lines") +
           " in the numbers";
  }
  out += ".";
  if (sweep.value == SweepValue::reached) out += unreached_finding(sweep, lines);
  return out;
}

ChartSeries series_of(const PageInput& page, const Sweep& sweep, const SweepLine& line,
                      double shift) {
  const Look look = page.look(line.rule, line.variant);
  ChartSeries series{line.label, look.style, look.open, !sweep.numbers.empty(), {}, line.rule};
  for (const SweepPoint& p : line.points) {
    const double x =
        sweep.numbers.empty() ? static_cast<double>(p.place) + shift : sweep.numbers[p.place];
    series.points.push_back(
        {x, p.center, p.interval.low, p.interval.high, {}, point_note(sweep, p)});
  }
  return series;
}

Chart chart_of(const PageInput& page, const Sweep& sweep, std::span<const SweepLine> lines,
               const std::string& part) {
  Chart chart;
  chart.title = page.task_title(sweep.task) + part;
  chart.x = x_axis(sweep);
  chart.y = y_axis(sweep);
  chart.finding = finding(sweep, lines);
  for (size_t i = 0; i < lines.size(); ++i) {
    // Dots of one word stand side by side.
    const double middle = static_cast<double>(lines.size() - 1) / 2;
    const double shift =
        (static_cast<double>(i) - middle) * 0.6 / static_cast<double>(lines.size());
    chart.series.push_back(series_of(page, sweep, lines[i], shift));
  }
  if (sweep.value == SweepValue::score)
    chart.references.push_back(chance_reference(sweep.metric, sweep.chance));
  return chart;
}

std::string first_skip(const Sweep& sweep) {
  for (const SweepLine& line : sweep.lines) {
    for (const SweepPoint& p : line.points) {
      if (!p.skipped.empty()) return p.skipped;
    }
  }
  return "";
}

// Returns how many lines have no chart.
size_t add_sweep(Charts& charts, const PageInput& page, const Sweep& sweep, size_t index) {
  const auto shares = chart_shares(std::span<const SweepLine>(sweep.lines));
  size_t left = sweep.lines.size();
  for (size_t c = 0; c < std::min(shares.size(), kMaxCharts); ++c) {
    Chart chart = chart_of(page, sweep, shares[c].lines, shares[c].part);
    chart.id = fmt::format("over-{}-{}", index, c);
    charts.all.push_back({std::move(chart), "", {"", sweep.task, sweep.study->name}});
    left -= shares[c].lines.size();
  }
  return left;
}

std::string how_measured(SweepValue value) {
  switch (value) {
    case SweepValue::score:
      return fmt::format("Mean with its {}; a failed run counts as chance.", kSeedsInterval);
    case SweepValue::reached:
      return "Median of the runs that reached the target, with their range; how many did not is in "
             "the numbers.";
    case SweepValue::speed:
      return "Geometric mean over processes of their medians with its 95 % t interval over processes "
             "(of one process, over its repetitions), on a logarithmic axis.";
    default: return fmt::format("Mean with its {}.", kSeedsInterval);
  }
}

}  // namespace

Section over_section(const PageInput& page) {
  Section section{"over", "Over parameters"};
  const StudyCard* study = nullptr;
  Charts charts;
  const auto close = [&] {
    if (!charts.all.empty()) section.add(std::exchange(charts, {}));
  };
  std::vector<std::string> cut;
  if (const std::string note = page.label_note(section.id); !note.empty()) section.note(note);
  for (size_t i = 0; i < page.sweeps.size(); ++i) {
    const Sweep& sweep = page.sweeps[i];
    if (sweep.study != study) {
      close();
      study = sweep.study;
      section.add(Heading{Text("Over " + sweep.by).beside("study " + study->name, As::small)});
      section.note((study->question.empty() ? "" : study->question + " ") +
                   how_measured(sweep.value));
    }
    if (!sweep.measured()) {
      close();
      const std::string why = first_skip(sweep);
      section.absent(page.task_title(sweep.task) + ": no cell has a number" +
                     (why.empty() ? "." : ", they were skipped: " + why + "."));
      continue;
    }
    if (const size_t left = add_sweep(charts, page, sweep, i); left > 0) {
      cut.push_back(
          fmt::format("Study {} on {} has {} lines, {} are drawn; cells.csv has them all.",
                      study->name, sweep.task, sweep.lines.size(), sweep.lines.size() - left));
    }
  }
  close();
  for (std::string& note : cut) section.note(std::move(note));
  return section;
}

}  // namespace agon::reports
