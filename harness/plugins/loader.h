// SPDX-License-Identifier: MIT
//
// Finds and opens plugins. Plugins are trusted native code: opening one runs it. Every refusal is
// an agon::Error(Exit::plugin) that names the path, the reason and the fix. A plugin is never
// closed.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agon/plugin.h"

namespace agon::harness {

inline constexpr std::string_view kPluginSuffix = ".agon.so";

// A place to look at, or a plugin file found there.
struct PluginPlace {
  std::filesystem::path path;  // absolute, byte for byte what the file system calls it
  bool built_in = false;       // of this agon: what is found there cannot be replaced from outside
  bool named = false;          // a file that the user named: what is wrong with it ends the command
  std::string rename = {};     // --plugin NAME=FILE: its rule is loaded under this id
};

// Where plugins are looked for, in this order; folders that do not exist are left out, except that
// an explicit one (--plugin FILE|DIR|NAME=FILE) which does not exist is an error:
//   explicit, AGON_PLUGIN_PATH (colon-separated; ignored in a process with raised privileges); built in are
//   plugins/ next to the executable and beside its folder (the build tree), the installed libdir.
std::vector<PluginPlace> plugin_places(std::span<const std::filesystem::path> explicit_places);

// The plugin files of these places: a file itself, or a folder's *.agon.so sorted by name, not
// recursive. The same file reached twice under one id is listed once, and is built in if one of the
// places is.
std::vector<PluginPlace> plugin_files(std::span<const PluginPlace> places);

// A source file of a language that this agon has a host for, by its name (agon/draft/language.h): as good as a
// plugin file.
bool is_source(const std::filesystem::path& file);

// What a plugin's cells are of: the hash of the file, and for a source file of its host's as well. Throws
// agon::Error(Exit::data) for what cannot be read, agon::Error(Exit::plugin) without a host.
std::string plugin_build(const std::filesystem::path& file);

// Opens and checks a plugin file, or a source file through its host. What it returns is valid until the process ends. Thread: one at a
// time.
const agon_plugin& open_plugin(const std::filesystem::path& file);

// The rule of that id; throws agon::Error(Exit::plugin).
const agon_rule& rule_of(const agon_plugin& plugin, std::string_view id,
                         const std::filesystem::path& file);

// For the child that describes: opens the file and returns its rules' manifests as a JSON array.
nlohmann::json describe(const std::filesystem::path& file);

}  // namespace agon::harness
