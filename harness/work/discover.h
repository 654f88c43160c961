// SPDX-License-Identifier: MIT
//
// Which rules there are. The parent never loads plugin code: plugin files are described by
// short-lived children, so that a file which crashes, hangs or talks nonsense costs nothing but a
// warning.
//
// An id means one rule: one that is built in, a task's or a suite's name cannot be taken from
// outside, and of two outside files the first has it. A file with such a rule is refused as a
// whole, with a way out: --plugin NAME=FILE.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "harness/plan/suite.h"
#include "harness/plugins/manifest.h"

namespace agon::harness {

struct Discovery {
  std::vector<RuleManifest> rules;     // by rule id
  std::vector<std::string> refused;    // "path: reason; fix", one printable line each
  std::vector<RuleManifest> unusable;  // of these, each with its `refusal` and the name of its file
  std::vector<std::string> built;      // "my-rule: built in 3.2 s", of rule folders that were stale
  std::vector<std::string> sources;    // ids of the rules that were named by their sources
  std::vector<std::filesystem::path> folders;  // where it looked, in order
};

// `named`: files and folders of --plugin; a rule folder is built first (rule_folder.h). A file named there that is refused throws
// agon::Error(Exit::plugin); one found in a folder is listed in `refused`. sandbox: the children are in one.
Discovery discover(const std::vector<std::filesystem::path>& named, bool sandbox = false);

// Refused plugins of folders that have the name of a rule which the suite asks for, but there is not,
// stand in for it: its cells are rows that say why.
void stand_in(const Suite& suite, Discovery& discovery);

// The child's side: describes plugin files on the event pipe. Returns the exit code.
int describe_for_parent(std::span<const std::string> files);

}  // namespace agon::harness
