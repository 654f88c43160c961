// SPDX-License-Identifier: MIT
#include "harness/run/run_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "core/error.h"
#include "core/file.h"
#include "harness/plan/suite.h"
#include "harness/work/utc.h"
#include "reports/record/fields.h"
#include "reports/store/store.h"

namespace agon::harness {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kRuns = "runs";
constexpr uint64_t kMostRunJson = uint64_t{64} << 20;  // it holds the suite's text and every card

constexpr const char* kFix = "choose a folder you can write with -o, or free some space";

// What a run.json says, as far as it is one of ours: anybody may put files into runs/.
struct RunFile {
  std::string signature;
  bool complete = true;
};
RunFile read_run_file(const fs::path& folder) {
  RunFile found;
  try {
    const json info =
        json::parse(core::read_regular(folder / kRunFile, Exit::io, kMostRunJson), nullptr, false);
    if (!info.is_object()) return found;
    if (const auto it = info.find("signature"); it != info.end() && it->is_string())
      found.signature = *it;
    if (const auto it = info.find("complete"); it != info.end() && it->is_boolean())
      found.complete = *it;
  } catch (const Error&) {
    // No run.json, or one that cannot be read: no run that we could take up.
  }
  return found;
}

// Runs of this suite that the same command left unfinished, the newest name first.
std::vector<fs::path> unfinished_runs(const std::string& suite, const std::string& signature) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator it(kRuns, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (!it->path().filename().string().starts_with(suite + "-")) continue;
    if (it->is_symlink(ignored) || !it->is_directory(ignored)) continue;
    const RunFile info = read_run_file(it->path());
    if (!info.complete && info.signature == signature) found.push_back(it->path());
  }
  std::ranges::sort(found, std::greater<>());
  return found;
}

// A folder that did not exist before: two processes never get the same one.
fs::path make_new_folder(const std::string& suite) {
  core::make_folder(kRuns, kFix);
  const std::string stem = fmt::format("{}-{}", suite, utc_for_path());
  for (int i = 1;; ++i) {
    const fs::path folder = fs::path(kRuns) / (i == 1 ? stem : fmt::format("{}-{}", stem, i));
    std::error_code error;
    if (fs::create_directory(folder, error)) return folder;
    if (error)
      throw Error(Exit::io, folder.string(), "cannot be made (" + error.message() + ")", kFix);
  }
}

void point_latest_to(const fs::path& run) {
  // A link replaces a link in one step. One fixed name, so that a killed process leaves one at
  // most.
  const fs::path link = fs::path(kRuns) / "latest", next = fs::path(kRuns) / ".latest.new";
  std::error_code error;
  fs::remove(next, error);
  fs::create_directory_symlink(run.filename(), next, error);
  if (!error) fs::rename(next, link, error);
  if (error) fs::remove(next, error);  // the run does not depend on it
}

void refuse_other_run(const fs::path& folder, const std::string& suite, const std::string& shard) {
  std::error_code ignored;
  if (!fs::exists(folder / kStoreFile, ignored)) return;
  std::string other, part;
  try {
    const reports::Store store(folder / kStoreFile, reports::Store::Mode::read);
    const reports::RunInfo run = store.run();
    other = parse_suite(run.suite_toml, kStoreFile).name;
    part = run.shard;
  } catch (const Error&) {
    return;  // it holds no run yet, or opening it for writing says what is wrong
  }
  if (other == suite && part != shard) {
    const auto words = [](const std::string& s) {
      return s.empty() ? "a whole run" : "shard " + s;
    };
    throw Error(
        Exit::usage, fmt::format("-o {}", folder.string()),
        fmt::format("the folder holds {} of this suite, this is {}", words(part), words(shard)),
        "give each shard and the whole a folder of its own");
  }
  if (other == suite) return;
  throw Error(Exit::usage, fmt::format("-o {}", folder.string()),
              fmt::format("the folder holds a run of the suite '{}', this is '{}'", other, suite),
              "give another folder, or remove that run first");
}

// out, out/ and ./out name one folder.
fs::path without_slash(fs::path path) {
  while (!path.has_filename() && path.has_relative_path()) path = path.parent_path();
  return path;
}

std::string name_of(const fs::path& folder) {
  std::error_code ignored;
  const fs::path absolute = fs::absolute(folder, ignored).lexically_normal();
  const std::string name = without_slash(absolute).filename().string();
  return name.empty() ? "run" : name;
}

}  // namespace

std::optional<FolderLock> FolderLock::take(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0 && ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    ::close(descriptor);
    return std::nullopt;
  }
  return FolderLock(descriptor);
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

RunDirectory choose_run_directory(const std::string& output, const std::string& suite,
                                  const std::string& signature, const std::string& shard) {
  RunDirectory run;
  const auto take = [&](const fs::path& folder, bool resumed) {
    run.path = folder;
    run.id = name_of(folder);
    run.resumed = resumed;
    core::check_writable(folder);
  };
  if (!output.empty()) {
    const fs::path folder = without_slash(output);
    refuse_other_run(folder, suite, shard);
    core::make_folder(folder, kFix);
    std::error_code ignored;
    take(folder, fs::exists(folder / kStoreFile, ignored));
    run.lock = FolderLock::take(folder);  // held by another: the store says which process that is
    return run;
  }
  for (const fs::path& folder : unfinished_runs(suite, signature)) {
    run.lock = FolderLock::take(folder);
    if (!run.lock) continue;                       // another agon is at it
    if (read_run_file(folder).complete) continue;  // and has just ended
    take(folder, true);
    return run;
  }
  const fs::path folder = make_new_folder(suite);
  run.lock = FolderLock::take(folder);
  take(folder, false);
  point_latest_to(folder);
  return run;
}

fs::path unfinished_run(const std::string& suite, const std::string& signature) {
  for (const fs::path& folder : unfinished_runs(suite, signature)) {
    if (FolderLock::take(folder)) return folder;
  }
  return {};
}

void write_run_json(const fs::path& folder, const reports::RunInfo& run,
                    const reports::Provenance& p, const std::string& signature, bool complete) {
  json studies = json::array(), rules = json::array(), tasks = json::array();
  for (const auto& study : run.studies)
    studies.push_back({{"name", study.name}, {"question", study.question}});
  for (const auto& rule : run.rules)
    rules.push_back({{"id", rule.id}, {"plugin", rule.plugin}, {"version", rule.version}});
  for (const auto& task : run.tasks) tasks.push_back({{"id", task.id}, {"title", task.title}});
  json provenance = json::object();
  reports::for_each_field(reports::kCellFields, p, [&](const auto& field, const auto& value) {
    provenance[std::string(field.name)] = value;
  });
  const json root = {
      {"run_id", run.run_id},         {"suite", run.suite},      {"version", run.version},
      {"title", run.title},           {"command", run.command},  {"signature", signature},
      {"complete", complete},         {"shard", run.shard},      {"started_utc", run.started_utc},
      {"studies", studies},           {"rules", rules},          {"tasks", tasks},
      {"suite_toml", run.suite_toml}, {"provenance", provenance}};
  core::replace_file(folder / kRunFile,
                     root.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

fs::path find_run(const std::string& argument) {
  fs::path path = argument == "latest" ? fs::path("runs/latest") : fs::path(argument);
  std::error_code ignored;
  if (path.filename() == kStoreFile)
    path = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (fs::exists(path / kStoreFile, ignored)) return path;
  throw Error(Exit::usage, argument,
              fmt::format("there is no run here: {} is missing", (path / kStoreFile).string()),
              "name the folder of a run, e.g. runs/latest");
}

}  // namespace agon::harness
