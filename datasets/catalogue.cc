// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>
#include <variant>

#include "agon_datasets_resources.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"
#include "core/toml.h"
#include "datasets/sources/files.h"
#include "datasets/task.h"
#include "datasets/task_file.h"

namespace agon::datasets {
namespace {

namespace fs = std::filesystem;

// Part of every fingerprint. Raise it when a generator, a reader or the split gives other data for
// the same task file.
constexpr std::string_view kDataVersion = "datasets 1";

// The one identity of a task: its file and the files it names.
std::string identity(const TaskInfo& info, const TaskFiles& files) {
  std::string parts = fmt::format("{}\n{}", kDataVersion, info.toml);
  for (const std::string& hash : files.hashes()) parts += hash;
  return core::hash_hex(parts);
}

}  // namespace

Catalogue::Catalogue(std::vector<fs::path> roots, std::span<const fs::path> folders)
    : roots_(std::move(roots)) {
  for (const Resource& resource : embedded::resources()) {
    if (!resource.name.ends_with(".toml")) continue;
    add(resource.bytes, fmt::format("tasks/{}", resource.name));
  }
  for (const fs::path& folder : folders) {
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
      if (it->path().extension() == ".toml") files.push_back(it->path());
    }
    if (error) {
      throw Error(Exit::usage, folder.string(), error.message(), "name a folder of task files");
    }
    std::ranges::sort(files);
    for (const fs::path& file : files) {
      add(core::read_regular(file, Exit::usage, core::kMostTomlBytes), file.string());
    }
  }
}

void Catalogue::add(std::string_view text, const std::string& origin) {
  TaskInfo info = parse_task_file(text, origin).info;
  const auto taken = std::ranges::find(tasks_, info.id, &TaskInfo::id);
  if (taken != tasks_.end()) {
    throw Error(Exit::usage, origin,
                fmt::format("its id '{}' is that of {}", info.id, taken->origin),
                "give it another id");
  }
  tasks_.push_back(std::move(info));
}

std::vector<std::string> Catalogue::ids() const {
  std::vector<std::string> ids;
  for (const TaskInfo& task : tasks_) ids.push_back(task.id);
  return ids;
}

const TaskInfo& Catalogue::info(std::string_view id) const {
  const auto found = std::ranges::find(tasks_, id, &TaskInfo::id);
  if (found == tasks_.end()) {
    throw Error(Exit::usage, fmt::format("task '{}'", id), "there is no such task",
                core::suggest(id, ids()));
  }
  return *found;
}

std::optional<std::string> Catalogue::missing(const TaskInfo& info) const {
  return missing_files(info, roots_);
}

std::string Catalogue::fingerprint(const TaskInfo& info) const {
  return identity(info, TaskFiles(info, roots_));
}

Task Catalogue::load(const TaskInfo& info) const {
  const TaskFile file = parse_task_file(info.toml, info.origin);
  Task task;
  task.info = info;
  TaskFiles files(info, roots_);
  SourceData data = file.source.load(files);
  if (auto* trajectories = std::get_if<Trajectories>(&data)) {
    task.trajectories = std::move(*trajectories);
  } else {
    auto& rows = std::get<RowData>(data);
    task.data = std::move(rows.data);
    const std::vector<int32_t> unlabelled(task.data.labels.empty() ? task.data.x.rows() : 0);
    task.split = unlabelled.empty()
                     ? make_split(file.split, task.data.labels, task.data.classes, rows.test_rows)
                     : make_split(file.split, unlabelled, 1, rows.test_rows);
    fill_missing(rows.missing, task.split.train, info.id, task.data.x);
    if (file.phases) apply(*file.phases, task.data, task.split);
  }
  task.hash = identity(info, files);
  return task;
}

}  // namespace agon::datasets
