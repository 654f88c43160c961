// SPDX-License-Identifier: MIT
//
// What the cells of a plan cost, to share it out evenly: the seconds that such cells took in a former
// run, or an estimate from what a cell is. What a former run did not have costs its estimate, scaled by
// what it had next to it: of the same rule, task and mode, else of the rule, else of all.
#pragma once

#include <filesystem>
#include <string>
#include <unordered_map>

#include "harness/plan/plan.h"

namespace agon::harness {

class Costs {
 public:
  Costs() = default;  // estimates alone
  // Of a former run's results.sqlite, for the cells of this plan. Throws agon::Error (usage: no cell
  // of its rules and tasks took any time; io).
  Costs(const std::filesystem::path& store, const Plan& plan);

  // 8 hex digits that two runs share whose cells took the same time; "" of estimates.
  const std::string& id() const noexcept { return id_; }
  bool measured() const noexcept { return !id_.empty(); }

  // Of one cell: microseconds, or of an estimate rows learnt from times the weights between them, of
  // which only ratios within one rule and task count. A whole number, so that sums do not depend on
  // their order; the same for cells that differ in their seed alone.
  double of(const Plan& plan, const PlanCell& cell) const;

 private:
  // Seconds and estimates of cells that belong together.
  struct Sum {
    double seconds = 0, estimate = 0;
  };
  std::string id_;
  std::unordered_map<std::string, double> seconds_;  // by study and all of a cell but its seed
  std::unordered_map<std::string, Sum> near_;        // by what is near, see near_of()
};

}  // namespace agon::harness
