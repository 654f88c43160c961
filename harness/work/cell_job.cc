// SPDX-License-Identifier: MIT
#include "harness/work/cell_job.h"

#include <span>

#include "harness/work/wire.h"
#include "reports/record/fields.h"

namespace agon::harness {
namespace {

using nlohmann::json;

// How the members of a part cross: texts as bytes, for they need not be UTF-8.
json written(const std::string& text) { return bytes_of(text); }
json written(reports::Status status) { return std::string(reports::name(status)); }
json written(const std::vector<float>& values) { return bytes_of(std::span<const float>(values)); }
json written(const std::vector<std::string>& texts) {
  json out = json::array();
  for (const std::string& text : texts) out.push_back(bytes_of(text));
  return out;
}
json written(const std::vector<reports::Warning>& warnings);
template <typename T>
json written(const T& value) {  // numbers, lists and maps of them
  return value;
}

template <typename Fields, typename Part>
json written(const Fields& fields, const Part& part) {
  json out = json::object();
  reports::for_each_field(fields, part, [&](const auto& field, const auto& x) {
    out[std::string(field.name)] = written(x);
  });
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
void read(const json& j, std::vector<float>& out) { out = floats_of(j); }
void read(const json& j, std::vector<std::string>& out) {
  for (const json& text : j) out.push_back(text_of(text));
}
void read(const json& j, std::vector<reports::Warning>& out);
template <typename T>
void read(const json& j, T& out) {
  j.get_to(out);
}

template <typename Fields, typename Part>
void read(const json& j, const Fields& fields, Part& part) {
  reports::for_each_field(
      fields, part, [&](const auto& field, auto& x) { read(j.at(std::string(field.name)), x); });
}

template <typename Fields, typename Part>
void read(const json& j, const Fields& fields, std::vector<Part>& parts) {
  for (const json& part : j) read(part, fields, parts.emplace_back());
}

void read(const json& j, std::vector<reports::Warning>& out) {
  read(j, reports::kWarningFields, out);
}

}  // namespace

json to_json(const CellJob& job) {
  json harms = json::array();
  for (const Harm& harm : job.harms) harms.push_back({harm.kind, harm.levels});
  return {{"key", job.key},
          {"nonce", job.nonce},
          {"plugin", bytes_of(job.plugin_path)},
          {"build", job.plugin_build},
          {"rule", job.rule},
          {"values", job.values},
          {"task", job.task},
          {"task_hash", job.task_hash},
          {"batch", job.batch},
          {"epochs", job.epochs},
          {"updates", job.updates},
          {"lr", job.lr},
          {"seed", job.seed},
          {"refit", job.refit},
          {"mode", job.mode},
          {"timeout_s", job.timeout_s},
          {"pictures", job.pictures},
          {"harms", harms}};
}

CellJob job_from_json(const json& j) {
  CellJob job;
  j.at("key").get_to(job.key);
  j.at("nonce").get_to(job.nonce);
  job.plugin_path = text_of(j.at("plugin"));
  j.at("build").get_to(job.plugin_build);
  j.at("rule").get_to(job.rule);
  for (const json& value : j.at("values")) job.values.push_back(value);
  j.at("task").get_to(job.task);
  j.at("task_hash").get_to(job.task_hash);
  j.at("batch").get_to(job.batch);
  j.at("epochs").get_to(job.epochs);
  j.at("updates").get_to(job.updates);
  j.at("lr").get_to(job.lr);
  j.at("seed").get_to(job.seed);
  j.at("refit").get_to(job.refit);
  j.at("mode").get_to(job.mode);
  j.at("timeout_s").get_to(job.timeout_s);
  j.at("pictures").get_to(job.pictures);
  for (const json& harm : j.at("harms")) job.harms.push_back({harm.at(0), harm.at(1)});
  return job;
}

json to_json(const reports::CurvePoint& point) { return written(reports::kCurveFields, point); }

reports::CurvePoint curve_from_json(const json& j) {
  reports::CurvePoint point;
  read(j, reports::kCurveFields, point);
  return point;
}

json to_json(const reports::CellOutcome& outcome) {
  json out = written(reports::kCellFields, outcome);
  out["pictures"] = written(reports::kPictureFields, outcome.pictures);
  out["harms"] = written(reports::kHarmFields, outcome.harms);
  return out;
}

reports::CellOutcome outcome_from_json(const json& j) {
  reports::CellOutcome outcome;
  read(j, reports::kCellFields, outcome);
  read(j.at("pictures"), reports::kPictureFields, outcome.pictures);
  read(j.at("harms"), reports::kHarmFields, outcome.harms);
  return outcome;
}

}  // namespace agon::harness
