// SPDX-License-Identifier: MIT
//
// The command line: one file per verb. Every verb adds itself and says what it does once the line
// is parsed. Results go to stdout, everything else to stderr.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"
#include "datasets/task.h"
#include "harness/cli/command_line.h"

namespace agon::harness {

// Options that several verbs share.
struct Places {
  std::vector<std::filesystem::path> plugins = {};  // --plugin
  std::vector<std::filesystem::path> data = {};     // --data
  std::vector<std::filesystem::path> tasks = {};    // --tasks
  std::string simd = {};                            // --simd
};
void add_plugins(const Verb& verb, Places& places);
// --plugin, --data and --tasks.
void add_places(const Verb& verb, Places& places);
void add_simd(const Verb& verb, std::string& target);
// Pins the target that --simd named, or where it is "" the environment's AGON_SIMD, in any case, and makes
// it the name that agon doctor has for it; "" stays the best one. Throws agon::Error(Exit::usage) with
// the names for another.
void pin_simd(std::string& target);
// All tasks. A broken task file of --tasks is an error; one of AGON_TASK_PATH is passed over with a
// warning, and an error when its task is asked for.
datasets::Catalogue catalogue_of(const Places& places);
// -o: a folder to write into.
void add_output(const Verb& verb, std::string& folder, const std::string& help);

void add_run(CommandLine& line);
void add_report(CommandLine& line);
void add_compare(CommandLine& line);
void add_merge(CommandLine& line);
void add_publish(CommandLine& line);
void add_replay(CommandLine& line);
void add_list(CommandLine& line);
void add_info(CommandLine& line);
void add_fetch(CommandLine& line);
void add_bench(CommandLine& line);
void add_new(CommandLine& line);
void add_check(CommandLine& line);
void add_rule_catalogue(CommandLine& line);
void add_doctor(CommandLine& line);
void add_completion(CommandLine& line);
void add_worker(CommandLine& line);  // hidden: the child side
void add_batch(CommandLine& line);   // hidden: an element of a Slurm array

// The command line as typed, quoted for a shell; set once by main.
const std::string& command_line();

}  // namespace agon::harness
