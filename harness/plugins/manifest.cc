// SPDX-License-Identifier: MIT
#include "harness/plugins/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <utility>

#include "harness/plugins/sized.h"
#include "harness/plugins/values.h"

namespace agon::harness {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<uint64_t, const char*>, 13> kCapabilityWords{
    {{AGON_CAN_CLASSIFY, "classify"},
     {AGON_CAN_REGRESS, "regress"},
     {AGON_CAN_DYNAMICS, "dynamics"},
     {AGON_CAN_SEQUENCE, "series"},
     {AGON_NEEDS_NONNEGATIVE_INPUT, "needs non-negative input"},
     {AGON_LOCAL_UPDATES, "local updates"},
     {AGON_WEIGHT_TRANSPORT, "weight transport"},
     {AGON_ONLINE, "online"},
     {AGON_SPIKING, "spiking"},
     {AGON_CLOSED_FORM, "closed form"},
     {AGON_DALE, "Dale's law"},
     {AGON_FIXED_WEIGHTS, "fixed weights"},
     {AGON_CONTROL, "control"}}};

// What a rule may offer beside its verbs of learning.
constexpr std::array<const char*, 7> kExtensions{AGON_METRICS_ID, AGON_TENSORS_ID, AGON_PICTURES_ID,
                                                 AGON_STATE_ID,   AGON_LESION_ID,  AGON_GENERATE_ID,
                                                 AGON_CARD_ID};

constexpr std::array<const char*, 5> kTypes{"int", "real", "bool", "choice", "text"};
constexpr std::array<std::pair<uint32_t, const char*>, 5> kFlags{
    {{AGON_PARAM_LOG, "log"},
     {AGON_PARAM_TUNABLE, "tunable"},
     {AGON_PARAM_STRUCTURE, "structure"},
     {AGON_PARAM_HOST, "host"},
     {AGON_PARAM_LIST, "list"}}};

ParamManifest copy_of(const agon_param& p) {
  ParamManifest out{p.key,
                    p.unit != nullptr ? p.unit : "",
                    p.help != nullptr ? p.help : "",
                    p.type,
                    p.flags,
                    p.default_value,
                    p.min,
                    p.max,
                    {},
                    p.min_count,
                    p.max_count};
  if (p.type == AGON_CHOICE) out.choices.assign(p.choices, p.choices + p.choice_count);
  return out;
}

json to_json(const ParamManifest& p) {
  json flags = json::array();
  for (const auto& [bit, word] : kFlags) {
    if (p.has(bit)) flags.push_back(word);
  }
  json out{{"key", p.key},   {"type", kTypes.at(p.type)},
           {"unit", p.unit}, {"help", p.help},
           {"flags", flags}, {"default", value_to_json(p, p.default_value)}};
  if (p.type == AGON_CHOICE) out["choices"] = p.choices;
  if (p.type == AGON_INT || p.type == AGON_REAL) {
    out["min"] = value_to_json(item_of(p), p.min);
    out["max"] = value_to_json(item_of(p), p.max);
  }
  if (p.type == AGON_TEXT || p.is_list()) {
    out["min_count"] = p.min_count;
    out["max_count"] = p.max_count;
  }
  return out;
}

// The library would convert a number that is not whole, or too large, as it comes.
template <typename T>
void take_whole(const json& j, T& out) {
  if (!j.is_number_integer()) throw std::invalid_argument("a count is no whole number");
  j.get_to(out);
}

ParamManifest param_from_json(const json& j) {
  ParamManifest p;
  j.at("key").get_to(p.key);
  j.at("unit").get_to(p.unit);
  j.at("help").get_to(p.help);
  const auto type = std::ranges::find(kTypes, j.at("type").get<std::string>(),
                                      [](const char* t) { return std::string(t); });
  if (type == kTypes.end()) throw std::invalid_argument("there is no such type of parameter");
  p.type = static_cast<uint32_t>(type - kTypes.begin());
  for (const auto& word : j.at("flags")) {
    for (const auto& [bit, name] : kFlags) {
      if (word == name) p.flags |= bit;
    }
  }
  if (p.type == AGON_TEXT || p.is_list()) {
    take_whole(j.at("min_count"), p.min_count);
    take_whole(j.at("max_count"), p.max_count);
  }
  if (p.type == AGON_TEXT) {
    p.default_value = value_from_json(p, j.at("default"));
  } else if (p.is_list()) {
    for (const auto& [bound, name] : {std::pair{&p.min, "min"}, {&p.max, "max"}}) {
      if (p.type == AGON_REAL) j.at(name).get_to(bound->r);
      if (p.type == AGON_INT) take_whole(j.at(name), bound->i);
    }
    p.default_value = value_from_json(p, j.at("default"));
  } else if (p.type == AGON_REAL) {
    j.at("min").get_to(p.min.r);
    j.at("max").get_to(p.max.r);
    j.at("default").get_to(p.default_value.r);
  } else if (p.type == AGON_INT) {
    take_whole(j.at("min"), p.min.i);
    take_whole(j.at("max"), p.max.i);
    take_whole(j.at("default"), p.default_value.i);
  } else if (p.type == AGON_BOOL) {
    p.max.i = 1;
    p.default_value.i = j.at("default").get<bool>() ? 1 : 0;
  } else {
    j.at("choices").get_to(p.choices);
    p.max.i = static_cast<int64_t>(p.choices.size()) - 1;
    const auto value = std::ranges::find(p.choices, j.at("default").get<std::string>());
    if (value == p.choices.end()) throw std::invalid_argument("a default is none of its choices");
    p.default_value.i = value - p.choices.begin();
  }
  return p;
}

}  // namespace

