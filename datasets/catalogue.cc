// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "agon_datasets_resources.h"
#include "core/error.h"
#include "core/hash.h"
#include "core/text.h"
#include "datasets/folder.h"
#include "datasets/readers/file.h"
#include "datasets/task.h"
#include "datasets/task_file.h"

namespace agon::datasets {
namespace {

// Part of every fingerprint. Raise it when a generator, a reader or the split gives other data for
// the same task file.
constexpr std::string_view kDataVersion = "datasets 1";

// A task file of our own, in the words of an error message.
std::string task_file_name(const TaskInfo& info) { return fmt::format("tasks/{}.toml", info.id); }

std::string_view embedded_file(const TaskInfo& info, const std::string& name) {
  const auto all = embedded::resources();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Resource& r) { return r.name == name; });
  if (found == all.end()) {
    throw Error(Exit::internal, task_file_name(info), fmt::format("no embedded file '{}'", name),
                "add it to datasets/CMakeLists.txt");
  }
  return found->bytes;
}

std::vector<std::filesystem::path> located(const TaskInfo& info,
                                           std::span<const std::filesystem::path> roots) {
  Located result = locate(info, roots);
  if (result.files.empty()) {
    throw Error(Exit::data, fmt::format("task '{}'", info.id), result.reason, result.fix);
  }
  return std::move(result.files);
}

// The one identity of a task, from the hashes of its files in order.
std::string identity(const TaskInfo& info, std::span<const std::string> file_hashes) {
  std::string parts = fmt::format("{}\n{}", kDataVersion, info.toml);
  for (const std::string& hash : file_hashes) parts += hash;
  return core::hash_hex(parts);
}

// Images and labels in turn, as TaskInfo::files names them. The bytes that are parsed are the bytes
// that are hashed: a file may change at any time.
std::vector<IdxPair> read_pairs(const TaskInfo& info, std::span<const std::filesystem::path> roots,
                                std::vector<std::string>& hashes) {
  std::vector<Idx> files;
  std::vector<std::string> names;
  const auto take = [&](std::string_view bytes, std::string name) {
    hashes.push_back(core::hash_hex(bytes));
    files.push_back(parse_idx(bytes, name));
    names.push_back(std::move(name));
  };
  if (info.source == "embedded") {
    for (const std::string& name : info.files) take(embedded_file(info, name), name);
  } else {
    for (const auto& path : located(info, roots)) take(read_bytes(path), path.string());
  }
  std::vector<IdxPair> pairs;
  for (size_t i = 0; i + 1 < files.size(); i += 2) {
    pairs.push_back({std::move(files[i]), std::move(files[i + 1]), names[i], names[i + 1]});
  }
  return pairs;
}

}  // namespace

std::string_view name(Kind kind) noexcept {
  return kind == Kind::classify ? "classify" : "dynamics";
}

Catalogue::Catalogue(std::vector<std::filesystem::path> roots) : roots_(std::move(roots)) {
  for (const Resource& resource : embedded::resources()) {
    if (!resource.name.ends_with(".toml")) continue;
    tasks_.push_back(parse_task_file(resource.bytes, fmt::format("tasks/{}", resource.name)).info);
  }
}

std::vector<std::string> Catalogue::ids() const {
  std::vector<std::string> ids;
  for (const TaskInfo& task : tasks_) ids.push_back(task.id);
  return ids;
}

const TaskInfo& Catalogue::info(std::string_view id) const {
  const auto found =
      std::find_if(tasks_.begin(), tasks_.end(), [&](const TaskInfo& t) { return t.id == id; });
  if (found == tasks_.end()) {
    throw Error(Exit::usage, fmt::format("task '{}'", id), "there is no such task",
                core::suggest(id, ids()));
  }
  return *found;
}

std::optional<std::string> Catalogue::missing(const TaskInfo& info) const {
  if (info.source != "folder") return std::nullopt;
  const Located result = locate(info, roots_);
  if (!result.files.empty()) return std::nullopt;
  return result.reason + "\n  fix: " + result.fix;
}

std::string Catalogue::fingerprint(const TaskInfo& info) const {
  std::vector<std::string> hashes;
  if (info.source == "embedded") {
    for (const std::string& name : info.files)
      hashes.push_back(core::hash_hex(embedded_file(info, name)));
  } else if (info.source == "folder") {
    for (const auto& path : located(info, roots_)) hashes.push_back(core::hash_file(path));
  }
  return identity(info, hashes);
}

Task Catalogue::load(const TaskInfo& info) const {
  TaskFile file = parse_task_file(info.toml, task_file_name(info));
  Task task;
  task.info = info;
  std::vector<std::string> hashes;  // of the files that were read
  if (const auto* dynamics = std::get_if<Dynamics>(&file.source)) {
    task.trajectories = make_trajectories(*dynamics);
    task.hash = identity(info, hashes);
    return task;
  }
  size_t last_rows = 0;
  if (const auto* recipe = std::get_if<IdxRecipe>(&file.source)) {
    task.data =
        combine(*recipe, read_pairs(info, roots_, hashes), info.shape, info.classes, last_rows);
  } else if (const auto* parity = std::get_if<Parity>(&file.source)) {
    task.data = make_parity(*parity);
  } else {
    task.data = make_spirals(std::get<Spirals>(file.source));
  }
  task.split = make_split(file.split, task.data.labels, task.data.classes, last_rows);
  if (file.phases) apply(*file.phases, task.data, task.split);
  task.hash = identity(info, hashes);
  return task;
}

}  // namespace agon::datasets
