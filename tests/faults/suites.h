// SPDX-License-Identifier: MIT
//
// What the tests of this folder run.
#pragma once

#include <cstdlib>
#include <string>

namespace agon::test {

// Of the environment; "" where it is not set, as in a test that is run alone.
inline std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}
inline const std::string kAgon = "'" + variable("AGON") + "' ";
inline const std::string kPlugins = " --plugin '" + variable("AGON_TEST_PLUGINS") + "' ";

// One study of these rules ("\"bp\", \"ed\"") on xor, a few milliseconds a cell.
inline std::string small_suite(const std::string& rules, int seeds = 1,
                               const std::string& name = "mine") {
  return "schema = 1\nname = \"" + name +
         "\"\n[[study]]\nname = \"accuracy\"\nseeds = " + std::to_string(seeds) +
         "\n[[study.grid]]\ntasks = [\"xor\"]\nrules = [" + rules + "]\n";
}

}  // namespace agon::test
