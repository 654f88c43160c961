// SPDX-License-Identifier: MIT
//
// The p of every comparison of a table, corrected for all of them. Benjamini and Hochberg (1995)
// for tables: it finds nearly twice as much as Holm, and of its symbols about 1 in 20 at most is
// expected to be false. Holm (1979) for the few comparisons of sentences and rank groups. Pure
// functions, any thread.
#pragma once

#include <span>
#include <vector>

namespace agon::reports {

// p holds no NaN.
std::vector<double> benjamini_hochberg(std::span<const double> p);
std::vector<double> holm(std::span<const double> p);

}  // namespace agon::reports
