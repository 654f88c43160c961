// SPDX-License-Identifier: MIT
#include "harness/plugins/loader.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <system_error>

#include "core/error.h"
#include "core/hash.h"
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

// Sanitizer runtimes must be in the process from its start: loading one later ends it inside
// dlopen.
constexpr bool kSanitized =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    true;
#else
    false;
#endif
#else
    false;
#endif

[[noreturn]] void refuse_sanitized(const fs::path& file, std::string_view what) {
  refuse(file, fmt::format("it was built with a sanitizer ({}), this agon was not", what),
         "build both with the same preset, e.g. cmake --preset asan");
}

void check_before_open(const fs::path& file) {
  for (const std::string& library : needed_libraries(file)) {
    const bool runtime = library.starts_with("libasan.") || library.starts_with("libtsan.") ||
                         library.starts_with("liblsan.") || library.starts_with("libclang_rt.");
    if (runtime && !kSanitized) refuse_sanitized(file, library);
  }
}

agon_plugin_fn entry_of(const fs::path& file) {
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
  void* const symbol = dlsym(handle, AGON_PLUGIN_SYMBOL);
  if (symbol == nullptr) {
    refuse(file, "it does not export " AGON_PLUGIN_SYMBOL ", so it is no Agon plugin",
           "end the rule's source with AGON_PLUGIN(...) and build it with agon_add_plugin()");
  }
  return reinterpret_cast<agon_plugin_fn>(symbol);
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

std::vector<fs::path> plugin_places(std::span<const fs::path> explicit_places) {
  std::vector<fs::path> places;
  std::error_code error;
  for (const fs::path& place : explicit_places) {
    if (!fs::exists(place, error))
      refuse(place, "no such file or folder", "check the path given to --plugin");
    places.push_back(place);
  }
  std::vector<fs::path> more = split_path(secure_getenv("AGON_PLUGIN_PATH"));
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  if (!executable.empty()) {
    const fs::path folder = executable.parent_path();
    more.push_back(folder / "plugins");
    more.push_back(folder.parent_path() / "plugins");
    more.push_back((folder / AGON_PLUGINS_FROM_PROGRAM).lexically_normal());
  }
  for (const fs::path& place : more) {
    if (fs::exists(place, error)) places.push_back(place);
  }
  return places;
}

std::vector<fs::path> plugin_files(std::span<const fs::path> places) {
  std::vector<fs::path> files;
  std::set<fs::path> seen;
  std::error_code error;
  const auto add = [&](const fs::path& file) {
    const fs::path real = fs::canonical(file, error);
    if (seen.insert(error ? file : real).second) files.push_back(file);
  };
  for (const fs::path& place : places) {
    if (!fs::is_directory(place, error)) {
      add(place);
      continue;
    }
    std::vector<fs::path> inside;
    for (fs::directory_iterator it(place, fs::directory_options::skip_permission_denied, error),
         end;
         !error && it != end; it.increment(error)) {
      if (it->path().filename().string().ends_with(kPluginSuffix)) inside.push_back(it->path());
    }
    std::ranges::sort(inside);
    std::ranges::for_each(inside, add);
  }
  return files;
}

const agon_plugin& open_plugin(const fs::path& file) {
  check_before_open(file);
  const agon_plugin* const plugin = entry_of(file)();
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
  if (plugin->struct_size < sizeof(agon_plugin)) {
    refuse(file,
           fmt::format("its agon_plugin has {} bytes, {} are needed", plugin->struct_size,
                       sizeof(agon_plugin)),
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
  const std::string build_id = core::hash_file(file);
  nlohmann::json out = nlohmann::json::array();
  for (uint32_t i = 0; i < plugin.rule_count; ++i) {
    RuleManifest manifest = manifest_of(plugin, *plugin.rules[i], file.string());
    manifest.build_id = build_id;
    out.push_back(to_json(manifest));
  }
  return out;
}

}  // namespace agon::harness
