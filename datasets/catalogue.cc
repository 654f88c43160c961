// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <system_error>
#include <unordered_set>
#include <utility>
#include <variant>

#include "agon_datasets_resources.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"
#include "core/toml.h"
#include "datasets/decoded.h"
#include "datasets/sources/files.h"
#include "datasets/task.h"
#include "datasets/task_file.h"

namespace agon::datasets {
namespace {

namespace fs = std::filesystem;

// Part of every fingerprint. Raise it when a generator, a reader or the split gives other data for
// the same task file; when one source alone does, give that a version (source.h).
constexpr std::string_view kDataVersion = "datasets 1";

// What simple methods reach says nothing of what is in the data: no part of the task's identity.
std::string without_baselines(std::string toml) {
  constexpr std::string_view kHead = "\n[baselines]";
  const size_t at = toml.find(kHead);
  if (at != std::string::npos) toml.erase(at, toml.find("\n[", at + kHead.size()) - at);
  return toml;
}

// The one identity of a task: its file and the files it names.
std::string identity(const TaskInfo& info, const TaskFiles& files) {
  const std::string_view text =
      info.downloads ? without_downloads(info.toml) : std::string_view(info.toml);
  std::string parts = fmt::format("{}{}\n{}", kDataVersion, info.data_version,
                                  without_baselines(std::string(text)));
  for (const std::string& hash : files.hashes()) parts += hash;
  return core::hash_hex(parts);
}

// Rows by what is in them: two are one when all their bytes are the same.
struct RowBytes {
  const core::Matrix* x;

  std::string_view of(int32_t r) const {
    const auto row = x->row(static_cast<size_t>(r));
    return {reinterpret_cast<const char*>(row.data()), row.size_bytes()};
  }
  size_t operator()(int32_t r) const {
    // Of the wide words in turn, a third of the time of a hash that looks at every byte; equal rows
    // have equal ones, and rows that differ are told apart below.
    constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;
    std::array<uint64_t, 2> state{1, 2};
    std::string_view bytes = of(r);
    for (size_t lane = 0; bytes.size() >= sizeof(uint64_t); lane ^= 1) {
      uint64_t word = 0;
      std::memcpy(&word, bytes.data(), sizeof(word));
      state.at(lane) = (std::rotl(state.at(lane), 23) ^ word) * kOdd;
      bytes.remove_prefix(sizeof(word));
    }
    uint64_t rest = 0;
    std::memcpy(&rest, bytes.data(), bytes.size());
    return (std::rotl(state[0], 31) ^ state[1] ^ rest) * kOdd >> 8;
  }
  bool operator()(int32_t a, int32_t b) const { return of(a) == of(b); }
};

// Test rows that also train: a score on them says less than it seems to.
void note_repeats(Task& task) {
  if (task.split.test == task.split.train) return;  // so it is meant
  const RowBytes bytes{&task.data.x};
  const size_t rows = task.split.train.size() + task.split.validation.size();
  std::unordered_set<int32_t, RowBytes, RowBytes> train(rows, bytes, bytes);
  for (const auto* part : {&task.split.train, &task.split.validation})
    train.insert(part->begin(), part->end());
  const auto repeats =
      std::ranges::count_if(task.split.test, [&](int32_t r) { return train.contains(r); });
  if (repeats == 0) return;
  task.notes.push_back(fmt::format("{} of {} test rows of task {} are in its training part as well",
                                   repeats, task.split.test.size(), task.info.id));
}

// A suite, or another program's TOML, has neither key.
bool is_task_file(std::string_view text, const std::string& origin) {
  const core::TomlFile file(text, origin);
  return file.top().has("id") || file.top().has("kind");
}

// What a broken file is asked for as: the ids that it may state, its name without the ending.
std::vector<std::string> names_of(std::string_view text, const fs::path& file) {
  std::vector<std::string> names = {file.stem().string()};
  try {
    const core::TomlFile toml(text, file.string());
    names.push_back(toml.top().text("id"));
  } catch (const Error&) {
    // No TOML, or no id: it has its name alone.
  }
  return names;
}

}  // namespace

Catalogue::Catalogue(std::vector<fs::path> roots, std::span<const fs::path> folders,
                     const OnBroken& on_broken)
    : roots_(std::move(roots)) {
  for (const Resource& resource : embedded::resources()) {
    if (!resource.name.ends_with(".toml")) continue;
    add(parse_task_file(resource.bytes, fmt::format("tasks/{}", resource.name)).info);
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
      std::string text;
      try {
        text = core::read_regular(file, Exit::usage, core::kMostTomlBytes);
        add_file(folder, file, text);
      } catch (const Error& e) {
        if (!on_broken) throw;
        on_broken(folder, e);
        for (std::string& name : names_of(text, file)) broken_.emplace_back(std::move(name), e);
      }
    }
  }
}

