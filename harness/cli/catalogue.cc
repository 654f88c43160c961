// SPDX-License-Identifier: MIT
#include <algorithm>

#include "harness/cli/cli.h"
#include "harness/run/console.h"

namespace agon::harness {

datasets::Catalogue catalogue_of(const Places& places) {
  // The order is that of task_folders(): explicit ones first.
  const std::vector<std::filesystem::path> folders = datasets::task_folders(places.tasks);
  const auto on_broken = [&](const std::filesystem::path& folder, const Error& error) {
    const bool asked = std::ranges::any_of(places.tasks, [&](const std::filesystem::path& one) {
      std::error_code ignored;
      return std::filesystem::equivalent(one, folder, ignored);
    });
    if (asked) throw Error(error);
    note("warning: task file passed over: {}\n", error.what());
  };
  return datasets::Catalogue(datasets::data_roots(places.data), folders, on_broken);
}

}  // namespace agon::harness
