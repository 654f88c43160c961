// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "reports/report.h"
#include "reports/summary/summary.h"

namespace agon::reports {

// The whole report as one self-contained HTML page: opens without network.
std::string render_html(const ReportInput& input, const Summary& summary);

}  // namespace agon::reports
