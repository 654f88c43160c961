// SPDX-License-Identifier: MIT
#include "reports/claims/claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "reports/claims/cells.h"
#include "reports/claims/measure.h"
#include "reports/record/run_json.h"

namespace agon::reports {
namespace {

constexpr std::array<std::string_view, 7> kTakes{"mean",   "median", "min",     "max",
                                                 "argmax", "slope",  "exponent"};

ClaimResult judge_one(const ClaimCard& claim, const ClaimCells& cells) {
  ClaimResult result;
  result.claim = &claim;
  for (const ClaimCheck& check : claim.checks) {
    for (Measurement& m : measure(check, cells)) result.measurements.push_back(std::move(m));
  }
  result.verdict = verdict_of(result.measurements);
  return result;
}

}  // namespace

std::string_view words(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds: return "holds";
    case Verdict::partly: return "holds partly";
    case Verdict::fails: return "does not hold";
    default: return "not measured";
  }
}

Verdict verdict_of(std::span<const Measurement> measurements) {
  const auto count = [&](Verdict v) {
    return static_cast<size_t>(std::ranges::count(measurements, v, &Measurement::verdict));
  };
  const size_t holds = count(Verdict::holds), partly = count(Verdict::partly);
  if (count(Verdict::unmeasured) == measurements.size()) return Verdict::unmeasured;
  if (holds == measurements.size()) return Verdict::holds;
  return holds + partly > 0 ? Verdict::partly : Verdict::fails;
}

std::span<const std::string_view> takes() { return kTakes; }

bool take_needs_by(std::string_view take) {
  return take == "argmax" || take == "slope" || take == "exponent";
}

std::vector<ClaimResult> judge(std::span<const ClaimCard> claims,
                               std::span<const CellRecord> records,
                               std::span<const TaskCard> tasks) {
  std::vector<ClaimResult> results;
  if (claims.empty()) return results;
  const ClaimCells cells(records, tasks);
  for (const ClaimCard& claim : claims) results.push_back(judge_one(claim, cells));
  return results;
}

std::vector<ClaimResult> judge(const ReportInput& input) {
  const RunInfo& run = input.run;
  if (input.runs.empty()) return judge(run.claims, input.records, run.tasks);
  std::map<std::string, std::set<uint32_t>> stated_by;  // runs by the whole claim
  for (uint32_t i = 0; i < input.runs.size(); ++i) {
    for (const ClaimCard& claim : input.runs[i].claims) stated_by[claim_json(claim)].insert(i);
  }
  std::vector<ClaimResult> results;
  std::map<std::set<uint32_t>, ClaimCells> cells_of;  // by the runs that hold them
  for (const ClaimCard& claim : run.claims) {
    const std::set<uint32_t>& stated = stated_by[claim_json(claim)];
    const auto of_these = [&](const CellRecord& r) {
      return std::ranges::any_of(r.runs, [&](uint32_t i) { return stated.contains(i); });
    };
    const auto cells = cells_of.try_emplace(stated, input.records, run.tasks, of_these).first;
    results.push_back(judge_one(claim, cells->second));
  }
  return results;
}

std::string count_words(std::span<const ClaimResult> results) {
  if (results.empty()) return "";
  const auto count = [&](Verdict v) {
    return static_cast<size_t>(std::ranges::count(results, v, &ClaimResult::verdict));
  };
  const size_t holds = count(Verdict::holds), total = results.size();
  std::string out = fmt::format("{} of {} claim{} hold{}", holds, total, total == 1 ? "" : "s",
                                holds == 1 ? "s" : "");
  if (const size_t n = count(Verdict::partly); n > 0)
    out += fmt::format(", {} hold{} partly", n, n == 1 ? "s" : "");
  if (const size_t n = count(Verdict::fails); n > 0)
    out += fmt::format(", {} do{} not hold", n, n == 1 ? "es" : "");
  if (const size_t n = count(Verdict::unmeasured); n > 0)
    out += fmt::format(", {} {} not measured", n, n == 1 ? "was" : "were");
  return out + ".";
}

}  // namespace agon::reports
