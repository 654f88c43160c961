// SPDX-License-Identifier: MIT
//
// What public homes serve, made into the files that tasks read: `convert` in [fetch] of a task file.
// Each conversion is one file here and a row of the table in conversion.cc. They draw as NumPy did
// when the files were first made, so that the same raw data give the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace agon::datasets {

struct NamedFile {
  std::string name, bytes;
};
using NamedFiles = std::vector<NamedFile>;

struct Conversion {
  std::string_view name;  // in a task file
  // Of what came, in the order of `raw`. Throws agon::Error(Exit::data) that names a file, what is
  // wrong with it, and the fix. All files that tasks may name are made.
  NamedFiles (*make)(std::span<const NamedFile> raw);
};

std::vector<std::string_view> conversion_names();
const Conversion& conversion(std::string_view name);  // one of conversion_names()

// For conversions.

inline constexpr const char* kOtherRelease = "it may be another release of the data";

// numpy.random.RandomState of a whole number, as far as it is needed.
class NumpyRandom {
 public:
  explicit NumpyRandom(uint32_t seed) : bits_(seed) {}
  std::vector<size_t> permutation(size_t n);

 private:
  std::mt19937 bits_;
};

// A file of numpy.save, version 1. shape: "270, 29, 12"; of one axis "270,".
std::string npy_of(std::string_view descr, const std::string& shape, std::string_view elements);
std::string npy_of(const std::vector<float>& values, const std::string& shape);
std::string npy_of(const std::vector<uint8_t>& values);  // [values]
// A gzipped IDX file of bytes.
std::string idx_gz_of(const std::vector<uint32_t>& dims, std::string_view elements);

}  // namespace agon::datasets
