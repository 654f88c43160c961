// SPDX-License-Identifier: MIT
//
// What people write in TOML (suites, tasks), read strictly: every key must be known, every value of
// its type and in range. Every failure is agon::Error(Exit::usage) at origin:line:column with the
// reason and the fix. A TomlTable or TomlItem refers to its TomlFile. Threads: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace agon::core {

inline constexpr size_t kMostTomlBytes = size_t{4} << 20;
inline constexpr size_t kMostTomlDepth = 64;  // brackets open at once, and parts of one dotted key

struct TomlNode;  // a parsed value with its place
class TomlTable;

// One value, of a key or in a list.
class TomlItem {
 public:
  TomlItem(const TomlNode& node, const std::string& origin, std::string name);

  size_t line() const;
  size_t column() const;  // of a text: of its opening quote
  // "suite.toml:3:8", or so many columns to the right of it.
  std::string where(size_t right = 0) const;
  const std::string& name() const { return name_; }
  // "'name' reason".
  [[noreturn]] void fail(const std::string& reason, const std::string& fix) const;

  std::string text() const;  // not empty
  int64_t integer(int64_t low, int64_t high) const;
  double number(double low, double high) const;  // finite
  double number() const;                         // finite
  bool boolean() const;
  std::optional<double> as_number() const;                // of any number, inf and nan as well
  std::vector<TomlItem> list(std::string_view of) const;  // 1 or more
  TomlTable table() const;                                // its keys are called name.key

 private:
  friend class TomlTable;
  const TomlNode* node_;
  const std::string* origin_;
  std::string name_;  // from the nearest [[table]] on: "source.bits"
};

class TomlTable {
 public:
  TomlTable(const TomlNode& node, const std::string& origin, std::string path, std::string title);

  // Throws for the first key outside `known`, with the nearest valid one.
  void allow_only(std::span<const std::string_view> known) const;
  void allow_only(std::initializer_list<std::string_view> known) const {
    allow_only(std::span(known.begin(), known.size()));
  }

  bool has(std::string_view key) const { return find(key) != nullptr; }
  TomlItem item(std::string_view key) const;  // throws when it is missing
  std::string text(std::string_view key) const { return item(key).text(); }
  std::string text_or(std::string_view key, const std::string& otherwise) const {
    return has(key) ? text(key) : otherwise;
  }
  // A text that is one of `valid`.
  std::string choice(std::string_view key, std::span<const std::string_view> valid) const;
  int64_t integer(std::string_view key, int64_t low, int64_t high) const {
    return item(key).integer(low, high);
  }
  int64_t integer_or(std::string_view key, int64_t low, int64_t high, int64_t otherwise) const {
    return has(key) ? integer(key, low, high) : otherwise;
  }
  double number(std::string_view key, double low, double high) const {
    return item(key).number(low, high);
  }
  double number_or(std::string_view key, double otherwise) const {
    return has(key) ? item(key).number() : otherwise;
  }
  bool boolean(std::string_view key) const { return item(key).boolean(); }
  // Lists have one entry or more; `of` is for errors: "levels".
  std::vector<TomlItem> list(std::string_view key, std::string_view of) const {
    return item(key).list(of);
  }
  std::vector<int64_t> integers(std::string_view key, int64_t low, int64_t high) const;
  std::vector<std::string> texts(std::string_view key) const;
  TomlTable section(std::string_view key) const { return item(key).table(); }  // [key]
  std::vector<TomlTable> tables(std::string_view key) const;                   // [[key]], 1 or more

  std::string where() const;
  const std::string& origin() const { return *origin_; }
  // "'key' reason", at the place of the key, or of the table when it lacks the key.
  [[noreturn]] void fail(std::string_view key, const std::string& reason,
                         const std::string& fix) const;

 private:
  const TomlNode* find(std::string_view key) const;
  std::string full(std::string_view key) const;

  const TomlNode* node_;
  const std::string* origin_;
  std::string path_;   // before the names of its keys
  std::string title_;  // "the table [source]"
};

class TomlFile {
 public:
  // Measures before it parses: parsers recurse over the dots of a key and over nested brackets, so
  // that a small file of nothing but dots would exhaust the stack.
  TomlFile(std::string_view text, std::string origin);
  ~TomlFile();
  TomlFile(const TomlFile&) = delete;
  TomlFile& operator=(const TomlFile&) = delete;

  TomlTable top() const;

 private:
  std::string origin_;
  std::unique_ptr<TomlNode> root_;
};

}  // namespace agon::core
