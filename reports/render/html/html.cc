// SPDX-License-Identifier: MIT
//
// The page: head, run state, verdict, sections, data. Style sheets, script and (when the build had
// it) Plotly are resources of the library and are inlined; nothing is loaded.
#include "reports/render/html/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <variant>

#include "agon_reports_resources.h"
#include "reports/render/csv/csv.h"
#include "reports/render/html/blocks.h"
#include "reports/render/html/drawers.h"
#include "reports/render/plotly/plotly.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// Beyond this a page would be slow to open; the files lie beside it anyway.
constexpr size_t kMaxEmbedded = 1'000'000;
constexpr size_t kLeastRow = 300;  // bytes of a row of cells.csv

// What a page weighs at most, in bytes: drawers take what the rest of it leaves, within their bounds.
constexpr size_t kMaxPage = 5'700'000, kMinDrawers = 150'000, kMaxDrawers = 2'500'000;

// In the order in which they need each other.
constexpr const char* kScripts[]{"base.js",   "tables.js", "charts.js",
                                 "drawer.js", "view.js",   "page.js"};

std::string_view resource(std::string_view name) {
  for (const Resource& r : web::resources()) {
    if (r.name == name) return r.bytes;
  }
  return {};
}

std::string_view plotly() { return resource("plotly-cartesian.min.js"); }

// many: cells.csv was not even made.
std::string downloads(std::vector<EmbeddedFile>& files, bool many) {
  std::string out = "<div class=\"downloads\">";
  std::string left_out;
  if (many) {
    left_out =
        "<p class=\"note\">cells.csv is too large to carry here; it lies beside this page in the run's "
        "folder.</p>";
  }
  for (EmbeddedFile& file : files) {
    const std::string size = si(static_cast<double>(file.text.size())) + "B";
    if (file.text.size() > kMaxEmbedded) {
      left_out += fmt::format(
          "<p class=\"note\">{} ({}) is too large to carry here; it lies beside this page in the "
          "run's folder.</p>",
          file.name, size);
      continue;
    }
    out += fmt::format("<button type=\"button\" data-file=\"{}\">{} <small>{}</small></button>",
                       file.name, file.name, size);
  }
  std::erase_if(files, [](const EmbeddedFile& f) { return f.text.size() > kMaxEmbedded; });
  return out + "</div>" + left_out +
         "<p class=\"note\">One row per cell, per aggregate and per check of a claim; units are in "
         "the column names. "
         "The buttons need a browser with scripts; the same files lie beside this page.</p>";
}

void add_charts(const std::vector<Block>& blocks, std::vector<const Chart*>& out) {
  for (const Block& block : blocks) {
    if (const auto* charts = std::get_if<Charts>(&block.is)) {
      for (const Charts::One& one : charts->all) out.push_back(&one.chart);
    } else if (const auto* fold = std::get_if<Fold>(&block.is)) {
      add_charts(fold->blocks, out);
    }
  }
}

// How to read the page, and which drawers it has.
std::string hint(const DrawerData& drawers, bool thinned) {
  if (drawers.all == 0) return "";
  std::string out =
      "<p class=\"note hint\">A score with a dotted line below it opens its runs: curves, parameters, "
      "log, and the command that runs one again.";
  if (drawers.shown < drawers.all) {
    out += fmt::format(
        " This page carries the runs of {} of {} settings, those of the scoreboard and with failures "
        "first; cells.csv and curves.csv have all.",
        count(static_cast<int64_t>(drawers.shown)), count(static_cast<int64_t>(drawers.all)));
  }
  if (thinned) {
    out +=
        " Every number of this page is made of all cells; of so many it keeps whole learning curves of the "
        "study that ranks rules alone, and logs of failed cells alone.";
  }
  return out +
         "</p><noscript><p class=\"note\">Sorting, filters, these drawers and downloads need scripts; "
         "every text, drawing and table is here without.</p></noscript>";
}

