// SPDX-License-Identifier: MIT
//
// What a site keeps of each run that it shows: enough for its index, leaderboards and histories
// without the run. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reports/report.h"
#include "reports/summary/summary.h"

namespace agon::reports {

// A row of the run's summary that trains: one setting of a rule on a task.
struct SiteScore {
  std::string study, task, rule, setting, metric;
  int64_t runs = 0, failed = 0;
  double mean = kNaN, low = kNaN, high = kNaN;
  std::map<std::string, double> by_seed;
  std::string build, data;  // first digits of the plugin's build and of the hash of the data
};

// A row of the run's scoreboard.
struct SiteRank {
  std::string rule, label;
  double score = kNaN, low = kNaN, high = kNaN, mean_rank = kNaN;
  int64_t tasks = 0;
  bool baseline = false, among_best = false;
};

struct SiteRun {
  std::string folder;  // below runs/: letters, digits, '-' and '.'
  std::string run_id, title, suite, version, command;
  std::string begun_utc, ended_utc;  // of its first and last cell
  std::string agon_version, commit, cpu;
  int64_t cells = 0, planned = 0, failed = 0;
  std::vector<SiteScore> scores;
  std::vector<SiteRank> ranks;
};

// The same run, taken up again or reported anew, has the same folder.
SiteRun site_run(const ReportInput& input, const Summary& summary);

// Runs whose scores may meet: of one version of a suite, or of one text of a suite without one.
// "standard-1", "quick (0a1b2c3d)".
std::string board_name(const SiteRun& run);

// As a file name: what is no letter, digit, '.' or '-' becomes '-', and a hash tells such names apart.
std::string file_name(std::string_view name);

std::string site_json(const std::vector<SiteRun>& runs);
// Throws std::runtime_error for what is no such text.
std::vector<SiteRun> site_from_json(std::string_view json);

}  // namespace agon::reports
