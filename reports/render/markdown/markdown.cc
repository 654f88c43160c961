// SPDX-License-Identifier: MIT
#include "reports/render/markdown/markdown.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/math/tex.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr std::string_view kPage = "report.html";  // has what words cannot show

// A run of backticks longer than any in the text, at least `least`.
std::string fence(std::string_view text, size_t least) {
  size_t longest = 0, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(std::max(least, longest + 1), '`');
}

std::string code(std::string_view text) {
  std::string inside = clean_text(text);
  std::ranges::replace(inside, '\n', ' ');
  const std::string ends = fence(inside, 1);
  const std::string space = inside.starts_with('`') || inside.ends_with('`') ? " " : "";
  return ends + space + inside + space + ends;
}

std::string strong(const std::string& text) { return text.empty() ? "" : "**" + text + "**"; }

std::string piece_text(const Piece& piece) {
  const std::string text = escape_markdown(piece.text);
  switch (piece.as) {
    case As::strong:
    case As::failed_status: return strong(text);
    case As::emphasis:
    case As::missing: return text.empty() ? "" : "*" + text + "*";
    case As::below: return "<br>" + text;
    case As::code:
    case As::command: return code(piece.text);
    case As::link: return fmt::format("[{}](#{})", text, piece.more);
    case As::page: return fmt::format("[{}]({})", text, piece.more);
    case As::rule: return strong(text) + (piece.look.open ? " (control)" : "");
    case As::marker: return "";
    default: return text;
  }
}

std::string inline_text(const Text& text) {
  std::string out;
  for (const Piece& piece : text.pieces) out += piece_text(piece);
  return out;
}

std::string cell_text(const Cell& cell) {
  std::string out = inline_text(cell.text);
  const bool plain = !cell.text.empty() && cell.text.pieces.front().as == As::plain;
  if (cell.strong && plain) {
    const std::string first = piece_text(cell.text.pieces.front());
    out = strong(first) + out.substr(first.size());
  }
  if (!cell.fold.empty())
    out += fmt::format(" ({}: see {})", escape_markdown(cell.fold_title), kPage);
  return out;
}

// Text that opens a line must not read as a list, a heading or a rule.
std::string opening(std::string text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view rest = std::string_view(text).substr(digits);
  const bool number = digits > 0 && (rest.starts_with(". ") || rest.starts_with(") "));
  const bool mark =
      digits == 0 && !rest.empty() && std::string_view("-+=").find(rest[0]) != rest.npos;
  if (number || mark) text.insert(digits, "\\");
  return text;
}

std::string markdown(const Block& block);

std::string markdown(const Paragraph& paragraph) {
  std::string text = opening(inline_text(paragraph.text));
  while (text.ends_with(' ')) text.pop_back();
  if (paragraph.kind == Paragraph::Kind::warning) text = "**Warning:** " + text;
  return text.empty() ? "" : text + "\n\n";
}

std::string markdown(const Heading& heading) { return "### " + inline_text(heading.text) + "\n\n"; }

// A bar inside a cell, even in code, stands behind an odd number of backslashes.
std::string row_text(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) {
    out += ' ';
    size_t backslashes = 0;
    for (const char c : cell) {
      if (c == '|') out += backslashes % 2 == 0 ? "\\" : "\\\\";
      backslashes = c == '\\' ? backslashes + 1 : 0;
      out += c;
    }
    out += " |";
  }
  return out + "\n";
}

std::string markdown(const Table& table) {
  std::vector<std::string> names, rules;
  for (const Table::Column& column : table.columns) {
    names.push_back(escape_markdown(column.name));
    rules.emplace_back(column.number ? "---:" : "---");
  }
  std::string out = row_text(names) + row_text(rules);
  for (const std::vector<Cell>& row : table.rows) {
    std::vector<std::string> cells;
    for (const Cell& cell : row) cells.push_back(cell_text(cell));
    out += row_text(cells);
  }
  return out + "\n";
}

// Of several choices the charts of the first say enough.
std::string markdown(const Charts& charts) {
  std::string out;
  for (const Charts::One& one : charts.all) {
    if (!charts.choices.empty() && one.choice != charts.choices.front().key) continue;
    out +=
        fmt::format("- Chart in {}{}: {}\n", kPage,
                    one.chart.title.empty() ? "" : ", " + strong(escape_markdown(one.chart.title)),
                    escape_markdown(one.chart.finding));
  }
  return out.empty() ? out : out + "\n";
}

