// SPDX-License-Identifier: MIT
#include "reports/sections/sections.h"

#include <algorithm>

namespace agon::reports {

Section tuning_section(const PageInput& page);

std::vector<Section> sections_of(const PageInput& page) {
  using Maker = Section (*)(const PageInput&);
  std::vector<Maker> makers{claims_section};
  for (const StudyReport& kind : study_reports()) {
    for (const Maker make : kind.sections) {
      if (std::ranges::find(makers, make) == makers.end()) makers.push_back(make);
    }
  }
  makers.insert(makers.end(), {tuning_section, added_section, cost_section, selection_section,
                               statistics_section, pictures_section, failures_section,
                               warnings_section, provenance_section, rules_section, tasks_section});
  std::vector<Section> out;
  for (const Maker make : makers) {
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