void Catalogue::add_file(const fs::path& folder, const fs::path& file, const std::string& text) {
  if (!is_task_file(text, file.string())) return;
  TaskInfo info = parse_task_file(text, file.string()).info;
  info.folder_of_file = folder;
  add(std::move(info));
}

void Catalogue::add(TaskInfo info) {
  const auto taken = std::ranges::find(tasks_, info.id, &TaskInfo::id);
  if (taken != tasks_.end()) {
    throw Error(Exit::usage, info.origin,
                fmt::format("its id '{}' is that of {}", info.id, taken->origin),
                "give it another id");
  }
  tasks_.push_back(std::move(info));
}

std::vector<fs::path> Catalogue::roots_of(const TaskInfo& info) const {
  std::vector<fs::path> roots = roots_;
  if (!info.folder_of_file.empty()) roots.insert(roots.begin(), info.folder_of_file);
  return roots;
}

std::vector<std::string> Catalogue::ids() const {
  std::vector<std::string> ids;
  for (const TaskInfo& task : tasks_) ids.push_back(task.id);
  return ids;
}

const TaskInfo& Catalogue::info(std::string_view id) const {
  const auto found = std::ranges::find(tasks_, id, &TaskInfo::id);
  if (found == tasks_.end()) {
    if (const Error* const error = broken(id)) throw Error(*error);
    throw Error(Exit::usage, fmt::format("task '{}'", id), "there is no such task",
                core::suggest(id, ids()));
  }
  return *found;
}

const Error* Catalogue::broken(std::string_view id) const noexcept {
  const auto found =
      std::ranges::find(broken_, id, [](const auto& one) { return std::string_view(one.first); });
  return found == broken_.end() ? nullptr : &found->second;
}

const TaskInfo& Catalogue::home(const TaskInfo& info) const {
  if (info.downloads) return info;
  const auto has_all = [&info](const TaskInfo& task) {
    return task.downloads && task.folder == info.folder &&
           std::ranges::all_of(info.files, [&task](const std::string& file) {
             return std::ranges::count(task.files, file) > 0;
           });
  };
  const auto found = std::ranges::find_if(tasks_, has_all);
  return found == tasks_.end() ? info : *found;
}

std::optional<std::string> Catalogue::missing(const TaskInfo& info) const {
  return missing_files(info, roots_of(info));
}

std::string Catalogue::fingerprint(const TaskInfo& info) const {
  return identity(info, TaskFiles(info, roots_of(info)));
}

Task Catalogue::load(const TaskInfo& info) const {
  const TaskFile file = parse_task_file(info.toml, info.origin);
  Task task;
  task.info = info;
  TaskFiles files(info, roots_of(info));
  const fs::path shared = info.source == "folder" ? decoded_folder() : fs::path();
  if (!shared.empty()) {
    task.hash = identity(info, files);
    if (auto decoded = read_decoded(shared, task.hash)) {
      task.data = std::move(decoded->data);
      task.split = std::move(decoded->split);
      if (file.split.kind == SplitRule::Kind::folds)
        task.folds = make_folds(file.split, task.data.labels, task.data.classes);
      note_repeats(task);
      return task;
    }
  }
  SourceData data = file.source.load(files);
  if (auto* trajectories = std::get_if<Trajectories>(&data)) {
    task.trajectories = std::move(*trajectories);
  } else {
    auto& rows = std::get<RowData>(data);
    task.data = std::move(rows.data);
    // Rows with real targets are split as if they were of one class.
    const bool labelled = task.data.classes > 0;
    if (!labelled) task.data.labels.assign(task.data.x.rows(), 0);
    if (file.split.kind == SplitRule::Kind::folds) {
      // What is learnt from training rows before training would be of one fold.
      if (rows.missing != Missing::refuse || file.scaling != InputScaling::none) {
        throw Error(Exit::usage, info.origin, "'missing' and 'scaling' do not fit folds",
                    "fill and scale the file itself, or use another split");
      }
      task.folds = make_folds(file.split, task.data.labels, task.data.classes);
      task.choose_fold(0);
    } else {
      task.split = make_split(file.split, task.data.labels, std::max(task.data.classes, 1),
                              rows.test_rows, rows.groups, info.origin);
    }
    if (!labelled) task.data.labels.clear();
    fill_missing(rows.missing, task.split.train, info.id, task.data.x);
    scale_inputs(file.scaling, task.split.train, task.data.x);
    if (file.phases) apply(*file.phases, task.data, task.split);
    note_repeats(task);
  }
  task.hash = identity(info, files);
  if (task.data.x.rows() > 0) {
    Decoded decoded{std::move(task.data), std::move(task.split)};
    keep_decoded(shared, task.hash, decoded);
    task.data = std::move(decoded.data);
    task.split = std::move(decoded.split);
  }
  return task;
}

}  // namespace agon::datasets
