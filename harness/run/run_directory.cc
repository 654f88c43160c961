// SPDX-License-Identifier: MIT
#include "harness/run/run_directory.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/error.h"
#include "harness/run/utc.h"

namespace agon::harness {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

[[noreturn]] void cannot_write(const fs::path& path, const std::string& reason) {
  throw Error(Exit::io, path.string(), reason, "choose a folder you can write with -o, or free some space");
}

void make_writable(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) cannot_write(folder, fmt::format("the output folder cannot be made: {}", error.message()));
  if (!fs::is_directory(folder, error)) cannot_write(folder, "is not a folder");
  // access() answers for the real user; only an actual file tells about read-only and full file systems.
  const fs::path probe = folder / fmt::format(".agon-probe-{}", getpid());
  {
    std::ofstream out(probe);
    out << "agon\n";
    out.flush();
    if (!out) cannot_write(folder, fmt::format("the output folder cannot be written: {}", std::strerror(errno)));
  }
  fs::remove(probe, error);
}

json read_json(const fs::path& file) {
  std::ifstream in(file);
  if (!in) return nullptr;
  return json::parse(in, nullptr, false);
}

void write_file(const fs::path& file, const std::string& text) {
  const fs::path temporary = file.string() + ".tmp";
  {
    std::ofstream out(temporary, std::ios::binary);
    out << text;
    out.flush();
    if (!out) {
      const std::string reason = std::strerror(errno);
      std::error_code ignored;
      fs::remove(temporary, ignored);
      cannot_write(file, reason);
    }
  }
  std::error_code error;
  fs::rename(temporary, file, error);
  if (error) cannot_write(file, error.message());
}

}  // namespace

RunDirectory choose_run_directory(const std::string& output, const std::string& suite,
                                  const std::string& signature) {
  RunDirectory run;
  if (!output.empty()) {
    run.path = output;
    make_writable(run.path);
    std::error_code ignored;
    run.resumed = fs::exists(run.path / kStoreFile, ignored);
    return run;
  }
  const fs::path runs = "runs";
  std::error_code error;
  std::vector<fs::path> candidates;
  for (const fs::directory_entry& entry : fs::directory_iterator(runs, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(suite + "-") && !entry.is_symlink() && entry.is_directory()) candidates.push_back(entry.path());
  }
  std::ranges::sort(candidates, std::greater<>());
  for (const fs::path& candidate : candidates) {
    const json info = read_json(candidate / kRunFile);
    if (!info.is_object() || info.value("signature", "") != signature) continue;
    if (info.value("complete", true)) break;
    run.path = candidate;
    run.resumed = true;
    make_writable(run.path);
    return run;
  }
  const std::string stem = fmt::format("{}-{}", suite, utc_for_path());
  run.path = runs / stem;
  for (int i = 2; fs::exists(run.path, error); ++i) run.path = runs / fmt::format("{}-{}", stem, i);
  make_writable(run.path);
  const fs::path link = runs / "latest", next = runs / fmt::format(".latest-{}", getpid());
  fs::create_directory_symlink(run.path.filename(), next, error);
  if (!error) fs::rename(next, link, error);
  if (error) fs::remove(next, error);
  return run;
}

void write_run_json(const fs::path& folder, const reports::RunInfo& run, const reports::Provenance& p,
                    const std::string& signature, bool complete) {
  json studies = json::array(), rules = json::array(), tasks = json::array();
  for (const auto& study : run.studies) studies.push_back({{"name", study.name}, {"question", study.question}});
  for (const auto& rule : run.rules) rules.push_back({{"id", rule.id}, {"plugin", rule.plugin}, {"version", rule.version}});
  for (const auto& task : run.tasks) tasks.push_back({{"id", task.id}, {"title", task.title}});
  const json root = {{"run_id", run.run_id},
                     {"suite", run.suite},
                     {"title", run.title},
                     {"command", run.command},
                     {"signature", signature},
                     {"complete", complete},
                     {"started_utc", run.started_utc},
                     {"studies", studies},
                     {"rules", rules},
                     {"tasks", tasks},
                     {"suite_toml", run.suite_toml},
                     {"provenance",
                      {{"host_id", p.host_id},
                       {"cpu", p.cpu},
                       {"os", p.os},
                       {"simd_target", p.simd_target},
                       {"threads", p.threads},
                       {"compiler", p.compiler},
                       {"flags", p.flags},
                       {"agon_version", p.agon_version},
                       {"git_commit", p.git_commit},
                       {"git_dirty", p.git_dirty}}}};
  write_file(folder / kRunFile, root.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

fs::path find_run(const std::string& argument) {
  fs::path path = argument == "latest" ? fs::path("runs/latest") : fs::path(argument);
  std::error_code ignored;
  if (path.filename() == kStoreFile) path = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (fs::exists(path / kStoreFile, ignored)) return path;
  throw Error(Exit::usage, argument, fmt::format("there is no run here: {} is missing", (path / kStoreFile).string()),
              "name the folder of a run, e.g. runs/latest");
}

}  // namespace agon::harness
