// SPDX-License-Identifier: MIT
//
// What each of several workers may use where nobody said: no rule takes the memory of the others, or of
// what else the machine does.
#pragma once

#include <cstdint>
#include <string>

namespace agon::harness {

// 80 % of what this process may use (the machine's memory, or its container's where that is less) over
// so many jobs; 0, no limit: not known, or a sanitizer reserves more than there is.
int64_t memory_share_mib(unsigned jobs);

// The smallest limit of the groups (cgroup v1 and v2) that /proc/self/cgroup names, in bytes; 0: none.
// groups: the text of that file; root: where the groups are mounted.
uint64_t group_limit(const std::string& groups, const std::string& root);

}  // namespace agon::harness
