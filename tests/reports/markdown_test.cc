// SPDX-License-Identifier: MIT
//
// The report as Markdown: tables keep their columns and foreign text stays text.
#include "reports/render/markdown/markdown.h"

#include <boost/test/unit_test.hpp>
#include <sstream>
#include <string>

#include "reports/report.h"
#include "tests/browser/sample.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

std::string render(const std::string& kind) {
  const ReportInput input = tests::make_sample(kind);
  return render_markdown(input, summarise(input.records, input.run.tasks, input.run.studies));
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Bars of a line that part cells.
size_t bars(std::string_view line) {
  size_t n = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else {
      n += line[i] == '|';
    }
  }
  return n;
}

// Lines outside fenced code.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  std::string fence;
  for (std::string line; std::getline(in, line);) {
    const std::string ticks = line.substr(0, line.find_first_not_of('`'));
    if (fence.empty() && ticks.size() >= 3) {
      fence = ticks;
    } else if (line == fence) {
      fence.clear();
    } else if (fence.empty()) {
      out.push_back(line);
    }
  }
  BOOST_TEST(fence == "");
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(markdown)

BOOST_AUTO_TEST_CASE(text_reads_as_it_was_and_marks_nothing_up) {
  BOOST_TEST(escape_markdown("a\nb") == "a b");
  BOOST_TEST(escape_markdown("<script>&*x*_y_`z`") == "&lt;script&gt;&amp;\\*x\\*\\_y\\_\\`z\\`");
  BOOST_TEST(escape_markdown("[a](b) [c]: ~d~ #e $f$ \\") ==
             "[a\\](b) [c\\]: \\~d\\~ \\#e \\$f\\$ \\\\");
  BOOST_TEST(escape_markdown("0.5 [0.4, 0.6]") == "0.5 [0.4, 0.6]");
  BOOST_TEST(escape_markdown("0.9 ≥ 0.5") == "0.9 ≥ 0.5");
}

BOOST_AUTO_TEST_CASE(has_verdict_scoreboard_tasks_and_claims) {
  const std::string text = render("full");
  for (const char* part :
       {"**Complete: 237 cells**", "[6 failed](#failures)", "## Scoreboard\n", "## Claims\n",
        "| Rule | Normalised score |", "| --- | ---: |", "**bp**", "**linear** (control)",
        "## Rule by task", "1 of 7 claims holds", "| Claim in the source |",
        "Figure c1<br>A network with one hidden layer",
        "holds: ED, worst seed, width 8: **0.9584**",
        "- Chart in report.html, **UCI digits, 8 x 8**: ", "- Picture in report.html: ",
        "`agon run quick --study accuracy -r ", "<details><summary>Text of the suite</summary>"}) {
    BOOST_TEST(contains(text, part), part);
  }
  // Three views of one curve are one line.
  const size_t curves = text.find("## Learning curves");
  const std::string section = text.substr(curves, text.find("\n## ", curves) - curves);
  size_t charts = 0;
  for (const std::string& line : lines_of(section)) charts += line.starts_with("- Chart in ");
  BOOST_TEST(charts == 4u);
  BOOST_TEST(render("full") == text);
}

BOOST_AUTO_TEST_CASE(bars_in_cells_do_not_part_them) {
  ReportInput input = tests::make_sample("full");
  for (CellRecord& r : input.records) {
    if (r.id.rule == "ed") r.outcome.warnings.push_back({"a|b \\| c", 1});
  }
  const std::string text =
      render_markdown(input, summarise(input.records, input.run.tasks, input.run.studies));
  BOOST_TEST(contains(text, "a\\|b \\\\\\| c"));
}

BOOST_AUTO_TEST_CASE(every_row_of_a_table_has_the_columns_of_its_head) {
  for (const std::string& kind : tests::sample_kinds()) {
    size_t columns = 0;
    for (const std::string& line : lines_of(render(kind))) {
      if (!line.starts_with('|')) {
        columns = 0;
        continue;
      }
      if (columns == 0) columns = bars(line);
      BOOST_TEST(bars(line) == columns, kind << ": " << line);
    }
  }
}

BOOST_AUTO_TEST_CASE(hostile_text_stays_text) {
  const std::string text = render("hostile");
  for (const std::string& line : lines_of(text)) {
    for (const char* markup : {"<script", "<img", "</", "<a "}) {
      const bool ours = line == "</details>" || line.starts_with("<details>");
      // A code span shows markup as it is.
      if (!ours && !contains(line, "`")) BOOST_TEST(!contains(line, markup), line);
    }
  }
  BOOST_TEST(contains(text, "&lt;img src=x"));
  BOOST_TEST(!contains(text, "\x1b"));
}

BOOST_AUTO_TEST_CASE(an_empty_run_has_one) {
  BOOST_TEST(contains(render("empty"), "**No cell has finished**"));
  BOOST_TEST(render_markdown({}, {}).starts_with("# Learning rules\n"));
}

BOOST_AUTO_TEST_CASE(is_a_format_of_report) {
  const testing::Folder folder;
  const auto paths = write(tests::make_sample("full"), {"md"}, folder.path());
  BOOST_TEST_REQUIRE(paths.size() == 1u);
  BOOST_TEST(paths[0].filename() == "report.md");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
