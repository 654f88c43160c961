// SPDX-License-Identifier: MIT
//
// Looks at a shared object without running it: what dlopen would only say with a crash, or not at
// all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace agon::harness {

// Throws agon::Error(Exit::plugin) unless the file is a complete ELF shared object for this
// machine. Returns the libraries it needs (DT_NEEDED), in order.
std::vector<std::string> needed_libraries(const std::filesystem::path& file);

// The names of what it defines for others, in the order of its table. Throws as needed_libraries() does.
std::vector<std::string> exported_symbols(const std::filesystem::path& file);

// The mangled names of the functions at these addresses of the file (as if it were loaded at 0), "" where
// its tables have none. Throws as needed_libraries() does.
std::vector<std::string> symbols_at(const std::filesystem::path& file,
                                    std::span<const uint64_t> addresses);

}  // namespace agon::harness
