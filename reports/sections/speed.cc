// SPDX-License-Identifier: MIT
//
// Throughput of training and prediction. Dots on a logarithmic axis: a bar there has no honest
// zero.
#include "reports/summary/speed.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "reports/record/outcome.h"
#include "reports/sections/drawers.h"
#include "reports/sections/sections.h"
#include "reports/statistics/median.h"
#include "reports/summary/hosts.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// Speed over a parameter has its own section.
bool is_shown(const SummaryRow& row) { return is_speed(row.mode) && row.over.empty(); }

// Of all speed cells the largest, or with `least` the smallest; NaN where none has it.
double extreme(const PageInput& page, const char* key, bool least = false) {
  double out = kNaN;
  for (const CellRecord& record : page.input.records) {
    if (!is_speed(record.id.mode)) continue;
    const double value = metric_of(record, key);
    out = least ? std::fmin(out, value) : std::fmax(out, value);
  }
  return out;
}

// A machine that did nothing else needs no words.
constexpr double kLoaded = 1.5;  // programs that want a core, this one among them
constexpr double kClockMoved = 1.15;
constexpr double kStolen = 0.01;

// What else ran, as far as the cells know.
std::string neighbours_note(const PageInput& page) {
  const double load = extreme(page, "machine_load"), stolen = extreme(page, "machine_stolen");
  const double slow = extreme(page, "machine_gflops", true), fast = extreme(page, "machine_gflops");
  std::vector<std::string> parts;
  if (load > kLoaded)
    parts.push_back(fmt::format("up to {} programs wanted each core", shortest(load, 3)));
  if (fast > kClockMoved * slow) {
    parts.push_back(fmt::format("the peak was between {} and {} GFLOP/s", shortest(slow, 3),
                                shortest(fast, 3)));
  }
  if (stolen > kStolen)
    parts.push_back(
        fmt::format("a hypervisor took up to {} % of the time", shortest(100 * stolen, 2)));
  if (parts.empty()) return "";
  return " This machine was busy: " + join_words(parts) + ".";
}

// Where time and wall clock part, something else ran: by how much at most.
std::string clock_note(const PageInput& page) {
  double most = kNaN;
  int64_t threads = 1;
  for (const CellRecord& record : page.input.records) {
    if (!is_speed(record.id.mode)) continue;
    threads = std::max(threads, record.provenance->threads);
    most = std::fmax(
        most, record.outcome.samples_per_s_train / metric_of(record, "samples_per_s_train_wall"));
  }
  const std::string beside = neighbours_note(page);
  if (threads > 1) return fmt::format(" By the wall clock, on {} threads.{}", threads, beside);
  if (!std::isfinite(most)) return beside;
  return fmt::format(" CPU time; the wall clock took up to {} times as long.{}",
                     shortest(std::max(1.0, most), 3), beside);
}

Cell rate_cell(const Throughput& t) {
  Cell cell = number_cell(si(t.rate), t.rate);
  if (std::isfinite(t.rate)) add_interval(cell, t.ci, &si);
  return cell;
}

const SpeedRatio& ratio_of(const SummaryRow& row, bool train) {
  return train ? row.train_ratio : row.predict_ratio;
}

// What the rules' words say; where there are none, why, or else what was measured.
std::string speed_finding(const std::vector<const SummaryRow*>& rows, bool train) {
  const auto rate = [&](const SummaryRow* r) { return (train ? r->train : r->predict).rate; };
  std::vector<NamedSpeed> rules;
  const SummaryRow *slowest = nullptr, *fastest = nullptr;
  for (const SummaryRow* row : rows) {
    if (!std::isfinite(rate(row))) continue;
    const std::string busy = row->rule == kBaseline ? busy_sentence(ratio_of(*row, train)) : "";
    if (!busy.empty()) return busy;
    if (row->rule != kBaseline) rules.push_back({row->label, ratio_of(*row, train)});
    if (slowest == nullptr || rate(row) < rate(slowest)) slowest = row;
    if (fastest == nullptr || rate(row) > rate(fastest)) fastest = row;
  }
  if (fastest == nullptr)
    return train ? "No training speed was measured." : "No prediction speed was measured.";
  std::string words =
      speed_sentence(train ? "Training against bp" : "Prediction against bp", rules);
  if (!words.empty()) return words;
  if (fastest == slowest)
    return fmt::format("{}: {} samples/s.", fastest->label, si(rate(fastest)));
  return fmt::format(
      "From {} ({}) to {} samples/s ({}); no second measurement of bp says which differences are real.",
      si(rate(slowest)), slowest->label, si(rate(fastest)), fastest->label);
}

Chart speed_chart(const PageInput& page, const std::vector<const SummaryRow*>& rows,
                  const std::string& task, bool train, size_t index) {
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
    chart.series.push_back({row->label,
                            look.style,
                            look.open,
                            false,
                            {{t.rate,
                              static_cast<double>(chart.y.categories.size()),
                              t.ci.low,
                              t.ci.high,
                              {},
                              t.processes() == 0 ? std::string()
                                                 : processes_text(t.processes()) +
                                                       ", 95 % t interval over processes"}},
                            row->rule});
    chart.y.categories.push_back(row->label);
  }
  chart.finding = speed_finding(rows, train);
  return chart;
}

