// SPDX-License-Identifier: MIT
//
// Synthetic records and a folder that goes away.
#pragma once

#include <stdlib.h>

#include <cmath>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "reports/record/record.h"

namespace agon::reports::testing {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "agon-reports-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A finished training cell with a unique key.
inline CellRecord cell(const std::string& study, const std::string& rule, const std::string& task,
                       uint64_t seed, double score, double lr = 0.1, int64_t depth = 1) {
  CellRecord r;
  r.study = study;
  r.id.rule = rule;
  r.id.task = task;
  r.id.kind = "classify";
  r.id.depth = depth;
  r.id.width = 32;
  r.id.lr = lr;
  r.id.batch = 16;
  r.id.epochs = 10;
  r.id.seed = seed;
  r.id.params_json = "{\"activation\":\"tanh\",\"depth\":" + std::to_string(depth) +
                     ",\"lr\":" + std::to_string(lr) + "}";
  r.id.cell_key = study + "/" + rule + "/" + task + "/" + std::to_string(seed) + "/" +
                  std::to_string(lr) + "/" + std::to_string(depth);
  r.outcome.status = Status::ok;
  r.outcome.metric = "accuracy";
  r.outcome.score_test = score;
  r.outcome.score_val = score;
  r.outcome.score_train = score;
  r.outcome.score_chance = 0.1;
  r.outcome.loss_init = 2.0;
  r.outcome.loss_final = 2.0 * (1 - score);
  r.outcome.utc = "2026-01-02T03:04:05Z";
  return r;
}

// A run of a forgetting study; a: what it has of A when B comes to its level, NaN when B never
// does.
inline CellRecord forgetting(const std::string& rule, const std::string& task, uint64_t seed,
                             double a) {
  CellRecord r = cell("forgetting", rule, task, seed, a);
  r.id.mode = Mode::forgetting;
  r.outcome.score_train = kNaN;
  r.outcome.rule_metrics = {
      {"a_before", 0.9}, {"end_a", 0.05}, {"end_b", 0.85}, {"samples_a", 1000}, {"level_b", 0.8}};
  r.outcome.rule_metrics["best_b"] = std::isnan(a) ? 0.75 : 0.85;
  if (std::isnan(a)) {
    r.outcome.status_detail = "task B reached 0.750 of 0.8: not comparable";
  } else {
    r.outcome.rule_metrics["matched_b"] = 0.81;
    r.outcome.rule_metrics["a_kept"] = a / 0.9;
    r.outcome.rule_metrics["samples_to_match"] = 640;
  }
  for (int i = 1; i <= 4; ++i) {
    CurvePoint point;
    point.epoch = i;
    point.samples = 500 * i;
    r.outcome.curve.push_back(point);
    r.outcome.series.push_back({"score_a", 500.0 * i, 1, i <= 2 ? 0.9 : 0.9 / i});
    r.outcome.series.push_back({"score_b", 500.0 * i, 1, i <= 2 ? 0.0 : 0.2 * i});
  }
  return r;
}

// A text of what produced the record.
inline void set(CellRecord& r, std::string Provenance::*member, const std::string& text) {
  Provenance p = *r.provenance;
  p.*member = text;
  r.provenance = std::move(p);
}

inline CellRecord failed(CellRecord r, Status status) {
  const std::string metric = r.outcome.metric;
  r.outcome = CellOutcome{};
  r.outcome.status = status;
  r.outcome.status_detail = "synthetic";
  return r;
}

}  // namespace agon::reports::testing
