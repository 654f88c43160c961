// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "core/error.h"
#include "datasets/task.h"

namespace agon::datasets {
namespace {

namespace fs = std::filesystem;

// The environment variable, or "" when it is unset.
std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// <prefix>/share/agon/data for an executable in <prefix>/bin: an installed tree can be moved.
fs::path share_folder() {
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : executable.parent_path().parent_path() / "share" / "agon" / "data";
}

}  // namespace

fs::path cache_folder() {
  if (const auto cache = environment("XDG_CACHE_HOME"); !cache.empty())
    return fs::path(cache) / "agon";
  const auto home = environment("HOME");
  return home.empty() ? fs::path() : fs::path(home) / ".cache" / "agon";
}

namespace {

// Folders in order, each once.
struct Folders {
  std::vector<fs::path> all;

  void add(const fs::path& folder) {
    if (!folder.empty() && std::ranges::find(all, folder) == all.end()) all.push_back(folder);
  }
};

void check_folder(const char* flag, const fs::path& folder, const char* fix) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return;
  throw Error(Exit::usage, fmt::format("{} {}", flag, folder.string()), "there is no such folder",
              fix);
}

// The parts of a colon-separated list in an environment variable.
std::vector<fs::path> listed(const char* name) {
  std::vector<fs::path> parts;
  std::string_view list = environment(name);
  while (!list.empty()) {
    const size_t colon = list.find(':');
    parts.emplace_back(list.substr(0, colon));
    list = colon == std::string_view::npos ? std::string_view() : list.substr(colon + 1);
  }
  return parts;
}

}  // namespace

std::vector<fs::path> data_roots(std::span<const fs::path> explicit_roots) {
  Folders roots;
  for (const fs::path& root : explicit_roots) {
    check_folder("--data", root, "name the folder that holds one folder per source, such as mnist");
    roots.add(root);
  }
  for (const fs::path& root : listed("AGON_DATA_DIR")) roots.add(root);
  roots.add(cache_folder());
  roots.add(share_folder());
  return roots.all;
}

std::vector<fs::path> task_folders(std::span<const fs::path> explicit_folders) {
  Folders folders;
  const auto absolute = [](const fs::path& folder) {
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);  // one folder has one name
    return error ? fs::path() : real;
  };
  for (const fs::path& folder : explicit_folders) {
    check_folder("--tasks", folder, "name a folder that holds task files");
    folders.add(absolute(folder));
  }
  for (const fs::path& folder : listed("AGON_TASK_PATH")) {
    std::error_code error;
    if (fs::is_directory(folder, error)) folders.add(absolute(folder));
  }
  return folders.all;
}

}  // namespace agon::datasets
