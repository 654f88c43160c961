// SPDX-License-Identifier: MIT
#include "reports/summary/label.h"

#include <map>

namespace agon::reports {

std::string setting_text(const Setting& setting) {
  std::string out;
  for (const auto& [key, value] : setting) {
    if (!out.empty()) out += ' ';
    out += key + "=" + value;
  }
  return out;
}

std::vector<std::string> short_texts(std::span<const Setting> settings) {
  std::map<std::string, std::map<std::string, size_t>> counts;
  for (const Setting& setting : settings) {
    for (const auto& [key, value] : setting) ++counts[key][value];
  }
  std::vector<std::string> out;
  std::map<std::string, size_t> uses;
  for (const Setting& setting : settings) {
    Setting unlike;
    for (const auto& [key, value] : setting) {
      if (2 * counts[key][value] <= settings.size()) unlike.emplace_back(key, value);
    }
    ++uses[out.emplace_back(setting_text(unlike))];
  }
  // A setting without a parameter may read like one with the value that most have. Whole texts may
  // then meet a short one, so this goes on until none is shared.
  for (bool shared = true; shared;) {
    shared = false;
    for (size_t i = 0; i < settings.size(); ++i) {
      const std::string whole = setting_text(settings[i]);
      if (uses[out[i]] < 2 || out[i] == whole) continue;
      shared = true;
      // All that share this text, which stays counted as used.
      const std::string text = out[i];
      for (size_t k = i; k < settings.size(); ++k) {
        if (out[k] == text) ++uses[out[k] = setting_text(settings[k])];
      }
    }
  }
  return out;
}

}  // namespace agon::reports
