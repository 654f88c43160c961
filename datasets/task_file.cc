// SPDX-License-Identifier: MIT
#include "datasets/task_file.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "datasets/kinds/kind.h"
#include "datasets/metrics.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 12> kKeys = {"id",     "title",     "summary", "kind",
                                                    "metric", "chance",    "target",  "shape",
                                                    "source", "baselines", "rights",  "fetch"};
constexpr std::array<std::string_view, 3> kBaselines = {"ridge", "logistic", "nearest"};
constexpr std::array<std::string_view, 3> kRightsKeys = {"licence", "attribution", "obtain"};

// Ids stand in commands, in file names and in tables of results.
bool is_id(const std::string& text) {
  return text.size() <= 64 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

const TaskKind& read_top(const TomlTable& top, TaskInfo& info) {
  const Kind kind = kind_named(top.choice("kind", kind_names()));
  const TaskKind& own = task_kind(kind);
  std::vector<std::string_view> keys(kKeys.begin(), kKeys.end());
  keys.insert(keys.end(), own.keys.begin(), own.keys.end());
  top.allow_only(keys);
  info.id = top.text("id");
  if (!is_id(info.id))
    top.fail("id", "is no id", "use letters, digits, '-', '_' and '.' only, at most 64 of them");
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

void read_baselines(const TomlTable& section, TaskInfo& info) {
  section.allow_only(kBaselines);
  const Metric& scored = metric(info.metric, info.kind());
  for (const std::string_view name : kBaselines) {
    if (section.has(name))
      info.baselines.push_back({std::string(name), section.number(name, scored.low, scored.high)});
  }
}

// Where the files can be had says nothing of what is in them: it is no part of the task's identity.
void read_fetch(const TomlTable& top, TaskInfo& info) {
  if (info.source != "folder") top.fail("fetch", "is for tasks that read a folder", "leave it out");
  if (without_downloads(info.toml).empty())
    top.fail("fetch", "is not the last table", "write it as [fetch] at the end of the file");
  info.downloads = read_downloads(top.section("fetch"), info.files);
}

// Of data that nobody else sees, nothing need be said.
void read_rights(const TomlTable& top, TaskInfo& info) {
  info.licence = "not stated";
  info.obtain = "Put its files beside the task file";
  if (!top.has("rights")) return;
  const TomlTable rights = top.section("rights");
  rights.allow_only(kRightsKeys);
  info.licence = rights.text("licence");
  info.attribution = rights.text("attribution");
  info.obtain = rights.text("obtain");
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
  if (top.has("baselines")) read_baselines(top.section("baselines"), file.info);
  read_rights(top, file.info);
  if (top.has("fetch")) read_fetch(top, file.info);
  return file;
}

}  // namespace agon::datasets
