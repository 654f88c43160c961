// SPDX-License-Identifier: MIT
#include "reports/studies/sweep.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "reports/claims/claims.h"
#include "reports/record/outcome.h"
#include "reports/record/params.h"
#include "reports/statistics/iqm.h"
#include "reports/summary/builds.h"
#include "reports/summary/label.h"
#include "reports/summary/speed.h"
#include "reports/summary/summary.h"

namespace agon::reports {
namespace {

struct Run {
  const CellRecord* record;
  Params params;    // with `apart`
  Setting apart{};  // what sets its build or class of hosts apart
};

SweepValue value_kind(const std::string& name) {
  if (name.starts_with("score_")) return SweepValue::score;
  if (name == "epochs_to_target" || name == "time_to_target_s") return SweepValue::reached;
  return name.starts_with("samples_per_s_") ? SweepValue::speed : SweepValue::number;
}

size_t index_of(std::vector<std::string>& values, const std::string& value) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (same_value(values[i], value)) return i;
  }
  values.push_back(value);
  return values.size() - 1;
}

// Values of `by` in the order they are drawn.
void find_values(Sweep& sweep, const std::vector<Run>& runs) {
  for (const Run& run : runs) index_of(sweep.values, run.params.at(sweep.by));
  for (const std::string& v : sweep.values) sweep.numbers.push_back(number_of(v));
  if (std::ranges::any_of(sweep.numbers, [](double x) { return std::isnan(x); })) {
    sweep.numbers.clear();
    return;
  }
  std::ranges::sort(sweep.values, {}, number_of);
  std::ranges::sort(sweep.numbers);
  // No scale shows 0 beside three decades of other values: they stand as words, in their order.
  const std::vector<double>& x = sweep.numbers;
  if (x.size() > 2 && x[0] == 0 && x.back() >= 1000 * x[1]) sweep.numbers.clear();
}

// Parameters that differ between runs of a rule at one value of `by`: a line for each of their
// values. What only follows `by` is no difference; builds and classes of hosts always are one.
std::map<std::string, std::set<std::string>> differing(const std::string& by,
                                                       const std::vector<Run>& runs) {
  using Place = std::pair<std::string, std::string>;  // rule, value of by
  std::map<Place, std::map<std::string, std::set<std::string>>> seen;
  for (const Run& run : runs) {
    auto& values = seen[{run.record->id.rule, run.params.at(by)}];
    for (const auto& [key, value] : run.params) values[key].insert(value);
  }
  std::map<std::string, std::set<std::string>> out;
  for (const Run& run : runs) {
    for (const auto& [key, value] : run.apart) out[run.record->id.rule].insert(key);
  }
  for (const auto& [place, values] : seen) {
    for (const auto& [key, distinct] : values) {
      if (distinct.size() > 1) out[place.first].insert(key);
    }
  }
  return out;
}

Setting setting_of(const Run& run, const std::set<std::string>& keys) {
  Setting out;
  for (const std::string& key : keys) {
    const auto at = run.params.find(key);
    if (at != run.params.end()) out.emplace_back(*at);
  }
  return out;
}

void measure_speed(SweepPoint& point, const std::vector<const Run*>& runs, bool train) {
  std::vector<const CellRecord*> cells;
  for (const Run* run : runs) cells.push_back(run->record);
  const Throughput speed = throughput(speed_rounds(cells, train));
  point.n = speed.processes();
  point.center = speed.rate;
  point.interval = speed.ci;
}

void measure_runs(SweepPoint& point, const std::vector<const Run*>& runs, const Sweep& sweep) {
  std::vector<double> values;
  for (const Run* run : runs) {
    if (run->record->outcome.status == Status::skipped) continue;
    const double x = cell_value(*run->record, sweep.study->value, sweep.chance);
    if (std::isnan(x)) continue;
    ++point.n;
    if (std::isinf(x)) {
      ++point.n_not_reached;
    } else {
      values.push_back(x);
    }
  }
  if (values.empty()) return;
  if (sweep.value == SweepValue::reached) {
    std::ranges::sort(values);
    point.center = percentile(values, 0.5);
    if (values.size() > 1) point.interval = {values.front(), values.back()};
  } else {
    const bool score = sweep.study->value.starts_with("score");
    const MeanInterval mean = score ? score_interval(values) : mean_interval(values);
    point.center = mean.mean;
    point.interval = mean.ci;
  }
}

