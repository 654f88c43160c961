// SPDX-License-Identifier: MIT
#include "reports/record/params.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace agon::reports {

Params parse_params(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return text.empty() ? Params{} : Params{{"params", std::string(text)}};
  Params params;
  for (const auto& [key, value] : json.items()) {
    params[key] = value.is_string()
                      ? value.get<std::string>()
                      : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  return params;
}

Params parameters(const CellIdentity& id) {
  Params params = parse_params(id.params_json);
  const std::string_view condition = id.condition;
  if (const size_t is = condition.find('='); is != condition.npos)
    params[std::string(condition.substr(0, is))] = condition.substr(is + 1);
  return params;
}

Params params_of(const CellIdentity& id) {
  Params params = parameters(id);
  const auto count = [&](const char* key, int64_t value) {
    if (value >= 0) params.try_emplace(key, std::to_string(value));
  };
  count("depth", id.depth);
  count("width", id.width);
  count("batch", id.batch);
  count("epochs", id.epochs);
  count("updates", id.updates);
  if (!id.activation.empty()) params.try_emplace("activation", id.activation);
  if (std::isfinite(id.lr)) params.try_emplace("lr", fmt::format("{}", id.lr));
  params.try_emplace("ruleset", id.ruleset);
  return params;
}

double number_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && std::isfinite(value) ? value : kNaN;
}

bool same_value(std::string_view a, std::string_view b) {
  const double x = number_of(a), y = number_of(b);
  return std::isnan(x) || std::isnan(y) ? a == b : x == y;
}

}  // namespace agon::reports
