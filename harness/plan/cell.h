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

// What a study asks of a cell beside rule, task and seed, by name: the levels of a harm.
struct Condition {
  std::string name;
  std::vector<double> values;
  bool operator==(const Condition&) const = default;
};

// An identity, which says what is trained, with what a worker needs to do it. Of a rule that does
// not declare them batch, epochs and updates are those of the host.
struct CellJob : reports::CellIdentity {
  CellJob() : CellJob(CellIdentity()) {}
  explicit CellJob(CellIdentity id) : CellIdentity(std::move(id)) {
    if (batch < 0) batch = 32;
    if (epochs < 0) epochs = 1;
    if (updates < 0) updates = 0;  // > 0 replaces epochs
  }

  uint64_t nonce = 0;  // random, of this assignment
  std::string plugin_path;
  std::string rule_in_plugin;                               // its id there
  std::vector<nlohmann::json> values;                       // in the manifest's parameter order
  reports::StudyKind study = reports::StudyKind::accuracy;  // whose protocol trains it
  std::vector<Condition> conditions;
  bool refit = true;
  double timeout_s = 60;
  bool pictures = false;  // read agon.pictures/1 after training
  unsigned threads = 1;   // inside the cell; speed is measured with one whatever stands here
  unsigned turns = 0;  // cells with the same number are measured side by side, in turns; 0: alone
};

}  // namespace agon::harness
