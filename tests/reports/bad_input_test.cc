// SPDX-License-Identifier: MIT
//
// Runs that went badly and names from anywhere: the page says what is and nothing else.
#include "tests/browser/bad_input.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>

#include "reports/render/html/html.h"
#include "reports/text.h"
#include "tests/browser/sample.h"

namespace agon::reports {
namespace {

std::string render(const ReportInput& input) {
  return render_html(input, summarise(input.records, input.run.tasks, input.run.studies));
}
std::string render(const std::string& kind) { return render(tests::make_sample(kind)); }

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

size_t count_of(std::string_view text, std::string_view part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_input)

BOOST_AUTO_TEST_CASE(three_failed_cells_of_ten_are_counted_listed_and_scored) {
  const ReportInput input = agon::tests::make_sample("failing");
  const size_t failed = static_cast<size_t>(std::ranges::count_if(
      input.records, [](const CellRecord& r) { return is_failure(r.outcome.status); }));
  const size_t diverged = static_cast<size_t>(std::ranges::count_if(
      input.records, [](const CellRecord& r) { return r.outcome.status == Status::diverged; }));
  BOOST_TEST(10 * (failed + diverged) >= 3 * input.records.size());
  const std::string page = render(input);
  for (const auto& words : {plural(static_cast<int64_t>(failed), "cell") + " failed",
                            plural(static_cast<int64_t>(diverged), "cell") + " diverged"})
    BOOST_TEST(contains(page, "<h3>" + words), words);
  // A row with reason, log and command for each; the scores of the others are there.
  BOOST_TEST(count_of(page, "made to fail") >= failed + diverged);
  const size_t begin = page.find("<section id=\"failures\"");
  const std::string list = page.substr(begin, page.find("</section>", begin) - begin);
  BOOST_TEST(count_of(list, "<code class=\"command\">agon run ") >= failed + diverged);
  const auto logged = std::ranges::count_if(input.records, [](const CellRecord& r) {
    return r.outcome.log_tail.find("last line") != std::string::npos;
  });
  BOOST_TEST(count_of(list, "last line") == static_cast<size_t>(logged));
  BOOST_TEST(contains(page, "<section id=\"scoreboard\""));
  // Failed is chance: a setting all of whose runs failed scores it, one of three pulls the mean down.
  const Summary summary = summarise(input.records, input.run.tasks, input.run.studies);
  for (const SummaryRow& row : summary.rows) {
    if (row.study != "accuracy" || row.n != row.score_by_seed.size()) continue;
    size_t at_chance = 0;
    for (const auto& [seed, score] : row.score_by_seed) at_chance += score == row.chance;
    BOOST_TEST(at_chance >= row.n_failed, row.label << " on " << row.task);
  }
}

BOOST_AUTO_TEST_CASE(odd_names_stand_as_they_are) {
  const std::string page = render("names");
  BOOST_TEST(contains(page, "=規則,&quot;éd&quot;"));
  BOOST_TEST(contains(page, "data-task=\"مهمة, &#39;T&#39;\""));
  BOOST_TEST(contains(page, "-الأرقام, &quot;8 x 8&quot;"));
  // Would turn the rest of its line; the files of results keep it.
  BOOST_TEST(!contains(page.substr(0, page.find("id=\"agon-data\"")), "\u202e"));
  BOOST_TEST(contains(page, "試驗"));
}

BOOST_AUTO_TEST_CASE(one_cell_and_one_seed_rank_without_signs) {
  for (const char* kind : {"one-cell", "one-seed"}) {
    const std::string page = render(kind);
    BOOST_TEST(contains(page, "<section id=\"heatmap\""), kind);
    BOOST_TEST(!contains(page, "▲ better</span>"), kind);
    BOOST_TEST(!contains(page, "▼ worse</span>"), kind);
  }
  BOOST_TEST(contains(render("one-cell"), "Complete: 1 cell"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
