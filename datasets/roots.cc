// SPDX-License-Identifier: MIT
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

fs::path cache_folder() {
  if (const auto cache = environment("XDG_CACHE_HOME"); !cache.empty())
    return fs::path(cache) / "agon";
  const auto home = environment("HOME");
  return home.empty() ? fs::path() : fs::path(home) / ".cache" / "agon";
}

}  // namespace

std::vector<fs::path> data_roots(std::span<const fs::path> explicit_roots) {
  std::vector<fs::path> roots;
  const auto add = [&roots](const fs::path& root) {
    if (!root.empty() && std::find(roots.begin(), roots.end(), root) == roots.end())
      roots.push_back(root);
  };
  for (const fs::path& root : explicit_roots) {
    std::error_code error;
    if (!fs::is_directory(root, error)) {
      throw Error(Exit::usage, "--data " + root.string(), "there is no such folder",
                  "name the folder that holds one folder per source, such as mnist");
    }
    add(root);
  }
  std::string_view list = environment("AGON_DATA_DIR");
  while (!list.empty()) {
    const size_t colon = list.find(':');
    add(list.substr(0, colon));
    list = colon == std::string_view::npos ? std::string_view() : list.substr(colon + 1);
  }
  add(cache_folder());
  add(share_folder());
  return roots;
}

}  // namespace agon::datasets
