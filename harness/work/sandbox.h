// SPDX-License-Identifier: MIT
//
// agon run --sandbox: processes that run rules can read, compute and write to their own temporary folder,
// and little else: no network, no file changed elsewhere, no signal to others. By Landlock and seccomp,
// which need no right of their own. Against what it holds and against what not: harness/THREATS.md.
#pragma once

#include <filesystem>
#include <string>

namespace agon::harness {

// Why this kernel cannot, "" when it can.
std::string sandbox_fault();

// For a child, before it starts a thread or loads a plugin; there is no way back. scratch: the folder
// that stays writable, empty for none. Throws agon::Error(Exit::io).
void enter_sandbox(const std::filesystem::path& scratch);

}  // namespace agon::harness
