// SPDX-License-Identifier: MIT
//
// agon new WHAT NAME: a file or a folder to begin with. What can be made is a noun: one file, new_<noun>.cc,
// and its row in new.cc.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/task.h"

namespace agon::harness {

struct NewOptions {
  std::string what, name;
  std::string label, folder = ".";                  // of a task
  std::vector<std::filesystem::path> from;          // of a task
  std::string task = "classify", language = "c++";  // of a rule
};

// Each writes what its options say and returns the exit code. Errors: agon::Error(Exit::usage) for what cannot
// be made so, and nothing is written.
int new_task(const NewOptions& options);
int new_rule(const NewOptions& options);
int new_suite(const NewOptions& options);

// Throws when a built-in rule, a suite or a task of the catalogue has the name.
void check_free(const NewOptions& options, const datasets::Catalogue& catalogue);
// Throws when something of that path is there, a dangling link too.
void check_absent(const std::filesystem::path& path);

// A file of harness/templates with the words between @ replaced. Throws std::logic_error for one without a value.
std::string from_template(std::string_view name, const std::map<std::string, std::string>& words);

// "my-rule" as "My rule".
std::string title_of(const std::string& name);

}  // namespace agon::harness
