// SPDX-License-Identifier: MIT
//
// The takes of a check: from the numbers of the seeds to an estimate and its interval, as claims.h
// says. Each fills estimate, interval, interval_kind and n. Pure, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reports/claims/claims.h"

namespace agon::reports {

// Thrown inside a check: its line is not measured, for this reason.
struct Unmeasured {
  std::string reason;
};

using BySeed = std::map<uint64_t, double>;
// The numbers at each value of `by`, ascending.
using Curve = std::vector<std::pair<double, BySeed>>;

// values: at least one, infinities included, no NaN. Throw Unmeasured for both infinities at once.
void take_mean(Measurement& m, const std::vector<double>& values);
void take_median(Measurement& m, const std::vector<double>& values);
void take_extreme(Measurement& m, const std::vector<double>& values, bool smallest);

// curve: at least two places; seeds: at least one, each with a number at every place.
void take_argmax(Measurement& m, const Curve& curve, const std::vector<uint64_t>& seeds);
// Returns the seeds whose numbers have no finite slope; throws Unmeasured when all are such.
std::vector<uint64_t> take_slope(Measurement& m, const Curve& curve,
                                 const std::vector<uint64_t>& seeds, bool exponent);

}  // namespace agon::reports
