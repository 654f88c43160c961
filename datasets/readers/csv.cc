// SPDX-License-Identifier: MIT
#include "datasets/readers/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <set>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"

namespace agon::datasets {
namespace {

constexpr std::string_view kSeparators = ",\t;|";  // of two as frequent ones the first
constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";
constexpr size_t kMostColumns = 100'000;
constexpr size_t kMostCell = size_t{1} << 20;  // bytes: a longer one is a quote that is not closed

class Scanner {
 public:
  Scanner(std::string_view text, const std::string& name) : text_(text), name_(name) {
    if (text_.starts_with(kUtf8Mark)) text_.remove_prefix(kUtf8Mark.size());
    if (const size_t zero = text_.find('\0'); zero != std::string_view::npos) {
      throw Error(Exit::data, name,
                  fmt::format("is no text: byte {} is 0", zero + text.size() - text_.size()),
                  "save it as plain text in UTF-8");
    }
    if (const size_t at = core::find_not_utf8(text_); at != std::string_view::npos) {
      const auto line = std::ranges::count(text_.substr(0, at), '\n') + 1;
      const size_t begin = text_.substr(0, at).rfind('\n') + 1;  // npos + 1 is 0
      check_utf8(text_.substr(begin, at + 1 - begin), at_line(name, static_cast<size_t>(line)));
    }
  }

  // The cells of the next record, or false at the end.
  bool next(char separator) {
    while (at_ < text_.size() && ends_line()) end_line();
    if (at_ == text_.size()) return false;
    cells_.clear();
    unquoted_.clear();
    begin_ = line_;
    do {
      if (cells_.size() == kMostColumns) fail(begin_, "has more than 100000 cells", "take fewer");
      cells_.push_back(text_[at_start()] == '"' ? quoted_cell() : plain_cell(separator));
    } while (take(separator));
    if (at_ < text_.size() && !ends_line()) {
      fail(line_, "has text behind the closing quote of a cell",
           "double the quotes inside a quoted cell: \"\"");
    }
    if (at_ < text_.size()) end_line();
    return true;
  }

  size_t begin() const { return begin_; }  // line of the record
  std::span<const std::string_view> cells() const { return cells_; }

  [[noreturn]] void fail(size_t line, const std::string& reason, const std::string& fix) const {
    throw Error(Exit::data, at_line(name_, line), reason, fix);
  }

  // How often each of kSeparators stands outside quotes in the first record.
  std::array<size_t, kSeparators.size()> count_separators() const {
    std::array<size_t, kSeparators.size()> counts{};
    bool in_quotes = false;
    size_t at = text_.find_first_not_of("\r\n");
    for (; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == '"') in_quotes = !in_quotes;
      if (in_quotes) continue;
      if (c == '\n') break;
      if (const size_t i = kSeparators.find(c); i != std::string_view::npos) ++counts[i];
    }
    return counts;
  }

 private:
  // A record may end in a separator, with nothing behind: text_[size] is then not there.
  size_t at_start() const { return std::min(at_, text_.size() - 1); }
  bool ends_line() const {
    return text_[at_] == '\n' ||
           (text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n'));
  }
  void end_line() {
    at_ = std::min(text_.size(), at_ + (text_[at_] == '\r' ? 2 : 1));
    ++line_;
  }
  bool take(char separator) {
    if (at_ == text_.size() || text_[at_] != separator) return false;
    ++at_;
    return true;
  }

  std::string_view plain_cell(char separator) {
    const size_t from = at_;
    for (; at_ < text_.size() && text_[at_] != separator && !ends_line(); ++at_) {
      if (text_[at_] == '"') {
        fail(line_, "has a quote inside a plain cell",
             "put the whole cell in quotes and double those inside");
      }
      if (text_[at_] == '\r')
        fail(line_, "has a carriage return alone", "end lines with LF or CRLF");
    }
    return text_.substr(from, at_ - from);
  }

  std::string_view quoted_cell() {
    const size_t opened = line_, from = ++at_;
    std::string* copy = nullptr;  // made at the first doubled quote
    size_t copied = from;
    for (; at_ < text_.size() && at_ - from <= kMostCell; ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') continue;
      const size_t end = at_++;
      const bool doubled = at_ < text_.size() && text_[at_] == '"';
      if (!doubled && copy == nullptr) return text_.substr(from, end - from);
      if (copy == nullptr) copy = &unquoted_.emplace_back();
      copy->append(text_.substr(copied, end - copied + (doubled ? 1 : 0)));
      copied = at_ + 1;
      if (!doubled) return *copy;
    }
    fail(opened, "has a quote that is never closed", "close it, or double a quote inside a cell");
  }

  std::string_view text_;
  const std::string& name_;
  size_t at_ = 0, line_ = 1, begin_ = 1;
  std::vector<std::string_view> cells_;
  std::deque<std::string> unquoted_;  // of this record, at places that stay
};

}  // namespace

CsvLayout csv_layout(std::string_view text, const std::string& name, const CsvFormat& format) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    throw Error(Exit::data, name, "is text in UTF-16", "save it in UTF-8");
  Scanner scanner(text, name);
  CsvLayout layout;
  layout.separator = format.separator;
  if (layout.separator == '\0') {
    const auto counts = scanner.count_separators();
    layout.separator =
        kSeparators[static_cast<size_t>(std::ranges::max_element(counts) - counts.begin())];
  }
  if (!scanner.next(layout.separator))
    throw Error(Exit::data, name, "is empty: it has no record", "save some rows");
  const auto cells = scanner.cells();
  layout.header = format.header.value_or(std::ranges::none_of(
      cells, [](std::string_view cell) { return core::parse_real(trimmed(cell)).has_value(); }));
  std::set<std::string> names;
  for (size_t c = 0; c < cells.size(); ++c) {
    Column& column = layout.columns.emplace_back();
    column.name = layout.header ? std::string(trimmed(cells[c])) : std::to_string(c + 1);
    if (column.name.empty()) column.name = std::to_string(c + 1);
    if (!names.insert(column.name).second) {
      scanner.fail(scanner.begin(), fmt::format("names two columns {}", shown(column.name)),
                   "rename one of them");
    }
  }
  return layout;
}

void read_csv(std::string_view text, const std::string& name, const CsvLayout& layout,
              const Visit& visit) {
  Scanner scanner(text, name);
  if (layout.header) scanner.next(layout.separator);
  while (scanner.next(layout.separator)) {
    const size_t count = scanner.cells().size();
    if (count != layout.columns.size()) {
      scanner.fail(scanner.begin(),
                   fmt::format("has {} cells where {} are expected", count, layout.columns.size()),
                   "give every record the same cells, and quote those that hold a separator");
    }
    visit({scanner.begin(), scanner.cells()});
  }
}

}  // namespace agon::datasets
