// SPDX-License-Identifier: MIT
#include "reports/render/plotly/plotly.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/text.h"

namespace agon::reports {
namespace {

using Json = nlohmann::ordered_json;

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
    Json series{{"name", clean_text(s.name)},
                {"rule", clean_text(s.rule)},
                {"style", s.style},
                {"open", s.open},
                {"line", s.line}};
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
                            {"rule", clean_text(s.rule)},
                            {"from", s.from},
                            {"to", s.to},
                            {"open_low", s.open_low},
                            {"open_high", s.open_high}});
  }
  return out;
}

}  // namespace

std::string page_data(std::span<const Chart* const> charts, std::span<const EmbeddedFile> files) {
  Json out{{"charts", Json::array()}, {"files", Json::object()}};
  for (const Chart* chart : charts) out["charts"].push_back(chart_json(*chart));
  for (const EmbeddedFile& file : files) out["files"][file.name] = file.text;
  return escape_script(out.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace agon::reports
