// SPDX-License-Identifier: MIT
//
// The one exception of Agon: what was being done to which thing, why it failed, and how to fix it.
#pragma once

#include <stdexcept>
#include <string>

namespace agon {

// Process exit codes, documented in README.md.
enum class Exit : int {
  ok = 0,
  cells_failed = 1,  // the run finished; some cells crashed, timed out, ...
  usage = 2,         // command line or suite file
  data = 3,          // a data file is missing or broken
  plugin = 4,        // a plugin cannot be loaded or has another ABI
  internal = 5,      // a defect in Agon
  io = 6,            // the output folder cannot be written, the disk is full
  interrupted = 130
};

class Error : public std::runtime_error {
 public:
  // thing: "suite.toml:3:8", a path, a flag; reason: what is wrong with it; fix: what to do, may be
  // "".
  Error(Exit exit, std::string thing, std::string reason, std::string fix = "")
      : std::runtime_error(thing + ": " + reason + (fix.empty() ? "" : "\n  fix: " + fix)),
        exit_(exit),
        thing_(std::move(thing)),
        reason_(std::move(reason)),
        fix_(std::move(fix)) {}

  Exit exit() const noexcept { return exit_; }
  const std::string& thing() const noexcept { return thing_; }
  const std::string& reason() const noexcept { return reason_; }
  const std::string& fix() const noexcept { return fix_; }

 private:
  Exit exit_;
  std::string thing_, reason_, fix_;
};

}  // namespace agon