std::string markdown(const Pictures& pictures) {
  std::string out;
  for (const Pictures::One& one : pictures.all)
    out += fmt::format("- Picture in {}: {}\n", kPage, escape_markdown(one.title));
  return out + "\n";
}

std::string markdown(const Facts& facts) {
  std::string out;
  for (const auto& [name, text] : facts.rows)
    out += fmt::format("- {}: {}\n", escape_markdown(name), inline_text(text));
  return out.empty() ? out : out + "\n";
}

// Between dollars, as most readers of Markdown set it; what could be markup there is spelt out.
std::string equation(const std::string& tex) {
  try {
    mathml(tex);
  } catch (const TexError&) {
    return code(tex);
  }
  std::string out = "$";
  for (const char c : tex) {
    if (c == '<' || c == '>') {
      out += c == '<' ? "\\lt " : "\\gt ";
    } else {
      out += c == '\n' ? ' ' : c;
    }
  }
  return out + "$";
}

std::string markdown(const Equations& equations) {
  std::string out;
  for (const Equations::One& one : equations.all) {
    out += "- " + (one.says.empty() ? "" : escape_markdown(one.says) + ": ") + equation(one.tex) +
           "\n";
  }
  return out + "\n";
}

std::string markdown(const Cards& cards) {
  std::string out;
  for (const Card& card : cards.all) {
    out += "### " + inline_text(card.title) + "\n\n";
    if (!card.summary.empty()) out += opening(escape_markdown(card.summary)) + "\n\n";
    std::vector<std::string> tags;
    for (const std::string& tag : card.tags) tags.push_back(escape_markdown(tag));
    if (!tags.empty())
      out += "- " + join_words(tags) + "\n" + (card.facts.rows.empty() ? "\n" : "");
    out += markdown(card.facts);
    for (const Block& block : card.more) out += markdown(block);
    if (card.samples != nullptr) out += fmt::format("- Picture in {}: samples\n\n", kPage);
  }
  return out;
}

std::string markdown(const Verbatim& lines) {
  const std::string text = clean_text(lines.text), ends = fence(text, 3);
  return ends + "\n" + text + (text.ends_with('\n') ? "" : "\n") + ends + "\n\n";
}

std::string markdown(const Fold& fold) {
  std::string out = "<details><summary>" + escape_html(fold.title) + "</summary>\n\n";
  for (const Block& block : fold.blocks) out += markdown(block);
  return out + "</details>\n\n";
}

std::string markdown(const Claims& claims) {
  std::string out = row_text({"Claim in the source", "What was measured", "Verdict"}) +
                    row_text({"---", "---", "---"});
  for (const ClaimRow& row : claims.rows) {
    std::string claim = escape_markdown(row.claim), lines = escape_markdown(row.unchecked);
    if (!row.source.empty()) claim = escape_markdown(row.source) + "<br>" + claim;
    if (!row.note.empty()) claim += "<br>" + escape_markdown(row.note);
    for (const ClaimRow::Line& line : row.lines) {
      lines += (lines.empty() ? "" : "<br>") + std::string(words(line.verdict)) + ": " +
               inline_text(line.text);
    }
    out += row_text({claim, lines, strong(std::string(words(row.verdict)))});
  }
  return out + "\n";
}

std::string markdown(const RunState& state) {
  std::string out = strong(escape_markdown(state.text));
  for (const Piece& part : state.parts) out += " · " + piece_text(part);
  return out + "\n\n";
}

std::string markdown(const Block& block) {
  return std::visit([](const auto& one) { return markdown(one); }, block.is);
}

std::string blocks_text(const Section& section) {
  std::string out;
  for (const Block& block : section.blocks) out += markdown(block);
  return out;
}

}  // namespace

std::string escape_markdown(std::string_view bytes) {
  const std::string text = clean_text(bytes);
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i], next = i + 1 < text.size() ? text[i + 1] : ' ';
    switch (c) {
      case '\n':
      case '\t': out += ' '; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case ']':  // of an interval it stays, of a link it does not
        out += next == '(' || next == '[' || next == ':' ? "\\]" : "]";
        break;
      default:
        if (std::string_view("\\`*_~#$").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
  }
  return out;
}

std::string render_markdown(const ReportInput& input, const Summary& summary) {
  const PageInput page(input, summary);
  std::string out = "# " + escape_markdown(report_title(input.run)) + "\n\n";
  out += blocks_text(verdict_section(page));
  for (const Section& section : sections_of(page))
    out += "## " + section.title + "\n\n" + blocks_text(section);
  return out;
}

}  // namespace agon::reports
