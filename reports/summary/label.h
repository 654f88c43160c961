// SPDX-License-Identifier: MIT
//
// What the settings of one rule in one study are called among each other: a name leaves out what
// most of them have in common.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace agon::reports {

// Names and values of the parameters that differ between the settings, in the order in which they
// are written. One that a setting does not have is absent.
using Setting = std::vector<std::pair<std::string, std::string>>;

// "key=value key=value", "" for an empty setting.
std::string setting_text(const Setting& setting);

// For each of the settings, which are distinct: the text of those parameters whose value is not
// that of more than half of the settings; "" for a setting that is like most everywhere. A setting
// that would share its text with another has its whole text. Pure, any thread.
std::vector<std::string> short_texts(std::span<const Setting> settings);

}  // namespace agon::reports
