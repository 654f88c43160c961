// SPDX-License-Identifier: MIT
//
// The sources of an entry, fetched with git at the commit that it names. Threads: any.
#pragma once

#include <filesystem>

#include "harness/catalogue/entry.h"

namespace agon::catalogue {

// Below `work`, an empty folder of the caller's: the entry's folder as the commit has it. Throws
// agon::Error(Exit::data): no git, no such repository, commit or folder.
std::filesystem::path fetch(const Entry& entry, const std::filesystem::path& work);

}  // namespace agon::catalogue
