// SPDX-License-Identifier: MIT
#include "harness/run/cell_job.h"

#include <cmath>
#include <limits>

namespace agon::harness {
namespace {

using nlohmann::json;

// JSON has neither NaN nor infinities: a missing number travels as null, an infinite one as its sign.
json number(double value) {
  if (std::isfinite(value)) return value;
  if (std::isnan(value)) return nullptr;
  return value > 0 ? "+" : "-";
}

double number_from(const json& value) {
  if (value.is_null()) return reports::kNaN;
  if (value.is_string()) return value == "+" ? HUGE_VAL : -HUGE_VAL;
  return value.get<double>();
}
double number_from(const json& object, const char* key) { return number_from(object.at(key)); }

}  // namespace

json to_json(const CellJob& job) {
  json harms = json::array();
  for (const Harm& harm : job.harms) harms.push_back({harm.kind, harm.levels});
  return {{"key", job.key},         {"plugin", job.plugin_path}, {"build", job.plugin_build},
          {"rule", job.rule},       {"values", job.values},      {"task", job.task},
          {"batch", job.batch},     {"epochs", job.epochs},      {"updates", job.updates},
          {"lr", number(job.lr)},   {"seed", job.seed},          {"refit", job.refit},
          {"mode", job.mode},       {"timeout_s", job.timeout_s},
          {"pictures", job.pictures},
          {"harms", harms}};
}

CellJob job_from_json(const json& j) {
  CellJob job;
  j.at("key").get_to(job.key);
  j.at("plugin").get_to(job.plugin_path);
  j.at("build").get_to(job.plugin_build);
  j.at("rule").get_to(job.rule);
  for (const json& value : j.at("values")) job.values.push_back(value);
  j.at("task").get_to(job.task);
  j.at("batch").get_to(job.batch);
  j.at("epochs").get_to(job.epochs);
  j.at("updates").get_to(job.updates);
  job.lr = number_from(j, "lr");
  j.at("seed").get_to(job.seed);
  j.at("refit").get_to(job.refit);
  j.at("mode").get_to(job.mode);
  j.at("timeout_s").get_to(job.timeout_s);
  j.at("pictures").get_to(job.pictures);
  for (const json& harm : j.at("harms")) job.harms.push_back({harm.at(0), harm.at(1)});
  return job;
}

json to_json(const reports::CurvePoint& p) {
  return {{"epoch", p.epoch},
          {"updates", p.updates},
          {"samples", p.samples},
          {"train_s", p.train_s},
          {"loss_train", number(p.loss_train)},
          {"score_train", number(p.score_train)},
          {"score_val", number(p.score_val)},
          {"lr", number(p.lr)},
          {"score_a", number(p.score_a)},
          {"score_b", number(p.score_b)}};
}

reports::CurvePoint curve_from_json(const json& j) {
  reports::CurvePoint p;
  j.at("epoch").get_to(p.epoch);
  j.at("updates").get_to(p.updates);
  j.at("samples").get_to(p.samples);
  p.train_s = number_from(j, "train_s");
  p.loss_train = number_from(j, "loss_train");
  p.score_train = number_from(j, "score_train");
  p.score_val = number_from(j, "score_val");
  p.lr = number_from(j, "lr");
  p.score_a = number_from(j, "score_a");
  p.score_b = number_from(j, "score_b");
  return p;
}

namespace {

json to_json(const reports::Picture& p) {
  json values = json::array();
  for (const float value : p.values) values.push_back(number(static_cast<double>(value)));
  return {{"key", p.key},   {"title", p.title}, {"column_title", p.column_title}, {"row_title", p.row_title},
          {"value_title", p.value_title}, {"rows", p.rows},   {"cols", p.cols}, {"values", std::move(values)},
          {"kind", p.kind}, {"series", p.series}, {"image_rows", p.image_rows}, {"image_cols", p.image_cols}};
}

json to_json(const reports::HarmPoint& p) {
  return {{"harm", p.harm},          {"level", number(p.level)}, {"draws", p.draws},
          {"score", number(p.score)}, {"nrmse", number(p.nrmse)}, {"reason", p.reason}};
}

reports::HarmPoint harm_from_json(const json& j) {
  reports::HarmPoint p;
  j.at("harm").get_to(p.harm);
  p.level = number_from(j, "level");
  j.at("draws").get_to(p.draws);
  p.score = number_from(j, "score");
  p.nrmse = number_from(j, "nrmse");
  j.at("reason").get_to(p.reason);
  return p;
}

reports::Picture picture_from_json(const json& j) {
  reports::Picture p;
  j.at("key").get_to(p.key);
  j.at("title").get_to(p.title);
  j.at("column_title").get_to(p.column_title);
  j.at("row_title").get_to(p.row_title);
  j.at("value_title").get_to(p.value_title);
  j.at("rows").get_to(p.rows);
  j.at("cols").get_to(p.cols);
  j.at("kind").get_to(p.kind);
  j.at("series").get_to(p.series);
  j.at("image_rows").get_to(p.image_rows);
  j.at("image_cols").get_to(p.image_cols);
  for (const json& value : j.at("values")) {
    p.values.push_back(value.is_null() ? std::numeric_limits<float>::quiet_NaN() : value.get<float>());
  }
  return p;
}

}  // namespace

json to_json(const reports::CellOutcome& o) {
  json pictures = json::array();
  for (const reports::Picture& picture : o.pictures) pictures.push_back(to_json(picture));
  json harms = json::array();
  for (const reports::HarmPoint& point : o.harms) harms.push_back(to_json(point));
  json metrics = json::object();
  for (const auto& [key, value] : o.rule_metrics) metrics[key] = number(value);
  return {{"status", std::string(reports::name(o.status))},
          {"status_detail", o.status_detail},
          {"log_tail", o.log_tail},
          {"epochs_done", o.epochs_done},
          {"diverged_at", o.diverged_at},
          {"n_params", o.n_params},
          {"metric", o.metric},
          {"score_train", number(o.score_train)},
          {"score_val", number(o.score_val)},
          {"score_test", number(o.score_test)},
          {"score_chance", number(o.score_chance)},
          {"loss_init", number(o.loss_init)},
          {"loss_final", number(o.loss_final)},
          {"loss_best", number(o.loss_best)},
          {"epochs_to_target", o.epochs_to_target},
          {"time_to_target_s", number(o.time_to_target_s)},
          {"train_s", number(o.train_s)},
          {"eval_s", number(o.eval_s)},
          {"samples_per_s_train", number(o.samples_per_s_train)},
          {"samples_per_s_predict", number(o.samples_per_s_predict)},
          {"repetitions_train", o.repetitions_train},
          {"repetitions_predict", o.repetitions_predict},
          {"peak_rss_mib", number(o.peak_rss_mib)},
          {"macs_per_sample", number(o.macs_per_sample)},
          {"rule_metrics", metrics},
          {"pictures", pictures},
          {"harms", harms}};
}

reports::CellOutcome outcome_from_json(const json& j) {
  reports::CellOutcome o;
  o.status = reports::status_from(j.at("status").get<std::string>());
  j.at("status_detail").get_to(o.status_detail);
  j.at("log_tail").get_to(o.log_tail);
  j.at("epochs_done").get_to(o.epochs_done);
  j.at("diverged_at").get_to(o.diverged_at);
  j.at("n_params").get_to(o.n_params);
  j.at("metric").get_to(o.metric);
  o.score_train = number_from(j, "score_train");
  o.score_val = number_from(j, "score_val");
  o.score_test = number_from(j, "score_test");
  o.score_chance = number_from(j, "score_chance");
  o.loss_init = number_from(j, "loss_init");
  o.loss_final = number_from(j, "loss_final");
  o.loss_best = number_from(j, "loss_best");
  j.at("epochs_to_target").get_to(o.epochs_to_target);
  o.time_to_target_s = number_from(j, "time_to_target_s");
  o.train_s = number_from(j, "train_s");
  o.eval_s = number_from(j, "eval_s");
  o.samples_per_s_train = number_from(j, "samples_per_s_train");
  o.samples_per_s_predict = number_from(j, "samples_per_s_predict");
  j.at("repetitions_train").get_to(o.repetitions_train);
  j.at("repetitions_predict").get_to(o.repetitions_predict);
  o.peak_rss_mib = number_from(j, "peak_rss_mib");
  o.macs_per_sample = number_from(j, "macs_per_sample");
  for (const json& picture : j.at("pictures")) o.pictures.push_back(picture_from_json(picture));
  for (const json& point : j.at("harms")) o.harms.push_back(harm_from_json(point));
  for (const auto& [key, value] : j.at("rule_metrics").items()) {
    o.rule_metrics[key] = number_from(value);
  }
  return o;
}

}  // namespace agon::harness
