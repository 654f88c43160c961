// SPDX-License-Identifier: MIT
#include "reports/render/figures/heat_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr double kNames = 170, kTile = 44, kLine = 24, kHead = 78;  // px
constexpr double kFaintest = 0.05, kStrongest = 0.85;               // opacity of the shade

// What a cell says first: its number or name, without signs and intervals.
std::string_view first_words(const Cell& cell) {
  return cell.text.pieces.empty() ? std::string_view() : cell.text.pieces.front().text;
}

void add_text(std::string& out, double x, double y, std::string_view anchor, std::string_view words,
              std::string_view more = "") {
  fmt::format_to(
      std::back_inserter(out),
      R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}" style="font-size:11px"{}>{}</text>)", x, y,
      anchor, more, escape_html(words));
}

}  // namespace

std::string heat_table_svg(const Table& table, std::string_view title) {
  const auto shaded = [](const std::vector<Cell>& row) {
    return std::ranges::any_of(row, [](const Cell& cell) { return std::isfinite(cell.shade); });
  };
  if (table.columns.size() < 2 || std::ranges::none_of(table.rows, shaded)) return "";
  const double width =
      std::max(460.0, kNames + kTile * static_cast<double>(table.columns.size() - 1) + 40);
  const double height = kHead + kLine * static_cast<double>(table.rows.size()) + 8;
  std::string out = fmt::format(
      R"(<svg class="chart" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {:.0f} {:.0f}">)"
      "<title>{}</title>",
      width, height, escape_html(title));
  const auto left = [](size_t column) { return kNames + kTile * static_cast<double>(column - 1); };
  for (size_t c = 1; c < table.columns.size(); ++c) {
    const double x = left(c) + kTile / 2, y = kHead - 6;
    add_text(out, x, y, "start", table.columns[c].name,
             fmt::format(R"x( transform="rotate(-45 {:.1f} {:.1f})")x", x, y));
  }
  for (size_t r = 0; r < table.rows.size(); ++r) {
    const double top = kHead + kLine * static_cast<double>(r), line = top + kLine / 2 + 4;
    const std::vector<Cell>& row = table.rows[r];
    add_text(out, kNames - 8, line, "end", first_words(row.front()));
    for (size_t c = 1; c < row.size(); ++c) {
      if (std::isfinite(row[c].shade)) {
        fmt::format_to(
            std::back_inserter(out),
            R"(<rect x="{:.1f}" y="{:.1f}" width="{}" height="{}" fill="#3C91C4" fill-opacity="{:.3f}"/>)",
            left(c), top, kTile - 2, kLine - 2,
            kFaintest + (kStrongest - kFaintest) * std::clamp(row[c].shade, 0.0, 1.0));
      }
      const std::string_view words = row[c].missing() ? "–" : first_words(row[c]);
      add_text(out, left(c) + kTile / 2 - 1, line, "middle", words,
               row[c].strong ? R"( font-weight="bold")" : "");
    }
  }
  return out + "</svg>";
}

}  // namespace agon::reports
