// SPDX-License-Identifier: MIT
#include "reports/math/tex.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "reports/math/symbols.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr size_t kLongest = 2000;  // bytes of an equation
constexpr int kDeepest = 32;       // groups in groups

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string element(std::string_view name, const std::string& inside) {
  return fmt::format("<{0}>{1}</{0}>", name, inside);
}

// Brackets stay as high as letters: \left and \right alone stretch them.
std::string sign(std::string_view text, bool fence = false) {
  return fence ? "<mo stretchy=\"false\">" + escape_html(text) + "</mo>"
               : element("mo", escape_html(text));
}

// A variable of one letter slopes, a name of several does not; bold letters are signs of their own.
std::string bold(char c) {
  const auto code = static_cast<unsigned>(c >= 'a' ? 0x1D41A + (c - 'a') : 0x1D400 + (c - 'A'));
  return fmt::format("<mi>&#x{:X};</mi>", code);
}

struct Atom {
  std::string markup;
  enum class Kind { plain, sign, name, large, limit, space } kind = Kind::plain;
};

class Parser {
 public:
  explicit Parser(std::string_view tex) : tex_(tex) {}

  std::string all() {
    if (tex_.size() > kLongest)
      throw TexError(kLongest, fmt::format("it is longer than {} bytes", kLongest));
    std::string out = row();
    if (at_ < tex_.size()) fail(fmt::format("'{}' closes nothing", closing()));
    return out;
  }

 private:
  [[noreturn]] void fail(const std::string& reason) const { throw TexError(at_ + 1, reason); }

  void skip_spaces() {
    while (at_ < tex_.size() && (tex_[at_] == ' ' || tex_[at_] == '\n')) ++at_;
  }
  char next() const { return at_ < tex_.size() ? tex_[at_] : '\0'; }
  bool take(char c) {
    skip_spaces();
    if (next() != c) return false;
    ++at_;
    return true;
  }

  // The command at this place without its backslash: letters, or one sign.
  std::string_view command() const {
    if (next() != '\\') return {};
    size_t end = at_ + 1;
    while (end < tex_.size() && is_letter(tex_[end])) ++end;
    if (end == at_ + 1 && end < tex_.size()) ++end;
    return tex_.substr(at_ + 1, end - at_ - 1);
  }
  bool take_command(std::string_view name) {
    skip_spaces();
    if (command() != name) return false;
    at_ += 1 + name.size();
    return true;
  }

  // What ends a row: the one who began it takes it.
  std::string_view closing() const {
    if (next() == '}' || next() == '&') return tex_.substr(at_, 1);
    const std::string_view word = command();
    return word == "\\" || word == "end" || word == "right" ? tex_.substr(at_, 1 + word.size())
                                                            : std::string_view{};
  }

  std::string row() {
    if (++depth_ > kDeepest) fail(fmt::format("more than {} groups in groups", kDeepest));
    std::string out;
    Atom::Kind before = Atom::Kind::sign;
    for (skip_spaces(); at_ < tex_.size() && closing().empty(); skip_spaces()) {
      const Atom now = term();
      const bool named = now.kind == Atom::Kind::name || now.kind == Atom::Kind::limit;
      const bool after_name = before == Atom::Kind::name || before == Atom::Kind::limit;
      if ((named && (before == Atom::Kind::plain || after_name)) ||
          (after_name && now.kind == Atom::Kind::plain))
        out += "<mspace width=\"0.17em\"/>";
      out += now.markup;
      before = now.kind;
    }
    --depth_;
    return out;
  }

