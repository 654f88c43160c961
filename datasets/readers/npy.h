// SPDX-License-Identifier: MIT
//
// NPY, the array format of NumPy, versions 1 and 2: magic, a header that is a Python dictionary of
// element type, order and shape, then the elements. Little endian and C order only.
// Source: numpy/lib/format.py (NEP 1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace agon::datasets {

struct Npy {
  enum class Type { f4, f8, u1, i1, i2, i4, i8 };
  std::vector<size_t> dims;  // product >= 1
  size_t count = 0;          // product of dims
  Type type = Type::f4;
  std::string bytes;   // of the whole file
  size_t payload = 0;  // offset of the first element

  bool whole() const noexcept { return type != Type::f4 && type != Type::f8; }
  double real(size_t i) const noexcept;      // element i in C order
  int64_t integer(size_t i) const noexcept;  // the same when whole()
};

// `name` is for errors. Throws agon::Error(Exit::data) that names the reason: wrong magic or
// version, a header that is none, another element type or order, sizes that do not fit the file.
// Takes no memory beside `bytes`.
Npy parse_npy(std::string bytes, const std::string& name);

}  // namespace agon::datasets
