// SPDX-License-Identifier: MIT
#include "harness/plugins/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "core/text.h"

namespace agon::harness {
namespace {

using nlohmann::json;

[[noreturn]] void bad(std::string text) { throw std::invalid_argument(std::move(text)); }

agon_value whole(int64_t i) {
  agon_value v{};
  v.i = i;
  return v;
}

agon_value real(double r) {
  agon_value v{};
  v.r = without_sign_of_zero(r);
  return v;
}

template <typename T>
bool parse_number(std::string_view text, T& out) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

agon_value checked(const ParamManifest& param, agon_value value) {
  const std::string error = range_error(param, value);
  if (!error.empty()) bad(error);
  return value;
}

// What may stand in a text: it is written between quotes in selectors, keys, files and terminals.
bool is_plain(std::string_view text) {
  return text.find_first_of("\"\\") == text.npos && core::printable(text) == text;
}

// The items of "[a,b]"; one of "a".
std::vector<std::string_view> split_items(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  std::vector<std::string_view> items;
  if (text.empty()) return items;
  for (;;) {
    const size_t comma = text.find(',');
    items.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return items;
    text.remove_prefix(comma + 1);
  }
}

agon_value index_of_choice(const ParamManifest& param, const std::string& name) {
  const auto it = std::ranges::find(param.choices, name);
  if (it == param.choices.end()) {
    bad(fmt::format("'{}' is no value of {}; {}", name, param.key,
                    core::suggest(name, param.choices)));
  }
  return whole(it - param.choices.begin());
}

}  // namespace

ParamManifest item_of(const ParamManifest& list) {
  ParamManifest item = list;
  item.flags &= ~uint32_t{AGON_PARAM_LIST};
  item.default_value = list.min;
  return item;
}

agon_value text_value(std::string_view text) {
  static std::mutex mutex;
  static std::set<std::string, std::less<>> kept;
  const std::lock_guard lock(mutex);
  auto it = kept.find(text);
  if (it == kept.end()) it = kept.emplace(text).first;
  return agon_value{.text = it->c_str()};
}

agon_value list_value(std::vector<agon_value> items) {
  struct Kept {
    std::vector<agon_value> items;
    agon_list list;
  };
  static std::mutex mutex;
  static std::map<std::vector<int64_t>, Kept> kept;  // by the bits of the items
  std::vector<int64_t> bits;
  for (const agon_value& item : items) bits.push_back(item.i);
  const std::lock_guard lock(mutex);
  const auto [it, fresh] = kept.try_emplace(std::move(bits));
  Kept& entry = it->second;
  if (fresh) {
    entry.items = std::move(items);
    entry.list = {static_cast<int64_t>(entry.items.size()), entry.items.data()};
  }
  return agon_value{.list = &entry.list};
}

std::string range_error(const ParamManifest& param, agon_value value) {
  if (param.type == AGON_TEXT || param.is_list()) {
    const int64_t count = param.is_list()
                              ? value.list->count
                              : static_cast<int64_t>(std::string_view(value.text).size());
    if (count < param.min_count || count > param.max_count) {
      return fmt::format("{} takes {} to {} {}, got {}", param.key, param.min_count,
                         param.max_count, param.is_list() ? "values" : "bytes", count);
    }
    if (!param.is_list())
      return is_plain(value.text)
                 ? ""
                 : param.key + " is UTF-8 without quotes, backslashes and control characters";
    for (int64_t i = 0; i < count; ++i) {
      if (std::string error = range_error(item_of(param), value.list->items[i]); !error.empty())
        return error;
    }
    return "";
  }
  if (param.type == AGON_REAL) {
    if (std::isfinite(value.r) && value.r >= param.min.r && value.r <= param.max.r) return "";
    return fmt::format("{} must be in [{}, {}], got {}", param.key, param.min.r, param.max.r,
                       value.r);
  }
  if (value.i >= param.min.i && value.i <= param.max.i) return "";
  return fmt::format("{} must be in [{}, {}], got {}", param.key, param.min.i, param.max.i,
                     value.i);
}

agon_value parse_value(const ParamManifest& param, std::string_view text) {
  if (param.is_list()) {
    std::vector<agon_value> items;
    for (const std::string_view item : split_items(text))
      items.push_back(parse_value(item_of(param), item));
    return checked(param, list_value(std::move(items)));
  }
  switch (param.type) {
    case AGON_TEXT:
      if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"'))
        text = text.substr(1, text.size() - 2);
      return checked(param, text_value(text));
    case AGON_REAL: {
      double r = 0;
      if (!parse_number(text, r)) bad(fmt::format("{} is a number, got '{}'", param.key, text));
      return checked(param, real(r));
    }
    case AGON_INT: {
      int64_t i = 0;
      if (parse_number(text, i)) return checked(param, whole(i));
      double r = 0;  // 1e3 is a whole number as well
      if (!parse_number(text, r) || r != std::nearbyint(r) || std::abs(r) > 9e15) {
        bad(fmt::format("{} is a whole number, got '{}'", param.key, text));
      }
      return checked(param, whole(static_cast<int64_t>(r)));
    }
    case AGON_BOOL:
      if (text == "true" || text == "1") return whole(1);
      if (text == "false" || text == "0") return whole(0);
      bad(fmt::format("{} is true or false, got '{}'", param.key, text));
    default: return index_of_choice(param, std::string(text));
  }
}

std::string value_text(const ParamManifest& param, const agon_value& value) {
  if (param.is_list()) {
    std::string text = "[";
    for (int64_t i = 0; i < value.list->count; ++i)
      text += (i > 0 ? "," : "") + value_text(item_of(param), value.list->items[i]);
    return text + "]";
  }
  switch (param.type) {
    case AGON_REAL: return fmt::format("{}", without_sign_of_zero(value.r));
    case AGON_BOOL: return value.i != 0 ? "true" : "false";
    case AGON_CHOICE: return param.choices.at(static_cast<size_t>(value.i));
    case AGON_TEXT: return fmt::format("\"{}\"", value.text);
    default: return std::to_string(value.i);
  }
}

std::string range_text(const ParamManifest& p) {
  if (p.is_list()) {
    return fmt::format("{} to {} of {}", p.min_count, p.max_count, range_text(item_of(p)));
  }
  switch (p.type) {
    case AGON_TEXT: return fmt::format("text of {} to {} bytes", p.min_count, p.max_count);
    case AGON_REAL:
      return fmt::format("{} .. {}{}", p.min.r, p.max.r, p.has(AGON_PARAM_LOG) ? ", log" : "");
    case AGON_BOOL: return "true, false";
    case AGON_CHOICE: return fmt::format("{}", fmt::join(p.choices, ", "));
    default: return fmt::format("{} .. {}", p.min.i, p.max.i);
  }
}

json value_to_json(const ParamManifest& param, agon_value value) {
  if (param.is_list()) {
    json items = json::array();
    for (int64_t i = 0; i < value.list->count; ++i)
      items.push_back(value_to_json(item_of(param), value.list->items[i]));
    return items;
  }
  switch (param.type) {
    case AGON_TEXT: return value.text;
    case AGON_REAL: return value.r;
    case AGON_INT: return value.i;
    case AGON_BOOL: return value.i != 0;
    default: return param.choices.at(static_cast<size_t>(value.i));
  }
}

agon_value value_from_json(const ParamManifest& param, const json& j) {
  if (param.is_list()) {
    if (!j.is_array()) bad(fmt::format("{} has a value of another type", param.key));
    std::vector<agon_value> items;
    for (const json& item : j) items.push_back(value_from_json(item_of(param), item));
    return checked(param, list_value(std::move(items)));
  }
  switch (param.type) {
    case AGON_TEXT:
      if (j.is_string()) return checked(param, text_value(j.get<std::string>()));
      break;
    case AGON_REAL:
      if (j.is_number()) return checked(param, real(j.get<double>()));
      break;
    case AGON_INT:
      if (j.is_number_integer()) return checked(param, whole(j.get<int64_t>()));
      break;
    case AGON_BOOL:
      if (j.is_boolean()) return whole(j.get<bool>() ? 1 : 0);
      break;
    default:
      if (j.is_string()) return index_of_choice(param, j.get<std::string>());
  }
  bad(fmt::format("{} has a value of another type", param.key));
}

std::vector<agon_value> values_from_json(const RuleManifest& rule, const std::vector<json>& all) {
  if (all.size() != rule.params.size()) {
    bad(fmt::format("rule {} has {} parameters, not {}", rule.id, rule.params.size(), all.size()));
  }
  std::vector<agon_value> values;
  values.reserve(all.size());
  for (size_t i = 0; i < all.size(); ++i) values.push_back(value_from_json(rule.params[i], all[i]));
  return values;
}

namespace {
// Of the first comma outside brackets and quotes; the end where there is none.
size_t end_of_item(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted) continue;
    if (text[i] == '[') ++depth;
    if (text[i] == ']') --depth;
    if (text[i] == ',' && depth <= 0) return i;
  }
  return text.size();
}
}  // namespace

std::vector<std::pair<std::string, std::string>> parse_settings(std::string_view settings) {
  std::vector<std::pair<std::string, std::string>> out;
  while (!settings.empty()) {
    const std::string_view item = settings.substr(0, end_of_item(settings));
    const size_t equals = item.find('=');
    if (equals == 0 || equals == std::string_view::npos || equals + 1 == item.size()) {
      bad(fmt::format("expected key=value, got '{}'", item));
    }
    out.emplace_back(item.substr(0, equals), item.substr(equals + 1));
    if (item.size() == settings.size()) break;
    settings.remove_prefix(item.size() + 1);
    if (settings.empty()) bad("expected key=value after the last comma");
  }
  return out;
}

std::vector<agon_value> preset_values(const RuleManifest& rule, const PresetManifest& preset) {
  std::vector<agon_value> values = rule.defaults();
  for (const auto& [key, text] : parse_settings(preset.settings)) {
    const size_t i = rule.index_of(key);
    if (i == rule.params.size()) bad(fmt::format("there is no parameter '{}'", key));
    values[i] = parse_value(rule.params[i], text);
  }
  return values;
}

}  // namespace agon::harness
