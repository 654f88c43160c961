// SPDX-License-Identifier: MIT
#include "reports/render/html/figure.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/render/svg/svg.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLongTable = 24;  // rows; a longer one scrolls in its box

Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

const char* scale_name(Scale scale) {
  switch (scale) {
    case Scale::linear: return "linear";
    case Scale::log2: return "log2";
    case Scale::log10: return "log10";
    default: return "category";
  }
}

const char* ticks_name(Ticks ticks) {
  switch (ticks) {
    case Ticks::power: return "power";
    case Ticks::prefix: return "prefix";
    default: return "plain";
  }
}

Json axis_json(const ChartAxis& axis) {
  Json out{{"title", clean_text(axis.title)},
           {"scale", scale_name(axis.scale)},
           {"ticks", ticks_name(axis.ticks)}};
  for (const std::string& name : axis.categories) out["categories"].push_back(clean_text(name));
  return out;
}

Json chart_json(const Chart& chart) {
  Json out{{"id", chart.id}, {"x", axis_json(chart.x)}, {"y", axis_json(chart.y)}};
  out["series"] = Json::array();
  for (const ChartSeries& s : chart.series) {
    Json series{
        {"name", clean_text(s.name)}, {"style", s.style}, {"open", s.open}, {"line", s.line}};
    for (const char* key : {"x", "y", "low", "high", "note"}) series[key] = Json::array();
    for (const ChartPoint& p : s.points) {
      series["x"].push_back(number_or_null(p.x));
      series["y"].push_back(number_or_null(p.y));
      series["low"].push_back(number_or_null(p.low));
      series["high"].push_back(number_or_null(p.high));
      series["note"].push_back(clean_text(p.note));
    }
    out["series"].push_back(std::move(series));
  }
  out["references"] = Json::array();
  for (const ChartReference& r : chart.references) {
    if (std::isfinite(r.value))
      out["references"].push_back({{"label", clean_text(r.label)}, {"value", r.value}});
  }
  out["spans"] = Json::array();
  for (const ChartSpan& s : chart.spans) {
    if (!std::isfinite(s.from) || !std::isfinite(s.to)) continue;
    out["spans"].push_back({{"style", s.style},
                            {"from", s.from},
                            {"to", s.to},
                            {"open_low", s.open_low},
                            {"open_high", s.open_high}});
  }
  return out;
}

std::string axis_number(const ChartAxis& axis, double v) {
  if (!std::isfinite(v)) return std::string(kNotMeasured);
  return axis.scale == Scale::linear && axis.ticks == Ticks::plain ? shortest(v, 5)
                                                                   : shortest(v, 4);
}

std::string number_table(const Chart& chart) {
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
      table.add(std::move(row));
    }
  }
  return table.html();
}

}  // namespace

Cell text_cell(std::string_view text) { return {escape_html(text)}; }
Cell html_cell(std::string html, double sort) { return {std::move(html), sort}; }
Cell number_cell(std::string_view text, double sort) { return {escape_html(text), sort, true}; }

std::string Table::html(std::string_view style) const {
  std::string out =
      fmt::format("<div class=\"scroll{}{}{}\" tabindex=\"0\"><table", style.empty() ? "" : " ",
                  style, rows_.size() > kLongTable ? " long" : "");
  if (sortable_) out += " class=\"sortable\"";
  out += ">";
  out += "<thead><tr>";
  for (const std::string& column : columns_) {
    const bool number = column.starts_with('#');
    const std::string name = escape_html(number ? column.substr(1) : column);
    out += number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">";
    out += name + "</th>";
  }
  out += "</tr></thead><tbody>";
  for (const std::vector<Cell>& row : rows_) {
    out += "<tr>";
    for (const Cell& cell : row) {
      out += "<td";
      if (cell.number || cell.strong) {
        out += fmt::format(" class=\"{}{}{}\"", cell.number ? "n" : "",
                           cell.number && cell.strong ? " " : "", cell.strong ? "strong" : "");
      }
      if (sortable_ && std::isfinite(cell.sort))
        out += fmt::format(" data-v=\"{:.10g}\"", cell.sort);
      out += ">" + cell.html + "</td>";
    }
    out += "</tr>";
  }
  return out + "</tbody></table></div>";
}

std::string figure_html(const Chart& chart, std::string_view group) {
  const std::string id = escape_html(chart.id);
  std::string out = fmt::format("<figure id=\"{}\" class=\"panel{}{}\">", id,
                                group.empty() ? "" : " ", escape_html(group));
  if (!chart.title.empty()) out += "<h3>" + escape_html(chart.title) + "</h3>";
  out += fmt::format("<div class=\"plot\" role=\"group\" aria-label=\"{}\">",
                     escape_html(chart.finding));
  out += render_svg(chart) + "</div>";
  out += "<figcaption>" + escape_html(chart.finding) + "</figcaption>";
  out += details("Numbers", number_table(chart));
  return out + "</figure>";
}

std::string page_data(std::span<const Chart> charts, std::span<const EmbeddedFile> files) {
  Json out{{"charts", Json::array()}, {"files", Json::object()}};
  for (const Chart& chart : charts) out["charts"].push_back(chart_json(chart));
  for (const EmbeddedFile& file : files) out["files"][file.name] = file.text;
  return escape_script(out.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string details(std::string_view summary, const std::string& html) {
  return "<details><summary>" + escape_html(summary) + "</summary>" + html + "</details>";
}

}  // namespace agon::reports