  // An atom with what stands at its feet and head.
  Atom term() {
    Atom base = atom();
    std::string below, above;
    for (skip_spaces();; skip_spaces()) {
      if (next() == '\'') {
        ++at_;
        above += sign("′");
      } else if (next() == '_' || next() == '^') {
        const bool down = next() == '_';
        if (down ? !below.empty() : above.find("<mrow>") != std::string::npos)
          fail(down ? "a second index" : "a second exponent");
        ++at_;
        (down ? below : above) += element("mrow", argument(down ? "_" : "^"));
      } else {
        break;
      }
    }
    if (below.empty() && above.empty()) return base;
    const bool over = base.kind == Atom::Kind::large || base.kind == Atom::Kind::limit;
    if (!above.empty()) above = element("mrow", above);
    const char* const name = below.empty()   ? (over ? "mover" : "msup")
                             : above.empty() ? (over ? "munder" : "msub")
                                             : (over ? "munderover" : "msubsup");
    base.markup = element(name, base.markup + below + above);
    return base;
  }

  // One letter, number or command, or a group.
  std::string argument(std::string_view of) {
    skip_spaces();
    if (at_ >= tex_.size() || !closing().empty()) fail(fmt::format("nothing stands behind {}", of));
    if (next() == '{') return group();
    if (is_digit(next())) return element("mn", std::string(1, tex_[at_++]));
    return atom().markup;
  }

  std::string group() {
    if (!take('{')) fail("'{' is missing");
    const size_t opened = at_;
    std::string inside = row();
    if (!take('}')) throw TexError(opened, "'{' is never closed");
    return inside;
  }

  // The words in braces, as they are.
  std::string_view words(std::string_view of) {
    if (!take('{')) fail(fmt::format("\\{} wants its text in braces", of));
    const size_t end = tex_.find('}', at_);
    if (end == tex_.npos) throw TexError(at_, "'{' is never closed");
    const std::string_view text = tex_.substr(at_, end - at_);
    for (const char c : text) {
      if (!is_letter(c) && !is_digit(c) && std::string_view(" .,;:()+-/='[]").find(c) == text.npos)
        fail(fmt::format("'{}' stands in the text of \\{}", core::printable({&c, 1}), of));
      ++at_;
    }
    ++at_;
    return text;
  }

  Atom atom() {
    skip_spaces();
    const char c = next();
    if (c == '\\') return from_command();
    if (c == '{') return {element("mrow", group())};
    if (is_letter(c)) return {element("mi", std::string(1, tex_[at_++]))};
    if (is_digit(c) || (c == '.' && at_ + 1 < tex_.size() && is_digit(tex_[at_ + 1]))) {
      size_t end = at_;
      while (end < tex_.size() && (is_digit(tex_[end]) || tex_[end] == '.')) ++end;
      const std::string number(tex_.substr(at_, end - at_));
      at_ = end;
      return {element("mn", number)};
    }
    if (c == '(' || c == ')' || c == '[' || c == ']' || c == '|') {
      ++at_;
      return {sign({&c, 1}, true)};
    }
    if (std::string_view("+-=<>/,;:.!*").find(c) != std::string_view::npos) {
      ++at_;
      return {sign(c == '-' ? "−" : std::string_view(&c, 1)), Atom::Kind::sign};
    }
    fail(fmt::format("'{}' is not of this part of TeX", core::printable({&c, 1})));
  }

  Atom from_command() {
    const std::string name(command());
    const size_t start = at_;
    at_ += 1 + name.size();
    if (const auto row = std::ranges::find(kSymbols, name, &Symbol::command);
        row != kSymbols.end()) {
      return symbol(*row);
    }
    if (const auto row = std::ranges::find(kAccents, name, &Accent::command);
        row != kAccents.end()) {
      return {"<mover accent=\"true\">" + element("mrow", argument("\\" + name)) + sign(row->text) +
              "</mover>"};
    }
    if (name == "frac") {
      const std::string above = argument("\\frac");
      return {element("mfrac", element("mrow", above) + element("mrow", argument("\\frac")))};
    }
    if (name == "sqrt") return {element("msqrt", argument("\\sqrt"))};
    if (name == "text") return {"<mtext>" + spaced(words(name)) + "</mtext>"};
    if (name == "operatorname") return {upright(words(name)), Atom::Kind::name};
    if (name == "mathrm") return {upright(words(name))};
    if (name == "mathbf") return {bold_letters(words(name))};
    if (name == "mathbb" || name == "mathcal") return {other_letter(name, start)};
    if (name == "left") return {stretched(start)};
    if (name == "begin") return {cases(start)};
    if (name == "!") return {"", Atom::Kind::space};
    at_ = start;
    fail(name.empty() ? "a backslash at the end"
                      : fmt::format("\\{} is not of this part of TeX", core::printable(name)));
  }

