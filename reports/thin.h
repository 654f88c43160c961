// SPDX-License-Identifier: MIT
//
// Runs of very many cells: a report keeps every record in memory, but of each only what it needs, about
// a third. Scores, losses, test rows, statuses and costs are whole, so that every aggregate is what it
// would be; cells.csv, curves.csv and series.csv are written from the store, whole as well. Thinned are
//   curves    whole in studies that rank rules; elsewhere the first, the best and the last point
//   metrics   those that a section, a claim or a study reads
//   logs      the ends of failed cells'
//   pictures  of the first kPictured cells of studies that rank rules
// Pure, one thread.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "reports/report.h"
#include "reports/store/store.h"

namespace agon::reports {

inline constexpr size_t kManyCells = 100'000;  // from so many on records are thinned

class Thinner {
 public:
  explicit Thinner(const RunInfo& run);
  void thin(CellRecord& record);
  const std::set<std::string>& metrics() const noexcept { return metrics_; }  // of all records

 private:
  std::set<std::string> ranking_;  // studies
  std::set<std::string> read_;     // metrics that somebody reads
  std::set<std::string> metrics_;
  size_t pictured_ = 0;
};

// A run as a report takes it, thinned from `many` cells on: the store must then outlive the input.
ReportInput read_report(const Store& store, size_t many = kManyCells);

}  // namespace agon::reports
