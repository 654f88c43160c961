// SPDX-License-Identifier: MIT
#include "harness/work/cell_job.h"

#include <span>

#include "harness/work/wire.h"

namespace agon::harness {
namespace {

using nlohmann::json;

double number_from(const json& object, const char* key) { return object.at(key).get<double>(); }

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
  return {{"epoch", p.epoch},           {"updates", p.updates},
          {"samples", p.samples},       {"train_s", p.train_s},
          {"loss_train", p.loss_train}, {"score_train", p.score_train},
          {"score_val", p.score_val},   {"lr", p.lr},
          {"score_a", p.score_a},       {"score_b", p.score_b}};
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
  json series = json::array();
  for (const std::string& name : p.series) series.push_back(bytes_of(name));
  return {{"key", bytes_of(p.key)},
          {"title", bytes_of(p.title)},
          {"column_title", bytes_of(p.column_title)},
          {"row_title", bytes_of(p.row_title)},
          {"value_title", bytes_of(p.value_title)},
          {"rows", p.rows},
          {"cols", p.cols},
          {"values", bytes_of(std::span<const float>(p.values))},
          {"kind", p.kind},
          {"series", std::move(series)},
          {"image_rows", p.image_rows},
          {"image_cols", p.image_cols}};
}

json to_json(const reports::HarmPoint& p) {
  return {{"harm", p.harm},   {"level", p.level}, {"draws", p.draws},
          {"score", p.score}, {"nrmse", p.nrmse}, {"reason", bytes_of(p.reason)}};
}

reports::HarmPoint harm_from_json(const json& j) {
  reports::HarmPoint p;
  j.at("harm").get_to(p.harm);
  p.level = number_from(j, "level");
  j.at("draws").get_to(p.draws);
  p.score = number_from(j, "score");
  p.nrmse = number_from(j, "nrmse");
  p.reason = text_of(j.at("reason"));
  return p;
}

reports::Picture picture_from_json(const json& j) {
  reports::Picture p;
  p.key = text_of(j.at("key"));
  p.title = text_of(j.at("title"));
  p.column_title = text_of(j.at("column_title"));
  p.row_title = text_of(j.at("row_title"));
  p.value_title = text_of(j.at("value_title"));
  j.at("rows").get_to(p.rows);
  j.at("cols").get_to(p.cols);
  j.at("kind").get_to(p.kind);
  for (const json& name : j.at("series")) p.series.push_back(text_of(name));
  j.at("image_rows").get_to(p.image_rows);
  j.at("image_cols").get_to(p.image_cols);
  p.values = floats_of(j.at("values"));
  return p;
}

}  // namespace

json to_json(const reports::CellOutcome& o) {
  json pictures = json::array();
  for (const reports::Picture& picture : o.pictures) pictures.push_back(to_json(picture));
  json harms = json::array();
  for (const reports::HarmPoint& point : o.harms) harms.push_back(to_json(point));
  json warnings = json::array();
  for (const reports::Warning& warning : o.warnings)
    warnings.push_back({bytes_of(warning.text), warning.times});
  return {{"status", std::string(reports::name(o.status))},
          {"status_detail", bytes_of(o.status_detail)},
          {"log_tail", bytes_of(o.log_tail)},
          {"attempts", o.attempts},
          {"epochs_done", o.epochs_done},
          {"diverged_at", o.diverged_at},
          {"n_params", o.n_params},
          {"metric", o.metric},
          {"score_train", o.score_train},
          {"score_val", o.score_val},
          {"score_test", o.score_test},
          {"score_chance", o.score_chance},
          {"loss_init", o.loss_init},
          {"loss_final", o.loss_final},
          {"loss_best", o.loss_best},
          {"epochs_to_target", o.epochs_to_target},
          {"time_to_target_s", o.time_to_target_s},
          {"train_s", o.train_s},
          {"eval_s", o.eval_s},
          {"samples_per_s_train", o.samples_per_s_train},
          {"samples_per_s_predict", o.samples_per_s_predict},
          {"repetitions_train", o.repetitions_train},
          {"repetitions_predict", o.repetitions_predict},
          {"peak_rss_mib", o.peak_rss_mib},
          {"macs_per_sample", o.macs_per_sample},
          {"rule_metrics", o.rule_metrics},
          {"pictures", pictures},
          {"warnings", warnings},
          {"harms", harms}};
}

reports::CellOutcome outcome_from_json(const json& j) {
  reports::CellOutcome o;
  o.status = reports::status_from(j.at("status").get<std::string>());
  o.status_detail = text_of(j.at("status_detail"));
  o.log_tail = text_of(j.at("log_tail"));
  j.at("attempts").get_to(o.attempts);
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
  for (const json& warning : j.at("warnings"))
    o.warnings.push_back({text_of(warning.at(0)), warning.at(1)});
  for (const json& point : j.at("harms")) o.harms.push_back(harm_from_json(point));
  j.at("rule_metrics").get_to(o.rule_metrics);
  return o;
}

}  // namespace agon::harness
