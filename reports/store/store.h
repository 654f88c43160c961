// SPDX-License-Identifier: MIT
//
// results.sqlite: the truth of a run. The parent process of a run is its only writer; anyone may
// read at any time. Every finished cell is one transaction, so a kill loses no finished cell.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reports/record/facts.h"
#include "reports/record/record.h"

namespace agon::reports {

// One planned cell of a study: its place in the plan and its key.
struct PlannedCell {
  std::string study;
  CellIdentity id;
  int64_t position =
      -1;  // in the whole plan of which this one is a part; -1: its place in this one
};

struct Finished {
  std::string_view cell_key;
  const CellOutcome* outcome = nullptr;
};

// What cells of one setting took: a mean over seeds.
struct CellCost {
  std::string study;
  CellIdentity id;  // rule, params_json, task, size, batch, budget, condition and mode alone
  double seconds = 0;
};

class Store {
 public:
  enum class Mode { read, write };
  // write creates the file if need be. Throws agon::Error(Exit::io): cannot be created, is no
  // results file, has a later schema version, is locked by another run. One of an older agon is
  // brought up to date: write does so in the file, read in a copy in memory.
  Store(const std::filesystem::path& file, Mode mode);
  ~Store();
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;

  void set_run(const RunInfo& run);
  RunInfo run() const;

  // Replaces the plan: which cells, in which order, belong to the run. Finished cells that the new
  // plan does not name stay in the store but in no report.
  void set_plan(std::span<const PlannedCell> plan);

  // Registers a provenance (deduplicated) and returns its id for finish().
  int64_t add_provenance(const Provenance& provenance);
  // Records the ends of attempts in one transaction, each replacing an earlier attempt of the same
  // key. Throws agon::Error(Exit::io) when the disk is full; earlier cells are untouched.
  void finish(std::span<const Finished> cells, int64_t provenance);
  void finish(const std::string& cell_key, const CellOutcome& outcome, int64_t provenance) {
    const Finished cell{cell_key, &outcome};
    finish({&cell, 1}, provenance);
  }
  void set_noise_floor(double percent);

  // Study and key of each cell that the plan names, in its order.
  std::vector<std::pair<std::string, std::string>> planned() const;
  // The file says that more may have been written than came along: a killed run's results.sqlite
  // without its results.sqlite-wal.
  bool may_lack_results() const;
  int64_t planned_cells() const;
  // How many planned cells have no result: see finished().
  int64_t unfinished() const;
  // Without reading the cells' results.
  RunFacts facts() const;
  // Of the cells that took any time, by the wall clock.
  std::vector<CellCost> costs() const;
  // Status of every finished cell by key. A cell whose plugin or data were not the plan's when it
  // came to its turn is not: it is a row of the report, and runs as soon as they are.
  std::unordered_map<std::string, Status> finished() const;
  // All rows in plan order; cells without an outcome are left out. lists: fill what an outcome has
  // many of, too: curve, series, pictures, warnings, metrics, repetitions. key: those of this cell
  // alone, one for each of its studies; "": of every cell.
  std::vector<CellRecord> records(bool lists = true, std::string_view key = {}) const;
  // The same one by one, some thousands in memory.
  void each(const std::function<void(CellRecord&&)>& fn, bool lists = true) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace agon::reports
