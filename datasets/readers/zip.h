// SPDX-License-Identifier: MIT
//
// One member of a ZIP archive in memory, stored or deflated: what an NPZ file is made of. No
// encryption, no parts, no ZIP64 sizes (4 GiB and more).
// Source: PKWARE APPNOTE.TXT 6.3.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace agon::datasets {

// The bytes of `member`, whose CRC has been checked. `name` is for errors. Throws
// agon::Error(Exit::data) for what is no archive, a damaged one, and a member that is missing (the
// nearest ones are named) or there twice. Memory stays within twice what the member really gives,
// which deflate cannot pass by more than 1032 times the archive's, whatever the directory claims.
std::string zip_member(std::string_view archive, std::string_view member, const std::string& name);

// The same of several, in their order; the directory is read once.
std::vector<std::string> zip_members(std::string_view archive, std::span<const std::string> members,
                                     const std::string& name);

// The names of all members, in the archive's order.
std::vector<std::string> zip_names(std::string_view archive, const std::string& name);

}  // namespace agon::datasets
