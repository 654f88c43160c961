// SPDX-License-Identifier: MIT
#include "reports/render/html/blocks.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "reports/math/tex.h"
#include "reports/render/html/figure.h"
#include "reports/render/svg/picture.h"
#include "reports/render/svg/svg.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr size_t kLongTable = 24;   // rows; a longer one scrolls in its box
constexpr size_t kMostRows = 1500;  // more nobody scrolls through, and every one is some 500 bytes

std::string piece_html(const Piece& piece) {
  const std::string text = escape_html(piece.text);
  switch (piece.as) {
    case As::plain: return text;
    case As::strong: return "<b>" + text + "</b>";
    case As::emphasis: return "<i>" + text + "</i>";
    case As::small: return "<small>" + text + "</small>";
    case As::below: return "<br><small>" + text + "</small>";
    case As::bad: return "<small class=\"bad\">" + text + "</small>";
    case As::missing: return "<span class=\"none\">" + text + "</span>";
    case As::badge:
      return piece.more.empty() ? "<span class=\"tie\">" + text + "</span>"
                                : fmt::format("<span class=\"tie\" title=\"{}\">{}</span>",
                                              escape_html(piece.more), text);
    case As::aside: return "<span class=\"how\">" + text + "</span>";
    case As::reason: return "<span class=\"why\">" + text + "</span>";
    case As::status: return "<span class=\"status\">" + text + "</span>";
    case As::failed_status: return "<span class=\"status bad\">" + text + "</span>";
    case As::code: return "<code>" + text + "</code>";
    case As::command: return "<code class=\"command\">" + text + "</code>";
    case As::link: return fmt::format("<a href=\"#{}\">{}</a>", escape_html(piece.more), text);
    case As::page: return fmt::format("<a href=\"{}\">{}</a>", escape_html(piece.more), text);
    case As::marker: return marker_icon(piece.look.style, piece.look.open);
    case As::rule:
      return fmt::format("<span class=\"rule\">{}<b>{}</b>{}</span>",
                         marker_icon(piece.look.style, piece.look.open), text,
                         piece.look.open ? " <small>control</small>" : "");
  }
  return text;
}

// Nine shades; a hole of a heat map is hatched.
std::string shade_class(const Cell& cell) {
  if (std::isfinite(cell.shade)) return fmt::format("h{:.0f}", std::round(8 * cell.shade));
  return cell.missing() ? "hole" : "";
}

std::string cell_html(const Cell& cell, const Table& table) {
  std::string classes;
  const auto add = [&](bool use, const std::string& word) {
    if (use && !word.empty()) classes += (classes.empty() ? "" : " ") + word;
  };
  add(cell.number, "n");
  add(cell.strong, "strong");
  add(table.heat, shade_class(cell));
  std::string out = "<td";
  if (!classes.empty()) out += " class=\"" + classes + "\"";
  if (!cell.opens.empty()) out += " data-open=\"" + escape_html(cell.opens) + "\"";
  if (table.sortable && std::isfinite(cell.value))
    out += fmt::format(" data-v=\"{:.10g}\"", cell.value);
  out += ">" + text_html(cell.text);
  if (!cell.fold.empty())
    out += fold_html(cell.fold_title, "<pre>" + escape_html(cell.fold) + "</pre>");
  return out + "</td>";
}

std::string html(const Paragraph& paragraph) {
  constexpr std::array kClasses{"note", "lead", "verdict", "warn", "absent"};
  return fmt::format("<p class=\"{}\">{}</p>", kClasses[static_cast<size_t>(paragraph.kind)],
                     text_html(paragraph.text));
}

std::string html(const Heading& heading) { return "<h3>" + text_html(heading.text) + "</h3>"; }

std::string html(const Table& table) { return table_html(table); }

// A choice is a row of radio buttons; the style sheet shows the charts of the one that is checked.
std::string html(const Charts& charts) {
  std::string out, end = "</div>";
  if (!charts.choices.empty()) {
    out = "<div class=\"switch\">";
    end += "</div>";
  }
  for (const Charts::Choice& choice : charts.choices) {
    out += fmt::format(
        "<input type=\"radio\" name=\"{0}\" id=\"{1}\"{2}><label for=\"{1}\">{3}</label>",
        escape_html(charts.question), escape_html(choice.key),
        &choice == charts.choices.data() ? " checked" : "", escape_html(choice.label));
  }
  out += "<div class=\"grid\">";
  for (const Charts::One& one : charts.all) out += figure_html(one.chart, one.choice, one.about);
  return out + end;
}

std::string html(const Pictures& pictures) { return pictures_html(pictures); }

