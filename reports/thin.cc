// SPDX-License-Identifier: MIT
#include "reports/thin.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/record/study.h"

namespace agon::reports {
namespace {

constexpr size_t kPictured = 300, kLog = 400;  // cells, bytes

constexpr std::string_view kMetric = "m_";

// Of the points with a validation score the first, the best and the last, and the last of all.
std::vector<CurvePoint> ends_of(const std::vector<CurvePoint>& curve) {
  std::set<size_t> places;
  std::optional<size_t> best, last;
  for (size_t i = 0; i < curve.size(); ++i) {
    if (!std::isfinite(curve[i].score_val)) continue;
    if (!best) places.insert(i);
    if (!best || curve[i].score_val > curve[*best].score_val) best = i;
    last = i;
  }
  if (best) places.insert({*best, *last});
  if (!curve.empty()) places.insert(curve.size() - 1);
  std::vector<CurvePoint> out;
  out.reserve(places.size());
  for (const size_t place : places) out.push_back(curve[place]);
  return out;
}

}  // namespace

Thinner::Thinner(const RunInfo& run) : read_{"spikes_per_sample"} {
  const auto read = [&](const std::string& value) {
    if (value.starts_with(kMetric)) read_.insert(value.substr(kMetric.size()));
  };
  for (const StudyCard& study : run.studies) {
    if (study_report(study.kind).ranks || study_report(study_kind_from(study.name)).ranks)
      ranking_.insert(study.name);
    read(study.value);
  }
  for (const ClaimCard& claim : run.claims) {
    for (const ClaimCheck& check : claim.checks) {
      read(check.value);
      read(check.over_value);
    }
  }
}

void Thinner::thin(CellRecord& record) {
  CellOutcome& o = record.outcome;
  const bool ranks = ranking_.contains(record.study);
  if (!ranks) o.curve = ends_of(o.curve);
  o.curve.shrink_to_fit();
  for (const auto& [key, value] : o.rule_metrics) metrics_.insert(key);
  // The sections on forgetting and speed read their own.
  if (record.id.mode != Mode::forgetting && !is_speed(record.id.mode))
    std::erase_if(o.rule_metrics,
                  [&](const auto& metric) { return !read_.contains(metric.first); });
  if (!is_failure(o.status)) {
    o.log_tail = {};
  } else if (o.log_tail.size() > kLog) {
    o.log_tail.erase(0, o.log_tail.size() - kLog);
  }
  o.log_tail.shrink_to_fit();
  if (!o.pictures.empty() && (!ranks || ++pictured_ > kPictured)) o.pictures = {};
}

ReportInput read_report(const Store& store, size_t many) {
  ReportInput input;
  input.run = store.run();
  input.planned = static_cast<size_t>(store.planned_cells());
  if (input.planned < many) {
    input.records = store.records();
    return input;
  }
  Thinner thinner(input.run);
  input.records.reserve(input.planned);
  store.each([&](CellRecord&& record) {
    thinner.thin(record);
    input.records.push_back(std::move(record));
  });
  input.metrics = thinner.metrics();
  input.whole = [&store](const std::function<void(const CellRecord&)>& fn) {
    store.each([&](CellRecord&& record) { fn(record); });
  };
  return input;
}

}  // namespace agon::reports
