// SPDX-License-Identifier: MIT
//
// The folder of the catalogue's site. Threads: one.
#pragma once

#include <filesystem>
#include <span>

#include "harness/catalogue/examine.h"

namespace agon::catalogue {

// A new folder, an empty one, or one that an earlier call wrote. Throws agon::Error: usage for one that holds
// something else, io for one that cannot be made.
void check_site(const std::filesystem::path& site);

// The files of one rule, so that its run may go away.
void write_rule(const Examined& one, const std::filesystem::path& site);
// Index and agon-catalogue.json. Returns index.html.
std::filesystem::path write_index(std::span<const Examined> all, const std::filesystem::path& site);

}  // namespace agon::catalogue
