// SPDX-License-Identifier: MIT
//
// Pages of very many settings, lines and rows.
#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <vector>

#include "reports/render/html/blocks.h"
#include "reports/text.h"
#include "tests/reports/page.h"

namespace agon::reports {
namespace {

// "full" with each learning rate and depth of ed in so many settings, each worse than the one before.
ReportInput with_settings_of_ed(int settings, double loss) {
  ReportInput input = tests::make_sample("full");
  std::vector<CellRecord> more;
  for (const CellRecord& r : input.records) {
    if (r.id.rule != "ed" || (r.study != "learning-rate" && r.study != "depth")) continue;
    for (int k = 1; k < settings; ++k) {
      more.push_back(r);
      more.back().id.params_json = "{\"gain\":" + std::to_string(k) + "}";
      more.back().id.cell_key += std::to_string(k);
      for (double* score : {&more.back().outcome.score_test, &more.back().outcome.score_val})
        *score *= 1 - loss * k;
    }
  }
  input.records.insert(input.records.end(), more.begin(), more.end());
  return input;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(many)

BOOST_AUTO_TEST_CASE(findings_of_many_lines_name_the_ends) {
  const std::string page = render(with_settings_of_ed(8, 0.05));
  const auto finding = [&](const std::string& id) {
    const size_t at = page.find("<figcaption>", page.find("<figure id=\"" + id + "\""));
    return page.substr(at, page.find("</figcaption>", at) - at);
  };
  const std::string rate = finding("rate-0"), depth = finding("depth-0");
  BOOST_TEST(contains(rate, "Widest: "), rate);
  BOOST_TEST(contains(rate, "; narrowest: "), rate);
  BOOST_TEST(contains(rate, "; 7 others lie between."), rate);
  BOOST_TEST(contains(depth, "Ends highest: "), depth);
  BOOST_TEST(contains(depth, "; lowest: ed gain=7 goes from "), depth);
  BOOST_TEST(contains(depth, " others lie between."), depth);
}

BOOST_AUTO_TEST_CASE(of_very_many_lines_the_highest_are_drawn) {
  const std::string page = render(with_settings_of_ed(40, 0.01));
  const nlohmann::json data = data_of(page);
  for (const char* id : {"rate-0", "depth-0"}) {
    const auto chart = std::ranges::find_if(
        data["charts"], [&](const nlohmann::json& one) { return one["id"] == id; });
    BOOST_TEST_REQUIRE((chart != data["charts"].end()));
    std::set<std::string> names;
    for (const nlohmann::json& series : (*chart)["series"]) names.insert(series["name"]);
    BOOST_TEST(names.size() == 24u);
    BOOST_TEST(names.contains("ed gain=1"));
    BOOST_TEST(!names.contains("ed gain=39"));
    const size_t at = page.find("<figcaption>", page.find(fmt::format("<figure id=\"{}\"", id)));
    const std::string finding = page.substr(at, page.find("</figcaption>", at) - at);
    BOOST_TEST(contains(finding, "Drawn are the 24 of 4"), finding);
    BOOST_TEST(contains(finding, "lines that come highest; the CSV files have all."), finding);
  }
}

BOOST_AUTO_TEST_CASE(a_table_of_very_many_rows_says_where_the_rest_is) {
  Table table({"Rule", "#Score"});
  const auto rows = [&] { return count_of(table_html(table), "<tr><td>"); };
  for (int r = 0; r < 1500; ++r) table.add({text_cell("bp"), number_cell("0.5", 0.5)});
  BOOST_TEST(rows() == 1500u);
  BOOST_TEST(!contains(table_html(table), "rows; the CSV files have all."));
  table.add({text_cell("ed"), number_cell("0.4", 0.4)});
  BOOST_TEST(rows() == 1500u);
  BOOST_TEST(contains(table_html(table), "The first " + count(1500) + " of " + count(1501) +
                                             " rows; the CSV files have all."));
}

BOOST_AUTO_TEST_CASE(many_settings_stay_readable) {
  const std::string page = render("variants");
  BOOST_TEST(contains(page, "<h3>UCI digits, 8 x 8, 24 of 60</h3>"));
  BOOST_TEST(contains(page, "the 24 best of 60 curves"));
  BOOST_TEST(contains(page, "seeds are too few to say which rules differ."));
  size_t charts = 0;
  const nlohmann::json data = data_of(page);
  for (const nlohmann::json& chart : data["charts"]) {
    if (!chart["id"].get<std::string>().starts_with("curve-")) continue;
    ++charts;
    BOOST_TEST(chart["series"].size() <= 8u);
  }
  BOOST_TEST(charts == 9u);
  // Columns of studies that the run does not have are not there, rows all are.
  BOOST_TEST(!contains(page, "Depth AUC</th>"));
  BOOST_TEST(contains(render("full"), "Depth AUC</th>"));
  // The scoreboard and the matrix have all 60, what stands beside the score the 24 best.
  BOOST_TEST(count_of(page, "<b>monolith steps=") == 2 * 60u + 3 * 24u);
  BOOST_TEST(count_of(page, "24 of 60 settings; summary.csv has all.") == 3u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
