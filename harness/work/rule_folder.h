// SPDX-License-Identifier: MIT
//
// A folder with the source of a rule, as `agon new rule` writes one: a CMakeLists.txt and no plugin. It is
// built in FOLDER/build against this very agon before its plugins are used. Threads: the main thread.
#pragma once

#include <filesystem>
#include <vector>

namespace agon::harness {

bool is_rule_folder(const std::filesystem::path& folder);

struct BuiltFolder {
  std::vector<std::filesystem::path> plugins;  // FOLDER/build/*.agon.so
  bool stale = false;                          // something had to be built
  double seconds = 0;
};

// Configures where that was not done, and builds what is stale; waits for another agon that builds there.
// Throws agon::Error(Exit::plugin): the first error that the compiler, the linker or CMake names, with its line.
BuiltFolder build_rule_folder(const std::filesystem::path& folder);

}  // namespace agon::harness
