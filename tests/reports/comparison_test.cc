// SPDX-License-Identifier: MIT
//
// Two runs side by side, on synthetic records.
#include "reports/comparison/comparison.h"

#include <boost/test/unit_test.hpp>

#include "reports/comparison/results.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;
using testing::failed;

StoredResults a_run(const std::string& place, std::vector<CellRecord> records) {
  StoredResults out;
  out.results.place = place;
  out.results.records = std::move(records);
  return out;
}

std::vector<CellRecord> seeds(double score, double step = 0, uint64_t n = 5) {
  std::vector<CellRecord> out;
  for (uint64_t seed = 0; seed < n; ++seed)
    out.push_back(cell("accuracy", "bp", "digits", seed, score + step * static_cast<double>(seed)));
  return out;
}

// A cell of the speed study; rates of its repetitions around `rate`.
CellRecord timed(const std::string& rule, Mode mode, uint64_t seed, double rate,
                 const std::string& host = "h") {
  CellRecord r = cell("speed", rule, "digits", seed, kNaN);
  r.id.mode = mode;
  r.id.cell_key += name(mode);
  const double wobble = 1 + 0.004 * static_cast<double>(seed);
  r.outcome.repetitions_train =
      r.outcome.repetitions_predict = {rate * wobble, rate * wobble * 1.001, rate * wobble * 0.999};
  testing::set(r, &Provenance::host_id, host);
  return r;
}

std::vector<CellRecord> speeds(double rate, const std::string& host = "h") {
  std::vector<CellRecord> out;
  for (uint64_t seed = 0; seed < 6; ++seed) {
    out.push_back(timed("bp", Mode::speed, seed, 1000, host));
    out.push_back(timed("bp", Mode::speed_again, seed, 999 + static_cast<double>(seed % 3), host));
    // No two runs agree to the last digit.
    const double own = rate + static_cast<double>(seed * 7 % 5) * rate / 1e5 * (rate > 450 ? 1 : 2);
    out.push_back(timed("ed", Mode::speed, seed, own, host));
  }
  return out;
}

