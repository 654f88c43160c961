// SPDX-License-Identifier: MIT
//
// What a child says of a plugin, which the parent reads as JSON: a manifest or one exception, and
// the manifest says the same again.
#include "harness/plugins/manifest.h"

#include <nlohmann/json.hpp>

#include "fuzz.h"
#include "harness/plugins/values.h"

using namespace agon::harness;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    try {
      const RuleManifest rule = manifest_from_json(nlohmann::json::parse(bytes));
      const nlohmann::json again = to_json(rule);
      if (to_json(manifest_from_json(again)) != again) __builtin_trap();
      for (const ParamManifest& param : rule.params) value_text(param, param.default_value);
      for (const PresetManifest& preset : rule.presets) preset_values(rule, preset);
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception&) {  // as discover() takes them
    }
  });
}
