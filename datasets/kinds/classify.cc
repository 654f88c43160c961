// SPDX-License-Identifier: MIT
//
// Rows with labels, split into parts; [phases] makes two tasks of one.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "datasets/kinds/rows.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 6> kKeys = {"classes", "nonnegative", "time",
                                                   "scaling", "split",       "phases"};

void read(const TomlTable& top, const Metric& scored, TaskInfo& info) {
  const auto classes = static_cast<int32_t>(top.integer("classes", 2, 1000));
  info.of = ClassifyInfo{.classes = classes};
  if (scored.classes != 0 && classes != scored.classes) {
    top.fail("metric", "does not fit 'classes'",
             fmt::format("{} is for tasks of {} classes", scored.name, scored.classes));
  }
  read_inputs(top, info);
}

void read_parts(const TomlTable& top, TaskFile& file) {
  read_rows(top, true, file);
  file.phases = read_phases(top, file.info);
  if (file.info.time && file.phases && file.phases->kind == PhaseRule::Kind::permuted) {
    top.fail("time", "does not fit [phases]",
             "permuted inputs are no series: leave one of them out");
  }
}

std::vector<Fact> own_facts(const TaskInfo& info) {
  std::vector<Fact> facts{
      {"input", fmt::format("[{}], {} classes", fmt::join(info.shape, ", "), info.classes())}};
  if (info.matched() > 0) {
    facts.push_back(
        {"forgetting", fmt::format("two tasks; the first is compared when the second comes to {}",
                                   info.matched())});
  }
  return facts;
}

}  // namespace

extern const TaskKind kClassify;
constinit const TaskKind kClassify{"classify", "chance", kKeys, read, read_parts, own_facts};

}  // namespace agon::datasets
