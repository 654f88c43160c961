// SPDX-License-Identifier: MIT
//
// The folder of a run: run.json, results.sqlite, the CSV files and report.html.
#pragma once

#include <filesystem>
#include <string>

#include "reports/record.h"

namespace agon::harness {

// Where a run goes: `output` when it is given; else the newest unfinished runs/<suite>-* that the same
// command made (`resumed` becomes true); else a new runs/<suite>-<utc time>, to which runs/latest then points.
// Creates the folder. Throws agon::Error(Exit::io) when it cannot be made or written.
struct RunDirectory {
  std::filesystem::path path;
  bool resumed = false;
};
RunDirectory choose_run_directory(const std::string& output, const std::string& suite,
                                  const std::string& signature);

inline constexpr const char* kStoreFile = "results.sqlite";
inline constexpr const char* kRunFile = "run.json";

// Writes run.json: the resolved suite, provenance, the command's signature and whether the run is complete.
void write_run_json(const std::filesystem::path& folder, const reports::RunInfo& run,
                    const reports::Provenance& provenance, const std::string& signature, bool complete);

// The folder of an argument that names a run: the folder itself or its results.sqlite; "latest" means
// runs/latest. Throws agon::Error(Exit::usage).
std::filesystem::path find_run(const std::string& argument);

}  // namespace agon::harness
