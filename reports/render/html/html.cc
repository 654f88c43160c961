// SPDX-License-Identifier: MIT
//
// The page: head, run state, verdict, sections, data. Style sheets, script and (when the build had
// it) Plotly are resources of the library and are inlined; nothing is loaded.
#include "reports/render/html/html.h"

#include <fmt/format.h>

#include <array>

#include "agon_reports_resources.h"
#include "reports/render/csv/csv.h"
#include "reports/sections/page.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// Beyond this a page would be slow to open; the files lie beside it anyway.
constexpr size_t kMaxEmbedded = 1'000'000;

std::string_view resource(std::string_view name) {
  for (const Resource& r : web::resources()) {
    if (r.name == name) return r.bytes;
  }
  return {};
}

std::string_view plotly() { return resource("plotly-cartesian.min.js"); }

struct Counts {
  size_t finished = 0, ok = 0, diverged = 0, failed = 0, skipped = 0;
};

Counts count_cells(const ReportInput& input) {
  Counts c;
  for (const CellRecord& r : input.records) {
    ++c.finished;
    c.ok += r.outcome.status == Status::ok;
    c.diverged += r.outcome.status == Status::diverged;
    c.skipped += r.outcome.status == Status::skipped;
    c.failed += is_failure(r.outcome.status);
  }
  return c;
}

std::string banner(const ReportInput& input) {
  const Counts c = count_cells(input);
  const bool complete = c.finished >= input.planned;
  const auto number = [](size_t n) { return count(static_cast<int64_t>(n)); };
  std::string state = c.finished == 0 ? "No cell has finished"
                      : complete ? "Complete: " + plural(static_cast<int64_t>(c.finished), "cell")
                                 : fmt::format("Unfinished: {} of {} cells", number(c.finished),
                                               number(input.planned));
  std::string out = fmt::format("<p class=\"state is-{}\" role=\"status\"><strong>{}</strong>",
                                c.failed > 0 || c.finished == 0 ? "failed"
                                : complete                      ? "complete"
                                                                : "unfinished",
                                state);
  const auto part = [&](size_t n, std::string_view what, std::string_view link) {
    if (n == 0) return;
    out += link.empty() ? fmt::format("<span>{} {}</span>", number(n), what)
                        : fmt::format("<a href=\"#{}\">{} {}</a>", link, number(n), what);
  };
  part(c.ok, "ok", "");
  part(c.failed, "failed", "failures");
  part(c.diverged, "diverged", "failures");
  part(c.skipped, "skipped", "failures");
  if (!complete && c.finished > 0) out += "<span>the same command resumes the run</span>";
  return out + "</p>";
}

// The first sentence stands out, the rest follows smaller.
std::string verdict_html(const std::string& text) {
  size_t end = text.size();
  for (size_t i = 0; i + 2 < text.size(); ++i) {
    if (text[i] == '.' && text[i + 1] == ' ' && !(text[i + 2] >= 'a' && text[i + 2] <= 'z')) {
      end = i + 1;
      break;
    }
  }
  std::string out = "<p class=\"verdict\">" + escape_html(text.substr(0, end)) + "</p>";
  if (end < text.size())
    out += "<p class=\"verdict\">" + escape_html(text.substr(end + 1)) + "</p>";
  return out;
}

// What the one kind of interval of scores says, for every section.
std::string interval_legend() {
  return fmt::format(
      "<p class=\"note\">[low, high] and ± are the {}: it says how other seeds would do on the same test "
      "rows, not how other rows would. Where all seeds agree there is none.</p>",
      kSeedsInterval);
}

std::string downloads(std::vector<EmbeddedFile>& files) {
  std::string out = "<div class=\"downloads\">";
  std::string left_out;
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

}  // namespace

std::string render_html(const ReportInput& input, const Summary& summary) {
  const PageInput page(input, summary);
  std::vector<Panel> panels;
  for (Panel (*section)(const PageInput&) :
       std::array{&claims_panel, &scoreboard_panel, &accuracy_panel, &curves_panel, &sweeps_panel,
                  &learning_rate_panel, &depth_panel, &robustness_panel, &forgetting_panel,
                  &speed_panel, &pictures_panel, &failures_panel, &warnings_panel,
                  &provenance_panel, &rules_panel, &tasks_panel}) {
    Panel panel = section(page);
    if (!panel.html.empty()) panels.push_back(std::move(panel));
  }
  std::vector<EmbeddedFile> files{{"cells.csv", cells_csv(input)},
                                  {"summary.csv", summary_csv(summary)}};
  if (const std::string csv = robustness_csv(input); !csv.empty())
    files.push_back({"robustness.csv", csv});
  if (!page.claims.empty()) files.push_back({"claims.csv", claims_csv(page.claims)});
  panels.push_back({"downloads", "Downloads", downloads(files), {}});

  const std::string title = input.run.title.empty() ? input.run.suite : input.run.title;
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta "
      "name=\"color-scheme\" content=\"light dark\">"
      "<meta name=\"generator\" content=\"Agon\">"
      "<link rel=\"icon\" href=\"data:,\">";
  out += "<title>" + escape_html(title) + "</title>\n<style>";
  out += resource("page.css");
  out += "</style>\n<style id=\"chart-style\">";
  out += resource("chart.css");
  out +=
      "</style></head>\n<body><a class=\"skip\" href=\"#main\">Skip to the results</a><header><p "
      "class=\"kicker\">Agon report";
  if (!input.run.suite.empty()) out += " · suite " + escape_html(input.run.suite);
  if (!input.run.started_utc.empty()) out += " · " + escape_html(input.run.started_utc);
  out += "</p><h1>" + escape_html(title.empty() ? "Learning rules" : title) + "</h1>";
  out += banner(input);
  out += verdict_html(verdict(input, summary));
  if (!input.records.empty()) out += interval_legend();
  out += "</header>\n<nav aria-label=\"Sections\"><ul>";
  for (const Panel& panel : panels)
    out += fmt::format("<li><a href=\"#{}\">{}</a></li>", panel.id, panel.title);
  out += "</ul></nav>\n<main id=\"main\">";
  std::vector<Chart> charts;
  for (Panel& panel : panels) {
    out += fmt::format(
        "<section id=\"{0}\" aria-labelledby=\"{0}-title\"><h2 "
        "id=\"{0}-title\">{1}</h2>{2}</section>\n",
        panel.id, panel.title, panel.html);
    for (Chart& chart : panel.charts) charts.push_back(std::move(chart));
  }
  out +=
      "</main>\n<footer><p>This page is one file: it loads nothing and opens without a "
      "network.</p></footer>\n";
  out += "<script type=\"application/json\" id=\"agon-data\">" + page_data(charts, files) +
         "</script>\n";
  if (!plotly().empty()) {
    out += "<script>";
    out += plotly();
    out += "</script>\n";
  }
  out += "<script>";
  out += resource("page.js");
  out += "</script></body></html>\n";
  return out;
}

}  // namespace agon::reports
