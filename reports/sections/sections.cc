// SPDX-License-Identifier: MIT
#include "reports/sections/sections.h"

#include <algorithm>

namespace agon::reports {

Section tuning_section(const PageInput& page);

std::vector<Section> sections_of(const PageInput& page) {
  using Maker = Section (*)(const PageInput&);
  // Where rules are ranked that is what a reader asks first; else the claims are.
  std::vector<Maker> makers;
  if (page.ranks_nothing()) makers.push_back(claims_section);
  for (const StudyReport& kind : study_reports()) {
    // What is said of the rules comes before what is asked of their trained models.
    if (kind.kind == StudyKind::robustness) {
      makers.insert(makers.end(), {added_section, cost_section, tuning_section, selection_section,
                                   statistics_section});
    }
    for (const Maker make : kind.sections) {
      if (std::ranges::find(makers, make) == makers.end()) makers.push_back(make);
    }
  }
  if (!page.ranks_nothing()) makers.push_back(claims_section);
  makers.insert(makers.end(), {pictures_section, failures_section, warnings_section, rules_section,
                               tasks_section, provenance_section});
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
