// SPDX-License-Identifier: MIT
//
// One selector and a grid's factors against a rule's parameter table: every combination of values,
// checked.
#pragma once

#include <vector>

#include "harness/plan/plan.h"
#include "harness/plan/selector.h"

namespace agon::harness {

// Appends the variants: the product of all factors, the first factor slowest. `preset` is a factor
// of every rule that declares presets; explicit factors win over the preset's settings. Grid
// factors apply unless the selector names the key; a rule that lacks a grid factor's parameter
// gives one variant with `skip` set. Throws agon::Error(Exit::usage) with the position of an
// unknown parameter or a bad value.
void expand(const RuleManifest& rule, const Selector& selector, const Selector& grid_factors,
            std::vector<Variant>& out);

// How many variants expand() would make, without making one; infinity is possible.
double count_variants(const RuleManifest& rule, const Selector& selector,
                      const Selector& grid_factors);

}  // namespace agon::harness
