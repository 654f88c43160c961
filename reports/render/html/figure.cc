// SPDX-License-Identifier: MIT
#include "reports/render/html/figure.h"

#include <fmt/format.h>

#include <cmath>

#include "reports/render/html/blocks.h"
#include "reports/render/svg/picture.h"
#include "reports/render/svg/svg.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

std::string axis_number(const ChartAxis& axis, double v) {
  if (!std::isfinite(v)) return std::string(kNotMeasured);
  return axis.scale == Scale::linear && axis.ticks == Ticks::plain ? shortest(v, 5)
                                                                   : shortest(v, 4);
}

Table number_table(const Chart& chart) {
  const bool flat = chart.horizontal();
  const ChartAxis& measured = flat ? chart.x : chart.y;
  std::vector<std::string> columns{"series"};
  if (!flat) columns.push_back((chart.x.scale == Scale::category ? "" : "#") + chart.x.title);
  for (const char* column : {"#value", "#low", "#high", "runs"}) columns.emplace_back(column);
  Table table(columns);
  for (const ChartSeries& s : chart.series) {
    for (const ChartPoint& p : s.points) {
      std::vector<Cell> row{text_cell(s.name)};
      if (!flat) {
        row.push_back(chart.x.scale == Scale::category
                          ? text_cell(category_name(chart.x, p.x))
                          : number_cell(axis_number(chart.x, p.x), p.x));
      }
      for (const double v : {flat ? p.x : p.y, p.low, p.high})
        row.push_back(number_cell(axis_number(measured, v), v));
      row.push_back(text_cell(p.note));
      table.add(std::move(row), {s.rule, "", ""});
    }
  }
  return table;
}

}  // namespace

std::string figure_html(const Chart& chart, std::string_view choice, const About& about) {
  const std::string id = escape_html(chart.id);
  std::string out = fmt::format("<figure id=\"{}\" class=\"panel{}{}\"{}>", id,
                                choice.empty() ? "" : " ", escape_html(choice), about_html(about));
  if (!chart.title.empty()) out += "<h3>" + escape_html(chart.title) + "</h3>";
  out += fmt::format("<div class=\"plot\" role=\"group\" aria-label=\"{}\">",
                     escape_html(chart.finding));
  out += render_svg(chart) + "</div>";
  out += "<figcaption>" + escape_html(chart.finding) + "</figcaption>";
  out += fold_html("Numbers", table_html(number_table(chart)));
  return out + "</figure>";
}

std::string picture_html(const Picture& picture, std::string_view id, std::string_view title,
                         const About& about) {
  std::string numbers;
  for (const Block& block : picture_numbers(picture)) numbers += block_html(block);
  const std::string finding = picture_finding(picture);
  return fmt::format(
      "<figure id=\"{0}\" class=\"panel\"{5}><h3>{1}</h3><div class=\"plot\" role=\"group\" "
      "aria-label=\"{2}\">{3}</div><figcaption>{2}</figcaption>{4}</figure>",
      escape_html(id), escape_html(title), escape_html(finding),
      picture_svg(picture, id, title, finding), fold_html("Numbers", numbers), about_html(about));
}

}  // namespace agon::reports
