// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

#include "reports/report.h"
#include "reports/sections/section.h"
#include "reports/summary/summary.h"

namespace agon::reports {

// The whole report as one self-contained HTML page: opens without network.
std::string render_html(const ReportInput& input, const Summary& summary);

// Sections as a page of the same style, without a run and without scripts. `title` is text.
std::string render_sections_html(const std::string& title, std::span<const Section> sections);

// The cards of the rules and tasks of `about` as such a page.
std::string render_cards_html(const RunInfo& about, const std::string& title);

}  // namespace agon::reports
