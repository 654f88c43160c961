// SPDX-License-Identifier: MIT
#include "data_hash.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <span>
#include <string_view>

#include "core/hash.h"

namespace agon::datasets::testing {
namespace {

template <typename T>
std::string digest(std::span<const T> values) {
  const auto bytes = std::as_bytes(values);
  return core::hash_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

std::string data_hash(const Dataset& data, const Split& split) {
  std::string parts = fmt::format("{} {}", fmt::join(data.shape, "x"), data.classes);
  // Row by row, because rows are padded.
  for (size_t r = 0; r < data.x.rows(); ++r) parts += digest(data.x.row(r));
  parts += digest(std::span<const int32_t>(data.labels));
  for (size_t r = 0; r < data.targets.rows(); ++r) parts += digest(data.targets.row(r));
  if (!data.phase.empty()) parts += digest(std::span<const uint8_t>(data.phase));
  for (const auto* part : {&split.train, &split.validation, &split.test}) {
    parts += digest(std::span<const int32_t>(*part));
  }
  return core::hash_hex(parts);
}

std::string data_hash(const Trajectories& trajectories) {
  std::string parts;
  const auto add = [&parts](const Trajectory& t) {
    parts += digest(std::span<const float>(t.state));
    parts += digest(std::span<const float>(t.drive));
  };
  for (const auto* part :
       {&trajectories.train, &trajectories.validation, &trajectories.test, &trajectories.runs}) {
    parts += fmt::format(" {} ", part->size());
    for (const Trajectory& t : *part) add(t);
  }
  add(trajectories.reference);
  return core::hash_hex(parts);
}

std::string data_hash(const Task& task) {
  return task.info.kind() == Kind::dynamics ? data_hash(task.trajectories)
                                            : data_hash(task.data, task.split);
}

}  // namespace agon::datasets::testing
