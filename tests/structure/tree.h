// SPDX-License-Identifier: MIT
//
// The project's own files, as the tests of the house see them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace agon::structure {

// Paths relative to root, '/' separated, sorted: what git tracks, or, outside a checkout,
// everything but generated folders. Throws std::runtime_error.
std::vector<std::string> project_files(const std::filesystem::path& root);

// Throws std::runtime_error when the file cannot be read.
std::string read_file(const std::filesystem::path& file);

// The lines of a text without their ends; the last one need not end.
std::vector<std::string_view> lines_of(std::string_view text);

// True when a NUL occurs near the start: no text.
bool is_binary(std::string_view bytes) noexcept;

}  // namespace agon::structure
