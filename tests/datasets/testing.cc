// SPDX-License-Identifier: MIT
#include "testing.h"

#include <stdlib.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "core/error.h"

namespace agon::datasets::testing {

namespace fs = std::filesystem;

std::string idx_bytes(const std::vector<uint32_t>& dims, std::string_view payload) {
  std::string bytes = {0, 0, 8, static_cast<char>(dims.size())};
  for (const uint32_t dim : dims) {
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes.push_back(static_cast<char>(dim >> shift & 0xffu));
  }
  return bytes.append(payload);
}

std::string counting(size_t n, int modulus) {
  std::string bytes(n, '\0');
  for (size_t i = 0; i < n; ++i) bytes[i] = static_cast<char>(static_cast<int>(i) % modulus);
  return bytes;
}

std::string gzipped(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib");
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error("zlib");
  return out;
}

std::string damaged(std::string bytes, core::Stream& random) {
  for (uint32_t edits = 1 + random.below(4); edits > 0 && !bytes.empty(); --edits) {
    const size_t at = random.below(static_cast<uint32_t>(bytes.size()));
    switch (random.below(4)) {
      case 0: bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8))); break;
      case 1: bytes[at] = static_cast<char>(random.below(256)); break;
      case 2: bytes.resize(at); break;
      default: bytes.insert(at, bytes.substr(at, 1 + random.below(16)));
    }
  }
  return bytes;
}

void write_file(const fs::path& file, std::string_view bytes) {
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "agon-test-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  fs::remove_all(path_, error);
}

Caught caught(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    const std::string text = error.what();
    if (std::count(text.begin(), text.end(), '\n') > 3) return {-1, "more than 4 lines: " + text};
    return {static_cast<int>(error.exit()), text};
  }
  return {};
}

void write_small_mnist(const fs::path& folder, size_t per_class) {
  const auto write_part = [&folder](const std::string& part, size_t rows) {
    const auto n = static_cast<uint32_t>(rows);
    write_file(folder / (part + "-images-idx3-ubyte.gz"),
               gzipped(idx_bytes({n, 28, 28}, counting(rows * 28 * 28))));
    write_file(folder / (part + "-labels-idx1-ubyte.gz"),
               gzipped(idx_bytes({n}, counting(rows, 10))));
  };
  write_part("train", 10 * per_class);
  write_part("t10k", 10);
}

}  // namespace agon::datasets::testing
