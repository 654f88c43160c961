// SPDX-License-Identifier: MIT
//
// A task as a user writes it, over files in a data folder of the test's own.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <span>
#include <string>

#include "datasets/task.h"
#include "testing.h"

namespace agon::datasets::testing {

struct OwnTask {
  std::string shape;  // "[4]"
  int classes = 2;
  std::string source;  // the lines of [source] behind type and folder
  std::string split;   // the lines of [split]
  bool nonnegative = false;
  std::string metric = "accuracy";
  std::string top{};  // more lines of the top level
  int targets = 0;    // > 0: of kind regress, with so many

  std::string toml() const;
};

struct File {
  std::string name, bytes;
};

class Folder {
 public:
  Folder(std::initializer_list<File> files) : Folder(std::span(files.begin(), files.size())) {}
  explicit Folder(std::span<const File> files);

  std::filesystem::path path(const std::string& name) const {
    return root_.path() / "data" / "own" / name;
  }

  // Also checks that the hash of what was parsed is the fingerprint.
  Task load(const OwnTask& task) const;
  Caught error(const OwnTask& task) const;
  // Checks that it is one of data and names the first file; what follows its name.
  std::string data_error(const OwnTask& task) const;

 private:
  TemporaryFolder root_;
  std::string first_;
};

}  // namespace agon::datasets::testing
