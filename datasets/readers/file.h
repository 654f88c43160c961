// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace agon::datasets {

// MNIST's largest file has 47 MB unpacked; what is larger than this is no data set of the
// catalogue's kind.
inline constexpr uint64_t kMostFile = uint64_t{4} << 30;

// The bytes of a regular file. Throws agon::Error(Exit::data) that names the file and the reason,
// and for more than `most` bytes before any is read.
std::string read_bytes(const std::filesystem::path& file, uint64_t most = kMostFile);

}  // namespace agon::datasets
