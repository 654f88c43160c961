// SPDX-License-Identifier: MIT
#include "harness/plugins/schema_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>
#include <stdexcept>
#include <string_view>

#include "harness/plugins/host_names.h"
#include "harness/plugins/manifest.h"
#include "harness/plugins/sized.h"
#include "harness/plugins/values.h"

namespace agon::harness {
namespace {

constexpr uint32_t kMaxCount =
    4096;                          // rules, parameters, choices, pictures: more is a broken table
constexpr uint32_t kMaxCard = 64;  // equations, limits: as agon/ext/card.h says
constexpr uint32_t kMaxMetrics = 256;  // as agon/plugin.h says: each is a column

bool is_word(const char* text, std::string_view extra) {
  if (text == nullptr || *text == '\0') return false;
  return std::ranges::all_of(std::string_view(text), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           extra.find(c) != std::string_view::npos;
  });
}

// An array of structs that can be walked: nothing, or with a place and a stride.
bool is_array(const void* first, uint32_t count, uint32_t stride, uint32_t most) {
  return count <= most && (count == 0 || (first != nullptr && stride >= sizeof(void*)));
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

// Of a list or a text: its lengths, its default.
std::string sized_param_fault(const agon_param& p, bool list) {
  if (list && p.type != AGON_INT && p.type != AGON_REAL) return "a list is of int or real";
  if (p.min_count < 0 || p.max_count < p.min_count || p.max_count > kMaxCount)
    return fmt::format("its lengths from {} to {} are not within 0 to {}", p.min_count, p.max_count,
                       kMaxCount);
  if ((p.flags & (AGON_PARAM_HOST | AGON_PARAM_LOG | AGON_PARAM_TUNABLE)) != 0)
    return "a list or text is neither the host's, nor on a log scale, nor tuned";
  const bool real = p.type == AGON_REAL;
  if (list && (real ? !std::isfinite(p.min.r) || !std::isfinite(p.max.r) || p.min.r > p.max.r
                    : p.min.i > p.max.i)) {
    return "the range of its items is empty or not finite";
  }
  if (list ? p.default_value.list == nullptr || p.default_value.list->count < 0 ||
                 p.default_value.list->count > kMaxCount ||
                 (p.default_value.list->count > 0 && p.default_value.list->items == nullptr)
           : p.default_value.text == nullptr) {
    return "its default is NULL";
  }
  ParamManifest manifest;
  manifest.key = p.key;
  manifest.type = p.type;
  manifest.flags = p.flags;
  manifest.min = p.min;
  manifest.max = p.max;
  manifest.min_count = p.min_count;
  manifest.max_count = p.max_count;
  const std::string error = range_error(manifest, p.default_value);
  return error.empty() ? "" : "the default: " + error;
}

std::string param_fault(const agon_param& p) {
  if (p.type > AGON_TEXT) return fmt::format("there is no type {}", p.type);
  const bool list = (p.flags & AGON_PARAM_LIST) != 0;
  if (list || p.type == AGON_TEXT) return sized_param_fault(p, list);
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
    if (rule.params[i] == nullptr) return fmt::format("parameter {} is NULL", i);
    const agon_param p = whole(*rule.params[i]);
    if (!is_word(p.key, "-_")) return fmt::format("parameter {} has no key of [a-z0-9_-]", i);
    if (!keys.insert(p.key).second) return fmt::format("parameter '{}' stands twice", p.key);
    if (std::string fault = param_fault(p); !fault.empty())
      return fmt::format("parameter '{}': {}", p.key, fault);
  }
  return "";
}

std::string presets_fault(const agon_plugin& plugin, const agon_rule& self) {
  const agon_rule rule = whole(self);
  if (!is_array(rule.presets, rule.preset_count, rule.preset_stride, kMaxCount))
    return "its preset table is broken";
  std::set<std::string_view> names;
  const auto rows = read_rows(rule.presets, rule.preset_count, rule.preset_stride);
  for (size_t i = 0; i < rows.size(); ++i) {
    const agon_preset& p = rows[i];
    if (!is_word(p.name, "-_") || p.help == nullptr || p.settings == nullptr) {
      return fmt::format("preset {} lacks a name, help or settings", i);
    }
    if (!names.insert(p.name).second) return fmt::format("preset '{}' stands twice", p.name);
  }
  const RuleManifest manifest = manifest_of(plugin, self, "");
  for (const PresetManifest& p : manifest.presets) {
    try {
      preset_values(manifest, p);
    } catch (const std::invalid_argument& e) {
      return fmt::format("preset '{}': {}", p.name, e.what());
    }
  }
  return "";
}

std::string pictures_table_fault(const agon_rule& rule) {
  const auto pictures = offered<agon_pictures>(rule, AGON_PICTURES_ID);
  if (!pictures) return "";
  if (pictures->read == nullptr ||
      !is_array(pictures->schema, pictures->count, pictures->stride, kMaxCount)) {
    return "its " AGON_PICTURES_ID " is not whole";
  }
  return pictures_fault(read_rows(pictures->schema, pictures->count, pictures->stride));
}

std::string metrics_table_fault(const agon_rule& rule) {
  const auto metrics = offered<agon_metrics>(rule, AGON_METRICS_ID);
  if (!metrics) return "";
  if (metrics->count > kMaxMetrics)
    return fmt::format("it has {} metrics, at most {} are taken", metrics->count, kMaxMetrics);
  if (metrics->read == nullptr ||
      !is_array(metrics->schema, metrics->count, metrics->stride, kMaxMetrics)) {
    return "its " AGON_METRICS_ID " is not whole";
  }
  return metrics_fault(read_rows(metrics->schema, metrics->count, metrics->stride));
}

std::string card_fault(const agon_rule& rule) {
  const auto card = offered<agon_card>(rule, AGON_CARD_ID);
  if (!card) return "";
  if (!is_array(card->equations, card->equation_count, card->equation_stride, kMaxCard) ||
      !is_array(card->limits, card->limit_count, sizeof(const char*), kMaxCard)) {
    return "its " AGON_CARD_ID " is not whole";
  }
  for (const agon_equation& e :
       read_rows(card->equations, card->equation_count, card->equation_stride)) {
    if (e.says == nullptr || e.tex == nullptr) return "an equation of its " AGON_CARD_ID " is NULL";
  }
  for (uint32_t i = 0; i < card->limit_count; ++i) {
    if (card->limits[i] == nullptr)
      return fmt::format("limit {} of its " AGON_CARD_ID " is NULL", i);
  }
  return "";
}

// An extension is whole when it is not offered or has all its verbs.
template <typename Table, typename Whole>
std::string table_fault(const agon_rule& rule, const char* id, Whole&& is_whole) {
  const auto table = offered<Table>(rule, id);
  return !table || is_whole(*table) ? "" : fmt::format("its {} is not whole", id);
}

std::string tables_fault(const agon_rule& rule) {
  for (const std::string& fault :
       {table_fault<agon_lesion>(rule, AGON_LESION_ID,
                                 [](const auto& t) { return t.harm != nullptr; }),
        table_fault<agon_generate>(rule, AGON_GENERATE_ID,
                                   [](const auto& t) { return t.generate != nullptr; }),
        table_fault<agon_tensors>(rule, AGON_TENSORS_ID,
                                  [](const auto& t) {
                                    return t.count != nullptr && t.get != nullptr &&
                                           t.set != nullptr;
                                  }),
        table_fault<agon_state>(
            rule, AGON_STATE_ID,
            [](const auto& t) { return t.save != nullptr && t.load != nullptr; }),
        pictures_table_fault(rule), metrics_table_fault(rule), card_fault(rule)}) {
    if (!fault.empty()) return fault;
  }
  return "";
}

std::string rule_fault(const agon_plugin& plugin, const agon_rule& self) {
  const agon_rule rule = whole(self);
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
  const bool times = (low & AGON_CAN_SEQUENCE) != 0;
  if (times && !supervises) return "it works on time and can neither classify nor regress";
  const auto sequence = offered<agon_sequence>(self, AGON_SEQUENCE_ID);
  if (times && (!sequence || sequence->fit == nullptr || sequence->predict == nullptr)) {
    return "it does not offer " AGON_SEQUENCE_ID;
  }
  const auto supervised = offered<agon_supervised>(self, AGON_SUPERVISED_ID);
  const bool rows = supervised && supervised->fit != nullptr && supervised->predict != nullptr;
  if (supervises && !rows && (supervised || !times)) {
    return "it does not offer " AGON_SUPERVISED_ID;
  }
  const auto dynamics = offered<agon_dynamics>(self, AGON_DYNAMICS_ID);
  if (moves && (!dynamics || dynamics->fit == nullptr || dynamics->rollout == nullptr)) {
    return "it does not offer " AGON_DYNAMICS_ID;
  }
  if (!std::isfinite(rule.memory_per_parameter) || rule.memory_per_parameter < 0) {
    return fmt::format("its memory per parameter is {}, a finite number of at least 0 is needed",
                       rule.memory_per_parameter);
  }
  if (std::string fault = tables_fault(self); !fault.empty()) return fault;
  if (std::string fault = params_fault(rule); !fault.empty()) return fault;
  return presets_fault(plugin, self);
}

}  // namespace

