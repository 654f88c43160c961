// SPDX-License-Identifier: MIT
//
// Programs of others (sbatch, cmake) run with their arguments as they are: no shell sees a word.
#pragma once

#include <string>
#include <vector>

namespace agon::harness {

// Where PATH has the program, as execvp would find it; "" for nowhere.
std::string find_program(const std::string& name);

struct CommandResult {
  int code = -1;  // what it exited with; a signal's number where one ended it
  std::string out, err;
};

// Runs `program`, a file, to its end, with nothing to read. Throws std::system_error when it cannot
// be started.
CommandResult run_command(const std::string& program, const std::vector<std::string>& arguments);

}  // namespace agon::harness
