// SPDX-License-Identifier: MIT
//
// Arrays and archives as NumPy writes them, and as it would not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agon::datasets::testing {

// `shape` as Python writes it: "(3, 2)".
std::string npy_bytes(std::string_view descr, std::string_view shape, std::string_view payload,
                      int version = 1, bool fortran = false);

// Little-endian elements.
template <typename T>
std::string raw(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

using Members = std::vector<std::pair<std::string, std::string>>;  // name, bytes
// As numpy.savez (stored) and numpy.savez_compressed (deflated) write it, ZIP64 extras included.
std::string zip_bytes(const Members& members, bool deflate);

}  // namespace agon::datasets::testing
