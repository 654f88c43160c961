// SPDX-License-Identifier: MIT
//
// The report of a run while the run goes on.
#pragma once

#include <string>
#include <vector>

namespace agon::harness {

struct WatchOptions {
  std::string run;                   // as find_run() takes it
  std::vector<std::string> formats;  // of reports::formats()
  std::string output;                // "": the run's own folder
  double every_s = 5;
};

// Writes the report whenever cells have ended, at most every `every_s` seconds, each file in one step;
// its page loads itself anew. Returns when the run is complete, or nobody works on it any more, after a
// last report that says so. Throws agon::Error (usage: no run; io).
void watch_report(const WatchOptions& options);

}  // namespace agon::harness
