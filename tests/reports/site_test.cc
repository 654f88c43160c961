// SPDX-License-Identifier: MIT
//
// What a site keeps of runs, the steps of a rule, and its pages.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <regex>
#include <set>
#include <stdexcept>

#include "reports/render/site/pages.h"
#include "reports/site/history.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;

SiteRun a_run(const std::string& id, const std::string& day, double score,
              const std::string& rule = "ed", const std::string& data = "dddddddd") {
  ReportInput input;
  input.run.run_id = id;
  input.run.suite = "quick";
  input.run.suite_toml = "the text";
  for (uint64_t seed = 0; seed < 5; ++seed) {
    // Seeds wander a little, not alike in any two runs.
    const double own = score + 0.001 * static_cast<double>((seed * 7 + id.size()) % 5);
    CellRecord r = cell("accuracy", rule, "digits", seed, own);
    r.id.plugin_build = id + "-build";
    r.id.task_hash = data;
    r.outcome.utc = day + "T00:00:00Z";
    input.records.push_back(r);
  }
  input.planned = 5;
  return site_run(input, summarise(input.records));
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(site)

BOOST_AUTO_TEST_CASE(what_is_kept_of_a_run_comes_back) {
  const std::vector<SiteRun> runs{a_run("a", "2026-01-01", .9), a_run("b", "2026-01-02", .8)};
  const std::string text = site_json(runs);
  BOOST_TEST(site_json(site_from_json(text)) == text);
  BOOST_TEST_REQUIRE(runs[0].scores.size() == 1u);
  BOOST_TEST(runs[0].scores[0].by_seed.size() == 5u);
  BOOST_TEST(board_name(runs[0]).starts_with("quick ("));
  for (const char* broken : {"", "[]", "{}", R"({"agon_site":2,"runs":[]})",
                             R"({"agon_site":1,"runs":[{"folder":"../x"}]})"})
    BOOST_CHECK_THROW(site_from_json(broken), std::exception);
}

BOOST_AUTO_TEST_CASE(a_step_needs_evidence_and_the_same_data) {
  const std::vector<SiteRun> runs{a_run("a", "2026-01-01", .9), a_run("a", "2026-01-02", .9),
                                  a_run("bb", "2026-01-03", .5), a_run("ccc", "2026-01-04", .8),
                                  a_run("d", "2026-01-05", .8, "ed", "eeeeeeee")};
  std::vector<const SiteRun*> all;
  for (const SiteRun& run : runs) all.push_back(&run);
  const std::vector<History> found = histories(all, "ed");
  BOOST_TEST_REQUIRE(found.size() == 1u);
  std::vector<Step> steps;
  for (const HistoryPoint& point : found[0].points) steps.push_back(point.step);
  BOOST_TEST(
      (steps == std::vector{Step::first, Step::same, Step::worse, Step::improved, Step::apart}));
  BOOST_TEST(!found[0].points[1].new_build);
  BOOST_TEST(found[0].points[2].new_build);
  const std::string page = rule_page(runs, "ed");
  BOOST_TEST(has(page, "▼ worse"));
  BOOST_TEST(has(page, "▲ better"));
  BOOST_TEST(has(page, "<svg"));
}

BOOST_AUTO_TEST_CASE(names_of_others_stay_text_and_make_file_names) {
  const std::string evil = "<script>\"'&../x";
  const std::vector<SiteRun> runs{a_run(evil, "2026-01-01", .9, evil)};
  for (const std::string& page : {index_page(runs, documents()), rule_page(runs, evil),
                                  board_page(runs, board_name(runs[0]))}) {
    BOOST_TEST(!has(page, "<script>"), page);
    BOOST_TEST(!has(page, "href=\"/"));
  }
  BOOST_TEST(file_name("ed") == "ed");
  BOOST_TEST(file_name("a/b") != file_name("a-b"));
  BOOST_TEST(!has(file_name(evil), "/"));
  BOOST_TEST(runs[0].folder.front() != '.');
  BOOST_TEST(!file_name("").empty());
}

BOOST_AUTO_TEST_CASE(an_empty_site_and_a_run_without_scores_have_pages) {
  BOOST_TEST(has(index_page({}, documents()), "</html>"));
  ReportInput none;
  none.run.run_id = "none";
  const std::vector<SiteRun> runs{site_run(none, summarise({}))};
  BOOST_TEST(has(index_page(runs, documents()), "none"));
  BOOST_TEST(has(board_page(runs, board_name(runs[0])), "No run of this suite ranks rules"));
}

BOOST_AUTO_TEST_CASE(documents_are_pages_and_every_link_leads_somewhere) {
  const std::vector<Document> all = documents();
  BOOST_TEST(all.size() > 20u);
  std::set<std::string> there{"index.html", "style.css"};
  for (const Document& one : all) there.insert(one.path);
  BOOST_TEST(there.contains("docs/plugins/sdk/README.html"));
  BOOST_TEST(has(index_page({}, all), "<a href=\"docs/reports/READING.html\">Read the report</a>"));
  size_t links = 0;
  static const std::regex link("href=\"([^\"]*)\"");
  for (const Document& one : all) {
    const std::string page = document_page(one);
    BOOST_TEST(!one.title.empty());
    BOOST_TEST(!has(page, "<script"));
    BOOST_TEST(!has(page, "<img"));
    for (std::sregex_iterator it(page.begin(), page.end(), link), end; it != end; ++it) {
      const std::string to = (*it)[1];
      if (to.starts_with("data:")) continue;
      const auto path = (std::filesystem::path(one.path).parent_path() / to).lexically_normal();
      BOOST_TEST(there.contains(path.string()), one.path << " leads to " << to);
      ++links;
    }
  }
  BOOST_TEST(links > 2 * all.size());
}

BOOST_AUTO_TEST_CASE(markdown_becomes_markup_that_loads_nothing) {
  const std::string body = markdown_body(
      "# One\n\n| a | b |\n|---|---|\n| `1 < 2` | [here](x.md) [not](y.cc) |\n\n"
      "<b>raw</b> ![a picture](p.png) [web](https://example.org)\n",
      [](const std::string& to) { return to == "x.md" ? "x.html" : ""; });
  BOOST_TEST(!has(body, "<b>"));
  BOOST_TEST(!has(body, "<img"));
  BOOST_TEST(has(body, "1 &lt; 2"), body);
  if (body.starts_with("<pre>")) return;  // built without md4c: the text as it is
  BOOST_TEST(has(body, "<td><code>1 &lt; 2</code></td>"), body);
  BOOST_TEST(has(body, "<a href=\"x.html\">here</a> not"), body);
  BOOST_TEST(has(body, "&lt;b&gt;raw&lt;/b&gt; a picture"), body);
  BOOST_TEST(has(body, "web (https://example.org)"), body);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
