// SPDX-License-Identifier: MIT
//
// A run: everything about it that is not a cell.
#pragma once

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
};

}  // namespace agon::reports
