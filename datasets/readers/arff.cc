// SPDX-License-Identifier: MIT
#include "datasets/readers/arff.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "datasets/readers/lines.h"

namespace agon::datasets {
namespace {

constexpr size_t kMostColumns = 100'000;

// The words of one line: plain up to a separator, or in quotes with \ before what would end them.
class Words {
 public:
  Words(const Line& line, const std::string& name) : line_(line), name_(name) {}

  bool at_end() { return peek() == '\0'; }
  char peek() {
    while (at_ < line_.text.size() && (line_.text[at_] == ' ' || line_.text[at_] == '\t')) ++at_;
    return at_ < line_.text.size() ? line_.text[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c || at_end()) return false;
    ++at_;
    return true;
  }
  void expect(char c, const char* where) {
    if (!take(c)) fail(fmt::format("has no '{}' {}", c, where), "write it as ARFF does");
  }
  // Up to one of `ends`. A plain word loses its spaces; it may be empty.
  std::string word(std::string_view ends) {
    const char quote = peek();
    if (quote != '\'' && quote != '"') {
      const size_t end = std::min(line_.text.find_first_of(ends, at_), line_.text.size());
      const std::string_view plain = trimmed(line_.text.substr(at_, end - at_));
      at_ = end;
      if (plain.find_first_of("'\"{}") != std::string_view::npos)
        fail("has a quote or a bracket inside a word", "put the whole word in quotes");
      return std::string(plain);
    }
    std::string text;
    for (++at_; at_ < line_.text.size() && line_.text[at_] != quote; ++at_) {
      if (line_.text[at_] == '\\' && at_ + 1 < line_.text.size()) ++at_;
      text.push_back(line_.text[at_]);
    }
    if (at_ == line_.text.size()) fail("has a quote that is never closed", "close it");
    ++at_;
    return text;
  }

  [[noreturn]] void fail(const std::string& reason, const std::string& fix) const {
    throw Error(Exit::data, at_line(name_, line_.number), reason, fix);
  }

 private:
  const Line& line_;
  const std::string& name_;
  size_t at_ = 0;
};

// The rest of `text` behind `word`, in any letters, and a blank.
bool take_word(std::string_view& text, std::string_view word) {
  if (text.size() < word.size() || lower(text.substr(0, word.size())) != word) return false;
  if (text.size() > word.size() && text[word.size()] != ' ' && text[word.size()] != '\t')
    return false;
  text.remove_prefix(word.size());
  return true;
}

Column read_attribute(const Line& rest, const std::string& name) {
  Words words(rest, name);
  Column column{.name = words.word(" \t{")};
  if (column.name.empty()) words.fail("declares an attribute without a name", "name it");
  if (words.take('{')) {
    column.kind = Column::Kind::categories;
    std::set<std::string> all;
    do {
      column.categories.push_back(words.word(",}"));
      if (!all.insert(column.categories.back()).second) {
        words.fail(fmt::format("declares the value {} twice", shown(column.categories.back())),
                   "declare each once");
      }
    } while (words.take(','));
    words.expect('}', "behind the declared values");
    if (!words.at_end()) words.fail("has text behind the declared values", "remove it");
    return column;
  }
  const std::string type = lower(words.word(" \t["));
  if (type == "numeric" || type == "real" || type == "integer") {
    column.kind = Column::Kind::number;
  } else if (type == "date") {
    column.kind = Column::Kind::text;
  } else if (type != "string") {
    words.fail(fmt::format("declares the type {}", shown(type)),
               "use numeric, real, integer, string, date, or the values in { }");
  }
  return column;
}

void read_dense(Words& words, std::vector<std::string>& cells) {
  cells.clear();
  do {
    if (cells.size() == kMostColumns) words.fail("has more than 100000 values", "take fewer");
    cells.push_back(words.word(",\t"));
  } while (words.take(','));
  if (!words.at_end()) words.fail("has text behind its last value", "separate values by commas");
}

void read_sparse(Words& words, const std::vector<Column>& columns,
                 std::vector<std::string>& cells) {
  cells.clear();
  for (const Column& column : columns)
    cells.push_back(column.categories.empty() ? "0" : column.categories.front());
  int64_t last = -1;
  while (!words.take('}')) {
    const std::string index = words.word(" \t,}");
    const auto at = core::parse_whole(index);
    if (!at || *at <= last || *at >= static_cast<int64_t>(columns.size())) {
      words.fail(fmt::format("names the attribute {}", shown(index)),
                 fmt::format("name each once in order, from 0 to {}", columns.size() - 1));
    }
    last = *at;
    cells[static_cast<size_t>(last)] = words.word(",}");
    if (!words.take(',') && words.peek() != '}')
      words.fail("has no '}' behind a sparse record", "close it");
  }
  if (!words.at_end()) words.fail("has text behind a sparse record", "leave weights out");
}

}  // namespace

ArffHeader arff_header(std::string_view text, const std::string& name) {
  ArffHeader header;
  std::set<std::string> names;
  Lines lines(text, name);
  for (Line line; lines.next(line);) {
    line.text = trimmed(line.text);
    if (line.text.empty() || line.text.front() == '%') continue;
    if (take_word(line.text, "@relation")) continue;
    if (take_word(line.text, "@attribute")) {
      if (header.columns.size() == kMostColumns) {
        throw Error(Exit::data, at_line(name, line.number), "declares more than 100000 attributes",
                    "take fewer");
      }
      check_utf8(line.text, at_line(name, line.number));
      header.columns.push_back(read_attribute(line, name));
      if (!names.insert(header.columns.back().name).second) {
        throw Error(Exit::data, at_line(name, line.number),
                    fmt::format("declares {} twice", shown(header.columns.back().name)),
                    "rename one of them");
      }
      continue;
    }
    if (take_word(line.text, "@data")) {
      if (header.columns.empty()) {
        throw Error(Exit::data, at_line(name, line.number), "has no @attribute before @data",
                    "declare the columns");
      }
      header.data = lines.offset();
      header.line = line.number + 1;
      return header;
    }
    throw Error(Exit::data, at_line(name, line.number),
                fmt::format("{} is no declaration of ARFF", shown(line.text)),
                "an ARFF file has @relation, @attribute and @data");
  }
  throw Error(Exit::data, name, "has no @data", "use a complete ARFF file");
}

void read_arff(std::string_view text, const std::string& name, const ArffHeader& header,
               const Visit& visit) {
  Lines lines(text.substr(header.data), name, header.line);
  std::vector<std::string> cells;
  std::vector<std::string_view> views;
  for (Line line; lines.next(line);) {
    line.text = trimmed(line.text);
    if (line.text.empty() || line.text.front() == '%') continue;
    check_utf8(line.text, at_line(name, line.number));
    Words words(line, name);
    words.take('{') ? read_sparse(words, header.columns, cells) : read_dense(words, cells);
    if (cells.size() != header.columns.size()) {
      words.fail(
          fmt::format("has {} values where {} are declared", cells.size(), header.columns.size()),
          "give every record a value for each attribute, ? for one that is not known");
    }
    views.assign(cells.begin(), cells.end());
    visit({line.number, views});
  }
}

}  // namespace agon::datasets
