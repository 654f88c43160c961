// SPDX-License-Identifier: MIT
#include "datasets/folder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <system_error>

namespace agon::datasets {

namespace fs = std::filesystem;

Located locate(const TaskInfo& info, std::span<const fs::path> roots) {
  Located located;
  std::vector<std::string> searched;
  for (const fs::path& root : roots) {
    std::vector<fs::path> files;
    std::string absent;
    for (const std::string& name : info.files) {
      files.push_back(root / info.folder / name);
      std::error_code error;
      if (absent.empty() && !fs::exists(files.back(), error)) absent = name;
    }
    if (absent.empty()) {
      located.files = std::move(files);
      return located;
    }
    std::error_code error;
    searched.push_back(root.string());
    // The most telling reason is a folder that is there and incomplete.
    if (located.reason.empty() && fs::is_directory(root / info.folder, error)) {
      located.reason = fmt::format("{} is missing in {}", absent, (root / info.folder).string());
    }
  }
  if (located.reason.empty()) {
    located.reason = fmt::format(
        "{}/{} is in none of the data folders: {}", info.folder, info.files.front(),
        searched.empty() ? "there are none" : fmt::format("{}", fmt::join(searched, ", ")));
  }
  located.fix =
      fmt::format("{}, then set AGON_DATA_DIR=DIR or --data DIR to the folder that holds {}",
                  info.obtain, info.folder);
  return located;
}

}  // namespace agon::datasets