Cell ratio_cell(const SummaryRow& row, const SpeedRatio& r) {
  if (!std::isfinite(r.value)) return number_cell(kNotMeasured, kNaN);
  Cell cell = number_cell(shortest(r.value, 3) + "×", r.value);
  if (row.rule == kBaseline) {
    cell = missing_cell("reference", 1);
    if (r.processes > 0) cell.text.add(", again " + shortest(r.value, 3) + "×");
  }
  add_interval(cell, r.ci, [](double ratio) { return shortest(ratio, 3); });
  return cell;
}

// Rules that are faster once they have seen their rows: the number above is of all epochs of a repetition.
constexpr double kFaster = 1.2;
constexpr size_t kNamedFaster = 8;

std::string kept_note(const PageInput& page) {
  std::vector<std::string> parts;
  std::set<std::pair<std::string, std::string>> told;  // rules and tasks
  for (const Group& group : page.groups) {
    if (group.id().mode != Mode::speed || group.cells.empty()) continue;
    std::vector<double> first, later;
    for (const CellRecord* cell : group.cells) {
      const double one = metric_of(*cell, "samples_per_s_first_epoch"),
                   other = metric_of(*cell, "samples_per_s_later_epochs");
      if (!std::isfinite(one) || !std::isfinite(other)) continue;
      first.push_back(one);
      later.push_back(other);
    }
    if (first.empty() || median(later) < kFaster * median(first)) continue;
    if (!told.emplace(group.id().rule, group.id().task).second) continue;
    parts.push_back(fmt::format("{} on {} {} samples/s, then {}", group.label, group.id().task,
                                si(median(first)), si(median(later))));
    if (parts.size() == kNamedFaster) break;
  }
  if (parts.empty()) return "";
  return "Slower in the first epoch of a fresh model, where what comes once is paid and what is kept of "
         "the rows is made: " +
         join_words(parts) + ". A longer budget moves their rate towards the second number.";
}

}  // namespace

// Which classes of hosts measured, where there are several.
void add_hosts(Section& section, const PageInput& page) {
  const Hosts hosts(page.input.records);
  if (hosts.classes().size() < 2) return;
  std::string list;
  for (size_t i = 0; i < hosts.classes().size(); ++i)
    list += fmt::format("{} {}: {}", i == 0 ? "" : ";", Hosts::name(i), hosts.classes()[i]);
  section.add(Paragraph{
      Paragraph::Kind::warning,
      fmt::format(
          "These speeds were measured on {} classes of hosts.{}. A row speaks of one class, ratios "
          "are to bp on the same class and in the same round, and none is taken across classes; the "
          "scoreboard has none.",
          hosts.classes().size(), list)});
}

Section speed_section(const PageInput& page) {
  Section section{"speed", "Speed"};
  const std::vector<std::string> tasks =
      distinct(page.summary.rows, is_shown, [](const SummaryRow& r) { return r.task; });
  if (tasks.empty()) {
    const bool elsewhere = std::ranges::any_of(
        page.sweeps, [](const Sweep& s) { return s.value == SweepValue::speed; });
    if (elsewhere) return section;
    section.absent(
        "This run measures no speed. A study with speed cells, which run alone on the machine, "
        "fills this section.");
    return section;
  }
  add_hosts(section, page);
  Table table({"Rule", "Task", "#Train, samples/s", "#to bp", "#Predict, samples/s", "#to bp",
               "#MACs per sample", "#Parameters", "#Peak memory"},
              true);
  section.note(fmt::format(
      "Geometric mean over processes of their medians with its 95 % t interval over processes (of one "
      "process, over its repetitions), on a logarithmic axis.{} {}",
      clock_note(page), page.label_note(section.id)));
  Charts charts;
  for (size_t i = 0; i < tasks.size(); ++i) {
    std::vector<const SummaryRow*> rows;
    for (const SummaryRow& row : page.summary.rows) {
      if (is_shown(row) && row.task == tasks[i]) rows.push_back(&row);
    }
    for (const bool train : {true, false}) {
      charts.all.push_back(
          {speed_chart(page, rows, tasks[i], train, i), "", {"", tasks[i], rows.front()->study}});
    }
    for (const SummaryRow* row : rows) {
      table.add(
          {text_cell(rule_text(page, row->rule, row->variant, row->label)), text_cell(row->task),
           opening(rate_cell(row->train), *row), ratio_cell(*row, row->train_ratio),
           rate_cell(row->predict), ratio_cell(*row, row->predict_ratio),
           number_cell(si(row->macs_per_sample), row->macs_per_sample),
           number_cell(si(row->n_params), row->n_params),
           number_cell(std::isfinite(row->peak_rss_mib) ? fixed(row->peak_rss_mib, 0) + " MiB"
                                                        : std::string(kNotMeasured),
                       row->peak_rss_mib)},
          about(*row));
    }
  }
  section.add(std::move(charts));
  table.stacked = true;
  section.add(std::move(table));
  if (const std::string kept = kept_note(page); !kept.empty()) section.note(kept);
  section.note(
      "Multiply-accumulates per training sample are counted by the kernels and do not depend on the "
      "machine. bp is measured twice in every round; faster and slower are said of at least 5 "
      "processes, beyond the far end of the interval of bp against itself and after Holm's correction "
      "over the rules.");
  return section;
}

}  // namespace agon::reports
