// SPDX-License-Identifier: MIT
//
// An entry of the catalogue: <rule>.toml, one rule of somebody's repository, at one state of it.
//
//   schema = 1
//   repository = "https://example.org/rules.git"  # or a path, relative to this file, or a file:// address
//   commit = "40 hex digits"     # or those of a tree, which stay the same wherever its commit is
//   folder = "pepita"            # with its CMakeLists.txt; "." when left out
//   source = "fa.py"             # in that folder: a rule that is a source file, not built
//   licence = "MIT"
//   paper = "Dellaferrera, Kreiman, ICML 2022"
//   maintainer = "Name <mail>"
//   level = 4                    # of agon check, at least
//   [[expected]]
//   task = "digits"
//   at_least = 0.94              # the mean score of the suite card
//
// Threads: any.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace agon::catalogue {

struct Expectation {
  std::string task;
  double at_least = 0;
};

struct Entry {
  std::filesystem::path file;
  std::string rule;        // its id: the file's name
  std::string repository;  // as git takes it: an absolute path, file:// or https://
  std::string commit, folder = ".", source, licence, paper, maintainer;
  int level = 1;
  std::vector<Expectation> expected;
};

// Throws agon::Error(Exit::usage) at file:line:column for what is missing, unknown or of no such form.
Entry read_entry(const std::filesystem::path& file);

// The entries of a folder: its *.toml, by name. Throws agon::Error(Exit::usage) where there are none.
std::vector<std::filesystem::path> entry_files(const std::filesystem::path& folder);

}  // namespace agon::catalogue
