// SPDX-License-Identifier: MIT
//
// summary.json: the report for programs. The run and its state, the verdict, each section with its
// texts, tables and charts as data, and the rows of summary.csv as objects. What stands in it is said
// by summary.schema.json, which is written beside it. Numbers are exact; missing ones are null, an
// infinity is "inf" or "-inf". Pure functions, any thread.
#pragma once

#include <string>

#include "reports/report.h"
#include "reports/summary/summary.h"

namespace agon::reports {

std::string render_json(const ReportInput& input, const Summary& summary);
std::string json_schema();

}  // namespace agon::reports
