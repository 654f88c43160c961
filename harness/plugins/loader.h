// SPDX-License-Identifier: MIT
//
// Finds and opens plugins. Plugins are trusted native code: opening one runs it. Every refusal is
// an agon::Error(Exit::plugin) that names the path, the reason and the fix. A plugin is never
// closed.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "agon/plugin.h"

namespace agon::harness {

inline constexpr std::string_view kPluginSuffix = ".agon.so";

// Where plugins are looked for, in this order; folders that do not exist are left out, except that
// an explicit one (--plugin FILE|DIR) which does not exist is an error:
//   explicit, AGON_PLUGIN_PATH (colon-separated; ignored in a process with raised privileges),
//   plugins/ next to the executable and beside its folder (the build tree), the installed libdir.
std::vector<std::filesystem::path> plugin_places(
    std::span<const std::filesystem::path> explicit_places);

// The plugin files of these places: a file itself, or a folder's *.agon.so sorted by name, not
// recursive. The same file reached twice is listed once.
std::vector<std::filesystem::path> plugin_files(std::span<const std::filesystem::path> places);

// Opens and checks a plugin file. What it returns is valid until the process ends. Thread: one at a
// time.
const agon_plugin& open_plugin(const std::filesystem::path& file);

// The rule of that id; throws agon::Error(Exit::plugin).
const agon_rule& rule_of(const agon_plugin& plugin, std::string_view id,
                         const std::filesystem::path& file);

// For the child that describes: opens the file and returns its rules' manifests as a JSON array.
nlohmann::json describe(const std::filesystem::path& file);

}  // namespace agon::harness
