// SPDX-License-Identifier: MIT
#include "reports/record/outcome.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "reports/claims/claims.h"
#include "reports/record/fields.h"
#include "reports/record/params.h"

namespace agon::reports {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

constexpr std::string_view kMetric = "m_";

// A number of the outcome as it stands; NaN where it is missing.
double number_in(const CellOutcome& outcome, const CellField& field) {
  if (const auto* number = std::get_if<double CellOutcome::*>(&field.member))
    return outcome.**number;
  const auto* count = std::get_if<int64_t CellOutcome::*>(&field.member);
  return count == nullptr || outcome.**count < 0 ? kNaN : static_cast<double>(outcome.**count);
}

double read_field(const CellRecord& record, const CellField& field, double chance) {
  const double value = number_in(record.outcome, field);
  const bool usable = !counts_as_failed(record) && std::isfinite(value);
  switch (field.reading) {
    case Reading::plain: return value;
    case Reading::score:
      return counted_score(record, std::get<double CellOutcome::*>(field.member), chance);
    case Reading::loss: return usable ? value : record.outcome.loss_init;
    // A speed cell trains to no end, so it has neither reached a target nor missed it.
    case Reading::reached: return is_speed(record.id.mode) ? kNaN : usable ? value : kNever;
    case Reading::none: break;
  }
  return kNaN;
}

}  // namespace

namespace {
using Score = double CellOutcome::*;
Score judged_by(const CellRecord& r) {
  if (!is_trial(r.id.mode)) return &CellOutcome::score_test;
  return std::isfinite(r.outcome.score_val) ? &CellOutcome::score_val : &CellOutcome::score_train;
}
}  // namespace

bool counts_as_failed(const CellRecord& r) {
  const Status status = r.outcome.status;
  return is_failure(status) || status == Status::diverged ||
         (status == Status::ok && trains(r.id.mode) && !std::isfinite(r.outcome.*judged_by(r)));
}

double judged_score(const CellRecord& record, double chance) {
  return counted_score(record, judged_by(record), chance);
}

double counted_score(const CellRecord& r, double CellOutcome::*score, double chance) {
  if (r.outcome.status == Status::skipped) return kNaN;
  if (is_trial(r.id.mode) && score == &CellOutcome::score_test) return kNaN;
  if (!counts_as_failed(r)) return r.outcome.*score;
  if (study_report(r.id.mode).apart) return kNaN;
  return std::isfinite(r.outcome.score_chance) ? r.outcome.score_chance : chance;
}

double metric_of(const CellRecord& record, std::string_view key) {
  const auto at = record.outcome.rule_metrics.find(std::string(key));
  return at == record.outcome.rule_metrics.end() ? kNaN : at->second;
}

double series_value(const CellOutcome& outcome, std::string_view series, double x) {
  for (const SeriesPoint& p : outcome.series) {
    if (p.series == series && p.x == x) return p.value;
  }
  return kNaN;
}

std::unordered_map<std::string, double> chance_levels(std::span<const CellRecord> records,
                                                      std::span<const TaskCard> tasks) {
  std::unordered_map<std::string, double> chance;
  for (const CellRecord& r : records) {
    if (std::isfinite(r.outcome.score_chance))
      chance.try_emplace(r.id.task, r.outcome.score_chance);
  }
  for (const TaskCard& t : tasks) chance.try_emplace(t.id, t.chance);
  for (const CellRecord& r : records) chance.try_emplace(r.id.task, 0.0);
  return chance;
}

double cell_value(const CellRecord& record, std::string_view name, double chance) {
  const CellOutcome& o = record.outcome;
  if (o.status == Status::skipped) return kNaN;
  if (const CellField* field = find_field(name);
      field != nullptr && field->reading != Reading::none)
    return read_field(record, *field, chance);
  if (const auto at = series_at(name)) {
    if (!counts_as_failed(record)) return series_value(o, at->series, at->x);
    return at->series.starts_with("score") ? counted_score(record, &CellOutcome::score_test, chance)
                                           : kNaN;
  }
  return name.starts_with(kMetric) ? metric_of(record, name.substr(kMetric.size())) : kNaN;
}

bool is_cell_value(std::string_view name) {
  const CellField* field = find_field(name);
  return (field != nullptr && field->reading != Reading::none) ||
         (name.starts_with(kMetric) && name.size() > kMetric.size()) || series_at(name).has_value();
}

std::optional<SeriesAt> series_at(std::string_view name) {
  const size_t is = name.find('=');
  if (is == name.npos) return std::nullopt;
  const SeriesAt out{name.substr(0, is), number_of(name.substr(is + 1))};
  const bool known = std::ranges::any_of(study_reports(), [&](const StudyReport& kind) {
    return kind.reads != nullptr && kind.reads(out.series);
  });
  return known && out.x > 0 ? std::optional(out) : std::nullopt;
}

}  // namespace agon::reports
