// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace agon::datasets {

// The bytes of a regular file. Throws agon::Error(Exit::data) that names the file and the reason.
std::string read_bytes(const std::filesystem::path& file);

}  // namespace agon::datasets