const ComparedSetting& setting_of(const Comparison& c, const std::string& rule) {
  for (const ComparedSetting& s : c.settings) {
    if (s.rule == rule) return s;
  }
  throw std::runtime_error("no setting of " + rule);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(comparison)

BOOST_AUTO_TEST_CASE(each_change_has_its_class) {
  std::vector<CellRecord> before = seeds(.9, .001), after = seeds(.8, .0011);
  before.push_back(cell("accuracy", "old", "digits", 0, .5));
  after.push_back(cell("accuracy", "fresh", "digits", 0, .5));
  for (uint64_t seed = 0; seed < 5; ++seed) {
    before.push_back(cell("accuracy", "ed", "digits", seed, .5));
    after.push_back(cell("accuracy", "ed", "digits", seed, .5));
  }
  const Comparison c = compare(a_run("a", before), a_run("b", after));
  BOOST_TEST((setting_of(c, "bp").change == Change::worse));
  BOOST_TEST((setting_of(c, "old").change == Change::missing));
  BOOST_TEST((setting_of(c, "fresh").change == Change::added));
  BOOST_TEST((setting_of(c, "ed").change == Change::none));
  BOOST_TEST(setting_of(c, "ed").why == "the same bits");
  BOOST_TEST(c.paired == 10u);
  BOOST_TEST(c.same_bits == 5u);
  const Comparison back = compare(a_run("b", after), a_run("a", before));
  BOOST_TEST((setting_of(back, "bp").change == Change::improved));
  BOOST_TEST(regressions(back, 0).empty());
  BOOST_TEST(regressions(c, 5).size() == 1u);
  BOOST_TEST(regressions(c, 50).empty());
}

BOOST_AUTO_TEST_CASE(cells_that_fail_now_are_worse_whatever_the_scores_say) {
  std::vector<CellRecord> before = seeds(.9), after = seeds(.9);
  after[2] = failed(after[2], Status::crashed);
  const Comparison c = compare(a_run("a", before), a_run("b", after));
  BOOST_TEST((c.settings.at(0).change == Change::worse));
  BOOST_TEST(c.settings.at(0).why == "1 of 5 cells failed, 0 before");
  BOOST_TEST(regressions(c, 99).size() == 1u);
  BOOST_TEST(
      (compare(a_run("b", after), a_run("a", before)).settings.at(0).change == Change::improved));
}

BOOST_AUTO_TEST_CASE(cells_of_another_key_are_paired_by_setting) {
  std::vector<CellRecord> before = seeds(.9), after = seeds(.9);
  for (CellRecord& r : after) {
    r.id.cell_key += "'";
    r.id.params_json = R"({"activation":"tanh","depth":1,"fresh":2,"lr":0.100000})";
  }
  const Comparison c = compare(a_run("a", before), a_run("b", after));
  BOOST_TEST(c.paired == 5u);
  BOOST_TEST(c.by_key == 0u);
  BOOST_TEST_REQUIRE(c.notes.size() == 1u);
  BOOST_TEST(c.notes[0] == "bp has the parameter fresh=2 in B alone: left out of the pairing");
}

// As on the page: rows are paired where they are a sample that all seeds share.
BOOST_AUTO_TEST_CASE(test_rows_count_where_they_are_a_sample) {
  std::vector<CellRecord> records = seeds(.5);
  for (CellRecord& r : records)
    r.outcome.test_rows.push_back(pack_rows("score_test", {1, 0, 1, 0}));
  const auto rows_with = [&](const TaskCard& card) {
    StoredResults a = a_run("a", records), b = a_run("b", records);
    a.results.run.tasks = b.results.run.tasks = {card};
    return setting_of(compare(a, b), "bp").difference.rows;
  };
  TaskCard card;
  card.id = "digits";
  BOOST_TEST(rows_with(card) == 4u);
  card.folds = 5;  // each seed has rows of its own
  BOOST_TEST(rows_with(card) == 0u);
  card.folds = 0;
  card.tests_all = true;
  BOOST_TEST(rows_with(card) == 0u);
}

BOOST_AUTO_TEST_CASE(builds_and_data_that_differ_are_listed) {
  StoredResults a = a_run("a", seeds(.9)), b = a_run("b", seeds(.9));
  a.facts.builds["bp"] = {"1.0.0 aaaaaaaa"};
  b.facts.builds["bp"] = {"1.0.0 bbbbbbbb"};
  a.facts.builds["ed"] = {"1.0.0 cccccccc"};  // b has no such rule
  a.facts.data["digits"] = b.facts.data["digits"] = {"dddddddd"};
  a.facts.numerics = {"0123-fma"};
  b.facts.numerics = {"4567-fma"};
  const Comparison c = compare(a, b);
  BOOST_TEST_REQUIRE(c.differs.size() == 1u);
  BOOST_TEST(c.differs[0] == "build of the plugin of bp: 1.0.0 aaaaaaaa in a, 1.0.0 bbbbbbbb in b");
  BOOST_TEST_REQUIRE(c.notes.size() == 1u);
  BOOST_TEST(c.notes[0] ==
             "agon's sources, flags or class of SIMD target: 0123-fma in a, 4567-fma in b");
}

BOOST_AUTO_TEST_CASE(speeds_are_compared_on_one_machine_alone) {
  const Comparison c = compare(a_run("a", speeds(500)), a_run("b", speeds(400)));
  BOOST_TEST(c.no_speeds.empty());
  BOOST_TEST((setting_of(c, "ed").change == Change::worse));
  BOOST_TEST(setting_of(c, "ed").ratio.value == .8, boost::test_tools::tolerance(.01));
  BOOST_TEST((setting_of(c, "bp").change == Change::none));
  BOOST_TEST(regressions(c, 10).size() == 2u);  // training and prediction
  BOOST_TEST(regressions(c, 30).empty());
  const Comparison apart = compare(a_run("a", speeds(500)), a_run("b", speeds(400, "other")));
  BOOST_TEST(!apart.no_speeds.empty());
  BOOST_TEST(apart.settings.empty());
  BOOST_TEST(apart.result_cells == 0u);
}

BOOST_AUTO_TEST_CASE(a_bit_that_differs_is_seen_and_a_clock_is_not) {
  const CellRecord one = cell("accuracy", "bp", "xor", 0, .5);
  CellRecord other = one;
  other.outcome.train_s = 7;
  other.outcome.utc = "2027";
  BOOST_TEST(same_results(one, other));
  other.outcome.score_test = std::nextafter(.5, 1);
  BOOST_TEST(!same_results(one, other));
  other = one;
  other.outcome.test_rows.push_back(pack_rows("score_test", {1, 0}));
  BOOST_TEST(!same_results(one, other));
  other = one;
  other.outcome.rule_metrics["samples_per_s_x"] = 3;
  BOOST_TEST(same_results(one, other));
  other.outcome.rule_metrics["spikes"] = 3;
  BOOST_TEST(!same_results(one, other));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
