// SPDX-License-Identifier: MIT
#include "harness/work/scratch.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <functional>
#include <string_view>
#include <system_error>
#include <vector>

#include "harness/work/descendants.h"

namespace agon::harness {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kName = "agon-worker-";

std::string prefix(const std::string& mark) { return std::string(kName) + mark + "-"; }

// Also what a rule has forbidden itself.
void remove_all_of(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (!error) return;
  for (fs::recursive_directory_iterator
           it(folder, fs::directory_options::skip_permission_denied, error),
       end;
       !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it->is_directory(ignored) && !it->is_symlink(ignored))
      fs::permissions(it->path(), fs::perms::owner_all, ignored);
  }
  fs::remove_all(folder, error);
}

// Those whose name begins so and of which `is_gone` holds. What cannot be removed stays.
void remove_folders(const std::string& name,
                    const std::function<bool(const fs::path&)>& is_gone) noexcept {
  try {
    std::error_code error;
    std::vector<fs::path> found;
    const fs::path own = own_scratch();  // a child's TMPDIR is not the folder of all
    const fs::path place = own.empty() ? fs::temp_directory_path() : own.parent_path();
    for (fs::directory_iterator it(place, error), end; !error && it != end; it.increment(error)) {
      if (it->path().filename().native().starts_with(name)) found.push_back(it->path());
    }
    for (const fs::path& folder : found) {
      if (is_gone(folder)) remove_all_of(folder);
    }
  } catch (...) {  // no memory for a name
  }
}

// The lock of a folder, or -1 where another process has it.
int lock_of(const fs::path& folder) noexcept {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0 || flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  close(descriptor);
  return -1;
}

bool is_abandoned(const fs::path& folder) {
  constexpr time_t kNew = 60;  // seconds
  struct stat status {};
  if (lstat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
      status.st_uid != geteuid() || status.st_mtime > std::time(nullptr) - kNew)
    return false;
  const int lock = lock_of(folder);
  if (lock >= 0) close(lock);
  return lock >= 0;
}

}  // namespace

ScratchFolder::ScratchFolder() noexcept {
  try {
    std::error_code error;
    const fs::path parent = fs::temp_directory_path(error);
    if (error) return;
    std::string pattern = (parent / (prefix(own_mark()) + "XXXXXX")).native();
    if (mkdtemp(pattern.data()) == nullptr) return;
    path_ = pattern;
    lock_ = lock_of(path_);
  } catch (...) {  // no memory for a name: the child has the folder of everybody
  }
}

ScratchFolder::~ScratchFolder() {
  if (!path_.empty()) remove_all_of(path_);
  if (lock_ >= 0) close(lock_);
}

fs::path own_scratch() {
  const char* const place = std::getenv("TMPDIR");
  const fs::path path = place == nullptr ? "" : place;
  return path.filename().native().starts_with(kName) ? path : fs::path();
}

void remove_scratch_of(const std::string& mark) noexcept {
  remove_folders(prefix(mark), [](const fs::path&) { return true; });
}

void remove_abandoned_scratch() noexcept { remove_folders(std::string(kName), is_abandoned); }

}  // namespace agon::harness
