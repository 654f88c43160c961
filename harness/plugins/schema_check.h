// SPDX-License-Identifier: MIT
//
// Is what a plugin declares sound? Checked once, when it is opened, so that nobody after has to.
#pragma once

#include <span>
#include <string>

#include "agon/plugin.h"

namespace agon::harness {

// The first fault as a sentence, e.g. "rule 'x', parameter 'lr': the default 2 is outside [0, 1]";
// "" when there is none. What lies beyond a struct's size is read as zero.
std::string schema_fault(const agon_plugin& plugin);

// The same of the metrics and pictures of one model, which are known after create() only.
std::string metrics_fault(std::span<const agon_metric> schema);
std::string pictures_fault(std::span<const agon_picture> schema);

// [a-z0-9-]+, the form of a rule's id.
bool is_rule_id(const char* text);

}  // namespace agon::harness
