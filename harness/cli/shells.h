// SPDX-License-Identifier: MIT
//
// Completion for shells and the manual page, made from the verbs and options as the command line has them.
// Names of rules, tasks and suites are asked of agon when a word is completed. Pure functions.
#pragma once

#include <span>
#include <string>

#include "harness/cli/command_line.h"

namespace agon::harness {

std::string bash_completion(std::span<const VerbAbout> verbs);
std::string zsh_completion(std::span<const VerbAbout> verbs);
std::string fish_completion(std::span<const VerbAbout> verbs);

// agon.1, for man. version: "0.1.0".
std::string manual_page(std::span<const VerbAbout> verbs, const std::string& about,
                        const std::string& footer, const std::string& version);

// What may stand for a value, as a command that prints it a word a line; "" for a file or a text of
// one's own.
std::string words_of(const std::string& verb, const OptionAbout& option);

// The first paragraph of a help text, in one line.
std::string first_line(const std::string& help);

}  // namespace agon::harness
