// SPDX-License-Identifier: MIT
#include "harness/plan/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "core/error.h"
#include "core/text.h"
#include "harness/plugins/values.h"

namespace agon::harness {
namespace {

constexpr const char* kPresetKey = "preset";

struct ResolvedFactor {
  size_t param = 0;  // index into the table
  std::vector<agon_value> values;
};

[[noreturn]] void unknown_parameter(const RuleManifest& rule, const Factor& factor) {
  std::vector<std::string> keys;
  for (const ParamManifest& param : rule.params) keys.push_back(param.key);
  if (!rule.presets.empty()) keys.emplace_back(kPresetKey);
  throw Error(Exit::usage, factor.key_where,
              fmt::format("rule {} has no parameter '{}'", rule.id, factor.key),
              core::suggest(factor.key, keys));
}

// The texts of a factor's values. For a list key=[128,64] is one value, key=[[128,64],[32]] are two.
std::vector<std::string> texts_of(const ParamManifest& param, const Factor& factor) {
  const bool nested = factor.values.front().starts_with('[');
  if (!param.is_list() || nested) return factor.values;
  return {fmt::format("[{}]", fmt::join(factor.values, ","))};
}

ResolvedFactor resolve(const RuleManifest& rule, const Factor& factor) {
  ResolvedFactor resolved;
  resolved.param = rule.index_of(factor.key);
  if (resolved.param == rule.params.size()) unknown_parameter(rule, factor);
  const ParamManifest& param = rule.params[resolved.param];
  for (const std::string& text : texts_of(param, factor)) {
    try {
      resolved.values.push_back(parse_value(param, text));
    } catch (const std::invalid_argument& e) {
      throw Error(Exit::usage, factor.value_where,
                  fmt::format("{}={}: {}", factor.key, text, e.what()),
                  fmt::format("see agon info {}", rule.id));
    }
  }
  return resolved;
}

const PresetManifest& find_preset(const RuleManifest& rule, const Factor& factor,
                                  const std::string& name) {
  if (const PresetManifest* preset = rule.preset(name)) return *preset;
  std::vector<std::string> names;
  for (const PresetManifest& preset : rule.presets) names.push_back(preset.name);
  throw Error(Exit::usage, factor.value_where,
              fmt::format("rule {} has no preset '{}'", rule.id, name), core::suggest(name, names));
}

// The selector's own factors win over the grid's.
bool own(const Selector& selector, const Factor& factor) {
  return std::ranges::any_of(selector.factors,
                             [&](const Factor& f) { return f.key == factor.key; });
}

bool knows(const RuleManifest& rule, const Factor& factor) {
  return (factor.key == kPresetKey && !rule.presets.empty()) || rule.param(factor.key) != nullptr;
}

}  // namespace

double count_variants(const RuleManifest& rule, const Selector& selector,
                      const Selector& grid_factors) {
  const auto size = [&](const Factor& factor) {
    const ParamManifest* const param = rule.param(factor.key);
    return static_cast<double>(param == nullptr ? factor.values.size()
                                                : texts_of(*param, factor).size());
  };
  double count = 1;
  for (const Factor& factor : selector.factors) count *= size(factor);
  for (const Factor& factor : grid_factors.factors) {
    if (own(selector, factor)) continue;
    if (!knows(rule, factor)) return 1;  // one variant that is skipped
    count *= size(factor);
  }
  return count;
}

void expand(const RuleManifest& rule, const Selector& selector, const Selector& grid_factors,
            std::vector<Variant>& out) {
  std::vector<std::vector<agon_value>> bases{rule.defaults()};
  std::vector<ResolvedFactor> factors;
  const auto take = [&](const Factor& factor) {
    if (factor.key != kPresetKey || rule.presets.empty()) {
      factors.push_back(resolve(rule, factor));
      return;
    }
    bases.clear();
    for (const std::string& name : factor.values)
      bases.push_back(preset_values(rule, find_preset(rule, factor, name)));
  };
  for (const Factor& factor : selector.factors) take(factor);
  for (const Factor& factor : grid_factors.factors) {
    if (own(selector, factor)) continue;
    if (!knows(rule, factor)) {
      out.push_back({&rule, rule.defaults(),
                     fmt::format("rule {} has no parameter '{}'", rule.id, factor.key)});
      return;
    }
    take(factor);
  }
  size_t total = 1;
  for (const ResolvedFactor& factor : factors) total *= factor.values.size();
  out.reserve(out.size() + total * bases.size());
  for (const std::vector<agon_value>& base : bases) {
    for (size_t i = 0; i < total; ++i) {
      Variant variant{&rule, base, ""};
      size_t rest = i;
      for (size_t f = factors.size(); f-- > 0;) {
        variant.values[factors[f].param] = factors[f].values[rest % factors[f].values.size()];
        rest /= factors[f].values.size();
      }
      out.push_back(std::move(variant));
    }
  }
}

}  // namespace agon::harness
