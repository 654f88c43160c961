// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>

#include "datasets/task_file.h"
#include "fuzz.h"

using namespace agon::datasets;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    const TaskFile task = parse_task_file(bytes, "a.toml");
    // What it names lies below its folder.
    std::vector<std::string> names = task.info.files;
    names.push_back(task.info.folder);
    for (const std::filesystem::path name : names) {
      if (name.is_absolute() || std::ranges::find(name, "..") != name.end()) __builtin_trap();
    }
    facts(task.info);
  });
}
