// SPDX-License-Identifier: MIT
#include "harness/plugins/loader.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <utility>

#include "agon/draft/language.h"
#include "core/error.h"
#include "core/hash.h"
#include "core/sanitized.h"
#include "core/text.h"
#include "harness/plugins/elf_file.h"
#include "harness/plugins/manifest.h"
#include "harness/plugins/schema_check.h"

namespace agon::harness {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& file, std::string reason, std::string fix) {
  throw Error(Exit::plugin, file.string(), std::move(reason), std::move(fix));
}

[[noreturn]] void refuse_sanitized(const fs::path& file, std::string_view what) {
  refuse(file, fmt::format("it was built with a sanitizer ({}), this agon was not", what),
         "build both with the same preset, e.g. cmake --preset asan");
}

// Sanitizer runtimes must be in the process from its start: loading one later ends it inside
// dlopen.
void check_before_open(const fs::path& file) {
  for (const std::string& library : needed_libraries(file)) {
    const bool runtime = library.starts_with("libasan.") || library.starts_with("libtsan.") ||
                         library.starts_with("liblsan.") || library.starts_with("libclang_rt.");
    if (runtime && !core::kSanitized) refuse_sanitized(file, library);
  }
}

void* symbol_of(const fs::path& file, const char* name, const char* fix) {
  // An absolute path: dlopen searches the library path for a name without a slash.
  void* const handle = dlopen(fs::absolute(file).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const said = dlerror();
    const std::string_view text = said != nullptr ? said : "dlopen gave no reason";
    for (const std::string_view mark : {"__asan_", "__tsan_"}) {
      if (text.find(mark) != std::string_view::npos) refuse_sanitized(file, mark);
    }
    refuse(file, fmt::format("cannot be opened: {}", text),
           "link the plugin against all it uses (-Wl,-z,defs)");
  }
  void* const symbol = dlsym(handle, name);
  if (symbol == nullptr)
    refuse(file, fmt::format("it does not export {}, so it is no Agon plugin", name), fix);
  return symbol;
}

// Languages that rules are written in, besides those that make plugin files.
struct Language {
  std::string_view suffix;  // of a source file
  const char* host;         // its file, beside the plugins
  const char* needs;
};
constexpr std::array kLanguages = {
    Language{".py", "python.agon-host.so",
             "install python3-dev, python3-numpy and pybind11-dev, and build agon again"}};

const Language* language_of(const fs::path& file) {
  const auto row = std::ranges::find(kLanguages, file.extension().native(), &Language::suffix);
  return row == kLanguages.end() ? nullptr : &*row;
}

// Built in first, so that nothing from outside takes its place.
fs::path host_of(const Language& language, const fs::path& source) {
  std::vector<PluginPlace> places = plugin_places({});
  std::stable_partition(places.begin(), places.end(), std::mem_fn(&PluginPlace::built_in));
  std::error_code error;
  for (const PluginPlace& place : places) {
    if (fs::exists(place.path / language.host, error)) return place.path / language.host;
  }
  refuse(source, fmt::format("this agon was built without {}", language.host), language.needs);
}

const agon_plugin* open_source(const Language& language, const fs::path& source) {
  const fs::path file = host_of(language, source);
  const auto entry =
      reinterpret_cast<agon_language_fn>(symbol_of(file, AGON_LANGUAGE_SYMBOL, language.needs));
  const agon_language* const host = entry();
  if (host == nullptr || host->magic != AGON_MAGIC || host->abi_minor != AGON_ABI_MINOR)
    refuse(file, "it is not of this version of agon", "build agon again");
  const char* why = "it gave no reason";
  const agon_plugin* const plugin = host->open(fs::absolute(source).c_str(), &why);
  if (plugin == nullptr) refuse(source, why, "correct the file");
  return plugin;
}

// Stays right after a change of the working folder.
fs::path made_absolute(const fs::path& path) {
  std::error_code error;
  fs::path out = fs::absolute(path, error);
  return error ? path : out;
}

// FILE, DIR or NAME=FILE; what exists as it stands is no NAME=FILE.
PluginPlace explicit_place(const fs::path& given) {
  std::error_code error;
  PluginPlace place{.path = given};
  const std::string& text = given.native();
  const size_t equals = text.find('=');
  if (!fs::exists(given, error) && equals != std::string::npos &&
      is_rule_id(text.substr(0, equals).c_str())) {
    place.rename = text.substr(0, equals);
    place.path = text.substr(equals + 1);
  }
  if (!fs::exists(place.path, error))
    refuse(place.path, "no such file or folder", "check the path given to --plugin");
  place.named = !fs::is_directory(place.path, error);
  if (!place.rename.empty() && !place.named) {
    refuse(place.path,
           fmt::format("--plugin {}= takes one plugin file, this is a folder", place.rename),
           "name the file whose rule is to be called so");
  }
  place.path = made_absolute(place.path);
  return place;
}

