// SPDX-License-Identifier: MIT
#include "harness/work/cell_job.h"

#include <span>
#include <stdexcept>
#include <type_traits>

#include "harness/work/wire.h"
#include "reports/record/fields.h"

namespace agon::harness {
namespace {

using nlohmann::json;

// How the members of a part cross: texts as bytes, for they need not be UTF-8.
json written(const std::string& text) { return bytes_of(text); }
json written(reports::Status status) { return std::string(reports::name(status)); }
json written(reports::Mode mode) { return std::string(reports::name(mode)); }
json written(const std::vector<float>& values) { return bytes_of(std::span<const float>(values)); }
json written(const std::vector<uint8_t>& bytes) { return json::binary(bytes); }
json written(const std::vector<std::string>& texts) {
  json out = json::array();
  for (const std::string& text : texts) out.push_back(bytes_of(text));
  return out;
}
json written(const std::vector<reports::Warning>& warnings);
json written(const std::vector<Condition>& conditions) {
  json out = json::array();
  for (const Condition& condition : conditions) out.push_back({condition.name, condition.values});
  return out;
}
json written(reports::StudyKind kind) { return std::string(reports::name(kind)); }
template <typename T>
json written(const T& value) {  // numbers, lists and maps of them
  return value;
}

// In the order of the table: both ends are the same program.
template <typename Fields, typename Part>
json written(const Fields& fields, const Part& part) {
  json out = json::array();
  reports::for_each_field(fields, part,
                          [&](const auto&, const auto& x) { out.push_back(written(x)); });
  return out;
}

template <typename Fields, typename Part>
json written(const Fields& fields, const std::vector<Part>& parts) {
  json out = json::array();
  for (const Part& part : parts) out.push_back(written(fields, part));
  return out;
}

json written(const std::vector<reports::Warning>& warnings) {
  return written(reports::kWarningFields, warnings);
}

void read(const json& j, std::string& out) { out = text_of(j); }
void read(const json& j, reports::Status& out) {
  out = reports::status_from(j.get_ref<const std::string&>());
}
void read(const json& j, reports::Mode& out) {
  out = reports::mode_from(j.get_ref<const std::string&>());
}
void read(const json& j, std::vector<float>& out) { out = floats_of(j); }
void read(const json& j, std::vector<uint8_t>& out) { out = j.get_binary(); }
void read(const json& j, std::vector<std::string>& out) {
  for (const json& text : j) out.push_back(text_of(text));
}
void read(const json& j, std::vector<reports::Warning>& out);
void read(const json& j, std::vector<json>& out) { out.assign(j.begin(), j.end()); }
void read(const json& j, std::vector<Condition>& out) {
  for (const json& condition : j) out.push_back({condition.at(0), condition.at(1)});
}
void read(const json& j, reports::StudyKind& out) {
  out = reports::study_kind_from(j.get_ref<const std::string&>());
}
template <typename T>
void read(const json& j, T& out) {
  // The library would convert a number that is not whole, or larger than any T, as it comes.
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    if (!j.is_number_integer()) throw std::invalid_argument("a count is no whole number");
  }
  j.get_to(out);
}

template <typename Fields, typename Part>
void read(const json& j, const Fields& fields, Part& part) {
  size_t place = 0;
  reports::for_each_field(fields, part, [&](const auto&, auto& x) { read(j.at(place++), x); });
  if (place != j.size()) throw std::invalid_argument("more values than the table has");
}

template <typename Fields, typename Part>
void read(const json& j, const Fields& fields, std::vector<Part>& parts) {
  for (const json& part : j) read(part, fields, parts.emplace_back());
}

void read(const json& j, std::vector<reports::Warning>& out) {
  read(j, reports::kWarningFields, out);
}

// What a job has beside its identity, in the order in which it crosses.
template <typename Job, typename Fn>
void for_each_member(Job& job, Fn&& fn) {
  fn(job.nonce), fn(job.plugin_path), fn(job.rule_in_plugin), fn(job.values), fn(job.study);
  fn(job.conditions), fn(job.refit), fn(job.timeout_s), fn(job.pictures), fn(job.threads);
  fn(job.turns);
}

}  // namespace

json to_json(const CellJob& job) {
  json out = json::array({written(reports::kIdentityFields, job)});
  for_each_member(job, [&](const auto& member) { out.push_back(written(member)); });
  return out;
}

CellJob job_from_json(const json& j) {
  CellJob job;
  read(j.at(0), reports::kIdentityFields, job);
  size_t place = 1;
  for_each_member(job, [&](auto& member) { read(j.at(place++), member); });
  return job;
}

json to_json(const reports::CurvePoint& point) { return written(reports::kCurveFields, point); }

reports::CurvePoint curve_from_json(const json& j) {
  reports::CurvePoint point;
  read(j, reports::kCurveFields, point);
  return point;
}

json to_json(const reports::CellOutcome& outcome) {
  return json::array({written(reports::kCellFields, outcome),
                      written(reports::kPictureFields, outcome.pictures),
                      written(reports::kSeriesFields, outcome.series),
                      written(reports::kTestRowsFields, outcome.test_rows)});
}

reports::CellOutcome outcome_from_json(const json& j) {
  reports::CellOutcome outcome;
  read(j.at(0), reports::kCellFields, outcome);
  read(j.at(1), reports::kPictureFields, outcome.pictures);
  read(j.at(2), reports::kSeriesFields, outcome.series);
  read(j.at(3), reports::kTestRowsFields, outcome.test_rows);
  return outcome;
}

}  // namespace agon::harness
