// SPDX-License-Identifier: MIT
//
// Runs cells as arrays of a Slurm cluster. Each array is a folder slurm/<n> of the run: what its
// elements are given and answer (batch.h), their logs, the script and, once submitted, its id. The
// run follows the files of results; it may be stopped and started again anywhere that sees the folder:
// arrays that are still queued are followed, not submitted a second time. Cells whose element is gone
// without their result are handed out again, `tries` times in all.
//
// Speed cells are one element, so that all of them run on one node, alone with speed_lines.
#pragma once

#include <memory>

#include "harness/work/executor.h"

namespace agon::harness {

std::unique_ptr<Executor> slurm_executor(ExecutorOptions options);

}  // namespace agon::harness
