// SPDX-License-Identifier: MIT
//
// Which rules there are. The parent never loads plugin code: each plugin file is described by a
// short-lived child, so that a file which crashes or hangs while it is loaded costs nothing but a warning.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/plugins/manifest.h"

namespace agon::harness {

struct Discovery {
  std::vector<RuleManifest> rules;   // by rule id
  std::vector<std::string> refused;  // "path: reason", one line each
  std::vector<std::filesystem::path> folders;  // where it looked, in order
};

// `named`: files and folders of --plugin. A file named there that cannot be loaded throws
// agon::Error(Exit::plugin); one found in a folder is listed in `refused`.
Discovery discover(const std::vector<std::filesystem::path>& named);

// The child's side: describes one plugin file on the event pipe. Returns the exit code.
int describe_for_parent(const std::filesystem::path& file);

}  // namespace agon::harness
