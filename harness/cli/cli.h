// SPDX-License-Identifier: MIT
//
// The command line: one file per verb. Every verb adds itself to the CLI11 app and returns, through
// `action`, what to do once the line is parsed. Results go to stdout, everything else to stderr.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/error.h"

namespace agon::harness {

// Options that several verbs share.
struct Places {
  std::vector<std::filesystem::path> plugins;  // --plugin
  std::vector<std::filesystem::path> data;     // --data
  std::string simd;                            // --simd
};
void add_places(CLI::App& app, Places& places);

using Action = std::function<int()>;

void add_run(CLI::App& app, Action& action);
void add_report(CLI::App& app, Action& action);
void add_list(CLI::App& app, Action& action);
void add_info(CLI::App& app, Action& action);
void add_doctor(CLI::App& app, Action& action);
void add_worker(CLI::App& app, Action& action);  // hidden: the child side

// The command line as typed, quoted for a shell; set once by main.
const std::string& command_line();

}  // namespace agon::harness
