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
#include "core/text.h"
#include "datasets/readers/gzip.h"

namespace agon::datasets {
namespace {

namespace fs = std::filesystem;

struct Located {
  std::vector<fs::path> files;     // of all TaskInfo::files, empty when any is missing
  std::vector<std::string> inner;  // their names in the task's folder
  std::string reason, fix;         // why it is empty, and what to do
};

constexpr size_t kMostFiles = 1'000'000;

// The names in `folder` that `name` stands for: itself, or by a pattern in its last part all files
// that fit, sorted; none when it is missing.
std::vector<std::string> matching(const fs::path& folder, const std::string& name) {
  std::error_code error;
  if (name.find('*') == std::string::npos) {
    return fs::exists(folder / name, error) ? std::vector{name} : std::vector<std::string>{};
  }
  const fs::path pattern(name);
  std::vector<std::string> names;
  fs::directory_iterator it(folder / pattern.parent_path(), error);
  for (const fs::directory_iterator end; !error && it != end; it.increment(error)) {
    const std::string file = it->path().filename().string();
    if (!file.starts_with('.') && core::fits(pattern.filename().string(), file))
      names.push_back((pattern.parent_path() / file).string());
    if (names.size() > kMostFiles) return {};
  }
  std::ranges::sort(names);
  return names;
}

// The first root whose folder has all files.
Located locate(const TaskInfo& info, std::span<const fs::path> roots) {
  Located located;
  std::vector<std::string> searched;
  for (const fs::path& root : roots) {
    std::vector<std::string> inner;
    std::string absent;
    for (const std::string& name : info.files) {
      const std::vector<std::string> names = matching(root / info.folder, name);
      inner.insert(inner.end(), names.begin(), names.end());
      if (absent.empty() && names.empty()) absent = name;
    }
    if (absent.empty()) {
      for (const std::string& name : inner) located.files.push_back(root / info.folder / name);
      located.inner = std::move(inner);
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
  const bool fetchable = info.downloads && !info.downloads->mirrors.empty();
  located.fix = fmt::format(
      "{}{}, then set AGON_DATA_DIR=DIR or --data DIR to the folder that holds {}",
      fetchable ? fmt::format("agon fetch {}. Or: ", info.id) : "", info.obtain, info.folder);
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
    Located located = locate(info, roots);
    if (located.files.empty()) {
      throw Error(Exit::data, fmt::format("task '{}'", info.id), located.reason, located.fix);
    }
    for (const fs::path& file : located.files) names_.push_back(file.string());
    inner_ = std::move(located.inner);
  } else {
    names_ = inner_ = info.files;
  }
  read_.resize(names_.size());
}

std::string TaskFiles::read(size_t i, uint64_t most) {
  std::string bytes =
      embedded_ ? std::string(embedded_bytes(names_[i])) : read_bytes(names_[i], most);
  read_[i] = core::hash_hex(bytes);
  return bytes;
}

std::string TaskFiles::text(size_t i) { return unpacked(read(i, kMostText), names_[i], kMostText); }

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
