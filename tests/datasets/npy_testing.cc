// SPDX-License-Identifier: MIT
#include "npy_testing.h"

#include <fmt/format.h>
#include <zlib.h>

#include <stdexcept>

namespace agon::datasets::testing {
namespace {

std::string number(size_t value, size_t size) {
  std::string bytes;
  for (size_t i = 0; i < size; ++i)
    bytes.push_back(static_cast<char>(i < 8 ? value >> 8 * i & 0xff : 0));
  return bytes;
}

std::string deflated(const std::string& bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib");
  std::string in = bytes, out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error("zlib");
  return out;
}

}  // namespace

std::string npy_bytes(std::string_view descr, std::string_view shape, std::string_view payload,
                      int version, bool fortran) {
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}", descr,
                                   fortran ? "True" : "False", shape);
  const size_t before = version == 1 ? 10 : 12;
  while ((before + header.size() + 1) % 64 != 0) header.push_back(' ');
  header.push_back('\n');
  std::string bytes = "\x93NUMPY";
  bytes += number(static_cast<size_t>(version), 1) + number(0, 1);
  bytes += number(header.size(), before - 8);
  return bytes.append(header).append(payload);
}

std::string zip_bytes(const Members& members, bool deflate) {
  std::string archive, directory;
  for (const auto& [name, bytes] : members) {
    const std::string packed = deflate ? deflated(bytes) : bytes;
    const size_t crc = crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
    // Version 4.5, no flags, the method, a date.
    const std::string common = number(45, 2) + number(0, 2) + number(deflate ? 8 : 0, 2) +
                               number(0x21 << 16, 4) + number(crc, 4);
    directory += "PK\x01\x02" + number(0x32d, 2) + common + number(packed.size(), 4) +
                 number(bytes.size(), 4) + number(name.size(), 2) + number(0, 12) +
                 number(archive.size(), 4) + name;
    archive += "PK\x03\x04" + common + number(0xffffffff, 4) + number(0xffffffff, 4) +
               number(name.size(), 2) + number(20, 2) + name + number(1, 2) + number(16, 2) +
               number(bytes.size(), 8) + number(packed.size(), 8) + packed;
  }
  return archive + directory + "PK\x05\x06" + number(0, 4) + number(members.size(), 2) +
         number(members.size(), 2) + number(directory.size(), 4) + number(archive.size(), 4) +
         number(0, 2);
}

}  // namespace agon::datasets::testing
