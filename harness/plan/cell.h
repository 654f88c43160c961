// SPDX-License-Identifier: MIT
//
// One cell to run, as data: what a plan asks for, a worker is sent and a protocol trains.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/record/record.h"

namespace agon::harness {

// What a robustness study does to its trained models.
struct Harm {
  std::string kind;            // of reports::kHarms
  std::vector<double> levels;  // ascending, > 0
};

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
  reports::Mode mode = reports::Mode::train;
  double timeout_s = 60;
  bool pictures = false;    // read agon.pictures/1 after training
  std::vector<Harm> harms;  // of a robustness study
};

}  // namespace agon::harness
