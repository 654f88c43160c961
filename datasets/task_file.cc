// SPDX-License-Identifier: MIT
#include "datasets/task_file.h"

#include <array>
#include <vector>

#include "datasets/kinds/kind.h"
#include "datasets/metrics.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 10> kKeys = {
    "id", "title", "summary", "kind", "metric", "chance", "target", "shape", "source", "rights"};
constexpr std::array<std::string_view, 3> kRightsKeys = {"licence", "attribution", "obtain"};

const TaskKind& read_top(const TomlTable& top, TaskInfo& info) {
  const Kind kind = kind_named(top.choice("kind", kind_names()));
  const TaskKind& own = task_kind(kind);
  std::vector<std::string_view> keys(kKeys.begin(), kKeys.end());
  keys.insert(keys.end(), own.keys.begin(), own.keys.end());
  top.allow_only(keys);
  info.id = top.text("id");
  info.title = top.text("title");
  info.summary = top.text("summary");
  info.metric = top.choice("metric", metric_names(kind));
  const Metric& scored = metric(info.metric, kind);
  info.chance = top.number("chance", scored.low, scored.high);
  info.target = top.number("target", scored.low, scored.high);
  if (info.target <= info.chance)
    top.fail("target", "is not above 'chance'", "give a score a rule can reach");
  info.shape = top.integers("shape", 1, 65536);
  own.read(top, scored, info);
  return own;
}

}  // namespace

TaskFile parse_task_file(std::string_view text, const std::string& name) {
  const core::TomlFile toml(text, name);
  const TomlTable top = toml.top();
  TaskFile file;
  file.info.toml = text;
  file.info.origin = name;
  const TaskKind& kind = read_top(top, file.info);
  file.source = read_source(top, file.info);
  kind.read_parts(top, file);
  const TomlTable rights = top.section("rights");
  rights.allow_only(kRightsKeys);
  file.info.licence = rights.text("licence");
  file.info.attribution = rights.text("attribution");
  file.info.obtain = rights.text("obtain");
  return file;
}

}  // namespace agon::datasets
