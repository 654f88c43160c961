// SPDX-License-Identifier: MIT
#include "reports/statistics/comparison.h"

#include <cmath>

namespace agon::reports {

Outcome outcome_of(const Difference& d, double corrected_p) {
  if (d.n < kSeedsToCompare || std::isnan(corrected_p)) return Outcome::unknown;
  if (corrected_p >= kSignificant) return Outcome::tie;
  return d.mean > 0 ? Outcome::win : Outcome::loss;
}

JudgedTable judge_table(std::span<const Difference> table) {
  JudgedTable out;
  out.cells.resize(table.size());
  std::vector<size_t> compared;
  std::vector<double> p;
  for (size_t i = 0; i < table.size(); ++i) {
    if (table[i].n < kSeedsToCompare || std::isnan(table[i].p)) continue;
    compared.push_back(i);
    p.push_back(table[i].p);
  }
  out.comparisons = p.size();
  const std::vector<double> corrected = benjamini_hochberg(p);
  for (size_t k = 0; k < compared.size(); ++k) {
    const Difference& d = table[compared[k]];
    Judged& cell = out.cells[compared[k]];
    cell.corrected = corrected[k];
    cell.outcome = outcome_of(d, corrected[k]);
    cell.alone_only = cell.outcome == Outcome::tie && d.ci.known() && !d.ci.contains(0);
  }
  return out;
}

}  // namespace agon::reports
