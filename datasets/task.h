// SPDX-License-Identifier: MIT
//
// A task: data + split + metric + chance level, described by one TOML file, of datasets/tasks/ or elsewhere.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/error.h"
#include "datasets/dataset.h"
#include "datasets/fetch/downloads.h"
#include "datasets/trajectories.h"

namespace agon::datasets {

// In the order of KindInfo.
enum class Kind { classify, dynamics, regress };
std::string_view name(Kind kind) noexcept;  // as in task files
std::vector<std::string_view> kind_names();
Kind kind_named(std::string_view name);  // one of kind_names()

struct ClassifyInfo {
  int32_t classes = 0;
  double matched =
      0;  // two tasks in one: the frozen score of B at which A is compared; 0: one task
};
struct RegressInfo {
  int64_t targets = 1;  // real numbers a row
};
// What one kind of task has and no other; DynamicsInfo is in trajectories.h. See kinds/kind.h.
using KindInfo = std::variant<ClassifyInfo, DynamicsInfo, RegressInfo>;

// A simple method's frozen score on the task's own split, by its metric.
struct Baseline {
  std::string name;  // "ridge", "logistic" or "nearest"
  double score = 0;
};

struct TaskInfo {
  std::string id;     // "digits"
  std::string title;  // "UCI handwritten digits, 8x8"
  std::string summary;
  KindInfo of;                     // what its kind alone has
  std::string metric;              // "accuracy", "nrmse"
  double chance = 0;               // score of guessing; nrmse: of the forecast that nothing changes
  double target = 0;               // frozen score for time-to-target
  std::vector<int64_t> shape;      // of an input; dynamics: [K], the state
  std::string source;              // "embedded", "generated" or "folder"
  std::string data_version;        // Source::version of what reads it
  std::string folder;              // folder under a data root, when source is "folder"
  std::vector<std::string> files;  // names inside that folder
  std::string
      split;  // words for people: "80/20 stratified, 20 % of the training part for validation"
  std::vector<Baseline> baselines;  // as tests/datasets/baselines.cc measures them
  std::string licence;
  std::string attribution;
  std::string obtain;       // how to get the data when it is missing
  bool nonnegative = true;  // all inputs are >= 0
  bool time = false;        // rows are series: the first axis of shape is time
  std::string toml;         // the file's own text, part of the fingerprint but for [fetch]
  std::optional<Downloads> downloads{};  // where its files can be had
  std::string origin;                    // of that text, for errors: "tasks/digits.toml", or a path
  std::filesystem::path folder_of_file;  // where that file is; empty: built in

  Kind kind() const noexcept { return static_cast<Kind>(of.index()); }
  const DynamicsInfo& dynamics() const { return std::get<DynamicsInfo>(of); }  // of that kind only
  int32_t classes() const noexcept;                                            // 0: no classes
  int64_t targets() const noexcept;                                            // 0: no real targets
  double matched() const noexcept;  // 0: one task, see ClassifyInfo
  double ridge() const noexcept;    // the frozen score of a linear model; NaN: none is known
};

// What people are told of a task's kind: a word and what it is.
struct Fact {
  std::string title, text;
};
std::vector<Fact> facts(const TaskInfo& info);
std::string_view chance_name(const TaskInfo& info) noexcept;  // what scores its chance level

struct Task {
  TaskInfo info;
  Dataset data;                    // of rows
  Split split;                     // of rows
  std::vector<Split> folds;        // of a task that has some; empty: every seed has the same split
  Trajectories trajectories;       // dynamics
  std::string hash;                // Catalogue::fingerprint() of the bytes that were read
  std::vector<std::string> notes;  // what one should know of these data: for warnings

  // Makes `split` that of the fold which this seed tests.
  void choose_fold(uint64_t seed) {
    if (!folds.empty()) split = folds[seed % folds.size()];
  }
};

// Folders that may hold data, in order and without repeats: explicit ones (--data), AGON_DATA_DIR
// (colon-separated), $XDG_CACHE_HOME/agon or ~/.cache/agon, <prefix>/share/agon/data beside the
// running program's bin folder. Throws agon::Error(Exit::usage) for an explicit folder that does
// not exist.
std::vector<std::filesystem::path> data_roots(
    std::span<const std::filesystem::path> explicit_roots);

// Folders of task files, absolute, in order and without repeats: explicit ones (--tasks), then those
// of AGON_TASK_PATH (colon-separated) that exist. Throws agon::Error(Exit::usage) for an explicit
// folder that does not exist.
std::vector<std::filesystem::path> task_folders(
    std::span<const std::filesystem::path> explicit_folders);

// $XDG_CACHE_HOME/agon or ~/.cache/agon, where agon fetch puts files; empty when neither variable is
// set.
std::filesystem::path cache_folder();

class Catalogue {
 public:
  // What to do about a task file that is broken, or whose id is taken: the folder it is in, and why.
  using OnBroken = std::function<void(const std::filesystem::path& folder, const Error& error)>;

  // Reads the built-in task files, then those of `folders`: every *.toml with an `id` or a `kind`, by
  // name (a suite has neither). Data files are looked for in the folder of the task file, then under `roots`.
  // A broken one is told to `on_broken` and passed over; without that it is thrown, as
  // agon::Error(Exit::usage) with its place, of an id that is taken with both.
  explicit Catalogue(std::vector<std::filesystem::path> roots,
                     std::span<const std::filesystem::path> folders = {},
                     const OnBroken& on_broken = {});

  const std::vector<TaskInfo>& tasks() const noexcept {
    return tasks_;
  }  // in the catalogue's order
  std::vector<std::string> ids() const;
  // Throws agon::Error(Exit::usage) with the nearest ids, or what is wrong with the task's file.
  const TaskInfo& info(std::string_view id) const;
  // Of a file that was passed over, by the id that it states or else by its name; null for others.
  const Error* broken(std::string_view id) const noexcept;

  // The task whose [fetch] names the files of this one: itself or another over the same folder;
  // itself when no task does.
  const TaskInfo& home(const TaskInfo& info) const;

  // Which file of the task is missing where, a line break, and how to get it; nullopt when all are
  // there.
  std::optional<std::string> missing(const TaskInfo& info) const;
  // Identity of task file, data files and generators for cell keys, 32 hex digits; does not parse
  // the data. Throws agon::Error(Exit::data) when a file cannot be read.
  std::string fingerprint(const TaskInfo& info) const;
  // Loads or generates data and split. Throws agon::Error(Exit::data) that names the file, the
  // reason (truncated, wrong magic, wrong shape, label out of range) and the fix. Files that
  // changed since a fingerprint was taken give another Task::hash: it is of the bytes that were
  // parsed.
  Task load(const TaskInfo& info) const;

 private:
  void add(TaskInfo info);
  void add_file(const std::filesystem::path& folder, const std::filesystem::path& file,
                const std::string& text);
  std::vector<std::filesystem::path> roots_of(const TaskInfo& info) const;

  std::vector<std::filesystem::path> roots_;
  std::vector<TaskInfo> tasks_;
  std::vector<std::pair<std::string, Error>> broken_;  // an id, what is wrong
};

}  // namespace agon::datasets
