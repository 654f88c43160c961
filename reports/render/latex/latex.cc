// SPDX-License-Identifier: MIT
#include "reports/render/latex/latex.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <variant>

#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr size_t kLongTable = 40;  // rows; a longer one breaks over pages
constexpr size_t kWideTable = 7;   // columns; a wider one is set smaller

struct Symbol {
  std::string_view text, latex;
};
// ASCII that means something to LaTeX, or prints otherwise in some fonts; a row that began with a
// bracket or a star would be an argument of the row's end before it.
constexpr std::array kAscii{
    Symbol{"\\", "\\textbackslash{}"},
    Symbol{"{", "\\{"},
    Symbol{"}", "\\}"},
    Symbol{"$", "\\$"},
    Symbol{"&", "\\&"},
    Symbol{"#", "\\#"},
    Symbol{"_", "\\_"},
    Symbol{"%", "\\%"},
    Symbol{"~", "\\textasciitilde{}"},
    Symbol{"^", "\\textasciicircum{}"},
    Symbol{"<", "\\textless{}"},
    Symbol{">", "\\textgreater{}"},
    Symbol{"|", "\\textbar{}"},
    Symbol{"\"", "\\textquotedbl{}"},
    Symbol{"'", "\\textquotesingle{}"},
    Symbol{"`", "\\textasciigrave{}"},
    Symbol{"[", "{[}"},
    Symbol{"]", "{]}"},
    Symbol{"*", "{*}"},
    Symbol{"--", "-{}-"},
    Symbol{"\n", " "},
    Symbol{"\t", " "},
};
// What the report's own words use.
constexpr std::array kBeyond{
    Symbol{"≥", "$\\geq$"},
    Symbol{"≤", "$\\leq$"},
    Symbol{"×", "$\\times$"},
    Symbol{"±", "$\\pm$"},
    Symbol{"≈", "$\\approx$"},
    Symbol{"µ", "$\\mu$"},
    Symbol{"·", "$\\cdot$"},
    Symbol{"▲", "$\\uparrow$"},
    Symbol{"▼", "$\\downarrow$"},
    Symbol{"→", "$\\rightarrow$"},
    Symbol{"∞", "$\\infty$"},
    Symbol{"−", "$-$"},
    Symbol{"–", "--"},
    Symbol{"—", "---"},
    Symbol{"…", "\\ldots{}"},
    Symbol{"\u2009", "\\,"},
    Symbol{"\u00a0", "~"},
    Symbol{"\uFFFD", "?"},
};
// Marks that only turn or join text: none of them prints.
constexpr std::array<std::string_view, 17> kInvisible{
    "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d",
    "\u202e", "\u2060", "\u2066", "\u2067", "\u2068", "\u2069", "\u061c", "\ufeff"};

std::string piece_latex(const Piece& piece) {
  const std::string text = escape_latex(piece.text);
  switch (piece.as) {
    case As::strong:
    case As::failed_status: return "\\textbf{" + text + "}";
    case As::emphasis:
    case As::missing: return "\\textit{" + text + "}";
    case As::small:
    case As::below:
    case As::bad: return "{\\footnotesize " + text + "}";
    case As::code:
    case As::command: return "\\texttt{" + text + "}";
    case As::marker: return "";
    case As::rule: return text + (piece.look.open ? " {\\footnotesize control}" : "");
    default: return text;
  }
}

std::string cell_latex(const Cell& cell) {
  std::string out;
  for (const Piece& piece : cell.text.pieces) {
    const bool first = &piece == cell.text.pieces.data();
    const std::string text = piece_latex(piece);
    out += first && cell.strong ? "\\textbf{" + text + "}" : text;
  }
  return out;
}

template <typename Range, typename Get>
std::string row_latex(const Range& cells, Get get) {
  std::string out;
  for (const auto& cell : cells) out += (out.empty() ? "" : " & ") + get(cell);
  // One empty first cell more or less: & counts, not the text.
  return out + " \\\\\n";
}

bool has_numbers(const Table& table) {
  return !table.rows.empty() && std::ranges::any_of(table.columns, &Table::Column::number);
}

