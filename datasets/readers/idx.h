// SPDX-License-Identifier: MIT
//
// IDX, the format of MNIST: magic 00 00 08 n (n dimensions of unsigned bytes) or 00 00 0d n (of big-endian
// 32-bit floats), n big-endian 32-bit sizes, then the payload in row-major order. Files may be gzipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace agon::datasets {

// The most bytes of a payload, and of a file: what deflate adds to bytes that it cannot pack is less.
inline constexpr size_t kMostIdxPayload = size_t{1} << 30;  // MNIST has 47 MB
inline constexpr size_t kMostIdx = kMostIdxPayload + kMostIdxPayload / 1024;

struct Idx {
  std::vector<size_t> dims;      // 1 to 4 sizes
  std::vector<uint8_t> payload;  // product of dims; of a file of floats empty
  std::vector<float> reals{};    // product of dims, finite; of a file of bytes empty
};

enum class IdxElements { bytes, bytes_or_floats };

// Reads all of `bytes`; `name` is for errors. Throws agon::Error(Exit::data) that names the reason:
// wrong magic, element type or sizes, no finite number, truncated, trailing bytes, damaged gzip. Memory stays within
// about twice the data that is really there, whatever the header claims.
Idx parse_idx(std::string_view bytes, const std::string& name,
              IdxElements allowed = IdxElements::bytes);

}  // namespace agon::datasets
