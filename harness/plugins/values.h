// SPDX-License-Identifier: MIT
//
// Hyper-parameter values: from text to agon_value and to JSON, and range checks. Threads: any.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agon/plugin.h"
#include "harness/plugins/manifest.h"

namespace agon::harness {

// Why the value is outside the parameter's range ("must be in [1e-07, 1000]"), "" when it is
// inside.
std::string range_error(const ParamManifest& param, agon_value value);

// A parameter that holds one item of this list.
ParamManifest item_of(const ParamManifest& list);

// A text or a list as a value. Equal ones are kept once, until the process ends: values are copied
// freely between plans, cells and rules, and a plan holds few different ones.
agon_value text_value(std::string_view text);
agon_value list_value(std::vector<agon_value> items);

// As selectors and pages write it: 0.1, true, relu, [128,64], "a text".
std::string value_text(const ParamManifest& param, const agon_value& value);

// -0 as 0: they are one value in keys, on pages and for a rule.
inline double without_sign_of_zero(double value) { return value == 0 ? 0.0 : value; }

// Which values it may have, in words: "1e-06 .. 10, log", "relu, tanh".
std::string range_text(const ParamManifest& param);

// 32, 1e-3, true, relu, [128,64] (or 128 for a list of one), text with or without quotes. Throws
// std::invalid_argument that says what was expected (with the nearest choice), for text that is no
// such value or out of range; the caller knows where the text came from.
agon_value parse_value(const ParamManifest& param, std::string_view text);

// The same values as JSON: number, boolean, or the choice's name.
nlohmann::json value_to_json(const ParamManifest& param, agon_value value);
// Throws std::invalid_argument as parse_value does.
agon_value value_from_json(const ParamManifest& param, const nlohmann::json& json);

// The values of all parameters in table order. Throws std::invalid_argument, also for another
// number of values than the rule has parameters.
std::vector<agon_value> values_from_json(const RuleManifest& rule,
                                         const std::vector<nlohmann::json>& json);

// "lr=0.8,batch=1" into its pairs. Throws std::invalid_argument.
std::vector<std::pair<std::string, std::string>> parse_settings(std::string_view settings);

// The rule's defaults with a preset's settings over them. Throws std::invalid_argument for a bad
// one.
std::vector<agon_value> preset_values(const RuleManifest& rule, const PresetManifest& preset);

}  // namespace agon::harness
