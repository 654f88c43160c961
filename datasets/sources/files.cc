// SPDX-License-Identifier: MIT
#include "datasets/sources/files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "agon_datasets_resources.h"
#include "core/error.h"
#include "core/hash.h"
#include "datasets/readers/file.h"

namespace agon::datasets {
namespace {

namespace fs = std::filesystem;

struct Located {
  std::vector<fs::path> files;  // one per TaskInfo::files, empty when any is missing
  std::string reason, fix;      // why it is empty, and what to do
};

// The first root whose folder has all files.
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

std::string_view embedded_bytes(const std::string& name) {
  const auto all = embedded::resources();
  const auto found = std::ranges::find(all, name, &Resource::name);
  if (found == all.end()) {
    throw Error(Exit::internal, name, "there is no such embedded file",
                "add it to datasets/CMakeLists.txt");
  }
  return found->bytes;
}

}  // namespace

TaskFiles::TaskFiles(const TaskInfo& info, std::span<const fs::path> roots)
    : embedded_(info.source == "embedded") {
  if (info.source == "folder") {
    const Located located = locate(info, roots);
    if (located.files.empty()) {
      throw Error(Exit::data, fmt::format("task '{}'", info.id), located.reason, located.fix);
    }
    for (const fs::path& file : located.files) names_.push_back(file.string());
  } else {
    names_ = info.files;
  }
  read_.resize(names_.size());
}

std::string TaskFiles::read(size_t i) {
  std::string bytes = embedded_ ? std::string(embedded_bytes(names_[i])) : read_bytes(names_[i]);
  read_[i] = core::hash_hex(bytes);
  return bytes;
}

std::vector<std::string> TaskFiles::hashes() const {
  std::vector<std::string> hashes = read_;
  for (size_t i = 0; i < hashes.size(); ++i) {
    if (!hashes[i].empty()) continue;
    hashes[i] = embedded_ ? core::hash_hex(embedded_bytes(names_[i])) : core::hash_file(names_[i]);
  }
  return hashes;
}

std::optional<std::string> missing_files(const TaskInfo& info, std::span<const fs::path> roots) {
  if (info.source != "folder") return std::nullopt;
  const Located located = locate(info, roots);
  if (!located.files.empty()) return std::nullopt;
  return located.reason + "\n  fix: " + located.fix;
}

}  // namespace agon::datasets
