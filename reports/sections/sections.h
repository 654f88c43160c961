// SPDX-License-Identifier: MIT
//
// The sections of the report, one function each. A study that every run may have and
// this one has not is named as absent; claims, sweeps, forgetting and pictures belong to some runs
// only, and a run of sweeps or forgetting alone ranks no rules: such a section has no blocks. Pure
// functions, any thread.
#pragma once

#include <string>
#include <vector>

#include "reports/sections/page.h"
#include "reports/sections/section.h"

namespace agon::reports {

// At most five short sentences with numbers: what can and what cannot be concluded. Too few seeds
// are said, failures and missing cells are counted; the sections have the rest.
std::string verdict(const ReportInput& input, const Summary& summary);

// State of the run and that verdict; opens the report.
Section verdict_section(const PageInput& page);

Section claims_section(const PageInput& page);
Section scoreboard_section(const PageInput& page);
Section heatmap_section(const PageInput& page);
Section accuracy_section(const PageInput& page);
Section statistics_section(const PageInput& page);
Section added_section(const PageInput& page);
Section cost_section(const PageInput& page);
Section selection_section(const PageInput& page);
Section curves_section(const PageInput& page);
Section over_section(const PageInput& page);
Section learning_rate_section(const PageInput& page);
Section depth_section(const PageInput& page);
Section speed_section(const PageInput& page);
Section pictures_section(const PageInput& page);
Section failures_section(const PageInput& page);
Section warnings_section(const PageInput& page);
Section provenance_section(const PageInput& page);
Section rules_section(const PageInput& page);
Section tasks_section(const PageInput& page);

// The cards of input.run alone, unfolded: without a run there is nothing else. The input must outlive them.
std::vector<Section> card_sections(const ReportInput& input);

// Those below the verdict, in the order of the report, without those that have no blocks.
std::vector<Section> sections_of(const PageInput& page);

// What a report is called: the run's title, or its suite.
std::string report_title(const RunInfo& run);

}  // namespace agon::reports
