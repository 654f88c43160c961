// SPDX-License-Identifier: MIT
#include "core/toml.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "core/error.h"
#include "core/text.h"

namespace agon::core {

struct TomlNode {
  struct Table {
    std::vector<TomlNode> values;  // with keys, sorted by them
  };
  using List = std::vector<TomlNode>;

  size_t line = 0, column = 0;
  std::string key;  // of a value in a table
  size_t key_line = 0, key_column = 0;
  std::variant<std::monostate, bool, int64_t, double, std::string, List, Table> value;
};

namespace {

// The offset behind the string that opens at text[at], or the end of text.
size_t behind_string(std::string_view text, size_t at) {
  const char quote = text[at];
  const std::string triple(3, quote);
  const bool lines = text.substr(at).starts_with(triple);
  size_t i = at + (lines ? 3 : 1);
  for (; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (lines ? text.substr(i).starts_with(triple) : text[i] == quote || text[i] == '\n') {
      i += lines ? 3 : 1;
      while (lines && i < text.size() && text[i] == quote)
        ++i;  // """a"""": a string may end in quotes
      return i;
    }
  }
  return text.size();
}

void check_limits(std::string_view text, const std::string& origin) {
  if (text.size() > kMostTomlBytes) {
    throw Error(Exit::usage, origin,
                fmt::format("has {} bytes, at most {} are read", text.size(), kMostTomlBytes),
                "is it the right file?");
  }
  size_t depth = 0, parts = 0, line = 1, line_start = 0;
  const auto count = [&](size_t& n, size_t at, const char* what) {
    if (++n <= kMostTomlDepth) return;
    throw Error(Exit::usage, fmt::format("{}:{}:{}", origin, line, at - line_start + 1),
                fmt::format("more than {} {}", kMostTomlDepth, what), "write it flatter");
  };
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      const size_t end = behind_string(text, i);
      for (; i < end; ++i) {
        if (text[i] != '\n') continue;
        ++line;
        line_start = i + 1;
      }
      continue;
    }
    if (c == '#') {
      while (i < text.size() && text[i] != '\n') ++i;
      continue;
    }
    if (c == '.') {
      count(parts, i, "dots in one key");
    } else if (c == '[' || c == '{') {
      count(depth, i, "brackets within each other");
      parts = 0;
    } else if (c == ']' || c == '}') {
      if (depth > 0) --depth;
      parts = 0;
    } else if (c == ',' || c == '=' || c == '\n') {
      parts = 0;
      if (c == '\n') {
        ++line;
        line_start = i + 1;
      }
    }
    ++i;
  }
}

// A date or a time stays without a value: nothing here takes one.
TomlNode copy(const toml::node& node) {
  TomlNode out;
  out.line = node.source().begin.line;
  out.column = node.source().begin.column;
  if (const toml::table* table = node.as_table()) {
    TomlNode::Table values;
    for (const auto& [key, value] : *table) {
      TomlNode& added = values.values.emplace_back(copy(value));
      added.key = key.str();
      added.key_line = key.source().begin.line;
      added.key_column = key.source().begin.column;
    }
    out.value = std::move(values);
  } else if (const toml::array* array = node.as_array()) {
    TomlNode::List list;
    for (const toml::node& value : *array) list.push_back(copy(value));
    out.value = std::move(list);
  } else if (const auto* text = node.as_string()) {
    out.value = text->get();
  } else if (const auto* integer = node.as_integer()) {
    out.value = integer->get();
  } else if (const auto* number = node.as_floating_point()) {
    out.value = number->get();
  } else if (const auto* boolean = node.as_boolean()) {
    out.value = boolean->get();
  }
  return out;
}

std::string place(const std::string& origin, size_t line, size_t column) {
  return fmt::format("{}:{}:{}", origin, line, column);
}

std::vector<std::string> strings(std::span<const std::string_view> views) {
  return {views.begin(), views.end()};
}

}  // namespace

TomlItem::TomlItem(const TomlNode& node, const std::string& origin, std::string name)
    : node_(&node), origin_(&origin), name_(std::move(name)) {}

size_t TomlItem::line() const { return node_->line; }
size_t TomlItem::column() const { return node_->column; }
std::string TomlItem::where(size_t right) const {
  return place(*origin_, node_->line, node_->column + right);
}

void TomlItem::fail(const std::string& reason, const std::string& fix) const {
  throw Error(Exit::usage, where(), fmt::format("'{}' {}", name_, reason), fix);
}

std::string TomlItem::text() const {
  const auto* value = std::get_if<std::string>(&node_->value);
  if (!value || value->empty()) fail("must be a text", "write it in quotes, not empty");
  return *value;
}

int64_t TomlItem::integer(int64_t low, int64_t high) const {
  const auto* value = std::get_if<int64_t>(&node_->value);
  if (!value || *value < low || *value > high) {
    fail(fmt::format("must be a whole number from {} to {}", low, high),
         fmt::format("write e.g. {}", std::clamp<int64_t>(value ? *value : 3, low, high)));
  }
  return *value;
}

