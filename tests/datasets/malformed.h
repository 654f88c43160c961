// SPDX-License-Identifier: MIT
//
// Tables of malformed files, one for each reader: bytes, and what the one error says of them.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "testing.h"

namespace agon::datasets::testing {

struct Malformed {
  std::string bytes;
  std::string says;  // behind the file's name: ":3: has 2 cells where 3 are expected"
};

// Each of at least 20 files gives one agon::Error(Exit::data) that begins with `file` and what its
// row says, and has a fix.
void check_malformed(const std::string& file, std::span<const Malformed> table,
                     const std::function<void(const std::string& bytes)>& read);

// What `action` gives in a process of its own that may take `bytes` of memory (address space) more
// than this one has; "out of memory" when it wanted more. A sanitizer takes what it likes: there
// the action runs without a limit.
Caught caught_within(size_t bytes, const std::function<void()>& action);

}  // namespace agon::datasets::testing
