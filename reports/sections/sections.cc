// SPDX-License-Identifier: MIT
#include "reports/sections/sections.h"

namespace agon::reports {

std::vector<Section> sections_of(const PageInput& page) {
  std::vector<Section> out;
  for (Section (*make)(const PageInput&) :
       {&claims_section, &scoreboard_section, &accuracy_section, &curves_section, &over_section,
        &learning_rate_section, &depth_section, &robustness_section, &forgetting_section,
        &speed_section, &pictures_section, &failures_section, &warnings_section,
        &provenance_section, &rules_section, &tasks_section}) {
    Section section = make(page);
    if (!section.blocks.empty()) out.push_back(std::move(section));
  }
  return out;
}

std::string report_title(const RunInfo& run) {
  const std::string& title = run.title.empty() ? run.suite : run.title;
  return title.empty() ? "Learning rules" : title;
}

}  // namespace agon::reports
