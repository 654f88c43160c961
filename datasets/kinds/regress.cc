// SPDX-License-Identifier: MIT
//
// Rows with real targets, split into parts.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "datasets/kinds/rows.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 5> kKeys = {"targets", "nonnegative", "time", "scaling",
                                                   "split"};

void read(const TomlTable& top, const Metric&, TaskInfo& info) {
  info.of = RegressInfo{.targets = top.integer_or("targets", 1, 1000, 1)};
  read_inputs(top, info);
}

void read_parts(const TomlTable& top, TaskFile& file) { read_rows(top, false, file); }

std::vector<Fact> own_facts(const TaskInfo& info) {
  return {{"input", fmt::format("[{}], {} real {}", fmt::join(info.shape, ", "), info.targets(),
                                info.targets() == 1 ? "target" : "targets")}};
}

}  // namespace

extern const TaskKind kRegress;
constinit const TaskKind kRegress{"regress", "the mean", kKeys, read, read_parts, own_facts};

}  // namespace agon::datasets
