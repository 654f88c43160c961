// SPDX-License-Identifier: MIT
//
// Results as a file in memory for the targets that read stores.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace agon::fuzz {

// A place of this process alone, in memory where there is a file system of that kind.
std::filesystem::path store_file();
void write_store(std::string_view bytes);
// The bytes of a run of two cells that have everything a cell can have.
std::string sample_store();
// All that a report reads of store_file().
void read_store();

}  // namespace agon::fuzz
