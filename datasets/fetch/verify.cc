// SPDX-License-Identifier: MIT
#include "datasets/fetch/verify.h"

#include <fmt/format.h>

#include <span>
#include <vector>

#include "core/error.h"
#include "datasets/fetch/sha256.h"
#include "datasets/readers/gzip.h"

namespace agon::datasets {
namespace {

void compare(const std::string& found, const std::string& expected, const char* what,
             const std::string& name) {
  if (expected.empty() || found == expected) return;
  throw Error(Exit::data, name,
              fmt::format("is another file: the SHA-256 of its {} is {}, expected is {}", what,
                          found, expected),
              "get it from its home, or remove it");
}

}  // namespace

bool verify(std::string_view bytes, const Checksum& expected, uint64_t most,
            const std::string& name) {
  if (!expected.packed.empty()) {
    Sha256 packed;
    packed.update({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
    compare(packed.hex(), expected.packed, "bytes", name);
  }
  GzipSource source(bytes, name);
  Sha256 content;
  std::vector<uint8_t> block(size_t{1} << 18);
  uint64_t total = 0;
  while (const size_t n = source.read(block)) {
    total += n;
    if (total > most)
      throw Error(Exit::data, name, fmt::format("unpacks to more than {} bytes", most),
                  "get it from its home, or remove it");
    content.update(std::span(block).first(n));
  }
  compare(content.hex(), expected.content, "content", name);
  return expected.known();
}

}  // namespace agon::datasets
