// SPDX-License-Identifier: MIT
#include "datasets/decoded.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "core/file.h"
#include "core/hash.h"
#include "datasets/task.h"

namespace agon::datasets {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "agon-decoded-1\n";
constexpr size_t kHash = 32;       // hex digits
constexpr size_t kAlignment = 64;  // of a matrix, and of its place in the file

// A file: magic, hash of the small parts, hash of x, the small parts, zeros to the alignment, x.
// The small parts: how many bytes they are, their numbers, then the vectors with their lengths.
class Writer {
 public:
  template <typename T>
  void number(T value) {
    const auto wide = static_cast<uint64_t>(value);
    text_.append(reinterpret_cast<const char*>(&wide), sizeof(wide));
  }
  template <typename T>
  void vector(const std::vector<T>& values) {
    number(values.size());
    text_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  uint64_t number() {
    uint64_t value = 0;
    if (!take(&value, sizeof(value))) return 0;
    return value;
  }
  template <typename T>
  void vector(std::vector<T>& values) {
    const uint64_t count = number();
    if (count > text_.size() / sizeof(T)) {
      good_ = false;
      return;
    }
    values.resize(count);
    take(values.data(), count * sizeof(T));
  }
  bool good() const noexcept { return good_; }

 private:
  bool take(void* out, size_t size) {
    good_ = good_ && size <= text_.size();
    if (!good_ || size == 0) return good_;
    std::memcpy(out, text_.data(), size);
    text_.remove_prefix(size);
    return true;
  }
  std::string_view text_;
  bool good_ = true;
};

// One list of what is kept, for both directions. A field that is new in Dataset or Split does not
// compile here before it is kept.
template <typename Visitor>
void visit_vectors(Decoded& decoded, const Visitor& visitor) {
  auto& [x, labels, targets, shape, classes, lengths, phase] = decoded.data;
  auto& [train, validation, test] = decoded.split;
  visitor(labels);
  visitor(shape);
  visitor(lengths);
  visitor(phase);
  visitor(train);
  visitor(validation);
  visitor(test);
  static_cast<void>(x);
  static_cast<void>(targets);
  static_cast<void>(classes);
}

size_t aligned(size_t n) { return (n + kAlignment - 1) / kAlignment * kAlignment; }

std::string_view bytes_of(const core::Matrix& x) {
  return {reinterpret_cast<const char*>(x.data()), x.rows() * x.stride() * sizeof(float)};
}

// The pages of a file, copied when somebody writes to them.
struct Mapping {
  Mapping(char* pages, size_t bytes) : data(pages), size(bytes) {}
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { ::munmap(data, size); }

  char* const data;
  const size_t size;
};

std::shared_ptr<Mapping> map(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  struct stat found {};
  void* pages = MAP_FAILED;
  size_t size = 0;
  if (::fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode) && found.st_size > 0) {
    size = static_cast<size_t>(found.st_size);
    pages =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0);
  }
  ::close(descriptor);
  if (pages == MAP_FAILED) return nullptr;
  return std::make_shared<Mapping>(static_cast<char*>(pages), size);
}

