// SPDX-License-Identifier: MIT
//
// The folder of a run: run.json, results.sqlite, the CSV files and report.html.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "reports/record/record.h"

namespace agon::harness {

// A lock on a folder, for the life of the object. It is no file: nothing stays behind.
class FolderLock {
 public:
  // Empty when another process holds it. A file system without such locks grants it to everyone:
  // the store's own lock decides then.
  static std::optional<FolderLock> take(const std::filesystem::path& folder);
  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// Where a run goes: `output` when it is given; else an unfinished runs/<suite>-* that the same
// command made and nobody works on (`resumed` becomes true); else a new runs/<suite>-<utc time>, to
// which runs/latest then points. Makes the folder: a new one is this process's alone, however many
// start at once. Throws agon::Error(Exit::io) when it cannot be made or written, Exit::usage when
// `output` holds a run of another suite or another shard of it ("2/3"; "": the whole).
struct RunDirectory {
  std::filesystem::path path;
  std::string id;  // the folder's own name, however it was written: out, out/ and ./out are one run
  bool resumed = false;
  std::optional<FolderLock> lock;
};
RunDirectory choose_run_directory(const std::string& output, const std::string& suite,
                                  const std::string& signature, const std::string& shard = "");

// The unfinished run below runs/ that choose_run_directory would take up without an output; "" for
// none.
std::filesystem::path unfinished_run(const std::string& suite, const std::string& signature);

inline constexpr const char* kStoreFile = "results.sqlite";
inline constexpr const char* kRunFile = "run.json";

// Writes run.json: the resolved suite, provenance, the command's signature and whether the run is
// complete.
void write_run_json(const std::filesystem::path& folder, const reports::RunInfo& run,
                    const reports::Provenance& provenance, const std::string& signature,
                    bool complete);

// The folder of an argument that names a run: the folder itself or its results.sqlite; "latest"
// means runs/latest. Throws agon::Error(Exit::usage).
std::filesystem::path find_run(const std::string& argument);

}  // namespace agon::harness
