// SPDX-License-Identifier: MIT
//
// What of ours crosses the plugin boundary, in the boundary's own types (agon/plugin.h): matrices,
// and a task as a rule is told of it.
#pragma once

#include <cstdint>
#include <span>

#include "agon/plugin.h"
#include "core/matrix.h"

namespace agon::harness {

inline agon_cmat to_abi(core::ConstView v) {
  return {v.data, static_cast<int64_t>(v.rows), static_cast<int64_t>(v.cols),
          static_cast<int64_t>(v.stride)};
}
inline agon_mat to_abi(core::View v) {
  return {v.data, static_cast<int64_t>(v.rows), static_cast<int64_t>(v.cols),
          static_cast<int64_t>(v.stride)};
}

// A task of rows as a rule is told of it, without rows and seed. The shape is referred to.
agon_task describe_rows(uint32_t kind, std::span<const int64_t> shape, int64_t outputs,
                        bool series = false);

}  // namespace agon::harness
