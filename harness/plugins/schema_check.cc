// SPDX-License-Identifier: MIT
#include "harness/plugins/schema_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <set>
#include <stdexcept>
#include <string_view>

#include "harness/plugins/host_names.h"
#include "harness/plugins/manifest.h"
#include "harness/plugins/values.h"

namespace agon::harness {
namespace {

constexpr uint32_t kMaxCount =
    4096;  // rules, parameters, choices, pictures: more is a broken table
constexpr uint32_t kMaxMetrics = 256;  // as agon/plugin.h says: each is a column

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
  // No epochs is a model as created, no updates is a budget in epochs; no rows is nothing at all.
  const int64_t least = key == "batch" ? 1 : 0;
  if (host_key && p.min.i < least) {
    return fmt::format("its minimum is {}, the host needs at least {}", p.min.i, least);
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
  std::set<std::string_view> keys;
  for (uint32_t i = 0; i < pictures->count; ++i) {
    const agon_picture& p = pictures->schema[i];
    if (p.struct_size < sizeof(agon_picture) || !is_word(p.key, "_") || p.title == nullptr ||
        p.column_title == nullptr || p.row_title == nullptr || p.value_title == nullptr ||
        p.series == nullptr) {
      return fmt::format("picture {} lacks a key of [a-z0-9_] or a title", i);
    }
    if (!keys.insert(p.key).second) return fmt::format("picture '{}' stands twice", p.key);
    if (is_host_picture(p.key))
      return fmt::format("picture '{}' has the key of one that the host draws", p.key);
  }
  return "";
}

std::string metrics_fault(const agon_rule& rule) {
  const auto* metrics = static_cast<const agon_metrics*>(rule.extension(AGON_METRICS_ID));
  if (metrics == nullptr) return "";
  if (metrics->struct_size < sizeof(agon_metrics) || metrics->read == nullptr ||
      (metrics->count > 0 && metrics->schema == nullptr)) {
    return "its " AGON_METRICS_ID " is not whole";
  }
  if (metrics->count > kMaxMetrics) {
    return fmt::format("it has {} metrics, at most {} are taken", metrics->count, kMaxMetrics);
  }
  std::set<std::string_view> keys;
  for (uint32_t i = 0; i < metrics->count; ++i) {
    const agon_metric& m = metrics->schema[i];
    if (!is_word(m.key, "_")) return fmt::format("metric {} has no key of [a-z0-9_]", i);
    if (m.unit == nullptr || m.help == nullptr)
      return fmt::format("metric '{}': its unit or help is NULL", m.key);
    if (!keys.insert(m.key).second) return fmt::format("metric '{}' stands twice", m.key);
    if (is_host_metric(m.key))
      return fmt::format("metric '{}' has the key of one that the host measures", m.key);
  }
  return "";
}

std::string tensors_fault(const agon_rule& rule) {
  const auto* tensors = static_cast<const agon_tensors*>(rule.extension(AGON_TENSORS_ID));
  const bool whole = tensors == nullptr ||
                     (tensors->struct_size >= sizeof(agon_tensors) && tensors->count != nullptr &&
                      tensors->get != nullptr && tensors->set != nullptr);
  return whole ? "" : "its " AGON_TENSORS_ID " is not whole";
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
  if (supervises &&
      (supervised == nullptr || supervised->struct_size < offsetof(agon_supervised, loss) ||
       supervised->fit == nullptr || supervised->predict == nullptr)) {
    return "it does not offer " AGON_SUPERVISED_ID;
  }
  const auto* dynamics = static_cast<const agon_dynamics*>(rule.extension(AGON_DYNAMICS_ID));
  if (moves && (dynamics == nullptr || dynamics->struct_size < offsetof(agon_dynamics, loss) ||
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
  if (!std::isfinite(rule.memory_per_parameter) || rule.memory_per_parameter < 0) {
    return fmt::format("its memory per parameter is {}, a finite number of at least 0 is needed",
                       rule.memory_per_parameter);
  }
  for (const auto& fault_of : {pictures_fault, metrics_fault, tensors_fault}) {
    if (std::string fault = fault_of(rule); !fault.empty()) return fault;
  }
  if (std::string fault = params_fault(rule); !fault.empty()) return fault;
  return presets_fault(plugin, rule);
}

}  // namespace

bool is_rule_id(const char* text) { return is_word(text, "-"); }

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
    if (!is_rule_id(rule->id)) return fmt::format("rule {} has no id of [a-z0-9-]", i);
    if (!ids.insert(rule->id).second) return fmt::format("rule id '{}' stands twice", rule->id);
    if (std::string fault = rule_fault(plugin, *rule); !fault.empty())
      return fmt::format("rule '{}': {}", rule->id, fault);
  }
  return "";
}

}  // namespace agon::harness
