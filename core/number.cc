// SPDX-License-Identifier: MIT
#include "core/number.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <stdexcept>

namespace agon::core {
namespace {

// The largest magnitude up to which every whole number is a double.
constexpr double kExactWhole = 9007199254740992.0;

template <typename T>
std::optional<T> parse(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string of(const char* unit) { return *unit == '\0' ? "" : fmt::format(" of {}", unit); }

}  // namespace

std::optional<double> parse_real(std::string_view text) {
  const auto value = parse<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<int64_t> parse_whole(std::string_view text) {
  if (const auto value = parse<int64_t>(text)) return value;
  const auto value = parse_real(text);
  if (!value || *value != std::nearbyint(*value) || std::abs(*value) > kExactWhole)
    return std::nullopt;
  return static_cast<int64_t>(*value);
}

double real_within(std::string_view text, const RealRange& range) {
  const auto value = parse_real(text);
  if (value && *value >= range.low && *value <= range.high) return *value;
  throw std::invalid_argument(fmt::format("must be a number{} from {} to {:.17g}, got '{}'",
                                          of(range.unit), range.low, range.high, text));
}

int64_t whole_within(std::string_view text, const WholeRange& range) {
  const auto value = parse_whole(text);
  if (value && *value >= range.low && *value <= range.high) return *value;
  throw std::invalid_argument(fmt::format("must be a whole number{} from {} to {}, got '{}'",
                                          of(range.unit), range.low, range.high, text));
}

}  // namespace agon::core
