// SPDX-License-Identifier: MIT
//
// Tells the builds of a rule's plugin apart where a report holds several: two versions of a rule
// are two methods, not more seeds of one. Of cells of speed also the classes of hosts (hosts.h).
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>

#include "reports/record/record.h"
#include "reports/summary/hosts.h"
#include "reports/summary/label.h"

namespace agon::reports {

class Builds {
 public:
  explicit Builds(std::span<const CellRecord> records);

  // What sets this build apart from the other ones of the rule in these records: version, and build
  // (the first 8 digits) where builds share a version; host where speed was measured on several
  // classes. Empty for a rule with one build.
  Setting of(const CellRecord& record) const;

 private:
  Hosts hosts_;
  std::map<std::string, std::map<std::string, std::string>> version_of_;  // by rule and build
};

}  // namespace agon::reports
