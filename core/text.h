// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace agon::core {

// The names nearest to `word` by edit distance, nearest first: at most `count`, none farther than a
// third of the word plus one.
std::vector<std::string> nearest(std::string_view word, std::span<const std::string> names, size_t count = 1);

// "did you mean 'x'?", or "valid names: a, b, c, ..." when nothing is near.
std::string suggest(std::string_view word, std::span<const std::string> names);

}  // namespace agon::core
