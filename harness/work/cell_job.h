// SPDX-License-Identifier: MIT
//
// What the parent tells a worker about one cell, and what the worker answers, as frames (wire.h):
//
//   parent -> worker (stdin)   a CellJob
//   worker -> parent (fd 3)    {event, key, nonce, ...} with event one of
//     training                 data and plugin are loaded, the cell's limit begins
//     curve     point
//     progress  fraction
//     result    outcome, wall_s, left: what the cell left behind in the process, in words
//
// key and nonce are the job's: whatever else comes through the pipe ends the worker.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/plan/harm.h"
#include "reports/record/record.h"

namespace agon::harness {

inline constexpr int kEventFd = 3;

struct CellJob {
  std::string key;
  uint64_t nonce = 0;  // random, of this assignment
  std::string plugin_path, plugin_build, rule;
  std::vector<nlohmann::json> values;           // in the manifest's parameter order
  std::string task, task_hash;                  // task_hash: the data that the run was planned with
  int64_t batch = 32, epochs = 1, updates = 0;  // updates > 0 replaces epochs
  double lr = reports::kNaN;                    // for the curve only
  uint64_t seed = 0;
  bool refit = true;
  std::string mode = "train";  // of reports::CellIdentity
  double timeout_s = 60;
  bool pictures = false;    // read agon.pictures/1 after training
  std::vector<Harm> harms;  // of a robustness study
};

nlohmann::json to_json(const CellJob& job);
CellJob job_from_json(const nlohmann::json& json);  // throws nlohmann::json::exception

nlohmann::json to_json(const reports::CurvePoint& point);
reports::CurvePoint curve_from_json(const nlohmann::json& json);

// Everything of an outcome but its curve, which travels as events.
nlohmann::json to_json(const reports::CellOutcome& outcome);
reports::CellOutcome outcome_from_json(const nlohmann::json& json);

}  // namespace agon::harness
