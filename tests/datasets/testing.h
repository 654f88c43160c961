// SPDX-License-Identifier: MIT
//
// What the tests of datasets share: small IDX files, gzip, temporary folders, the text of an error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/rng.h"

namespace agon::datasets::testing {

// IDX bytes with the given sizes in the header and the payload behind it, whether they agree or
// not.
std::string idx_bytes(const std::vector<uint32_t>& dims, std::string_view payload);
// `n` payload bytes 0, 1, ... modulo `modulus`.
std::string counting(size_t n, int modulus = 251);
std::string gzipped(std::string_view bytes);

// One to four edits: a flipped bit, a new byte, a cut, a repeated piece.
std::string damaged(std::string bytes, core::Stream& random);

void write_file(const std::filesystem::path& file, std::string_view bytes);

// A folder that is removed with its content at the end of the scope.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// The exit code and what() of the agon::Error that `action` throws; {0, "no error"} without one.
// Also checks the promise of at most 4 lines.
struct Caught {
  int exit = 0;
  std::string text = "no error";
  bool has(std::string_view part) const { return text.find(part) != std::string::npos; }
};
Caught caught(const std::function<void()>& action);

// The four files of a small "MNIST": `per_class` training and one test image of 28x28 for each
// digit.
void write_small_mnist(const std::filesystem::path& folder, size_t per_class);

}  // namespace agon::datasets::testing