std::string table_latex(const Table& table, const std::string& caption, const std::string& label) {
  std::string columns;
  for (const Table::Column& column : table.columns) columns += column.number ? 'r' : 'l';
  const std::string head =
      "\\toprule\n" +
      row_latex(table.columns,
                [](const Table::Column& c) { return "{" + escape_latex(c.name) + "}"; }) +
      "\\midrule\n";
  std::string rows;
  for (const std::vector<Cell>& row : table.rows)
    rows += row_latex(row, [](const Cell& c) { return "{" + cell_latex(c) + "}"; });
  const std::string size =
      table.columns.size() > kWideTable ? "\\scriptsize\\setlength{\\tabcolsep}{3pt}" : "\\small";
  const std::string title =
      fmt::format("\\caption{{{}}}\\label{{tab:{}}}", escape_latex(caption), label);
  if (table.rows.size() > kLongTable) {
    return fmt::format(
        "{{{}\n\\begin{{longtable}}{{{}}}\n{}\\\\\n{}\\endhead\n{}\\bottomrule\n\\end{{longtable}}\n}}\n\n",
        size, columns, title, head, rows);
  }
  return fmt::format(
      "\\begin{{table}}\n\\centering{}\n{}\n\\begin{{tabular}}{{{}}}\n{}{}\\bottomrule\n\\end{{tabular}}\n"
      "\\end{{table}}\n\n",
      size, title, columns, head, rows);
}

// Tables of numbers; lists of cells and of words are for the page.
std::string section_latex(const Section& section) {
  std::string out, heading;
  size_t made = 0;
  for (const Block& block : section.blocks) {
    if (const auto* words = std::get_if<Heading>(&block.is)) {
      heading.clear();
      for (const Piece& piece : words->text.pieces) heading += piece.text;
    }
    const auto* table = std::get_if<Table>(&block.is);
    if (table == nullptr || !has_numbers(*table)) continue;
    const std::string label = section.id + (++made > 1 ? fmt::format("-{}", made) : "");
    out +=
        table_latex(*table, section.title + (heading.empty() ? "" : ": " + heading) + ".", label);
  }
  return out;
}

}  // namespace

std::string escape_latex(std::string_view bytes) {
  const std::string text = clean_text(bytes);
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const auto at = [&](const Symbol& s) { return rest.starts_with(s.text); };
    const auto hidden = std::ranges::find_if(
        kInvisible, [&](std::string_view mark) { return rest.starts_with(mark); });
    const bool number = rest.size() > 1 && rest[0] == '-' && rest[1] >= '0' && rest[1] <= '9';
    if (number && (out.empty() || out.back() == ' ' || out.back() == '}')) {
      out += "$-$";
      rest.remove_prefix(1);
    } else if (const auto ascii = std::ranges::find_if(kAscii, at); ascii != kAscii.end()) {
      out += ascii->latex;
      rest.remove_prefix(ascii->text.size());
    } else if (const auto beyond = std::ranges::find_if(kBeyond, at); beyond != kBeyond.end()) {
      out += beyond->latex;
      rest.remove_prefix(beyond->text.size());
    } else if (hidden != kInvisible.end()) {
      rest.remove_prefix(hidden->size());
    } else {
      out += rest.front();
      rest.remove_prefix(1);
    }
  }
  return out;
}

std::string render_latex_tables(const ReportInput& input, const Summary& summary) {
  const PageInput page(input, summary);
  std::string out =
      "% Tables of a report of Agon. In the preamble: \\usepackage[T1]{fontenc}, textcomp, booktabs and\n"
      "% longtable; \\input this file, or take single tables. Letters beyond Latin ones need XeLaTeX or\n"
      "% LuaLaTeX.\n\n";
  for (const Section& section : sections_of(page)) out += section_latex(section);
  return out;
}

std::string render_latex_document(const ReportInput& input, const Summary& summary) {
  return "\\documentclass{article}\n"
         "\\usepackage{iftex}\n"
         "\\ifpdftex\\usepackage[T1]{fontenc}\\usepackage{textcomp}\\else\\usepackage{fontspec}\\fi\n"
         "\\usepackage{booktabs,longtable}\n"
         "\\usepackage[margin=2cm]{geometry}\n"
         "\\title{" +
         escape_latex(report_title(input.run)) + "}\n\\author{}\\date{" +
         escape_latex(input.run.started_utc) +
         "}\n"
         "\\begin{document}\n\\maketitle\n" +
         escape_latex(verdict(input, summary)) + "\n\n\\input{tables.tex}\n\\end{document}\n";
}

}  // namespace agon::reports
