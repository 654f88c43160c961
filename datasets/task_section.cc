// SPDX-License-Identifier: MIT
#include "datasets/task_section.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/text.h"

namespace agon::datasets {
namespace {

std::vector<std::string> strings(std::span<const std::string_view> views) {
  return {views.begin(), views.end()};
}

}  // namespace

TaskSection::TaskSection(const toml::table& table, std::string file, std::string path)
    : table_(table), file_(std::move(file)), path_(std::move(path)) {}

std::string TaskSection::place(const toml::source_region& region) const {
  return fmt::format("{}:{}:{}", file_, region.begin.line, region.begin.column);
}

std::string TaskSection::full(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void TaskSection::fail(std::string_view key, const std::string& reason,
                       const std::string& fix) const {
  const toml::node* found = table_.get(key);
  throw Error(Exit::usage, place(found ? found->source() : table_.source()),
              fmt::format("'{}' {}", full(key), reason), fix);
}

void TaskSection::allow_only(std::span<const std::string_view> known) const {
  for (const auto& [key, value] : table_) {
    if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
    throw Error(Exit::usage, place(key.source()), fmt::format("unknown key '{}'", full(key.str())),
                core::suggest(key.str(), strings(known)));
  }
}

const toml::node& TaskSection::node(std::string_view key) const {
  const toml::node* found = table_.get(key);
  if (!found)
    fail(key, "is missing",
         fmt::format("add it to the {}", path_.empty() ? "top level" : "table [" + path_ + "]"));
  return *found;
}

std::string TaskSection::text(std::string_view key) const {
  const auto value = node(key).value_exact<std::string>();
  if (!value || value->empty()) fail(key, "is not a text", "give a text in quotes, not empty");
  return *value;
}

std::string TaskSection::choice(std::string_view key,
                                std::span<const std::string_view> valid) const {
  const std::string value = text(key);
  if (std::find(valid.begin(), valid.end(), value) == valid.end()) {
    fail(key, fmt::format("has the unknown value '{}'", value),
         core::suggest(value, strings(valid)));
  }
  return value;
}

int64_t TaskSection::integer(std::string_view key, int64_t low, int64_t high) const {
  const auto value = node(key).value_exact<int64_t>();
  if (!value || *value < low || *value > high) {
    fail(key, "is not valid", fmt::format("give an integer from {} to {}", low, high));
  }
  return *value;
}

double TaskSection::number(std::string_view key, double low, double high) const {
  const auto value = node(key).is_number() ? node(key).value<double>() : std::nullopt;
  // Written so that NaN fails.
  if (!value || !(*value >= low && *value <= high)) {
    fail(key, "is not valid", fmt::format("give a number from {} to {}", low, high));
  }
  return *value;
}

bool TaskSection::boolean(std::string_view key) const {
  const auto value = node(key).value_exact<bool>();
  if (!value) fail(key, "is not valid", "give true or false");
  return *value;
}

std::vector<int64_t> TaskSection::integers(std::string_view key, int64_t low, int64_t high) const {
  const toml::array* array = node(key).as_array();
  std::vector<int64_t> values;
  for (size_t i = 0; array && i < array->size(); ++i) {
    const auto value = array->get(i)->value_exact<int64_t>();
    if (value && *value >= low && *value <= high) values.push_back(*value);
  }
  if (values.empty() || values.size() != array->size()) {
    fail(key, "is not valid", fmt::format("give a list of integers from {} to {}", low, high));
  }
  return values;
}

std::vector<std::string> TaskSection::texts(std::string_view key) const {
  const toml::array* array = node(key).as_array();
  std::vector<std::string> values;
  for (size_t i = 0; array && i < array->size(); ++i) {
    const auto value = array->get(i)->value_exact<std::string>();
    if (value && !value->empty()) values.push_back(*value);
  }
  if (values.empty() || values.size() != array->size()) {
    fail(key, "is not valid", "give a list of texts in quotes");
  }
  return values;
}

TaskSection TaskSection::section(std::string_view key) const {
  const toml::table* table = node(key).as_table();
  if (!table) fail(key, "is not a table", fmt::format("write it as [{}]", full(key)));
  return {*table, file_, full(key)};
}

}  // namespace agon::datasets
