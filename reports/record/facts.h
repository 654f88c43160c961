// SPDX-License-Identifier: MIT
//
// What decides whether the numbers of two runs may meet, without their cells.
#pragma once

#include <map>
#include <set>
#include <string>

namespace agon::reports {

struct RunFacts {
  int layout = 0;  // of its results.sqlite as it was found, see schema.h
  // By rule: version and first digits of the build of its plugin. By task: of the hash of its data;
  // those that were not there are no data.
  std::map<std::string, std::set<std::string>> builds, data;
  std::set<std::string> numerics;  // Provenance::numerics of its cells; "" is unknown
  std::set<std::string> hosts;     // that have run its cells
};

inline constexpr const char* kMissingData = "missing";  // the hash of data that are not there

}  // namespace agon::reports
