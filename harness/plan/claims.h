// SPDX-License-Identifier: MIT
//
// The claims of a suite file: what a source says, and the rule that decides from the results
// whether it holds. How a check is evaluated stands in reports/claims/claims.h.
//
//   [[claim]]
//   source = "Article, figure c3"
//   text = "ED learns whatever the number of layers."
//   note = "4 against 9 is nearly linear."        # optional
//   [[claim.check]]
//   what = "ED at update 1000, worst seed"
//   study = "layers"
//   cells = "ed[updates=1000]"    # a rule and the values that its cells have
//   task = "mnist-4v9"            # needed when the study has several tasks
//   value = "score_test"          # optional: the number of a cell; of a robustness study also score@lesion=0.4 and
//                                 # nrmse@lesion=0.4, the test under a harm at a level of the study
//   over_value = "m_nrmse"        # optional: the ratio to this number of the same cell
//   take = "min"                  # mean (default) median min max argmax slope exponent
//   by = "width"                  # argmax, slope and exponent: over this parameter
//   per = "depth"                 # optional: must hold at each value of this parameter
//   minus = "bp[updates=1000]"    # optional: the difference to these cells; over = the ratio.
//                                 # minus_study, minus_task, over_study, over_task when they differ
//   at_least = 0.955              # at_least, at_most or both
#pragma once

#include "core/toml.h"
#include "harness/plan/plan.h"

namespace agon::harness {

// Reads root's [[claim]] tables; the suite's studies must be there. Throws
// agon::Error(Exit::usage).
void read_claims(const core::TomlTable& root, Suite& suite);

// Throws agon::Error(Exit::usage) with the position of a check that reads no cell of the whole
// suite's plan.
void check_claims(const Plan& plan);

}  // namespace agon::harness
