// SPDX-License-Identifier: MIT
//
// Episodes of a system that moves: its source says how many and how long, in place of a split.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "datasets/kinds/kind.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 2> kKeys = {"ridge", "episodes"};

void read(const TomlTable& top, const Metric& scored, TaskInfo& info) {
  info.of = DynamicsInfo{.ridge = top.number("ridge", scored.low, scored.high)};
}

void read_parts(const TomlTable&, TaskFile&) {}

std::vector<Fact> own_facts(const TaskInfo& info) {
  const DynamicsInfo& d = info.dynamics();
  return {{"state", fmt::format("[{}], every {} s", fmt::join(info.shape, ", "), d.dt)},
          {"ridge", fmt::format("{}, the score of a field linear in what is seen", d.ridge)},
          {"regression", fmt::format("{} inputs: {}", d.inputs,
                                     d.is_flow() ? "the state; dx/dt = f(x) + c is learnt"
                                                 : fmt::format("the last {} states and {} inputs",
                                                               d.window, d.drive_window))}};
}

}  // namespace

extern const TaskKind kDynamics;
constinit const TaskKind kDynamics{"dynamics", "persistence", kKeys, read, read_parts, own_facts};

}  // namespace agon::datasets
