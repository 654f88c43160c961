// SPDX-License-Identifier: MIT
//
// A table of a task file, read strictly: every key must be known and every value in range. All
// errors are agon::Error(Exit::usage) at file:line:column.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace agon::datasets {

class TaskSection {
 public:
  // `path` is "" for the file's top level, else the table's name. The table must outlive the
  // section.
  TaskSection(const toml::table& table, std::string file, std::string path);

  // Throws for the first key outside `known`, with the nearest valid one.
  void allow_only(std::span<const std::string_view> known) const;

  bool has(std::string_view key) const { return table_.contains(key); }
  std::string text(std::string_view key) const;  // non-empty
  // A text that is one of `valid`.
  std::string choice(std::string_view key, std::span<const std::string_view> valid) const;
  int64_t integer(std::string_view key, int64_t low, int64_t high) const;
  double number(std::string_view key, double low, double high) const;
  bool boolean(std::string_view key) const;
  std::vector<int64_t> integers(std::string_view key, int64_t low,
                                int64_t high) const;           // 1 or more
  std::vector<std::string> texts(std::string_view key) const;  // 1 or more
  TaskSection section(std::string_view key) const;

  // Throws at the place of `key`, or of the table when it lacks the key.
  [[noreturn]] void fail(std::string_view key, const std::string& reason,
                         const std::string& fix) const;

 private:
  const toml::node& node(std::string_view key) const;
  std::string full(std::string_view key) const;  // "source.bits"
  std::string place(const toml::source_region& region) const;

  const toml::table& table_;
  std::string file_, path_;
};

}  // namespace agon::datasets