// Up to the end of the head. live_s as in ReportInput; `title` is markup.
std::string head(const std::string& title, double live_s) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta "
      "name=\"color-scheme\" content=\"light dark\">"
      "<meta name=\"generator\" content=\"Agon\">"
      "<link rel=\"icon\" href=\"data:,\">";
  if (live_s > 0)
    out += fmt::format("<meta http-equiv=\"refresh\" content=\"{:.0f}\">", std::ceil(live_s));
  out += "<title>" + title + "</title>\n<style>";
  out += resource("page.css");
  out += "</style>\n<style id=\"chart-style\">";
  out += resource("chart.css");
  return out + "</style></head>\n";
}

std::string section_html(std::string_view id, std::string_view title, const std::string& blocks) {
  return fmt::format(
      "<section id=\"{0}\" aria-labelledby=\"{0}-title\"><h2 "
      "id=\"{0}-title\">{1}</h2>{2}</section>\n",
      id, title, blocks);
}

}  // namespace

std::string render_html(const ReportInput& input, const Summary& summary) {
  const PageInput page(input, summary);
  const std::vector<Section> sections = sections_of(page);
  std::vector<EmbeddedFile> files;
  const bool many = input.records.size() * kLeastRow > kMaxEmbedded;  // no need to make it to know
  if (!many) files.push_back({"cells.csv", cells_csv(input)});
  files.push_back({"summary.csv", summary_csv(summary)});
  if (const std::string csv = many ? "" : series_csv(input); !csv.empty())
    files.push_back({"series.csv", csv});
  if (!page.claims.empty()) files.push_back({"claims.csv", claims_csv(page.claims)});
  const std::string title = escape_html(report_title(input.run));
  std::string out = head(title, input.live_s);
  out +=
      "<body><a class=\"skip\" href=\"#main\">Skip to the results</a><header><p "
      "class=\"kicker\">Agon report";
  if (!input.run.suite.empty()) out += " · suite " + escape_html(input.run.suite);
  if (!input.run.started_utc.empty()) out += " · " + escape_html(input.run.started_utc);
  out += "</p><h1>" + title + "</h1>";
  out += blocks_html(verdict_section(page));
  out += "</header>\n<nav aria-label=\"Sections\"><ul>";
  for (const Section& section : sections)
    out += fmt::format("<li><a href=\"#{}\">{}</a></li>", section.id, section.title);
  out += "<li><a href=\"#downloads\">Downloads</a></li></ul></nav>\n<main id=\"main\">";
  std::vector<const Chart*> charts;
  std::string body;
  for (const Section& section : sections) {
    body += section_html(section.id, section.title, blocks_html(section));
    add_charts(section.blocks, charts);
  }
  body += section_html("downloads", "Downloads", downloads(files, many));
  const std::string data = page_data(charts, files);
  const size_t rest = out.size() + body.size() + data.size() + plotly().size();
  const DrawerData drawers =
      drawer_data(page, std::clamp(kMaxPage - std::min(kMaxPage, rest), kMinDrawers, kMaxDrawers));
  out += hint(drawers, input.whole != nullptr) + body;
  out +=
      "</main>\n<footer><p>This page is one file: it loads nothing and opens without a "
      "network.</p></footer>\n";
  out += "<script type=\"application/json\" id=\"agon-data\">" + data + "</script>\n";
  out += "<script type=\"application/json\" id=\"agon-drawers\">" + drawers.json + "</script>\n";
  if (!plotly().empty()) {
    out += "<script>";
    out += plotly();
    out += "</script>\n";
  }
  out += "<script>";
  for (const char* script : kScripts) out += resource(script);
  out += "</script></body></html>\n";
  return out;
}

std::string render_sections_html(const std::string& title, std::span<const Section> sections) {
  const std::string heading = escape_html(title);
  std::string out = head(heading, 0) + "<body><header><p class=\"kicker\">Agon</p><h1>" + heading +
                    "</h1></header>\n<main id=\"main\">";
  for (const Section& section : sections)
    out += section_html(section.id, section.title, blocks_html(section));
  return out + "</main>\n</body></html>\n";
}

std::string render_cards_html(const RunInfo& about, const std::string& title) {
  ReportInput input;
  input.run = about;
  return render_sections_html(title, card_sections(input));
}

}  // namespace agon::reports
