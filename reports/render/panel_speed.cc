// SPDX-License-Identifier: MIT
//
// Throughput of training and prediction. Dots on a logarithmic axis: a bar there has no honest
// zero.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/render/panels.h"
#include "reports/render/text.h"

namespace agon::reports {
namespace {

// Speed over a parameter has its own section.
bool is_speed(const SummaryRow& row) { return row.mode == "speed" && row.over.empty(); }

double noise_floor(const PageInput& page) {
  double floor = kNaN;
  for (const CellRecord& record : page.input.records) {
    if (std::isfinite(record.noise_floor_pct))
      floor = std::isnan(floor) ? record.noise_floor_pct : std::max(floor, record.noise_floor_pct);
  }
  return floor;
}

Cell rate_cell(const Throughput& t) {
  Cell cell = number_cell(si(t.median), t.median);
  if (std::isfinite(t.median) && t.ci.known())
    cell.html += fmt::format(" <small>[{}, {}]</small>", si(t.ci.low), si(t.ci.high));
  return cell;
}

// "ed 0.46 times bp": within the noise floor two rules run at the same speed.
std::string speed_finding(const std::vector<const SummaryRow*>& rows, bool train, double floor) {
  const auto rate = [&](const SummaryRow* r) { return (train ? r->train : r->predict).median; };
  const SummaryRow* fastest = nullptr;
  for (const SummaryRow* row : rows) {
    if (std::isfinite(rate(row)) && (fastest == nullptr || rate(row) > rate(fastest)))
      fastest = row;
  }
  if (fastest == nullptr)
    return train ? "No training speed was measured." : "No prediction speed was measured.";
  std::string out = fmt::format("{} {} fastest, {} samples/s", fastest->label,
                                train ? "trains" : "predicts", si(rate(fastest)));
  std::vector<std::string> ratios;
  for (const SummaryRow* row : rows) {
    const SpeedRatio& ratio = train ? row->train_ratio : row->predict_ratio;
    if (row->rule == kBaseline || !std::isfinite(ratio.value)) continue;
    const bool same = std::isfinite(floor) && std::fabs(ratio.value - 1) * 100 <= floor;
    ratios.push_back(same ? row->label + " as fast as bp within the noise"
                          : fmt::format("{} {} times bp", row->label, shortest(ratio.value, 3)));
  }
  if (!ratios.empty()) out += "; " + join_words(ratios);
  return out + ".";
}

Chart speed_chart(const PageInput& page, const std::vector<const SummaryRow*>& rows,
                  const std::string& task, bool train, size_t index, double floor) {
  Chart chart;
  chart.id = fmt::format("speed-{}-{}", index, train ? "train" : "predict");
  chart.title = page.task_title(task) + (train ? ": training" : ": prediction");
  chart.x = {train ? "samples per second, training" : "samples per second, prediction",
             Scale::log10,
             Ticks::prefix,
             {},
             kNaN,
             kNaN};
  chart.y.scale = Scale::category;
  for (const SummaryRow* row : rows) {
    const Throughput& t = train ? row->train : row->predict;
    const Look look = page.look(row->rule, row->variant);
    chart.series.push_back(
        {row->label,
         look.style,
         look.open,
         false,
         {{t.median,
           static_cast<double>(chart.y.categories.size()),
           t.ci.low,
           t.ci.high,
           {},
           t.n == 0 ? std::string()
                    : fmt::format("{} repetitions, {:.0f} % interval", t.n, 100 * t.confidence)}}});
    chart.y.categories.push_back(row->label);
  }
  chart.finding = speed_finding(rows, train, floor);
  return chart;
}

Cell ratio_cell(const SummaryRow& row, const SpeedRatio& r) {
  if (row.rule == kBaseline && r.value == 1)
    return {"<span class=\"none\">reference</span>", 1, true};
  if (!std::isfinite(r.value)) return number_cell(kNotMeasured, kNaN);
  Cell cell = number_cell(shortest(r.value, 3) + "×", r.value);
  if (r.ci.known())
    cell.html +=
        fmt::format(" <small>[{}, {}]</small>", shortest(r.ci.low, 3), shortest(r.ci.high, 3));
  return cell;
}

}  // namespace

Panel speed_panel(const PageInput& page) {
  Panel panel{"speed", "Speed", "", {}};
  const std::vector<std::string> tasks =
      distinct(page.summary.rows, is_speed, [](const SummaryRow& r) { return r.task; });
  if (tasks.empty()) {
    const bool elsewhere = std::ranges::any_of(
        page.sweeps, [](const Sweep& s) { return s.value == SweepValue::speed; });
    if (elsewhere) return panel;
    panel.html = absent(
        "This run measures no speed. A study with speed cells, which run alone on the machine, "
        "fills this section.");
    return panel;
  }
  const double floor = noise_floor(page);
  Table table({"Rule", "Task", "#Train, samples/s", "#to bp", "#Predict, samples/s", "#to bp",
               "#MACs per sample", "#Parameters", "#Peak memory"},
              true);
  panel.html = fmt::format(
      "<p class=\"note\">Median of repetitions with its order-statistic interval, on a logarithmic "
      "axis. Noise floor: {}. {}</p><div class=\"grid\">",
      std::isfinite(floor) ? "two identical measurements differed by " + shortest(floor, 2) + " %"
                           : std::string(kNotMeasured),
      page.label_note(panel.id));
  for (size_t i = 0; i < tasks.size(); ++i) {
    std::vector<const SummaryRow*> rows;
    for (const SummaryRow& row : page.summary.rows) {
      if (is_speed(row) && row.task == tasks[i]) rows.push_back(&row);
    }
    panel.add(speed_chart(page, rows, tasks[i], true, i, floor));
    panel.add(speed_chart(page, rows, tasks[i], false, i, floor));
    for (const SummaryRow* row : rows) {
      table.add({html_cell(rule_html(page, row->rule, row->variant, row->label)),
                 text_cell(row->task), rate_cell(row->train), ratio_cell(*row, row->train_ratio),
                 rate_cell(row->predict), ratio_cell(*row, row->predict_ratio),
                 number_cell(si(row->macs_per_sample), row->macs_per_sample),
                 number_cell(si(row->n_params), row->n_params),
                 number_cell(std::isfinite(row->peak_rss_mib) ? fixed(row->peak_rss_mib, 0) + " MiB"
                                                              : std::string(kNotMeasured),
                             row->peak_rss_mib)});
    }
  }
  panel.html += "</div>" + table.html("stack");
  panel.html +=
      "<p class=\"note\">Multiply-accumulates per training sample are counted by the kernels and "
      "do not depend on the machine. Ratios inside the noise floor mean the same speed.</p>";
  return panel;
}

}  // namespace agon::reports
