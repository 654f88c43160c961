// SPDX-License-Identifier: MIT
//
// Files that people hand in and files that agon leaves behind: one way to open the first, one way
// to write the second. Threads: any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/error.h"

namespace agon::core {

// A regular file (or a link to one) open for reading. A folder, FIFO, device or socket is refused
// before it is opened: a FIFO would block for ever, a device never end. All failures are
// agon::Error(exit) that names the file.
class RegularFile {
 public:
  static constexpr uint64_t kAnySize = std::numeric_limits<uint64_t>::max();
  // most: bytes that the caller is ready to read; a larger file is refused.
  RegularFile(const std::filesystem::path& file, Exit exit, uint64_t most = kAnySize);
  RegularFile(const RegularFile&) = delete;
  RegularFile& operator=(const RegularFile&) = delete;
  ~RegularFile();

  uint64_t size() const noexcept { return size_; }  // when it was opened
  // Fills `out` from where the last read ended; less than asked only at the end of the file.
  size_t read(std::span<char> out);

 private:
  std::filesystem::path path_;
  Exit exit_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
};

// All bytes of such a file.
std::string read_regular(const std::filesystem::path& file, Exit exit,
                         uint64_t most = RegularFile::kAnySize);

// Writes through a temporary file beside `path` and a rename: a reader sees the old file or the new
// one, never half of it, and a link is replaced, not followed. What killed writers of `path` left
// is removed; living ones are told by their locks. Throws agon::Error(Exit::io).
void replace_file(const std::filesystem::path& path, std::string_view bytes);
void replace_file(const std::filesystem::path& path, std::span<const std::string_view> parts);

// The same for a file of many pieces. Until commit() the old file stands, and without it it stays.
class ReplacedFile {
 public:
  explicit ReplacedFile(const std::filesystem::path& path);
  ~ReplacedFile();
  ReplacedFile(ReplacedFile&&) noexcept;
  ReplacedFile& operator=(ReplacedFile&&) = delete;

  void write(std::string_view bytes);
  bool empty() const noexcept;  // nothing was written
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Makes `folder` and those above it; fix: what agon::Error(Exit::io) says where it cannot.
void make_folder(const std::filesystem::path& folder, const std::string& fix);

// Throws agon::Error(Exit::io) when no file can be made and written in `folder`: access() answers
// for the real user, only an actual file tells about read-only and full file systems.
void check_writable(const std::filesystem::path& folder);

}  // namespace agon::core
