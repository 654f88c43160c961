// SPDX-License-Identifier: MIT
//
// [fetch], the last table of a task file: where its files can be had and what they must contain.
// It is no part of the task's identity: a mirror that moves makes no result stale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace agon::core {
class TomlTable;
}

namespace agon::datasets {

// What is known of the bytes of one file: SHA-256 in hex, "" when nobody has published it.
struct Checksum {
  std::string content{};  // of the unpacked bytes: two gzips of the same are both right
  std::string packed{};   // of the bytes as they are sent
  bool known() const noexcept { return !content.empty() || !packed.empty(); }
};

struct Downloads {
  std::vector<std::string>
      mirrors{};          // in the order to try; URLs to which the name is added; may be none
  std::string archive{};  // the one file to get, a ZIP; "": each file by itself
  std::string inside{};   // an archive in the archive, which holds what is wanted; "": none
  std::vector<std::string> members{};  // of the archive, in the order of the task's files
  // What is sent when it is not the task's files: the conversion that makes them (homes/), and the
  // names, after the mirror or in the archive, where * stands for any characters.
  std::string convert{};
  std::vector<std::string> raw{};
  std::string archive_sha256{};   // "" when unknown
  std::vector<Checksum> files{};  // in the order of the task's files
  uint64_t most_bytes = 0;        // of each file that is sent, and of each unpacked one
};

// `files` are those of [source]. Throws agon::Error(Exit::usage) at file:line:column.
Downloads read_downloads(const core::TomlTable& fetch, const std::vector<std::string>& files);

// The part of a task file that stands before [fetch]; "" when [fetch] is not its last table.
std::string_view without_downloads(std::string_view toml);

// A relative path that stays inside the folder it is put into.
bool stays_inside(std::string_view name);

}  // namespace agon::datasets
