// SPDX-License-Identifier: MIT
//
// 128-bit content hashes (XXH3) as 32 lower-case hex digits: cell keys, data and plugin
// fingerprints. They detect change, they are no protection against an adversary.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace agon::core {

std::string hash_hex(std::string_view bytes);
// Throws agon::Error(Exit::data) for what is no regular file or cannot be read.
std::string hash_file(const std::filesystem::path& file);

}  // namespace agon::core
