// SPDX-License-Identifier: MIT
//
// What the runs of one setting got on every test row: the values whose mean is the score, and from
// which an interval speaks of other seeds and of other rows. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace agon::reports {

// sampled: the test rows are a sample, and another one would give another score. all: the test is
// the whole population (every pattern of xor), or the score is no mean over rows; then only seeds
// count.
enum class TestedRows { sampled, all };

struct RowKind {
  // True for 0 and 1 (right or wrong) and for the values of an AUROC, see auroc.h; false for trial
  // scores and linearised values.
  bool binary = true;
  TestedRows test_rows = TestedRows::sampled;
};

// A view: one line a seed, one column a test row.
struct RowView {
  size_t seeds = 0, rows = 0;
  std::span<const double> values;  // [seeds x rows]

  std::span<const double> of_seed(size_t seed) const { return values.subspan(seed * rows, rows); }
};

// The runs of one setting. A failed run is a row of constants: the chance level. A skipped run is
// absent.
struct Runs {
  std::string test;  // what fixes the rows and their order: the hash of the task
  std::map<uint64_t, std::vector<double>> by_seed;
};

// Owns what a RowView points into.
struct RowTable {
  size_t seeds = 0, rows = 0;
  std::vector<double> values;
  operator RowView() const { return {seeds, rows, values}; }
};

// All runs of a setting, ascending seeds. Error: runs with unlike numbers of rows.
RowTable table_of(const Runs& runs);

// The seeds that both have, ascending, and how many runs of either were left out. Error: runs of
// unlike tests, or with unlike numbers of rows.
struct PairedRuns {
  RowTable x, y;
  size_t dropped = 0;
};
PairedRuns paired(const Runs& x, const Runs& y);

// x - y, of equal shape.
RowTable minus(const RowView& x, const RowView& y);

// The mean of each seed's values; of equal values exactly that value.
std::vector<double> seed_means(const RowView& x);

}  // namespace agon::reports
