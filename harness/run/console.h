// SPDX-License-Identifier: MIT
//
// The two streams of a command. Standard output carries results: what cannot be written there is an
// error. Standard error carries progress and notes for people: decoration, whose loss never ends a
// run. Nothing else in agon writes to either. Threads: the main thread.
#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace agon::harness {

// Before anything else in main: descriptors 0, 1 and 2 that the caller left closed are taken, so
// that no database or pipe lands on them, and a reader that leaves is an error of the write, not a
// signal.
void open_standard_streams() noexcept;

// To standard output, buffered. Throws agon::Error(Exit::io). The error of a reader that left
// (agon list rules | head -1) has the empty reason: nobody is there to be told.
void write_out(std::string_view text);
void flush_out();  // before a wait for something else, and at the end

template <typename... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
  write_out(fmt::format(format, std::forward<Args>(args)...));
}

// To standard error as far as it takes it at once: a closed, full or stuck stream loses the rest.
void decorate(std::string_view text) noexcept;

template <typename... Args>
void note(fmt::format_string<Args...> format, Args&&... args) {
  decorate(fmt::format(format, std::forward<Args>(args)...));
}

// The last words of a command: the same, but waits for a slow reader.
void last_words(std::string_view text) noexcept;

}  // namespace agon::harness
