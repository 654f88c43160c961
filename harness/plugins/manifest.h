// SPDX-License-Identifier: MIT
//
// What a rule says about itself, as plain data: everything static in agon_rule, copied. The parent
// process never loads plugin code; it reads manifests as JSON from a short-lived child (describe in
// loader.h). Threads: any.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "agon/plugin.h"

namespace agon::harness {

struct ParamManifest {
  std::string key, unit, help;
  uint32_t type = AGON_INT;                  // AGON_INT, AGON_REAL, AGON_BOOL, ...
  uint32_t flags = 0;                        // AGON_PARAM_*
  agon_value default_value{}, min{}, max{};  // .r for AGON_REAL, else .i
  std::vector<std::string> choices;          // AGON_CHOICE: the value is an index into them
  int64_t min_count = 0, max_count = 0;      // items of a list, bytes of a text

  bool has(uint32_t flag) const noexcept { return (flags & flag) != 0; }
  bool is_list() const noexcept { return has(AGON_PARAM_LIST); }
};

struct PresetManifest {
  std::string name, help, settings;
};

// Of agon.card/1.
struct EquationManifest {
  std::string says, tex;
};

struct RuleManifest {
  std::string id, name, summary, reference;
  std::string id_in_plugin;  // another than id after --plugin NAME=FILE
  uint64_t capabilities = 0;
  uint32_t phases = 1;
  double memory_per_parameter = 0;
  bool checks = false;  // it can be asked about values before anything runs
  std::vector<ParamManifest> params;
  std::vector<PresetManifest> presets;
  std::vector<EquationManifest> equations;
  std::vector<std::string> limits;
  std::vector<std::string> offers;  // ids of the extensions that it has: "agon.tensors/1"
  std::string plugin_path, plugin_name, plugin_version, license;
  std::string compiler;  // agon_plugin.build
  std::string build_id;  // hash of the plugin file's bytes, 32 hex digits
  std::string
      refusal;  // why there is nothing behind it: its plugin could not be loaded; usually ""

  bool can(uint64_t capability) const noexcept { return (capabilities & capability) != 0; }
  bool has(std::string_view extension) const noexcept;
  // The capability bits in words, e.g. {"classify", "regress", "weight transport"}.
  std::vector<std::string> capability_words() const;
  // nullptr when there is none of that name.
  const ParamManifest* param(std::string_view key) const noexcept;
  const PresetManifest* preset(std::string_view name) const noexcept;
  // The declared default of every parameter, in table order.
  std::vector<agon_value> defaults() const;
  // Index into params; params.size() when there is none of that name.
  size_t index_of(std::string_view key) const noexcept;
};

// Copies what `rule` of `plugin` declares; build_id stays empty. The tables must have been checked.
RuleManifest manifest_of(const agon_plugin& plugin, const agon_rule& rule, std::string plugin_path);

nlohmann::json to_json(const RuleManifest& manifest);
// Throws nlohmann::json::exception, std::invalid_argument or std::out_of_range for a document that
// to_json did not write.
RuleManifest manifest_from_json(const nlohmann::json& json);

}  // namespace agon::harness
