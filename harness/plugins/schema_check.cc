// SPDX-License-Identifier: MIT
#include "harness/plugins/schema_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>
#include <stdexcept>
#include <string_view>

#include "harness/plugins/manifest.h"
#include "harness/plugins/values.h"

namespace agon::harness {
namespace {

constexpr uint32_t kMaxCount = 4096;  // rules, parameters, choices: more is a broken table

bool is_word(const char* text, std::string_view extra) {
  if (text == nullptr || *text == '\0') return false;
  return std::ranges::all_of(std::string_view(text), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           extra.find(c) != std::string_view::npos;
  });
}

std::string choice_fault(const agon_param& p) {
  if (p.choice_count == 0 || p.choice_count > kMaxCount || p.choices == nullptr)
    return "it has no choices";
  std::set<std::string_view> seen;
  for (uint32_t i = 0; i < p.choice_count; ++i) {
    if (p.choices[i] == nullptr || *p.choices[i] == '\0')
      return fmt::format("choice {} has no name", i);
    if (!seen.insert(p.choices[i]).second)
      return fmt::format("choice '{}' stands twice", p.choices[i]);
  }
  if (p.min.i != 0 || p.max.i != int64_t{p.choice_count} - 1)
    return "its range is not that of its choices";
  return "";
}

std::string param_fault(const agon_param& p) {
  if (p.type > AGON_CHOICE) return fmt::format("there is no type {}", p.type);
  if (p.type == AGON_CHOICE) {
    if (std::string fault = choice_fault(p); !fault.empty()) return fault;
  }
  if (p.type == AGON_REAL) {
    if (!std::isfinite(p.min.r) || !std::isfinite(p.max.r) || p.min.r > p.max.r)
      return "its range is empty or not finite";
    if (!(p.default_value.r >= p.min.r && p.default_value.r <= p.max.r)) {
      return fmt::format("the default {} is outside [{}, {}]", p.default_value.r, p.min.r, p.max.r);
    }
  } else {
    if (p.min.i > p.max.i) return "its range is empty";
    if (p.default_value.i < p.min.i || p.default_value.i > p.max.i) {
      return fmt::format("the default {} is outside [{}, {}]", p.default_value.i, p.min.i, p.max.i);
    }
  }
  if ((p.flags & AGON_PARAM_LOG) != 0) {
    const bool positive = p.type == AGON_REAL ? p.min.r > 0 : p.type == AGON_INT && p.min.i > 0;
    if (!positive) return "a log scale needs a minimum above 0";
  }
  const std::string_view key = p.key;
  const bool host_key = key == "batch" || key == "epochs" || key == "updates";
  if (((p.flags & AGON_PARAM_HOST) != 0) != host_key || (host_key && p.type != AGON_INT)) {
    return "the host reads batch, epochs and updates, whole numbers, and no others";
  }
  return "";
}

std::string params_fault(const agon_rule& rule) {
  if (rule.param_count > kMaxCount || (rule.param_count > 0 && rule.params == nullptr)) {
    return "its parameter table is broken";
  }
  std::set<std::string_view> keys;
  for (uint32_t i = 0; i < rule.param_count; ++i) {
    const agon_param* p = rule.params[i];
    if (p == nullptr || p->struct_size < sizeof(agon_param))
      return fmt::format("parameter {} is too small a struct", i);
    if (!is_word(p->key, "-_")) return fmt::format("parameter {} has no key of [a-z0-9_-]", i);
    if (!keys.insert(p->key).second) return fmt::format("parameter '{}' stands twice", p->key);
    if (std::string fault = param_fault(*p); !fault.empty())
      return fmt::format("parameter '{}': {}", p->key, fault);
  }
  return "";
}

std::string presets_fault(const agon_plugin& plugin, const agon_rule& rule) {
  if (rule.preset_count > kMaxCount || (rule.preset_count > 0 && rule.presets == nullptr)) {
    return "its preset table is broken";
  }
  std::set<std::string_view> names;
  for (uint32_t i = 0; i < rule.preset_count; ++i) {
    const agon_preset& p = rule.presets[i];
    if (!is_word(p.name, "-_") || p.help == nullptr || p.settings == nullptr) {
      return fmt::format("preset {} lacks a name, help or settings", i);
    }
    if (!names.insert(p.name).second) return fmt::format("preset '{}' stands twice", p.name);
  }
  const RuleManifest manifest = manifest_of(plugin, rule, "");
  for (const PresetManifest& p : manifest.presets) {
    try {
      preset_values(manifest, p);
    } catch (const std::invalid_argument& e) {
      return fmt::format("preset '{}': {}", p.name, e.what());
    }
  }
  return "";
}

std::string pictures_fault(const agon_rule& rule) {
  const auto* pictures = static_cast<const agon_pictures*>(rule.extension(AGON_PICTURES_ID));
  if (pictures == nullptr) return "";
  if (pictures->struct_size < sizeof(agon_pictures) || pictures->read == nullptr ||
      (pictures->count > 0 && pictures->schema == nullptr) || pictures->count > kMaxCount) {
    return "its " AGON_PICTURES_ID " is not whole";
  }
  for (uint32_t i = 0; i < pictures->count; ++i) {
    const agon_picture& p = pictures->schema[i];
    if (p.struct_size < sizeof(agon_picture) || !is_word(p.key, "_") || p.title == nullptr ||
        p.column_title == nullptr || p.row_title == nullptr || p.value_title == nullptr ||
        p.series == nullptr) {
      return fmt::format("picture {} lacks a key of [a-z0-9_] or a title", i);
    }
  }
  return "";
}

std::string rule_fault(const agon_plugin& plugin, const agon_rule& rule) {
  if (rule.name == nullptr || rule.summary == nullptr || rule.reference == nullptr) {
    return "it lacks a name, summary or reference";
  }
  const uint64_t low = rule.capabilities & UINT64_C(0xffffffff);
  if (const uint64_t unknown = low & ~AGON_CAPABILITIES_KNOWN; unknown != 0) {
    return fmt::format("it has capability bits {:#x}, which this agon does not know", unknown);
  }
  const bool supervises = (low & (AGON_CAN_CLASSIFY | AGON_CAN_REGRESS)) != 0;
  const bool moves = (low & AGON_CAN_DYNAMICS) != 0;
  if (!supervises && !moves) return "it can neither classify nor regress nor learn dynamics";
  if (rule.create == nullptr || rule.destroy == nullptr || rule.extension == nullptr) {
    return "create, destroy or extension is NULL";
  }
  const auto* supervised = static_cast<const agon_supervised*>(rule.extension(AGON_SUPERVISED_ID));
  if (supervises && (supervised == nullptr || supervised->struct_size < sizeof(agon_supervised) ||
                     supervised->fit == nullptr || supervised->predict == nullptr)) {
    return "it does not offer " AGON_SUPERVISED_ID;
  }
  const auto* dynamics = static_cast<const agon_dynamics*>(rule.extension(AGON_DYNAMICS_ID));
  if (moves && (dynamics == nullptr || dynamics->struct_size < sizeof(agon_dynamics) ||
                dynamics->fit == nullptr || dynamics->rollout == nullptr)) {
    return "it does not offer " AGON_DYNAMICS_ID;
  }
  const auto* lesion = static_cast<const agon_lesion*>(rule.extension(AGON_LESION_ID));
  if (lesion != nullptr && (lesion->struct_size < sizeof(agon_lesion) || lesion->harm == nullptr)) {
    return "its " AGON_LESION_ID " is not whole";
  }
  const auto* generate = static_cast<const agon_generate*>(rule.extension(AGON_GENERATE_ID));
  if (generate != nullptr &&
      (generate->struct_size < sizeof(agon_generate) || generate->generate == nullptr)) {
    return "its " AGON_GENERATE_ID " is not whole";
  }
  if (std::string fault = pictures_fault(rule); !fault.empty()) return fault;
  if (std::string fault = params_fault(rule); !fault.empty()) return fault;
  return presets_fault(plugin, rule);
}

}  // namespace

std::string schema_fault(const agon_plugin& plugin) {
  if (plugin.name == nullptr || plugin.version == nullptr || plugin.license == nullptr ||
      plugin.build == nullptr) {
    return "the plugin lacks a name, version, license or build";
  }
  if (plugin.rule_count == 0 || plugin.rule_count > kMaxCount || plugin.rules == nullptr)
    return "it has no rules";
  std::set<std::string_view> ids;
  for (uint32_t i = 0; i < plugin.rule_count; ++i) {
    const agon_rule* rule = plugin.rules[i];
    if (rule == nullptr || rule->struct_size < sizeof(agon_rule))
      return fmt::format("rule {} is too small a struct", i);
    if (!is_word(rule->id, "-")) return fmt::format("rule {} has no id of [a-z0-9-]", i);
    if (!ids.insert(rule->id).second) return fmt::format("rule id '{}' stands twice", rule->id);
    if (std::string fault = rule_fault(plugin, *rule); !fault.empty())
      return fmt::format("rule '{}': {}", rule->id, fault);
  }
  return "";
}

}  // namespace agon::harness
