// SPDX-License-Identifier: MIT
//
// Tables for a paper: tables.tex has every table of numbers of the report in the style of booktabs, each a
// float with caption and label, to \input; report.tex is the least document around it. Foreign text
// is escaped; letters beyond Latin ones need XeLaTeX or LuaLaTeX. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "reports/report.h"
#include "reports/summary/summary.h"

namespace agon::reports {

std::string render_latex_tables(const ReportInput& input, const Summary& summary);
std::string render_latex_document(const ReportInput& input, const Summary& summary);

// The text as it prints: no command, no comment, no row or column ends in it.
std::string escape_latex(std::string_view text);

}  // namespace agon::reports
