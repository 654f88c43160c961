// SPDX-License-Identifier: MIT
//
// What kinds of rows have in common.
#pragma once

#include "datasets/kinds/kind.h"

namespace agon::datasets {

// `nonnegative`: all inputs of the source are >= 0. `time`: rows are series, the first axis of shape is
// time.
void read_inputs(const TomlTable& top, TaskInfo& info);
// [split] and `scaling`, once the source is read; whether a rule sees negative inputs follows.
void read_rows(const TomlTable& top, bool labelled, TaskFile& file);

}  // namespace agon::datasets
