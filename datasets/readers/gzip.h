// SPDX-License-Identifier: MIT
//
// Pulls bytes out of a buffer that is gzip or plain, told apart by gzip's magic 1f 8b. The caller
// says how much it wants, so a small file cannot unpack into more memory than its reader expects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace agon::datasets {

// Threads: one object, one thread.
class GzipSource {
 public:
  // `bytes` must outlive the object; `name` is for errors.
  GzipSource(std::string_view bytes, std::string name);
  ~GzipSource();
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  // Fills `out` from the front and returns how much came; less than asked only at the end of the
  // data, whose CRC and length have been checked then. Throws agon::Error(Exit::data) for a
  // truncated or damaged stream.
  size_t read(std::span<uint8_t> out);

 private:
  size_t read_plain(std::span<uint8_t> out);
  size_t read_gzip(std::span<uint8_t> out);
  // After a member's trailer: true when another member follows. Throws for anything else but the
  // end.
  bool next_member();

  struct Inflater;
  std::string_view bytes_;
  std::string name_;
  size_t position_ = 0;  // of the next unread byte of bytes_
  bool ended_ = false;
  std::unique_ptr<Inflater> inflater_;  // null for plain bytes
};

// All of `bytes`, unpacked where they are gzip. Throws agon::Error(Exit::data) as read does, and for
// more than `most` bytes. Memory stays within twice what is returned, and so within twice `most`.
std::string unpacked(std::string bytes, const std::string& name, size_t most);

// The most bytes of a text file that a task may read, packed and unpacked.
inline constexpr size_t kMostText = size_t{1} << 30;

}  // namespace agon::datasets