std::string html(const Facts& facts) {
  if (facts.rows.empty()) return "";
  std::string out = "<dl>";
  for (const auto& [name, text] : facts.rows)
    out += "<dt>" + escape_html(name) + "</dt><dd>" + text_html(text) + "</dd>";
  return out + "</dl>";
}

// An equation beyond what math/tex.h understands stands there as it was written.
std::string html(const Equations& equations) {
  std::string out = "<ul class=\"equations\">";
  for (const Equations::One& one : equations.all) {
    out += "<li>";
    if (!one.says.empty()) out += "<small>" + escape_html(one.says) + "</small>";
    try {
      out += "<div tabindex=\"0\">" + mathml(one.tex) + "</div>";
    } catch (const TexError&) {
      out += "<code>" + escape_html(one.tex) + "</code>";
    }
    out += "</li>";
  }
  return out + "</ul>";
}

std::string html(const Cards& cards) {
  std::string out = "<div class=\"grid cards\">";
  for (const Card& card : cards.all) {
    out += "<article class=\"card\"" + about_html(card.about) + "><h3>" + text_html(card.title) +
           "</h3><p>" + escape_html(card.summary) + "</p>";
    if (!card.tags.empty()) {
      out += "<ul class=\"tags\">";
      for (const std::string& tag : card.tags) out += "<li>" + escape_html(tag) + "</li>";
      out += "</ul>";
    }
    out += html(card.facts);
    for (const Block& block : card.more) out += block_html(block);
    if (card.samples != nullptr && undrawable(*card.samples).empty()) {
      out += picture_html(*card.samples, fmt::format("samples-{}", &card - cards.all.data()),
                          "Samples");
    }
    out += "</article>";
  }
  return out + "</div>";
}

std::string html(const Verbatim& lines) { return "<pre>" + escape_html(lines.text) + "</pre>"; }

std::string html(const Fold& fold) {
  std::string inside;
  for (const Block& block : fold.blocks) inside += block_html(block);
  return fold_html(fold.title, inside, fold.open);
}

std::string html(const Claims& claims) { return claims_html(claims); }

std::string html(const RunState& state) {
  constexpr std::array kClasses{"complete", "unfinished", "failed"};
  std::string out = fmt::format("<p class=\"state is-{}\" role=\"status\"><strong>{}</strong>",
                                kClasses[static_cast<size_t>(state.kind)], escape_html(state.text));
  for (const Piece& part : state.parts) {
    out += part.as == As::link ? piece_html(part) : "<span>" + piece_html(part) + "</span>";
  }
  return out + "</p>";
}

}  // namespace

std::string text_html(const Text& text) {
  std::string out;
  for (const Piece& piece : text.pieces) out += piece_html(piece);
  return out;
}

std::string table_html(const Table& table) {
  std::string out =
      fmt::format("<div class=\"scroll{}{}{}\" tabindex=\"0\"><table{}><thead><tr>",
                  table.stacked ? " stack" : "", table.rows.size() > kLongTable ? " long" : "",
                  table.heat ? " heat" : "", table.sortable ? " class=\"sortable\"" : "");
  for (const Table::Column& column : table.columns) {
    out += column.number ? "<th scope=\"col\" class=\"n\"" : "<th scope=\"col\"";
    out += about_html(column.about) + ">" + escape_html(column.name) + "</th>";
  }
  out += "</tr></thead><tbody>";
  const size_t rows = std::min(table.rows.size(), kMostRows);
  for (size_t r = 0; r < rows; ++r) {
    out += r < table.abouts.size() ? "<tr" + about_html(table.abouts[r]) + ">" : "<tr>";
    for (const Cell& cell : table.rows[r]) out += cell_html(cell, table);
    out += "</tr>";
  }
  out += "</tbody></table></div>";
  if (rows < table.rows.size()) {
    out += fmt::format("<p class=\"note\">The first {} of {} rows; the CSV files have all.</p>",
                       count(static_cast<int64_t>(rows)),
                       count(static_cast<int64_t>(table.rows.size())));
  }
  return out;
}

std::string about_html(const About& about) {
  std::string out;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += fmt::format(" data-{}=\"{}\"", name, escape_html(value));
  };
  add("rule", about.rule);
  add("task", about.task);
  add("study", about.study);
  return out;
}

std::string block_html(const Block& block) {
  return std::visit([](const auto& one) { return html(one); }, block.is);
}

std::string blocks_html(const Section& section) {
  std::string out;
  for (const Block& block : section.blocks) out += block_html(block);
  return out;
}

std::string fold_html(std::string_view title, const std::string& html, bool open) {
  return fmt::format("<details{}><summary>{}</summary>{}</details>", open ? " open" : "",
                     escape_html(title), html);
}

}  // namespace agon::reports
