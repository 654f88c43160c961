// SPDX-License-Identifier: MIT
//
// Two tasks in one: A, then B. What a task file's [phases] says, and what it does to rows and
// split.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/toml.h"
#include "datasets/dataset.h"
#include "datasets/task.h"

namespace agon::datasets {

struct PhaseRule {
  enum class Kind {
    labels,   // a row belongs to A when its class is one of `first`, else to B
    permuted  // all rows are A; B is the same rows with their inputs under one permutation
  };
  Kind kind = Kind::labels;
  std::vector<int32_t> first{};  // labels
  uint64_t seed = 0;             // permuted: of the permutation
};

// Reads [phases] of `top`, nullopt without one; fills info.matched() and what info.split says of it.
// Throws agon::Error(Exit::usage) as parse_task_file does.
std::optional<PhaseRule> read_phases(const core::TomlTable& top, TaskInfo& info);

// Fills data.phase. permuted: appends the rows of B in the order of A's and puts each into the part
// of its image, so that no image is in two parts.
void apply(const PhaseRule& rule, Dataset& data, Split& split);

}  // namespace agon::datasets
