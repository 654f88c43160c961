// SPDX-License-Identifier: MIT
#include "datasets/readers/file.h"

#include "core/file.h"

namespace agon::datasets {

std::string read_bytes(const std::filesystem::path& file, uint64_t most) {
  return core::read_regular(file, Exit::data, most);
}

}  // namespace agon::datasets