// nullopt: not what keep_decoded wrote. Its checksum reads all of x, so that the pages are resident as
// part of loading and not in the middle of a cell, as memory that the rule took.
std::optional<Decoded> parse(const std::shared_ptr<Mapping>& mapping) {
  const std::string_view all(mapping->data, mapping->size);
  constexpr size_t kHead = kMagic.size() + 2 * kHash;
  if (all.size() < kHead + sizeof(uint64_t) || !all.starts_with(kMagic)) return {};
  const uint64_t size = Reader(all.substr(kHead)).number();
  if (size > all.size() - kHead) return {};
  const std::string_view small = all.substr(kHead, size);
  if (core::hash_hex(small) != all.substr(kMagic.size(), kHash)) return {};

  Reader reader(small);
  reader.number();
  const uint64_t rows = reader.number(), cols = reader.number();
  Decoded decoded;
  decoded.data.classes = static_cast<int32_t>(reader.number());
  visit_vectors(decoded, [&reader](auto& values) { reader.vector(values); });
  const size_t start = aligned(kHead + size);
  if (!reader.good() || start > all.size()) return {};
  const uint64_t floats = (all.size() - start) / sizeof(float), stride = core::padded(cols);
  if (rows == 0 || stride == 0 || floats / stride != rows || floats % stride != 0) return {};
  if (core::hash_hex(all.substr(start)) != all.substr(kMagic.size() + kHash, kHash)) {
    return {};
  }
  decoded.data.x =
      core::Matrix(reinterpret_cast<float*>(mapping->data + start), rows, cols, mapping);
  return decoded;
}

fs::path place(const fs::path& folder, const std::string& identity) {
  return folder / (identity + ".bin");
}

// The oldest first, until the rest is within the bound.
void make_room(const fs::path& folder) {
  struct Old {
    fs::file_time_type used;
    uint64_t bytes;
    fs::path file;
  };
  std::vector<Old> all;
  uint64_t sum = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".bin") continue;
    all.push_back({entry.last_write_time(), entry.file_size(), entry.path()});
    sum += all.back().bytes;
  }
  std::ranges::sort(all, {}, &Old::used);
  for (const Old& old : all) {
    if (sum <= kMostDecoded) return;
    fs::remove(old.file);
    sum -= old.bytes;
  }
}

}  // namespace

fs::path decoded_folder() {
  const fs::path cache = cache_folder();
  return cache.empty() ? cache : cache / "decoded";
}

DecodedUse decoded_use(const fs::path& folder) noexcept {
  DecodedUse use;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() != ".bin") continue;
    std::error_code gone;
    const uint64_t bytes = it->file_size(gone);
    if (gone) continue;
    ++use.files;
    use.bytes += bytes;
  }
  return use;
}

std::optional<Decoded> read_decoded(const fs::path& folder, const std::string& identity) noexcept {
  try {
    if (folder.empty()) return {};
    const fs::path file = place(folder, identity);
    const auto mapping = map(file);
    if (!mapping) return {};
    std::optional<Decoded> decoded = parse(mapping);
    std::error_code ignored;
    if (decoded) {
      fs::last_write_time(file, fs::file_time_type::clock::now(), ignored);
    } else {
      fs::remove(file, ignored);
    }
    return decoded;
  } catch (const std::exception&) {
    return {};
  }
}

void keep_decoded(const fs::path& folder, const std::string& identity, Decoded& decoded) noexcept {
  try {
    const std::string_view x = bytes_of(decoded.data.x);
    if (folder.empty() || x.size() < kLeastDecoded || decoded.data.targets.rows() > 0) return;
    Writer numbers, vectors;
    numbers.number(decoded.data.x.rows());
    numbers.number(decoded.data.x.cols());
    numbers.number(decoded.data.classes);
    visit_vectors(decoded, [&vectors](auto& values) { vectors.vector(values); });
    const std::string rest = numbers.take() + vectors.take();
    Writer size;
    size.number(sizeof(uint64_t) + rest.size());
    const std::string small = size.take() + rest;
    std::string head =
        fmt::format("{}{}{}{}", kMagic, core::hash_hex(small), core::hash_hex(x), small);
    head.resize(aligned(head.size()), '\0');

    fs::create_directories(folder);
    const fs::path file = place(folder, identity);
    const std::array<std::string_view, 2> parts{head, x};
    core::replace_file(file, parts);
    if (const auto mapping = map(file)) {
      if (auto shared = parse(mapping)) decoded = std::move(*shared);
    }
    make_room(folder);
  } catch (const std::exception&) {
    // A full or read-only cache: this process goes on with what it has.
  }
}

}  // namespace agon::datasets
