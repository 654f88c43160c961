// SPDX-License-Identifier: MIT
#include "datasets/fetch/homes/conversion.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <new>
#include <numeric>
#include <utility>

namespace agon::datasets {

// Each in the file of its name.
extern const Conversion kAirDigits;
extern const Conversion kHeartbeats;
extern const Conversion kJapaneseVowels;
extern const Conversion kSpokenDigits;

namespace {

constexpr std::array kConversions = {&kAirDigits, &kHeartbeats, &kJapaneseVowels, &kSpokenDigits};
constexpr size_t kNpyAlignment = 64;  // of the elements in the file

std::string big_endian(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

std::string gzip(std::string bytes) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16, kMemory = 8;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string packed(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int status = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::bad_alloc();
  return packed;
}

}  // namespace

std::vector<std::string_view> conversion_names() {
  std::vector<std::string_view> names;
  for (const Conversion* one : kConversions) names.push_back(one->name);
  return names;
}

const Conversion& conversion(std::string_view name) {
  return **std::ranges::find_if(kConversions, [&](const auto* one) { return one->name == name; });
}

// Fisher and Yates from the end; each draw takes the low bits of words until one is small enough.
std::vector<size_t> NumpyRandom::permutation(size_t n) {
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  for (size_t i = n; i-- > 1;) {
    const uint32_t mask = static_cast<uint32_t>(std::bit_ceil(i + 1) - 1);
    uint32_t draw = 0;
    do {
      draw = static_cast<uint32_t>(bits_()) & mask;
    } while (draw > i);
    std::swap(order[i], order[draw]);
  }
  return order;
}

std::string npy_of(std::string_view descr, const std::string& shape, std::string_view elements) {
  std::string head =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", descr, shape);
  constexpr size_t kBefore = 10;  // magic, version, length of the header
  const size_t size = kBefore + head.size() + 1;
  head.append((kNpyAlignment - size % kNpyAlignment) % kNpyAlignment, ' ');
  head += '\n';
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(head.size() & 0xff);
  file += static_cast<char>(head.size() >> 8);
  return file.append(head).append(elements);
}

std::string npy_of(const std::vector<float>& values, const std::string& shape) {
  static_assert(std::endian::native == std::endian::little);
  return npy_of("<f4", shape,
                {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
}

std::string npy_of(const std::vector<uint8_t>& values) {
  return npy_of("|u1", fmt::format("{},", values.size()),
                {reinterpret_cast<const char*>(values.data()), values.size()});
}

std::string idx_gz_of(const std::vector<uint32_t>& dims, std::string_view elements) {
  std::string bytes("\0\0\x08", 3);
  bytes += static_cast<char>(dims.size());
  for (const uint32_t dim : dims) bytes += big_endian(dim);
  return gzip(bytes.append(elements));
}

}  // namespace agon::datasets
