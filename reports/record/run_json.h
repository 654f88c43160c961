// SPDX-License-Identifier: MIT
//
// What a run says of itself as JSON, for results.sqlite: a row of run_json.cc for each number and
// text of run.h, cards.h and claim.h. NaN and what is not there are left out; a member that is left
// out reads as its default, so that older files stay readable. Bytes that are no UTF-8 become
// U+FFFD. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "reports/record/run.h"

namespace agon::reports {

std::string run_json(const RunInfo& run);
RunInfo run_from_json(std::string_view json);  // throws std::runtime_error for what no Agon wrote

// A claim alone, to tell whether two are the same.
std::string claim_json(const ClaimCard& claim);

std::string provenance_json(const Provenance& provenance);
Provenance provenance_from_json(std::string_view json);  // throws as above

}  // namespace agon::reports