std::optional<double> TomlItem::as_number() const {
  if (const auto* integer = std::get_if<int64_t>(&node_->value))
    return static_cast<double>(*integer);
  if (const auto* number = std::get_if<double>(&node_->value)) return *number;
  return std::nullopt;
}

double TomlItem::number(double low, double high) const {
  const auto value = as_number();
  // Written so that NaN fails.
  if (!value || !(*value >= low && *value <= high))
    fail(fmt::format("must be a number from {} to {}", low, high), "write it without quotes");
  return *value;
}

double TomlItem::number() const {
  const auto value = as_number();
  if (!value || !std::isfinite(*value)) fail("must be a number", "write it without quotes");
  return *value;
}

bool TomlItem::boolean() const {
  const auto* value = std::get_if<bool>(&node_->value);
  if (!value) fail("must be true or false", "write it without quotes");
  return *value;
}

std::vector<TomlItem> TomlItem::list(std::string_view of) const {
  const auto* list = std::get_if<TomlNode::List>(&node_->value);
  if (!list || list->empty())
    fail(fmt::format("must be a list of {}", of), "write at least one entry in [ ]");
  std::vector<TomlItem> items;
  for (const TomlNode& value : *list) items.emplace_back(value, *origin_, name_);
  return items;
}

TomlTable TomlItem::table() const {
  if (!std::holds_alternative<TomlNode::Table>(node_->value))
    fail("must be a table", fmt::format("write it as [{}]", name_));
  return {*node_, *origin_, name_, fmt::format("the table [{}]", name_)};
}

TomlTable::TomlTable(const TomlNode& node, const std::string& origin, std::string path,
                     std::string title)
    : node_(&node), origin_(&origin), path_(std::move(path)), title_(std::move(title)) {}

const TomlNode* TomlTable::find(std::string_view key) const {
  const auto& values = std::get<TomlNode::Table>(node_->value).values;
  const auto found = std::ranges::find(values, key, &TomlNode::key);
  return found == values.end() ? nullptr : &*found;
}

std::string TomlTable::full(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

std::string TomlTable::where() const { return place(*origin_, node_->line, node_->column); }

void TomlTable::fail(std::string_view key, const std::string& reason,
                     const std::string& fix) const {
  const TomlNode* found = find(key);
  TomlItem(found ? *found : *node_, *origin_, full(key)).fail(reason, fix);
}

void TomlTable::allow_only(std::span<const std::string_view> known) const {
  for (const TomlNode& value : std::get<TomlNode::Table>(node_->value).values) {
    if (std::ranges::find(known, value.key) != known.end()) continue;
    throw Error(Exit::usage, place(*origin_, value.key_line, value.key_column),
                fmt::format("unknown key '{}'", full(value.key)),
                suggest(value.key, strings(known)));
  }
}

TomlItem TomlTable::item(std::string_view key) const {
  const TomlNode* found = find(key);
  if (!found) fail(key, "is missing", fmt::format("add it to {}", title_));
  return {*found, *origin_, full(key)};
}

std::string TomlTable::choice(std::string_view key, std::span<const std::string_view> valid) const {
  const std::string value = text(key);
  if (std::ranges::find(valid, value) == valid.end())
    fail(key, fmt::format("has the unknown value '{}'", value), suggest(value, strings(valid)));
  return value;
}

std::vector<int64_t> TomlTable::integers(std::string_view key, int64_t low, int64_t high) const {
  std::vector<int64_t> values;
  for (const TomlItem& value : list(key, fmt::format("whole numbers from {} to {}", low, high)))
    values.push_back(value.integer(low, high));
  return values;
}

std::vector<std::string> TomlTable::texts(std::string_view key) const {
  std::vector<std::string> values;
  for (const TomlItem& value : list(key, "texts")) values.push_back(value.text());
  return values;
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) const {
  std::vector<TomlTable> tables;
  for (const TomlItem& value : list(key, "tables")) {
    if (!std::holds_alternative<TomlNode::Table>(value.node_->value))
      value.fail("must be a table", fmt::format("write it as [[{}]]", key));
    tables.emplace_back(*value.node_, *origin_, "", fmt::format("this [[{}]]", key));
  }
  return tables;
}

TomlFile::TomlFile(std::string_view text, std::string origin) : origin_(std::move(origin)) {
  check_limits(text, origin_);
  try {
    root_ = std::make_unique<TomlNode>(copy(toml::parse(text, origin_)));
  } catch (const toml::parse_error& error) {
    const auto& begin = error.source().begin;
    throw Error(Exit::usage, place(origin_, begin.line, begin.column),
                std::string(error.description()), "write it as TOML 1.0, see https://toml.io");
  }
}

TomlFile::~TomlFile() = default;

TomlTable TomlFile::top() const { return {*root_, origin_, "", "the top level"}; }

}  // namespace agon::core
