// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "reports/report.h"
#include "reports/summary/summary.h"

namespace agon::reports {

// The report as GitHub-flavoured Markdown, for issues, READMEs and terminals: words and tables.
// Charts, pictures and logs are named and stand in report.html. Foreign text stays text. Pure, any
// thread.
std::string render_markdown(const ReportInput& input, const Summary& summary);

// The text as Markdown that reads the same: on one line, no markup.
std::string escape_markdown(std::string_view text);

}  // namespace agon::reports
