// SPDX-License-Identifier: MIT
//
// Reports of runs as a static site: files that any web server, or none, shows as they are.
//
//   index.html             the runs, the leaderboards, the rules
//   boards/BOARD.html      the rules of one version of a suite, each from the latest run that has it
//   rules/RULE.html        the scores of a rule from run to run, with its steps
//   runs/RUN/              report.html and the CSV files of a run
//   docs/                  the project's documents, of the agon that wrote the site last
//   style.css  .nojekyll  agon-site.json    what the pages are made from: runs of earlier calls stay
//
// Every link is relative. The same runs give the same bytes.
#pragma once

#include <filesystem>
#include <vector>

#include "reports/report.h"

namespace agon::reports {

// Adds the runs, or takes their place where they are there already. Returns index.html and the page of
// each run given. Throws agon::Error: usage for a folder that holds something else, io for files.
std::vector<std::filesystem::path> publish(const std::vector<ReportInput>& runs,
                                           const std::filesystem::path& folder);

}  // namespace agon::reports
