// SPDX-License-Identifier: MIT
//
// The forms for programs and papers: summary.json with its schema, LaTeX tables, figures.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "reports/render/csv/csv.h"
#include "reports/render/figures/figures.h"
#include "reports/render/json/json.h"
#include "reports/render/latex/latex.h"
#include "reports/sections/sections.h"
#include "tests/browser/sample.h"
#include "tests/reports/json_schema.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using Json = nlohmann::json;

Summary summary_of(const ReportInput& input) {
  return summarise(input.records, input.run.tasks, input.run.studies);
}

Json json_of(const ReportInput& input) {
  return Json::parse(render_json(input, summary_of(input)));
}

size_t count_of(std::string_view text, std::string_view part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

// An end of a row inside braces, or a brace that nothing closes, would break the document.
void check_tables(const std::string& tex) {
  int depth = 0;
  size_t columns = 0;
  std::istringstream lines(tex);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('%')) continue;
    if (const size_t at = line.find("\\begin{tabular}{"); at != line.npos)
      columns = line.size() - 17;
    size_t cells = 1;
    for (size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '\\') {
        ++i;
        continue;
      }
      depth += line[i] == '{' ? 1 : line[i] == '}' ? -1 : 0;
      cells += line[i] == '&' && depth == 0;
      BOOST_TEST(line[i] != '%');
      BOOST_TEST(line[i] != '#');
      BOOST_TEST(depth >= 0);
    }
    if (line.find("\\end{tabular}") != line.npos) columns = 0;
    if (columns > 0 && line.ends_with("\\\\")) BOOST_TEST(cells == columns, line);
  }
  BOOST_TEST(depth == 0);
  BOOST_TEST(count_of(tex, "\\begin{") == count_of(tex, "\\end{"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(forms)

BOOST_AUTO_TEST_CASE(every_sample_follows_the_schema) {
  const testing::JsonSchema schema(Json::parse(json_schema()));
  for (const std::string& kind : tests::sample_kinds()) {
    BOOST_TEST_CONTEXT("sample " << kind) {
      const Json summary = json_of(tests::make_sample(kind));
      for (const std::string& error : schema.errors(summary)) BOOST_ERROR(error);
      for (const Json& section : summary["sections"]) {
        for (const Json& table : section["tables"]) {
          for (const Json& row : table["rows"])
            BOOST_TEST(row["cells"].size() == table["columns"].size());
        }
      }
    }
  }
  BOOST_TEST(schema.errors(json_of({})).empty());
}

BOOST_AUTO_TEST_CASE(the_schema_notices_what_is_wrong) {
  const testing::JsonSchema schema(Json::parse(json_schema()));
  const Json good = json_of(tests::make_sample("full"));
  for (const auto& [place, value] :
       std::vector<std::pair<std::string, Json>>{{"/format", "agon-summary/0"},
                                                 {"/state/planned", "many"},
                                                 {"/rules/0/control", 1},
                                                 {"/claims/0/verdict", "perhaps"},
                                                 {"/rows/0/n", 1.5},
                                                 {"/rows/0/score_mean", Json::array()},
                                                 {"/rows/0/more", Json::object()},
                                                 {"/sections/0/tables/0/rows/0/cells", nullptr}}) {
    Json bad = good;
    bad[Json::json_pointer(place)] = value;
    BOOST_TEST(!schema.errors(bad).empty(), place);
  }
  Json less = good;
  less["rows"][0].erase("score_mean");
  BOOST_TEST(schema.errors(less).size() == 1u);
}

BOOST_AUTO_TEST_CASE(json_has_the_numbers_of_summary_csv) {
  const ReportInput input = tests::make_sample("full");
  const Summary summary = summary_of(input);
  const Json json = json_of(input);
  BOOST_TEST_REQUIRE(json["rows"].size() == summary.rows.size());
  std::istringstream csv(summary_csv(summary));
  std::string head;
  std::getline(csv, head);
  for (size_t r = 0; r < summary.rows.size(); ++r) {
    BOOST_TEST(json["rows"][r].size() == 1 + count_of(head, ","));
    BOOST_TEST(json["rows"][r]["rule"] == summary.rows[r].rule);
    if (std::isfinite(summary.rows[r].score.mean)) {
      BOOST_TEST(json["rows"][r]["score_mean"].get<double>() == summary.rows[r].score.mean);
    } else {
      BOOST_TEST(json["rows"][r]["score_mean"].is_null());
    }
  }
  BOOST_TEST(json["state"]["by_status"]["crashed"] == 1);
  BOOST_TEST(json["sections"][0]["id"] == "scoreboard");
  BOOST_TEST(!json["verdict"].get<std::string>().empty());
}

BOOST_AUTO_TEST_CASE(latex_tables_are_whole_whatever_they_say) {
  for (const std::string& kind : tests::sample_kinds()) {
    BOOST_TEST_CONTEXT("sample " << kind) {
      const ReportInput input = tests::make_sample(kind);
      check_tables(render_latex_tables(input, summary_of(input)));
      const std::string document = render_latex_document(input, summary_of(input));
      BOOST_TEST(count_of(document, "\\input{tables.tex}") == 1u);
    }
  }
  const ReportInput full = tests::make_sample("full");
  const std::string tex = render_latex_tables(full, summary_of(full));
  for (const char* part : {"\\toprule", "\\midrule", "\\bottomrule", "\\label{tab:scoreboard}",
                           "\\label{tab:heatmap}", "\\caption{Scoreboard.}", "$\\times$", "bp"}) {
    BOOST_TEST(tex.find(part) != tex.npos, part);
  }
}

BOOST_AUTO_TEST_CASE(text_is_escaped_for_latex) {
  BOOST_TEST(escape_latex("a_b & 5 % of #1 $x$ {y} ~^") ==
             "a\\_b \\& 5 \\% of \\#1 \\$x\\$ \\{y\\} \\textasciitilde{}\\textasciicircum{}");
  BOOST_TEST(escape_latex("\\input{/etc/passwd}") == "\\textbackslash{}input\\{/etc/passwd\\}");
  BOOST_TEST(escape_latex("[0.9, 1.0]") == "{[}0.9, 1.0{]}");
  BOOST_TEST(escape_latex("-0.5 to 1e-5, a-b --seed") == "$-$0.5 to 1e-5, a-b -{}-seed");
  BOOST_TEST(escape_latex("≥ 2× µ\u2009s") == "$\\geq$ 2$\\times$ $\\mu$\\,s");
  BOOST_TEST(escape_latex("a\nb\u202ec\u200fd\x01") == "a b?cd?");
  BOOST_TEST(escape_latex("規則 é") == "規則 é");
}

BOOST_AUTO_TEST_CASE(figures_stand_alone) {
  const ReportInput input = tests::make_sample("full");
  const std::vector<Figure> figures = render_figures(input, summary_of(input));
  BOOST_TEST(figures.size() > 25u);
  const auto heat = std::ranges::find(figures, "heatmap.svg", &Figure::name);
  BOOST_REQUIRE(heat != figures.end());
  BOOST_TEST(heat->bytes.find("fill-opacity") != std::string::npos);
  std::set<std::string> names;
  for (const Figure& figure : figures) {
    BOOST_TEST_CONTEXT(figure.name) {
      BOOST_TEST(names.insert(figure.name).second);
      BOOST_TEST(is_figure(figure.bytes));
      // Programs for papers read neither variables nor media queries.
      BOOST_TEST(figure.bytes.find("var(") == figure.bytes.npos);
      BOOST_TEST(figure.bytes.find("@media") == figure.bytes.npos);
      BOOST_TEST(figure.bytes.find("--") == figure.bytes.npos);
      BOOST_TEST(figure.bytes.find("xmlns=\"http://www.w3.org/2000/svg\"") != figure.bytes.npos);
    }
  }
  BOOST_TEST(names.contains("accuracy-digits.svg"));
  BOOST_TEST(names.contains("curves-digits-by-epochs.svg"));
  BOOST_TEST(render_figures({}, Summary()).empty());
}

BOOST_AUTO_TEST_CASE(variables_of_a_style_sheet_are_put_in) {
  const std::string css = paper_style(
      "/* a: { */\nsvg.chart { --ink: #111; }\n.s0 { --c: red; } .s1 { --c: blue; }\n"
      "@media (prefers-color-scheme: dark) { svg.chart { --ink: #fff; } .s0 { --c: pink; } }\n"
      "svg.chart text { fill: var(--ink); }\nsvg.chart .l { stroke: var(--c); }\n"
      "svg .open .m { fill: none; stroke: var(--c); }\n");
  BOOST_TEST(css.find("svg.chart text { fill: #111; }") != css.npos, css);
  BOOST_TEST(css.find(".s0 .l { stroke: red; }") != css.npos, css);
  BOOST_TEST(css.find(".s1.open .m { fill: none; stroke: blue; }") != css.npos, css);
  BOOST_TEST(css.find("pink") == css.npos, css);
}

BOOST_AUTO_TEST_CASE(figures_of_an_earlier_report_go_and_other_files_stay) {
  const testing::Folder folder;
  const ReportInput full = tests::make_sample("full");
  const auto paths = write(full, {"svg"}, folder.path());
  BOOST_TEST_REQUIRE(paths.size() > 25u);
  const auto own = folder / "figures" / "mine.svg";
  std::ofstream(own) << "<svg/>";
  const auto fewer = write(tests::make_sample("accuracy"), {"svg"}, folder.path());
  size_t there = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder / "figures"))
    ++there;
  BOOST_TEST(there == fewer.size() + 1);
  BOOST_TEST(std::filesystem::exists(own));
  BOOST_TEST(write({}, {"svg"}, folder.path()).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
