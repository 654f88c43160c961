// SPDX-License-Identifier: MIT
#include "datasets/readers/zip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/text.h"

namespace agon::datasets {
namespace {

constexpr std::string_view kEnd = "PK\x05\x06", kEntry = "PK\x01\x02", kLocal = "PK\x03\x04";
constexpr size_t kEndSize = 22, kEntrySize = 46, kLocalSize = 30, kMostComment = 65535;
constexpr size_t kStored = 0, kDeflated = 8;
constexpr size_t kMostRatio = 1032;  // of deflate
constexpr size_t kUsualRatio = 64;   // of unpacked to packed bytes that arrays are believed to have
constexpr size_t kFirstStep = size_t{1} << 16;
constexpr size_t kZip64 = 0xffffffff;  // the size stands elsewhere
constexpr size_t kMostBytes = size_t{1} << 32;
constexpr const char* kFix = "save it again with numpy.savez or numpy.savez_compressed";

[[noreturn]] void fail(const std::string& name, const std::string& reason) {
  throw Error(Exit::data, name, reason, kFix);
}

// A little-endian number of `size` bytes that the caller knows to be there.
size_t number(std::string_view bytes, size_t at, size_t size) {
  size_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

struct Entry {
  size_t flags, method, crc, packed, size, local;
};

// The record at the end, behind which only a comment may stand.
size_t find_end(std::string_view archive, const std::string& name) {
  if (!archive.starts_with("PK")) fail(name, "wrong magic: not a ZIP archive");
  const size_t at = archive.rfind(kEnd);
  if (at == std::string_view::npos || archive.size() - at < kEndSize ||
      archive.size() - at > kEndSize + kMostComment) {
    fail(name, "truncated: the archive has no end record");
  }
  return at;
}

struct Member {
  std::string name;
  Entry entry;
};

std::vector<Member> directory(std::string_view archive, const std::string& name) {
  const size_t end = find_end(archive, name);
  size_t at = number(archive, end + 16, 4);
  std::vector<Member> members;
  for (size_t left = number(archive, end + 10, 2); left > 0; --left) {
    if (at > end || end - at < kEntrySize || archive.substr(at, 4) != kEntry) {
      fail(name, fmt::format("damaged archive: no directory entry at byte {}", at));
    }
    const size_t length = number(archive, at + 28, 2);
    if (length > end - at - kEntrySize) {
      fail(name,
           fmt::format("damaged archive: a name of {} bytes at byte {} runs over the end at {}",
                       length, at + kEntrySize, end));
    }
    members.push_back(
        {std::string(archive.substr(at + kEntrySize, length)),
         {number(archive, at + 8, 2), number(archive, at + 10, 2), number(archive, at + 16, 4),
          number(archive, at + 20, 4), number(archive, at + 24, 4), number(archive, at + 42, 4)}});
    at += kEntrySize + length + number(archive, at + 30, 2) + number(archive, at + 32, 2);
  }
  return members;
}

Entry find_entry(const std::vector<Member>& members, std::string_view member,
                 const std::string& name) {
  const auto found = std::ranges::find(members, member, &Member::name);
  if (std::ranges::count(members, member, &Member::name) > 1)
    fail(name, fmt::format("has two members '{}'", member));
  if (found != members.end()) return found->entry;
  std::vector<std::string> names;
  for (const Member& one : members) names.push_back(one.name);
  throw Error(Exit::data, name, fmt::format("has no member '{}'", member),
              names.empty() ? kFix : core::suggest(member, names));
}

// Raw deflate that must give `size` bytes. The directory may lie: all at once what arrays are
// believed to pack to, else doubling steps, so that memory follows what really arrives.
std::string inflated(std::string_view packed, size_t size, const std::string& name) {
  z_stream stream{};
  if (inflateInit2(&stream, -15) != Z_OK) throw std::bad_alloc();
  struct End {
    z_stream* stream;
    ~End() { inflateEnd(stream); }
  } const end{&stream};
  // zlib never writes to its input; its interface only predates const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  int status = Z_OK;
  do {
    const size_t have = out.size();
    const size_t step = size / kUsualRatio <= packed.size() ? size : std::max(kFirstStep, have);
    out.resize(have + std::min(step, size - have));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + have);
    stream.avail_out = static_cast<uInt>(out.size() - have);
    // Once more when all is there: the end may stand behind the last byte.
    status = inflate(&stream, Z_NO_FLUSH);
  } while (status == Z_OK && stream.avail_out == 0);
  if (status == Z_MEM_ERROR) throw std::bad_alloc();
  if (status != Z_STREAM_END || stream.total_out != size || stream.avail_in != 0) {
    fail(name, fmt::format("damaged archive: its {} deflated bytes do not give the {} it names",
                           packed.size(), size));
  }
  return out;
}

// `place` names the archive and the member.
std::string unpack(std::string_view archive, const Entry& entry, const std::string& place) {
  if ((entry.flags & 1) != 0) fail(place, "is encrypted");
  if (entry.packed == kZip64 || entry.size == kZip64 || entry.local == kZip64) {
    fail(place, fmt::format("is too large: at most {} bytes are read", kMostBytes));
  }
  if (archive.size() < kLocalSize || entry.local > archive.size() - kLocalSize ||
      archive.substr(entry.local, 4) != kLocal) {
    fail(place, fmt::format("damaged archive: no member at byte {}", entry.local));
  }
  const size_t start = entry.local + kLocalSize + number(archive, entry.local + 26, 2) +
                       number(archive, entry.local + 28, 2);
  if (start > archive.size() || entry.packed > archive.size() - start) {
    fail(place, "truncated: the archive ends inside it");
  }
  const std::string_view packed = archive.substr(start, entry.packed);
  std::string bytes;
  if (entry.method == kStored && entry.size == entry.packed) {
    bytes = packed;
  } else if (entry.method == kDeflated && entry.size / kMostRatio <= entry.packed) {
    bytes = inflated(packed, entry.size, place);
  } else {
    fail(place, fmt::format("compression method {} with {} bytes that unpack to {}", entry.method,
                            entry.packed, entry.size));
  }
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  if (const size_t crc = crc32_z(0, data, bytes.size()); crc != entry.crc) {
    fail(place, fmt::format("damaged archive: its CRC is {:08x} where {:08x} is expected", crc,
                            entry.crc));
  }
  return bytes;
}

}  // namespace

std::string zip_member(std::string_view archive, std::string_view member, const std::string& name) {
  return unpack(archive, find_entry(directory(archive, name), member, name),
                fmt::format("{}({})", name, member));
}

std::vector<std::string> zip_members(std::string_view archive, std::span<const std::string> members,
                                     const std::string& name) {
  const std::vector<Member> all = directory(archive, name);
  std::vector<std::string> bytes;
  for (const std::string& member : members) {
    bytes.push_back(
        unpack(archive, find_entry(all, member, name), fmt::format("{}({})", name, member)));
  }
  return bytes;
}

std::vector<std::string> zip_names(std::string_view archive, const std::string& name) {
  std::vector<std::string> names;
  for (Member& member : directory(archive, name)) names.push_back(std::move(member.name));
  return names;
}

}  // namespace agon::datasets