std::vector<std::string> RuleManifest::capability_words() const {
  std::vector<std::string> words;
  for (const auto& [bit, word] : kCapabilityWords) {
    if (can(bit)) words.emplace_back(word);
  }
  return words;
}

size_t RuleManifest::index_of(std::string_view key) const noexcept {
  return static_cast<size_t>(std::ranges::find(params, key, &ParamManifest::key) - params.begin());
}

const ParamManifest* RuleManifest::param(std::string_view key) const noexcept {
  const size_t i = index_of(key);
  return i < params.size() ? &params[i] : nullptr;
}

const PresetManifest* RuleManifest::preset(std::string_view preset_name) const noexcept {
  const auto it = std::ranges::find(presets, preset_name, &PresetManifest::name);
  return it != presets.end() ? &*it : nullptr;
}

std::vector<agon_value> RuleManifest::defaults() const {
  std::vector<agon_value> values;
  values.reserve(params.size());
  for (const ParamManifest& p : params) values.push_back(p.default_value);
  return values;
}

bool RuleManifest::has(std::string_view extension) const noexcept {
  return std::ranges::find(offers, extension) != offers.end();
}

RuleManifest manifest_of(const agon_plugin& plugin, const agon_rule& self,
                         std::string plugin_path) {
  const agon_rule rule = whole(self);
  RuleManifest out;
  out.id = out.id_in_plugin = rule.id;
  out.name = rule.name;
  out.summary = rule.summary;
  out.reference = rule.reference;
  out.capabilities = rule.capabilities;
  out.phases = rule.phases;
  out.memory_per_parameter = rule.memory_per_parameter;
  out.checks = rule.check != nullptr;
  for (uint32_t i = 0; i < rule.param_count; ++i)
    out.params.push_back(copy_of(whole(*rule.params[i])));
  for (const agon_preset& p : read_rows(rule.presets, rule.preset_count, rule.preset_stride))
    out.presets.push_back({p.name, p.help, p.settings});
  if (const auto card = offered<agon_card>(self, AGON_CARD_ID)) {
    for (const agon_equation& e :
         read_rows(card->equations, card->equation_count, card->equation_stride))
      out.equations.push_back({e.says, e.tex});
    out.limits.assign(card->limits, card->limits + card->limit_count);
  }
  for (const char* id : kExtensions) {
    if (rule.extension(&self, id) != nullptr) out.offers.emplace_back(id);
  }
  out.plugin_path = std::move(plugin_path);
  out.plugin_name = plugin.name;
  out.plugin_version = plugin.version;
  out.license = plugin.license;
  out.compiler = plugin.build;
  return out;
}

json to_json(const RuleManifest& m) {
  json params = json::array(), presets = json::array();
  for (const ParamManifest& p : m.params) params.push_back(to_json(p));
  for (const PresetManifest& p : m.presets) {
    presets.push_back({{"name", p.name}, {"help", p.help}, {"settings", p.settings}});
  }
  json equations = json::array();
  for (const EquationManifest& e : m.equations)
    equations.push_back({{"says", e.says}, {"tex", e.tex}});
  return {{"id", m.id},
          {"name", m.name},
          {"summary", m.summary},
          {"reference", m.reference},
          {"capability_bits", fmt::format("{:#x}", m.capabilities)},
          {"capabilities", m.capability_words()},
          {"phases", m.phases},
          {"memory_per_parameter", m.memory_per_parameter},
          {"checks", m.checks},
          {"params", params},
          {"presets", presets},
          {"equations", equations},
          {"limits", m.limits},
          {"offers", m.offers},
          {"plugin_path", m.plugin_path},
          {"plugin_name", m.plugin_name},
          {"plugin_version", m.plugin_version},
          {"license", m.license},
          {"compiler", m.compiler},
          {"build_id", m.build_id}};
}

RuleManifest manifest_from_json(const json& j) {
  RuleManifest m;
  j.at("id").get_to(m.id);
  m.id_in_plugin = m.id;
  j.at("name").get_to(m.name);
  j.at("summary").get_to(m.summary);
  j.at("reference").get_to(m.reference);
  m.capabilities = std::stoull(j.at("capability_bits").get<std::string>(), nullptr, 16);
  take_whole(j.at("phases"), m.phases);
  j.at("memory_per_parameter").get_to(m.memory_per_parameter);
  j.at("checks").get_to(m.checks);
  for (const json& p : j.at("params")) m.params.push_back(param_from_json(p));
  for (const json& p : j.at("presets"))
    m.presets.push_back({p.at("name"), p.at("help"), p.at("settings")});
  for (const json& e : j.at("equations")) m.equations.push_back({e.at("says"), e.at("tex")});
  j.at("limits").get_to(m.limits);
  j.at("offers").get_to(m.offers);
  j.at("plugin_path").get_to(m.plugin_path);
  j.at("plugin_name").get_to(m.plugin_name);
  j.at("plugin_version").get_to(m.plugin_version);
  j.at("license").get_to(m.license);
  j.at("compiler").get_to(m.compiler);
  j.at("build_id").get_to(m.build_id);
  return m;
}

}  // namespace agon::harness
