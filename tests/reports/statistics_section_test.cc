// SPDX-License-Identifier: MIT
//
// What the page says of the settings over the tasks, and of intervals over test rows.
#include <boost/test/unit_test.hpp>
#include <string>

#include "reports/render/html/html.h"
#include "reports/sections/sections.h"
#include "tests/reports/rows.h"

namespace agon::reports {
namespace {

using testing::cell;
using testing::failed;
using testing::right_but;
using testing::with_rows;

// Rules bp, ed and poor on so many tasks of 100 rows, five seeds each.
ReportInput input_of(int tasks) {
  ReportInput input;
  for (int t = 0; t < tasks; ++t) {
    const std::string task = "task-" + std::to_string(t);
    for (const char* rule : {"bp", "ed", "poor"}) {
      for (uint64_t seed = 0; seed < 5; ++seed) {
        const size_t wrong = rule[0] == 'p' ? 40 : 8 + (seed + static_cast<size_t>(t)) % 3;
        CellRecord r = with_rows(cell("accuracy", rule, task, seed, 0), right_but(100, wrong));
        r.outcome.epochs_to_target = rule[0] == 'b' ? 2 : 4;
        r.outcome.time_to_target_s = rule[0] == 'b' ? 0.1 : 0.3;
        input.records.push_back(r);
      }
    }
  }
  input.planned = input.records.size();
  return input;
}

std::string render(const ReportInput& input) {
  return render_html(input, summarise(input.records, input.run.tasks, input.run.studies));
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string section(const std::string& page, const std::string& id) {
  const size_t from = page.find("<section id=\"" + id + "\"");
  return from == page.npos ? "" : page.substr(from, page.find("</section>", from) - from);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(statistics_on_the_page)

BOOST_AUTO_TEST_CASE(over_eight_tasks_everything_is_said) {
  const std::string page = render(input_of(8));
  const std::string own = section(page, "statistics");
  for (
      const char* words :
      {"Against bp, ed is better on 0 tasks, worse on 0, and on 8 no difference was shown; about 1 in "
       "20 such symbols, at most, is expected to be false.",
       "Against bp, poor is better on 0 tasks, worse on 8, and on 0 no difference was shown",
       "With a margin of 1 point, ed is practically equivalent to bp with probability 1.00",
       "a difference between ed and bp below ", "Friedman over 8 tasks",
       "Training time to the target", "bp is the fastest on the largest share of the tasks, 1.00",
       "Each of the 16 comparisons with bp", "0 test rows differ: cannot be significant",
       "worse than bp"})
    BOOST_TEST(contains(own, words), words);
  BOOST_TEST(contains(page, "On these 8 tasks with 5 seeds each"));
  BOOST_TEST(contains(page, kScoreInterval));
  BOOST_TEST(contains(section(page, "accuracy"), "over 5 seeds and 100 test rows"));
}

BOOST_AUTO_TEST_CASE(few_tasks_say_nothing_of_others) {
  const std::string own = section(render(input_of(3)), "statistics");
  BOOST_TEST(contains(own, "nothing is said below 8 tasks"));
  BOOST_TEST(contains(own, "3 tasks are too few"));
  BOOST_TEST(!contains(own, "Friedman"));
  BOOST_TEST(!contains(own, "practically equivalent"));
}

BOOST_AUTO_TEST_CASE(intervals_that_failures_make_too_narrow_are_marked) {
  ReportInput input = input_of(3);
  BOOST_TEST(!contains(section(render(input), "scoreboard"), "too narrow"));
  for (CellRecord& r : input.records) {
    if (r.id.rule == "ed" && r.id.seed == 2) r = failed(r, Status::diverged);
  }
  BOOST_TEST(contains(section(render(input), "scoreboard"), "too narrow: some runs failed"));
  BOOST_TEST(contains(section(render(input), "heatmap"), "1 of 5 seeds below (up to 72 %)"));
}

BOOST_AUTO_TEST_CASE(tasks_whose_rows_are_no_sample_are_named) {
  ReportInput input = input_of(3);
  TaskCard card;
  card.id = "task-1";
  card.chance = 0.1;
  card.tests_all = true;
  input.run.tasks.push_back(card);
  BOOST_TEST(contains(section(render(input), "accuracy"),
                      std::string(kScoreInterval) + " (on task-1 (where all patterns are tested) " +
                          std::string(kSeedsInterval) + ")"));
}

BOOST_AUTO_TEST_CASE(one_setting_has_no_statistics) {
  ReportInput input = input_of(3);
  std::erase_if(input.records, [](const CellRecord& r) { return r.id.rule != "bp"; });
  BOOST_TEST(section(render(input), "statistics").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