  static Atom symbol(const Symbol& s) {
    switch (s.kind) {
      case SymbolKind::letter: return {element("mi", std::string(s.text))};
      case SymbolKind::sign: return {sign(s.text), Atom::Kind::sign};
      case SymbolKind::fence: return {sign(s.text, true)};
      case SymbolKind::large: return {sign(s.text), Atom::Kind::large};
      case SymbolKind::name: return {upright(s.text), Atom::Kind::name};
      case SymbolKind::limit: return {upright(s.text), Atom::Kind::limit};
      case SymbolKind::space:
        return {fmt::format("<mspace width=\"{}\"/>", s.text), Atom::Kind::space};
    }
    return {};
  }

  static std::string upright(std::string_view text) {
    return "<mi mathvariant=\"normal\">" + escape_html(text) + "</mi>";
  }
  // Spaces at the ends would be dropped.
  static std::string spaced(std::string_view text) {
    std::string out = escape_html(text);
    if (out.starts_with(' ')) out = "\u00a0" + out.substr(1);
    if (out.ends_with(' ')) out = out.substr(0, out.size() - 1) + "\u00a0";
    return out;
  }

  std::string bold_letters(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (!is_letter(c)) fail("\\mathbf takes letters");
      out += bold(c);
    }
    return element("mrow", out);
  }

  std::string other_letter(const std::string& name, size_t start) {
    const std::string_view letter = words(name);
    for (const Letter& row : kLetters) {
      if (row.command == name && row.letter == letter) return element("mi", std::string(row.text));
    }
    at_ = start;
    fail(fmt::format("\\{} has no '{}' here", name, core::printable(letter)));
  }

  std::string delimiter(std::string_view of) {
    skip_spaces();
    const char c = next();
    if (c == '.') {
      ++at_;
      return "";
    }
    if (std::string_view("()[]|").find(c) != std::string_view::npos && c != '\0') {
      ++at_;
      return std::string(1, c);
    }
    const std::string_view word = command();
    const auto row = std::ranges::find(kSymbols, word, &Symbol::command);
    if (word.empty() || row == kSymbols.end() || row->kind != SymbolKind::fence)
      fail(fmt::format("no bracket stands behind \\{}", of));
    at_ += 1 + word.size();
    return std::string(row->text);
  }

  std::string stretched(size_t start) {
    const auto fence = [](const std::string& text) {
      return text.empty() ? "" : "<mo stretchy=\"true\">" + escape_html(text) + "</mo>";
    };
    const std::string left = fence(delimiter("left")), inside = row();
    if (!take_command("right")) throw TexError(start + 1, "\\left without its \\right");
    return element("mrow", left + inside + fence(delimiter("right")));
  }

  std::string cases(size_t start) {
    if (words("begin") != "cases") throw TexError(start + 1, "\\begin takes cases alone");
    std::string rows, cells;
    for (;;) {
      cells += element("mtd", row());
      if (take('&')) continue;
      const bool more = take_command("\\");
      rows += element("mtr", cells);
      cells.clear();
      if (more) continue;
      if (!take_command("end") || words("end") != "cases")
        throw TexError(start + 1, "\\begin{cases} without its \\end{cases}");
      return "<mrow><mo stretchy=\"true\">{</mo><mtable>" + rows + "</mtable></mrow>";
    }
  }

  std::string_view tex_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

TexError::TexError(size_t column, const std::string& reason)
    : std::runtime_error(fmt::format("column {}: {}", column, reason)), column_(column) {}

std::string mathml(std::string_view tex) {
  return "<math display=\"block\">" + Parser(tex).all() + "</math>";
}

}  // namespace agon::reports