std::vector<fs::path> split_path(const char* text) {
  std::vector<fs::path> out;
  std::string_view rest = text != nullptr ? text : "";
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find(':'));
    if (!item.empty()) out.emplace_back(item);
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
  }
  return out;
}

}  // namespace

std::vector<PluginPlace> plugin_places(std::span<const fs::path> explicit_places) {
  std::vector<PluginPlace> places;
  std::error_code error;
  for (const fs::path& given : explicit_places) places.push_back(explicit_place(given));
  const auto look = [&](const fs::path& folder, bool built_in) {
    if (fs::exists(folder, error))
      places.push_back({.path = made_absolute(folder), .built_in = built_in});
  };
  for (const fs::path& folder : split_path(secure_getenv("AGON_PLUGIN_PATH"))) look(folder, false);
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  if (!executable.empty()) {
    const fs::path folder = executable.parent_path();
    look(folder / "plugins", true);
    look(folder.parent_path() / "plugins", true);
    look((folder / AGON_PLUGINS_FROM_PROGRAM).lexically_normal(), true);
  }
  return places;
}

std::vector<PluginPlace> plugin_files(std::span<const PluginPlace> places) {
  std::vector<PluginPlace> files;
  std::map<std::pair<fs::path, std::string>, size_t> seen;
  std::error_code error;
  const auto add = [&](PluginPlace file) {
    const fs::path real = fs::canonical(file.path, error);
    const auto [it, fresh] =
        seen.try_emplace({error ? file.path : real, file.rename}, files.size());
    if (fresh) {
      files.push_back(std::move(file));
    } else {
      files[it->second].built_in |= file.built_in;
      files[it->second].named |= file.named;
    }
  };
  for (const PluginPlace& place : places) {
    if (!fs::is_directory(place.path, error)) {
      add(place);
      continue;
    }
    std::vector<fs::path> inside;
    for (fs::directory_iterator
             it(place.path, fs::directory_options::skip_permission_denied, error),
         end;
         !error && it != end; it.increment(error)) {
      if (it->path().filename().native().ends_with(kPluginSuffix)) inside.push_back(it->path());
    }
    std::ranges::sort(inside);
    for (fs::path& file : inside) add({.path = std::move(file), .built_in = place.built_in});
  }
  return files;
}

bool is_source(const fs::path& file) { return language_of(file) != nullptr; }

std::string plugin_build(const fs::path& file) {
  const Language* const language = language_of(file);
  if (language == nullptr) return core::hash_file(file);
  return core::hash_hex(core::hash_file(file) + core::hash_file(host_of(*language, file)));
}

const agon_plugin& open_plugin(const fs::path& file) {
  const agon_plugin* plugin = nullptr;
  if (const Language* const language = language_of(file)) {
    plugin = open_source(*language, file);
  } else {
    check_before_open(file);
    plugin = reinterpret_cast<agon_plugin_fn>(symbol_of(
        file, AGON_PLUGIN_SYMBOL,
        "end the rule's source with AGON_PLUGIN(...) and build it with agon_add_plugin()"))();
  }
  if (plugin == nullptr || plugin->magic != AGON_MAGIC) {
    refuse(file, AGON_PLUGIN_SYMBOL " does not return an Agon plugin (wrong magic)",
           "rebuild the plugin against this version's agon/plugin.h");
  }
  if (plugin->abi_minor != AGON_ABI_MINOR) {
    refuse(
        file,
        fmt::format("it has ABI minor {}, this agon wants {}", plugin->abi_minor, AGON_ABI_MINOR),
        "rebuild the plugin against this version's agon/plugin.h");
  }
  if (std::string fault = schema_fault(*plugin); !fault.empty()) {
    refuse(file, std::move(fault), "correct the tables that the rule declares and rebuild it");
  }
  return *plugin;
}

const agon_rule& rule_of(const agon_plugin& plugin, std::string_view id, const fs::path& file) {
  std::vector<std::string> ids;
  for (uint32_t i = 0; i < plugin.rule_count; ++i) {
    if (plugin.rules[i]->id == id) return *plugin.rules[i];
    ids.emplace_back(plugin.rules[i]->id);
  }
  refuse(file, fmt::format("it has no rule '{}'", id), core::suggest(id, ids));
}

nlohmann::json describe(const fs::path& file) {
  const agon_plugin& plugin = open_plugin(file);
  const std::string build_id = plugin_build(file);
  nlohmann::json out = nlohmann::json::array();
  for (uint32_t i = 0; i < plugin.rule_count; ++i) {
    RuleManifest manifest = manifest_of(plugin, *plugin.rules[i], file.string());
    manifest.build_id = build_id;
    out.push_back(to_json(manifest));
  }
  return out;
}

}  // namespace agon::harness
