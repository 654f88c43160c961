// SPDX-License-Identifier: MIT
#include "harness/train/abi.h"

namespace agon::harness {

agon_task describe_rows(uint32_t kind, std::span<const int64_t> shape, int64_t outputs,
                        bool series) {
  agon_task task{};
  task.struct_size = sizeof(agon_task);
  task.kind = kind;
  task.inputs = 1;
  for (const int64_t n : shape) task.inputs *= n;
  task.outputs = outputs;
  task.flags = series ? AGON_TASK_SERIES : 0;
  task.shape = shape.data();
  task.shape_rank = static_cast<int64_t>(shape.size());
  return task;
}

}  // namespace agon::harness
