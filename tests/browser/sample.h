// SPDX-License-Identifier: MIT
//
// Made-up runs for the tests of the report: plausible shapes, no learning.
#pragma once

#include <string>
#include <vector>

#include "reports/report.h"

namespace agon::tests {

// full      five rules, four tasks, sweeps over learning rate, depth and width, speed, every status,
//           claims and a picture
// sweeps    nothing but studies over parameters: scores, sweeps to a target, words, speed, no data;
//           claims and pictures
// variants  one rule in 60 settings
// empty     a plan of 12 cells, none finished
// failures  every cell failed
// accuracy  the accuracy study alone: the other sections have nothing to show
// hostile   markup, quotes, control bytes and broken UTF-8 in every text that comes from outside
// large     12 rules x 24 tasks x 10 seeds with long curves
// and those of bad_input.h
std::vector<std::string> sample_kinds();
reports::ReportInput make_sample(const std::string& kind);

}  // namespace agon::tests
