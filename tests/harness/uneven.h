// SPDX-License-Identifier: MIT
//
// A task of one's own on which the two versions of the rule `versioned` are told apart.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/support/shell.h"

namespace agon::test {

// Nine rows of ten are of the first class; so version 1 of the rule `versioned`, which answers with
// the second, is right on one in ten, and version 2 on nine.
struct Uneven : TemporaryFolder {
  Uneven() {
    std::filesystem::create_directory(path() / "own");
    std::string rows = "a,b,kind\n";
    for (int i = 0; i < 200; ++i)
      rows +=
          std::to_string(i) + "," + std::to_string(i % 7) + (i % 10 == 0 ? ",rare\n" : ",common\n");
    write("own/rows.csv", rows);
    write(
        "own/uneven.toml",
        "id = \"uneven\"\ntitle = \"t\"\nsummary = \"s\"\nkind = \"classify\"\nmetric = \"accuracy\"\n"
        "chance = 0.5\ntarget = 0.9\nshape = [2]\nclasses = 2\n[source]\ntype = \"folder\"\n"
        "format = \"csv\"\nfiles = [\"rows.csv\"]\n[split]\nrule = \"stratified\"\ntest = 0.5\n"
        "validation = 0.25\nseed = 1\n[rights]\nlicence = \"l\"\nattribution = \"a\"\nobtain = \"o\"\n");
    write(
        "suite.toml",
        "schema = 1\nname = \"uneven\"\n[[study]]\nname = \"accuracy\"\nseeds = 5\n[[study.grid]]\n"
        "tasks = [\"uneven\"]\nrules = [\"versioned\"]\n");
  }
  Ran runs(int version, const std::string& out, const std::string& more = "") const {
    return run(*this, "'" + std::string(std::getenv("AGON")) +
                          "' run suite.toml --tasks own --plugin '" +
                          std::getenv("AGON_TEST_PLUGINS") + "/versioned-" +
                          std::to_string(version) + ".agon.so' -o " + out + " " + more);
  }
};

}  // namespace agon::test
