// SPDX-License-Identifier: MIT
#include "datasets/readers/file.h"

#include "core/file.h"

namespace agon::datasets {
namespace {

// MNIST's largest file has 47 MB unpacked; what is larger than this is no data set of the
// catalogue's kind.
constexpr uint64_t kMostBytes = uint64_t{4} << 30;

}  // namespace

std::string read_bytes(const std::filesystem::path& file) {
  return core::read_regular(file, Exit::data, kMostBytes);
}

}  // namespace agon::datasets