std::string metrics_fault(std::span<const agon_metric> schema) {
  std::set<std::string_view> keys;
  for (size_t i = 0; i < schema.size(); ++i) {
    const agon_metric& m = schema[i];
    if (!is_word(m.key, "_")) return fmt::format("metric {} has no key of [a-z0-9_]", i);
    if (m.unit == nullptr || m.help == nullptr)
      return fmt::format("metric '{}': its unit or help is NULL", m.key);
    if (!keys.insert(m.key).second) return fmt::format("metric '{}' stands twice", m.key);
    if (is_host_metric(m.key))
      return fmt::format("metric '{}' has the key of one that the host measures", m.key);
  }
  return "";
}

std::string pictures_fault(std::span<const agon_picture> schema) {
  std::set<std::string_view> keys;
  for (size_t i = 0; i < schema.size(); ++i) {
    const agon_picture& p = schema[i];
    if (!is_word(p.key, "_") || p.title == nullptr || p.column_title == nullptr ||
        p.row_title == nullptr || p.value_title == nullptr || p.series == nullptr) {
      return fmt::format("picture {} lacks a key of [a-z0-9_] or a title", i);
    }
    if (!keys.insert(p.key).second) return fmt::format("picture '{}' stands twice", p.key);
    if (is_host_picture(p.key))
      return fmt::format("picture '{}' has the key of one that the host draws", p.key);
  }
  return "";
}

bool is_rule_id(const char* text) { return is_word(text, "-"); }

std::string schema_fault(const agon_plugin& given) {
  const agon_plugin plugin = whole(given);
  if (plugin.name == nullptr || plugin.version == nullptr || plugin.license == nullptr ||
      plugin.build == nullptr) {
    return "the plugin lacks a name, version, license or build";
  }
  if (plugin.rule_count == 0 || plugin.rule_count > kMaxCount || plugin.rules == nullptr)
    return "it has no rules";
  std::set<std::string_view> ids;
  for (uint32_t i = 0; i < plugin.rule_count; ++i) {
    if (plugin.rules[i] == nullptr) return fmt::format("rule {} is NULL", i);
    const char* const id = whole(*plugin.rules[i]).id;
    if (!is_rule_id(id)) return fmt::format("rule {} has no id of [a-z0-9-]", i);
    if (!ids.insert(id).second) return fmt::format("rule id '{}' stands twice", id);
    if (std::string fault = rule_fault(plugin, *plugin.rules[i]); !fault.empty())
      return fmt::format("rule '{}': {}", id, fault);
  }
  return "";
}

}  // namespace agon::harness
