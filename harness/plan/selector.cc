// SPDX-License-Identifier: MIT
#include "harness/plan/selector.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/number.h"

namespace agon::harness {
namespace {

constexpr std::string_view kSpecial = ",[]()= \t";

class Parser {
 public:
  Parser(std::string_view text, Selector& selector) : text_(text), selector_(selector) {}

  void selector() {
    selector_.name = word("a rule's name");
    if (eat('[')) {
      factors(']');
      expect(']');
    }
    if (at_ < text_.size()) fail(fmt::format("unexpected '{}'", text_.substr(at_)));
  }

  // Reads factors up to `end` ('\0': the end of the text).
  void factors(char end) {
    for (;;) {
      factor();
      if (eat(',')) continue;
      if (end != '\0' && peek() == end) return;
      if (end == '\0' && at_ == text_.size()) return;
      fail(end == '\0' ? "expected ','" : fmt::format("expected ',' or '{}'", end));
    }
  }

 private:
  void factor() {
    Factor f;
    skip_space();
    const size_t key_offset = at_;
    f.key_where = selector_.where(at_);
    f.key = word("a parameter's name");
    for (const Factor& other : selector_.factors) {
      if (other.key == f.key) fail(fmt::format("'{}' stands here twice", f.key), key_offset);
    }
    expect('=');
    skip_space();
    f.value_where = selector_.where(at_);
    if (eat('[')) {
      if (peek() == ']') f.values.push_back("[]");  // a list without items
      while (f.values.empty() || eat(',')) f.values.push_back(value());
      expect(']');
    } else {
      f.values.push_back(value());
      if (f.values.front() == "log" && eat('(')) f.values = log_points();
    }
    selector_.factors.push_back(std::move(f));
  }

  std::vector<std::string> log_points() {
    const size_t start = at_;
    const double a = number();
    expect(',');
    const double b = number();
    expect(',');
    const double count = number();
    expect(')');
    if (!(a > 0) || !(b > 0)) fail("log(a,b,n) needs a > 0 and b > 0", start);
    if (count != std::floor(count) || count < 2 || count > 1e6) {
      fail("log(a,b,n) needs a whole number n from 2 to 1000000", start);
    }
    const int n = static_cast<int>(count);
    std::vector<std::string> points;
    points.reserve(static_cast<size_t>(n));
    for (int i = 0; i < n; ++i) {
      const double t = static_cast<double>(i) / (n - 1);
      points.push_back(fmt::format("{:.6g}", a * std::pow(b / a, t)));
    }
    return points;
  }

  // A word, a text in quotes, or a list that is one value among several.
  std::string value() {
    skip_space();
    if (peek() == '"') {
      const size_t start = at_, end = text_.find('"', start + 1);
      if (end == std::string_view::npos) fail("expected a quote at the end of the text", start);
      at_ = end + 1;
      return std::string(text_.substr(start, at_ - start));
    }
    if (!eat('[')) return word("a value");
    std::string list = "[";
    for (bool more = peek() != ']'; more; more = eat(',')) {
      if (list.size() > 1) list += ',';
      list += word("a value");
    }
    expect(']');
    return list + "]";
  }

  double number() {
    skip_space();
    const size_t start = at_;
    const std::string w = word("a number");
    const auto value = core::parse_real(w);
    if (!value) fail(fmt::format("'{}' is not a number", w), start);
    return *value;
  }

  std::string word(const char* what) {
    skip_space();
    const size_t start = at_;
    while (at_ < text_.size() && kSpecial.find(text_[at_]) == std::string_view::npos) ++at_;
    if (at_ == start) fail(fmt::format("expected {}", what));
    return std::string(text_.substr(start, at_ - start));
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  char peek() {
    skip_space();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool eat(char c) {
    if (peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!eat(c)) fail(fmt::format("expected '{}'", c));
  }
  [[noreturn]] void fail(const std::string& reason) { fail(reason, at_); }
  [[noreturn]] void fail(const std::string& reason, size_t offset) {
    throw Error(Exit::usage, selector_.where(offset), reason,
                "write a selector as rule[key=value,key=[a,b],key=log(a,b,n)]");
  }

  std::string_view text_;
  Selector& selector_;
  size_t at_ = 0;
};

}  // namespace

std::string Selector::where(size_t offset) const {
  if (line > 0) return fmt::format("{}:{}:{}", origin, line, column + offset);
  return fmt::format("{} '{}', column {}", origin, text, offset + 1);
}

namespace {
Selector begin(std::string_view text, std::string origin, size_t line, size_t column) {
  Selector selector;
  selector.text = text;
  selector.origin = std::move(origin);
  selector.line = line;
  selector.column = column;
  return selector;
}
}  // namespace

Selector parse_selector(std::string_view text, std::string origin, size_t line, size_t column) {
  Selector selector = begin(text, std::move(origin), line, column);
  Parser(text, selector).selector();
  return selector;
}

Selector parse_factors(std::string_view text, std::string origin, size_t line, size_t column) {
  Selector selector = begin(text, std::move(origin), line, column);
  if (!text.empty()) Parser(text, selector).factors('\0');
  return selector;
}

bool has_factor(const Selector& selector, std::string_view key) {
  return std::ranges::count(selector.factors, key, &Factor::key) > 0;
}

Selector laid_over(const Selector& over, const Selector& rule) {
  Selector merged = over;
  for (const Factor& factor : rule.factors) {
    if (!has_factor(over, factor.key)) merged.factors.push_back(factor);
  }
  return merged;
}

}  // namespace agon::harness
