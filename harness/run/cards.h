// SPDX-License-Identifier: MIT
//
// What a run is made of, in the words of reports: cards of rules, tasks and studies.
#pragma once

#include <span>
#include <string>

#include "harness/plan/plan.h"
#include "reports/record/record.h"

namespace agon::harness {

// With what expected.toml beside its plugin says of it (expected.h); a broken one is a limit of the card.
reports::RuleCard rule_card(const RuleManifest& rule);
// Loads the data: what they are, and some samples.
reports::TaskCard task_card(const datasets::TaskInfo& task, const datasets::Catalogue& catalogue);
// The same with what these rules are expected to score on it.
reports::TaskCard task_card(const datasets::TaskInfo& task, const datasets::Catalogue& catalogue,
                            std::span<const RuleManifest> rules);
// Only the rules and tasks that the plan uses.
reports::RunInfo run_info(const Plan& plan, const datasets::Catalogue& catalogue,
                          const std::string& run_id, const std::string& command);

}  // namespace agon::harness
