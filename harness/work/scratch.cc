// SPDX-License-Identifier: MIT
#include "harness/work/scratch.h"

#include <stdlib.h>

#include <cstdlib>
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

}  // namespace

ScratchFolder::ScratchFolder() noexcept {
  try {
    std::error_code error;
    const fs::path parent = fs::temp_directory_path(error);
    if (error) return;
    std::string pattern = (parent / (prefix(own_mark()) + "XXXXXX")).native();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  } catch (...) {  // no memory for a name: the child has the folder of everybody
  }
}

ScratchFolder::~ScratchFolder() {
  if (!path_.empty()) remove_all_of(path_);
}

fs::path own_scratch() {
  const char* const place = std::getenv("TMPDIR");
  const fs::path path = place == nullptr ? "" : place;
  return path.filename().native().starts_with(kName) ? path : fs::path();
}

void remove_scratch_of(const std::string& mark) noexcept {
  try {
    std::error_code error;
    std::vector<fs::path> found;
    const fs::path own = own_scratch();  // a child's TMPDIR is not the folder of all
    const fs::path place = own.empty() ? fs::temp_directory_path() : own.parent_path();
    for (fs::directory_iterator it(place, error), end; !error && it != end; it.increment(error)) {
      if (it->path().filename().native().starts_with(prefix(mark))) found.push_back(it->path());
    }
    for (const fs::path& folder : found) remove_all_of(folder);
  } catch (...) {  // what cannot be removed stays
  }
}

}  // namespace agon::harness
