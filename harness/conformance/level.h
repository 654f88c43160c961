// SPDX-License-Identifier: MIT
//
// Which level a rule has reached, kept in <cache folder>/conformance by the build of its plugin, so that
// lists and reports can say it. Only a cache: whatever is wrong with it, the rule is not checked.
#pragma once

#include <optional>
#include <string>

#include "harness/plugins/manifest.h"

namespace agon::conformance {

struct Level {
  int reached = 0;  // all checks up to this level are kept, or expected to fail
  int tried = 0;    // and so far they were run
};

// "level 5", "level 2 of 5".
std::string level_text(const Level& level);
// "not checked" without one.
std::string level_text(const std::optional<Level>& level);

// nullopt: this build of the rule was not checked here, or by another agon.
std::optional<Level> known_level(const harness::RuleManifest& rule) noexcept;
// Keeps it, unless more is known of the same build.
void keep_level(const harness::RuleManifest& rule, const Level& level) noexcept;

}  // namespace agon::conformance
