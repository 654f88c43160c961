// SPDX-License-Identifier: MIT
//
// A run: everything about it that is not a cell.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/record/cards.h"
#include "reports/record/claim.h"

namespace agon::reports {

// Everything about a run that is not a cell; kept as JSON in the store and as run.json.
struct RunInfo {
  // version: of the suite; "" where it states none.
  std::string run_id, suite, version, title, suite_toml, command, started_utc;
  std::string
      options;  // of every command on its cells: --plugin FILE --memory MIB ...; shell words
  std::vector<StudyCard> studies;
  std::vector<RuleCard> rules;
  std::vector<TaskCard> tasks;
  std::vector<ClaimCard> claims{};
  // Of which plan this is a part, see harness/plan/shard.h: its fingerprint, and how many cells it has
  // at first and at last. shard: "2/3", "2/3 by costs 0a1b2c3d", or "" for the whole.
  std::string plan{}, shard{};
  int64_t plan_cells = 0, all_cells = 0;
};

}  // namespace agon::reports
