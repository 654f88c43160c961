// SPDX-License-Identifier: MIT
//
// What the page says of its numbers: one name for its intervals, short verdicts, updates that are
// called updates.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "reports/render/html/html.h"
#include "reports/sections/sections.h"
#include "reports/statistics/interval.h"
#include "tests/browser/sample.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

std::string render(const ReportInput& input) {
  return render_html(input, summarise(input.records, input.run.tasks, input.run.studies));
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

size_t count_of(std::string_view text, std::string_view part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
  return n;
}

// Without the text of claims and the data behind the page.
std::string visible(std::string page) {
  const size_t data = page.find("<script");
  if (data != std::string::npos) page.resize(data);
  if (const size_t claims = page.find("<section id=\"claims\""); claims != std::string::npos)
    page.erase(claims, page.find("</section>", claims) - claims);
  return page;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(page_words)

BOOST_AUTO_TEST_CASE(what_is_called_95_percent_is_a_t_interval_over_seeds) {
  for (const char* kind : {"full", "sweeps", "variants", "accuracy"}) {
    const std::string page = visible(render(tests::make_sample(kind)));
    BOOST_TEST(contains(page, kSeedsInterval), kind);
    // Of speeds it is one over processes; the others are shares of a rule's own best.
    BOOST_TEST(count_of(page, "95 %") == count_of(page, kSeedsInterval) +
                                             count_of(page, "95 % t interval over processes") +
                                             count_of(page, "95 % of a rule") +
                                             count_of(page, "95 % of its"),
               kind);
    BOOST_TEST(count_of(page, "how other seeds would do on the same test rows") == 1u, kind);
    for (const char* words : {"bootstrap", "95 % interval", "overlap"})
      BOOST_TEST(!contains(page, words), kind << ": " << words);
  }
  BOOST_TEST(!contains(render(tests::make_sample("empty")), kSeedsInterval));
}

BOOST_AUTO_TEST_CASE(verdicts_have_five_sentences_at_most) {
  for (const std::string& kind : tests::sample_kinds()) {
    const ReportInput input = tests::make_sample(kind);
    const std::string text =
        verdict(input, summarise(input.records, input.run.tasks, input.run.studies));
    size_t sentences = 1;
    for (size_t i = 0; i + 2 < text.size(); ++i) {
      const char next = text[i + 2];
      sentences += text[i] == '.' && text[i + 1] == ' ' && !(next >= 'a' && next <= 'z') ? 1 : 0;
    }
    BOOST_TEST(sentences <= 5u, kind << ": " << text);
    if (kind != "hostile") BOOST_TEST(text.size() < 1000u, kind << ": " << text);
  }
}

BOOST_AUTO_TEST_CASE(intervals_of_scores_end_where_scores_do) {
  ReportInput input;
  for (uint64_t seed = 0; seed < 3; ++seed) {
    input.records.push_back(testing::cell("accuracy", "bp", "xor", seed, seed == 0 ? 0.98 : 1.0));
    input.records.push_back(testing::cell("accuracy", "ed", "xor", seed, seed == 0 ? 0.02 : 0.0));
  }
  input.planned = input.records.size();
  const std::string page = render(input);
  BOOST_TEST(contains(page, "0.993 [0.965, 1.000]"));
  BOOST_TEST(contains(page, "0.007 [0.000, 0.035]"));
  // Three seeds win nothing, and the page says so once.
  BOOST_TEST(count_of(page, "3 seeds are too few to say which rules differ: ") == 1u);
  BOOST_TEST(!contains(page, "▼ worse"));
  BOOST_TEST(!contains(page, "Won / tied / lost"));
}

BOOST_AUTO_TEST_CASE(signs_come_from_five_seeds_on) {
  ReportInput input;
  for (uint64_t seed = 0; seed < 5; ++seed) {
    const double noise = 0.01 * static_cast<double>(seed);
    input.records.push_back(testing::cell("accuracy", "bp", "xor", seed, 0.9 + noise));
    input.records.push_back(testing::cell("accuracy", "ed", "xor", seed, 0.5 - noise));
    input.records.push_back(testing::cell("accuracy", "pc", "xor", seed, 0.94 - noise));
  }
  input.planned = input.records.size();
  const std::string page = render(input);
  BOOST_TEST(contains(page, "0 / 0 / 1"));
  BOOST_TEST(contains(page, "0 / 1 / 0"));
  BOOST_TEST(count_of(page, "▼ worse</span>") == 1u);
  BOOST_TEST(contains(page, "Against bp: worse ed; no difference shown for pc."));
  BOOST_TEST(contains(page, "corrected over all 2 comparisons"));
}

BOOST_AUTO_TEST_CASE(a_run_diverges_at_an_update) {
  ReportInput input;
  CellRecord r = testing::failed(testing::cell("accuracy", "bp", "xor", 0, 1), Status::diverged);
  r.outcome.status_detail.clear();
  r.outcome.diverged_at = 417;
  input.records.push_back(r);
  BOOST_TEST(contains(render(input), "left the finite numbers at update 417"));
}

BOOST_AUTO_TEST_CASE(a_row_of_several_learning_rates_says_which_it_speaks_of) {
  ReportInput input;
  for (const double lr : {0.01, 0.1, 1.0}) {
    for (uint64_t seed = 0; seed < 3; ++seed)
      input.records.push_back(
          testing::cell("accuracy", "bp", "xor", seed, lr == 0.1 ? 0.9 : 0.5, lr));
  }
  input.planned = input.records.size();
  const std::string page = render(input);
  BOOST_TEST(contains(page, "<small>lr 0.1 of 3</small>"));
  // Where nothing is chosen each rate is a row with a name.
  for (CellRecord& r : input.records) r.id.mode = Mode::speed;
  const Summary speeds = summarise(input.records);
  BOOST_TEST_REQUIRE(speeds.rows.size() == 3u);
  BOOST_TEST(speeds.rows[1].label == "bp lr=0.1");
}

// A curve over depth is there although steps and width follow depth.
BOOST_AUTO_TEST_CASE(a_ladder_is_one_curve) {
  ReportInput input;
  for (const int64_t depth : {1, 2, 4}) {
    for (uint64_t seed = 0; seed < 3; ++seed) {
      CellRecord r = testing::cell("depth", "pc", "digits", seed, 0.9, 0.1, depth);
      r.id.width = 8 * depth;
      r.id.params_json = "{\"steps\":" + std::to_string(5 * depth) + "}";
      input.records.push_back(r);
    }
  }
  input.planned = input.records.size();
  BOOST_TEST(contains(render(input),
                      "pc goes from 0.900 at depth 1 to 0.900 at depth 4 (trains to "
                      "at least 4)"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