SweepPoint measure(const std::vector<const Run*>& runs, const Sweep& sweep) {
  SweepPoint point;
  for (const Run* run : runs) {
    const CellOutcome& o = run->record->outcome;
    if (o.status == Status::skipped) {
      if (point.n_skipped++ == 0) point.skipped = o.status_detail;
    } else {
      point.n_failed += counts_as_failed(*run->record) ? 1 : 0;
    }
  }
  if (sweep.value == SweepValue::speed) {
    measure_speed(point, runs, sweep.study->value == "samples_per_s_train");
  } else {
    measure_runs(point, runs, sweep);
  }
  return point;
}

// settings: beside lines.
void name_lines(std::vector<SweepLine>& lines, const std::vector<Setting>& settings) {
  std::map<std::string, std::vector<size_t>> of_rule;
  for (size_t i = 0; i < lines.size(); ++i) of_rule[lines[i].rule].push_back(i);
  for (const auto& [rule, members] : of_rule) {
    std::vector<Setting> own;
    for (const size_t i : members) own.push_back(settings[i]);
    const std::vector<std::string> texts = short_texts(own);
    for (size_t k = 0; k < members.size(); ++k) {
      if (!texts[k].empty()) lines[members[k]].label += " " + texts[k];
    }
  }
}

void find_lines(Sweep& sweep, const std::vector<Run>& runs) {
  const auto keys = differing(sweep.by, runs);
  // Beside sweep.lines.
  std::vector<std::map<size_t, std::vector<const Run*>>> places;
  std::vector<Setting> settings;
  for (const Run& run : runs) {
    if (sweep.metric.empty()) sweep.metric = run.record->outcome.metric;
    const std::string& rule = run.record->id.rule;
    const auto own = keys.find(rule);
    Setting setting = own == keys.end() ? Setting{} : setting_of(run, own->second);
    const std::string variant = setting_text(setting);
    auto line = std::ranges::find_if(
        sweep.lines, [&](const SweepLine& l) { return l.rule == rule && l.variant == variant; });
    if (line == sweep.lines.end()) {
      sweep.lines.push_back({rule, variant, rule, {}});
      line = sweep.lines.end() - 1;
      places.emplace_back();
      settings.push_back(std::move(setting));
    }
    places[static_cast<size_t>(line - sweep.lines.begin())]
          [index_of(sweep.values, run.params.at(sweep.by))]
              .push_back(&run);
  }
  for (size_t i = 0; i < sweep.lines.size(); ++i) {
    for (const auto& [place, members] : places[i]) {
      SweepPoint point = measure(members, sweep);
      point.place = place;
      sweep.lines[i].points.push_back(std::move(point));
    }
  }
  name_lines(sweep.lines, settings);
}

}  // namespace

bool Sweep::measured() const {
  return std::ranges::any_of(lines, [](const SweepLine& line) {
    return std::ranges::any_of(line.points,
                               [](const SweepPoint& p) { return std::isfinite(p.center); });
  });
}

std::vector<Sweep> make_sweeps(const ReportInput& input) {
  std::vector<Sweep> sweeps;
  const auto chance = chance_levels(input.records, input.run.tasks);
  const Builds builds(input.records);
  for (const StudyCard& study : input.run.studies) {
    const std::string by = swept_by(study);
    if (by.empty()) continue;
    std::vector<std::string> tasks;
    std::map<std::string, std::vector<Run>> runs;
    for (const CellRecord& r : input.records) {
      if (r.study != study.name || is_again(r.id.mode)) continue;
      Run run{&r, params_of(r.id), builds.of(r)};
      run.params.insert(run.apart.begin(), run.apart.end());
      if (!run.params.contains(by)) continue;
      if (!runs.contains(r.id.task)) tasks.push_back(r.id.task);
      runs[r.id.task].push_back(std::move(run));
    }
    for (const std::string& task : tasks) {
      Sweep sweep;
      sweep.study = &study;
      sweep.by = by;
      sweep.task = task;
      sweep.value = value_kind(study.value);
      sweep.chance = chance.at(task);
      find_values(sweep, runs[task]);
      find_lines(sweep, runs[task]);
      sweeps.push_back(std::move(sweep));
    }
  }
  return sweeps;
}

}  // namespace agon::reports
