// SPDX-License-Identifier: MIT
//
// The parameters of a cell by name, as text. Pure functions, any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "reports/record/record.h"

namespace agon::reports {

using Params = std::map<std::string, std::string>;

// The members of a JSON object: words without their quotes, anything else as it stands. Text that
// is no object becomes the one member "params"; empty text has none.
Params parse_params(std::string_view json);

// parse_params(params_json) with the cell's condition.
Params parameters(const CellIdentity& id);

// parameters() and, where it does not name them, what else tells cells apart: depth,
// width, activation, lr, batch, epochs, updates, ruleset.
Params params_of(const CellIdentity& id);

// The whole text as a finite number, or NaN.
double number_of(std::string_view text);

// Equal as numbers where both are numbers ("0.10" and "0.1"), else letter by letter.
bool same_value(std::string_view a, std::string_view b);

}  // namespace agon::reports
