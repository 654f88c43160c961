// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace agon::core {

// The names nearest to `word` by edit distance, nearest first: at most `count`, none farther than a
// third of the word plus one.
std::vector<std::string> nearest(std::string_view word, std::span<const std::string> names,
                                 size_t count = 1);

// "did you mean 'x'?", or "valid names: a, b, c, ..." when nothing is near.
std::string suggest(std::string_view word, std::span<const std::string> names);

// Whether each * in `pattern` can stand for some characters, or none, so that it is `name`.
bool fits(std::string_view pattern, std::string_view name);

// Where the first byte stands that is no part of UTF-8 (RFC 3629); npos: all are.
size_t find_not_utf8(std::string_view text);

// A text of others (a rule's, a file's) as one line that a terminal only shows: control characters,
// marks that turn the direction of writing and bytes that are no UTF-8 become \n, \t, \x1b, \u202e,
// \xff.
std::string printable(std::string_view text);

// One word of a POSIX shell: quoted unless it is plain; newlines and other controls stay inside
// quotes.
std::string shell_word(std::string_view text);
// The words of a line of such words again.
std::vector<std::string> shell_words(std::string_view line);

}  // namespace agon::core
