// SPDX-License-Identifier: MIT
//
// What becomes of an entry: fetched, built from source, checked, put through the suite `card`. Threads: the
// main thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/catalogue/entry.h"
#include "reports/record/cards.h"
#include "reports/summary/summary.h"

namespace agon::catalogue {

// A check that the rule does not keep.
struct Unkept {
  std::string check, reason, fix;
};

struct Score {
  std::string task;
  double at_least = 0, mean = reports::kNaN;  // NaN: not measured
};

struct Examined {
  std::string rule;
  std::optional<Entry> entry;  // nullopt: its file cannot be read
  std::string
      failure;  // why it has no card, or what it does not keep of its entry; "" for a good one
  reports::RuleCard card;  // empty before it was built
  int level = 0;           // of agon check
  std::vector<Unkept> unkept;
  std::vector<Score> scores;  // what the entry expects, and what was measured
  std::vector<reports::SummaryRow>
      summary;                // of the run, the rule's own rows of the study accuracy
  std::filesystem::path run;  // folder of the run; empty without one
};

struct Ways {
  std::filesystem::path work;     // an empty folder of the caller's, for sources, builds and runs
  std::filesystem::path program;  // this agon
  unsigned jobs = 1;
};

// Never throws for what is wrong with the entry or its rule: that is its failure.
Examined examine(const std::filesystem::path& file, const Ways& ways);

}  // namespace agon::catalogue
