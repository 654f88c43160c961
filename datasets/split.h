// SPDX-License-Identifier: MIT
//
// Which rows train, which select and which test. A split depends on labels, fractions and its own
// seed only; the seed of a training run chooses among folds and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/toml.h"
#include "datasets/dataset.h"

namespace agon::datasets {

struct SplitRule {
  enum class Kind {
    all,         // few patterns: train = validation = test = every row
    stratified,  // test, then validation out of the rest, drawn within each class
    random,      // the same of all rows together
    group,       // whole groups: what is tested, or validated, comes from a group that trains not
    folds,       // drawn within each class: a seed tests the fold of its number, modulo their count
    time,        // in the order of the rows: training, then validation, then test
    given        // the last rows are the published test part; validation is drawn from the others
  };
  Kind kind = Kind::all;
  double test = 0;        // fraction of all rows
  double validation = 0;  // fraction of the rows that are not test
  uint64_t seed = 0;
  int32_t folds = 0;  // of the kind
  // stratified: of the last class one row in so many is left for training and validation; from the
  // first class on, which keeps all, the shares fall by one ratio.
  double imbalance = 1;
  std::vector<std::string> test_groups{};  // group: these; empty: as many as the fraction takes
};

// Reads [split]. test_part: the source has a published one, for `given` and for nothing else.
// labelled: the rows have labels.
SplitRule read_split(const core::TomlTable& section, bool test_part, bool labelled);

// For people: "80/20 stratified, 20 % of the training part for validation, split seed 1".
std::string describe(const SplitRule& rule);

// `labels` [rows] in 0 .. classes-1, for rows without labels all 0; `test_rows`: for Kind::given, the
// number of test rows at the end; `groups` [rows]: for Kind::group. Each list is sorted. A part of
// fraction f of n rows has ceil(f n) rows, by group at least so many while others are left, and
// each class's share of a stratified one is less than one row away from f times the class. Throws
// agon::Error(Exit::data) with `name` for groups that cannot be split.
Split make_split(const SplitRule& rule, std::span<const int32_t> labels, int32_t classes,
                 size_t test_rows, std::span<const std::string> groups = {},
                 const std::string& name = "");

// Of Kind::folds, one split for each fold: it tests the fold. A row is in one fold, a class's rows
// are spread over them evenly.
std::vector<Split> make_folds(const SplitRule& rule, std::span<const int32_t> labels,
                              int32_t classes);

}  // namespace agon::datasets
