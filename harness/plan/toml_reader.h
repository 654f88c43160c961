// SPDX-License-Identifier: MIT
//
// Typed access to one TOML file for suites and claims: every failure is agon::Error(Exit::usage)
// that names origin:line:column, the reason and the fix. Thread: any.
#pragma once

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "harness/plan/selector.h"

namespace agon::harness {

// Reads one TOML file and remembers its name for positions.
class TomlReader {
 public:
  explicit TomlReader(std::string origin) : origin_(std::move(origin)) {}

  std::string where(const toml::node& node) const { return where(node.source()); }
  std::string where(const toml::source_region& at) const {
    return fmt::format("{}:{}:{}", origin_, at.begin.line, at.begin.column);
  }
  [[noreturn]] static void fail(const std::string& where, const std::string& reason,
                                const std::string& fix) {
    throw Error(Exit::usage, where, reason, fix);
  }

  void check_keys(const toml::table& table, const std::vector<std::string>& known) const {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (std::ranges::find(known, name) != known.end()) continue;
      fail(where(key.source()), fmt::format("unknown key '{}'", name), core::suggest(name, known));
    }
  }

  std::string text(const toml::table& table, const char* key) const {
    const toml::node* node = require(table, key, "a text in quotes");
    const auto value = node->value_exact<std::string>();
    if (!value) fail(where(*node), fmt::format("'{}' must be a text", key), "put it in quotes");
    return *value;
  }
  std::string text_or(const toml::table& table, const char* key,
                      const std::string& fallback) const {
    return table.contains(key) ? text(table, key) : fallback;
  }
  int64_t whole(const toml::table& table, const char* key, int64_t low, int64_t high) const {
    const toml::node* node = require(table, key, "a whole number");
    const auto value = node->value_exact<int64_t>();
    if (!value || *value < low || *value > high) {
      fail(where(*node), fmt::format("'{}' must be a whole number from {} to {}", key, low, high),
           fmt::format("write {} = {}", key, std::clamp<int64_t>(value.value_or(3), low, high)));
    }
    return *value;
  }
  double seconds(const toml::table& table, const char* key, double low, double high) const {
    const toml::node* node = require(table, key, "a number of seconds");
    const auto value = node->value<double>();
    if (!node->is_number() || !value || !(*value >= low) || !(*value <= high)) {
      fail(where(*node),
           fmt::format("'{}' must be a number of seconds from {} to {:.17g}", key, low, high),
           fmt::format("write {} = 60", key));
    }
    return *value;
  }
  double number_or(const toml::table& table, const char* key, double fallback) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return fallback;
    const auto value = node->value<double>();
    if (!node->is_number() || !value || !std::isfinite(*value)) {
      fail(where(*node), fmt::format("'{}' must be a number", key), "write it without quotes");
    }
    return *value;
  }
  bool boolean(const toml::table& table, const char* key) const {
    const toml::node* node = require(table, key, "true or false");
    const auto value = node->value_exact<bool>();
    if (!value)
      fail(where(*node), fmt::format("'{}' must be true or false", key), "write it without quotes");
    return *value;
  }
  const toml::array& array(const toml::table& table, const char* key, const char* what) const {
    const toml::node* node = require(table, key, what);
    const toml::array* list = node->as_array();
    if (list == nullptr || list->empty()) {
      fail(where(*node), fmt::format("'{}' must be {}", key, what),
           "write at least one entry in [ ]");
    }
    return *list;
  }
  const toml::table& table(const toml::table& in, const char* key, const char* what) const {
    const toml::node* node = require(in, key, what);
    const toml::table* found = node->as_table();
    if (found == nullptr) {
      fail(where(*node), fmt::format("'{}' must be a table", key),
           fmt::format("write {} = {}", key, what));
    }
    return *found;
  }
  std::string text_item(const toml::node& node, const char* key) const {
    const auto value = node.value_exact<std::string>();
    if (!value)
      fail(where(node), fmt::format("every entry of '{}' must be a text", key), "put it in quotes");
    return *value;
  }
  const std::string& origin() const { return origin_; }

 private:
  const toml::node* require(const toml::table& table, const char* key, const char* what) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) {
      fail(where(table.source()), fmt::format("key '{}' is missing here", key),
           fmt::format("add {} = {}", key, what));
    }
    return node;
  }

  std::string origin_;
};

}  // namespace agon::harness
