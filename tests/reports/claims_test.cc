// SPDX-License-Identifier: MIT
//
// Checks become numbers as claims.h says: every take, every verdict, pairing, per, reasons.
#include "reports/claims/claims.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "reports/record/params.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;
using testing::failed;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A cell of study "s" on xor; params: JSON members without braces.
CellRecord run(const std::string& rule, const std::string& params, uint64_t seed, double score) {
  CellRecord r = cell("s", rule, "xor", seed, score);
  r.id.depth = r.id.width = r.id.batch = r.id.epochs = -1;
  r.id.lr = kNaN;
  r.id.params_json = "{" + params + "}";
  return r;
}

ClaimCheck check_of(const std::string& take, double at_least, double at_most = kNaN) {
  ClaimCheck check;
  check.what = "it";
  check.of = {"s", "ed", "xor", {}};
  check.take = take;
  check.at_least = at_least;
  check.at_most = at_most;
  return check;
}

std::vector<Measurement> lines(const ClaimCheck& check, const std::vector<CellRecord>& records) {
  const std::vector<ClaimCard> claims{{"Figure 1", "a claim", "", {check}}};
  std::vector<Measurement> out = judge(claims, records).at(0).measurements;
  for (Measurement& m : out) m.check = nullptr;  // pointed into `claims`
  return out;
}

Measurement line(const ClaimCheck& check, const std::vector<CellRecord>& records) {
  const auto all = lines(check, records);
  BOOST_TEST_REQUIRE(all.size() == 1u);
  return all[0];
}

std::vector<CellRecord> seeds(const std::vector<double>& scores, const std::string& rule = "ed",
                              const std::string& params = "") {
  std::vector<CellRecord> out;
  for (size_t i = 0; i < scores.size(); ++i) out.push_back(run(rule, params, i, scores[i]));
  return out;
}

void append(std::vector<CellRecord>& to, const std::vector<CellRecord>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

bool says(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

std::string word(const Measurement& m) { return std::string(words(m.verdict)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(claims)

BOOST_AUTO_TEST_CASE(values_are_equal_as_numbers_or_as_text) {
  BOOST_TEST(same_value("0.10", "0.1"));
  BOOST_TEST(same_value("1e-2", "0.01"));
  BOOST_TEST(same_value("64", "64.0"));
  BOOST_TEST(!same_value("64", "64x"));
  BOOST_TEST(same_value("true", "true"));
  BOOST_TEST(!same_value("true", "1"));
  BOOST_TEST(!same_value("", "0"));
  BOOST_TEST(same_value("abs", "abs"));
  BOOST_TEST(std::isnan(number_of("inf")));
}

BOOST_AUTO_TEST_CASE(a_filter_names_study_rule_task_and_parameters) {
  const CellRecord r = run("ed", "\"lr\":0.10,\"dale\":true,\"act\":\"tanh\",\"width\":16", 0, 1);
  CellFilter filter{"s", "ed", "xor", {}};
  BOOST_TEST(matches(filter, "s", r.id));
  BOOST_TEST(!matches(filter, "t", r.id));
  filter.task = "";
  BOOST_TEST(matches(filter, "s", r.id));
  filter.task = "digits";
  BOOST_TEST(!matches(filter, "s", r.id));
  filter.task = "xor";
  for (const auto& [key, value] : {std::pair{"lr", "0.1"},
                                   {"dale", "true"},
                                   {"act", "tanh"},
                                   {"width", "16.0"},
                                   {"ruleset", "default"}}) {
    filter.params = {{key, {"no", value}}};
    BOOST_TEST(matches(filter, "s", r.id), key);
    filter.params = {{key, {"no"}}};
    BOOST_TEST(!matches(filter, "s", r.id), key);
  }
  filter.params = {{"depth", {}}};
  BOOST_TEST(!matches(filter, "s", r.id));
  filter.params = {{"width", {}}};
  BOOST_TEST(matches(filter, "s", r.id));
  filter.rule = "bp";
  BOOST_TEST(!matches(filter, "s", r.id));
}

BOOST_AUTO_TEST_CASE(numbers_of_a_cell_by_name) {
  CellRecord r = run("ed", "", 0, 0.8);
  r.outcome.rule_metrics["energy"] = 3;
  r.outcome.epochs_to_target = 4;
  r.outcome.n_params = 17;
  BOOST_TEST(cell_value(r, "score_test") == 0.8);
  BOOST_TEST(cell_value(r, "epochs_to_target") == 4.0);
  BOOST_TEST(cell_value(r, "time_to_target_s") == kInfinity);
  BOOST_TEST(cell_value(r, "m_energy") == 3.0);
  BOOST_TEST(std::isnan(cell_value(r, "m_spikes")));
  BOOST_TEST(cell_value(r, "n_params") == 17.0);
  BOOST_TEST(std::isnan(cell_value(r, "score")));

  CellRecord diverged = r;
  diverged.outcome.status = Status::diverged;
  diverged.outcome.loss_final = kNaN;
  BOOST_TEST(cell_value(diverged, "score_test") == 0.1);
  BOOST_TEST(cell_value(diverged, "score_train") == 0.1);
  BOOST_TEST(cell_value(diverged, "epochs_to_target") == kInfinity);
  BOOST_TEST(cell_value(diverged, "loss_final") == 2.0);
  const CellRecord crashed = failed(r, Status::crashed);
  BOOST_TEST(cell_value(crashed, "score_test", 0.25) == 0.25);
  BOOST_TEST(std::isnan(cell_value(failed(r, Status::skipped), "score_test", 0.25)));

  CellRecord speed = run("ed", "", 0, kNaN);
  speed.id.mode = Mode::speed;
  speed.outcome.samples_per_s_train = 1e6;
  BOOST_TEST(cell_value(speed, "samples_per_s_train") == 1e6);
  BOOST_TEST(std::isnan(cell_value(speed, "epochs_to_target")));

  for (const char* name : {"score_val", "loss_best", "macs_per_sample", "peak_rss_mib", "m_x"})
    BOOST_TEST(is_cell_value(name), name);
  for (const char* name : {"", "m_", "score", "accuracy"}) BOOST_TEST(!is_cell_value(name), name);
}

BOOST_AUTO_TEST_CASE(numbers_of_a_harmed_cell_and_their_ratio) {
  std::vector<CellRecord> records = seeds({0.8, 0.9, 0.7});
  for (CellRecord& r : records) {
    r.outcome.series = {{"score@lesion", 0, 1, r.outcome.score_test},
                        {"score@lesion", 0.4, 3, r.outcome.score_test - 0.2},
                        {"nrmse@lesion", 0.4, 3, 0.14},
                        {"score@state-noise", kNaN, 0, kNaN, "has none"}};
    r.outcome.rule_metrics["nrmse"] = 0.1;
  }
  BOOST_TEST(cell_value(records[0], "score@lesion=0.4") == 0.8 - 0.2);
  BOOST_TEST(cell_value(records[0], "nrmse@lesion=4e-1") == 0.14);
  for (const char* none : {"score@lesion=0.3", "score@state-noise=0.4"})
    BOOST_TEST(std::isnan(cell_value(records[0], none)), none);
  for (const char* wrong :
       {"score@lesion", "score=0.4", "score@lesion=", "score@lesion=-1", "x@lesion=1", "score@x=1"})
    BOOST_TEST(!is_cell_value(wrong), wrong);
  BOOST_TEST(series_at("nrmse@weight-noise=2").value().series == "nrmse@weight-noise");
  BOOST_TEST(series_at("nrmse@weight-noise=2").value().x == 2);
  ClaimCheck check = check_of("mean", kNaN, 1.5);
  check.value = "nrmse@lesion=0.4";
  check.over_value = "m_nrmse";
  Measurement m = line(check, records);
  BOOST_TEST(m.estimate == 1.4, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(word(m) == "holds");
  // Of a difference both sides are ratios.
  append(records, seeds({0.8, 0.9, 0.7}, "bp"));
  for (CellRecord& r : records) {
    r.outcome.series = {{"nrmse@lesion", 0.4, 3, r.id.rule == "bp" ? 0.3 : 0.14}};
    r.outcome.rule_metrics["nrmse"] = 0.1;
  }
  check.over = CellFilter{"s", "bp", "xor", {}};
  BOOST_TEST(line(check, records).estimate == 1.4 / 3, boost::test_tools::tolerance(1e-12));
  check.over.reset();
  // A failed run scores chance and has no error.
  records[0] = failed(records[0], Status::diverged);
  BOOST_TEST(cell_value(records[0], "score@lesion=0.4", 0.25) == 0.25);
  BOOST_TEST(std::isnan(cell_value(records[0], "nrmse@lesion=0.4", 0.25)));
  BOOST_TEST(line(check, records).n == 2u);
  check.over_value = "m_absent";
  BOOST_TEST(says(line(check, records).reason, "no cell has a number m_absent"));
}

BOOST_AUTO_TEST_CASE(a_mean_holds_with_its_interval_partly_without_and_not_below) {
  const auto records = seeds({0.95, 0.96, 0.97});
  Measurement m = line(check_of("mean", 0.93), records);
  BOOST_TEST(m.estimate == 0.96, boost::test_tools::tolerance(1e-12));
  // t(0.975, 2) = 4.3027, sd 0.01, n 3.
  BOOST_TEST(m.interval.low == 0.96 - 4.3027 * 0.01 / std::sqrt(3.0),
             boost::test_tools::tolerance(1e-4));
  BOOST_TEST(m.interval_kind == "95 % t interval over seeds only");
  BOOST_TEST(m.n == 3u);
  BOOST_TEST(m.bound == ">= 0.93");
  BOOST_TEST(word(m) == "holds");
  BOOST_TEST(word(line(check_of("mean", 0.95), records)) == "holds partly");
  BOOST_TEST(word(line(check_of("mean", 0.961), records)) == "does not hold");
  m = line(check_of("mean", 0.9, 1.0), records);
  BOOST_TEST(m.bound == "0.9 to 1");
  BOOST_TEST(word(m) == "holds");
  m = line(check_of("mean", kNaN, 0.97), records);
  BOOST_TEST(m.bound == "<= 0.97");
  BOOST_TEST(word(m) == "holds partly");
  m = line(check_of("mean", kNaN), records);
  BOOST_TEST(word(m) == "not measured");
  BOOST_TEST(says(m.reason, "states no bound"));
}

BOOST_AUTO_TEST_CASE(one_seed_has_no_interval_and_its_estimate_decides) {
  for (const char* take : {"mean", "median", "min", "max"}) {
    const Measurement m = line(check_of(take, 0.9), seeds({0.95}));
    BOOST_TEST(m.estimate == 0.95, take);
    BOOST_TEST(!m.interval.known());
    BOOST_TEST(m.interval_kind == "one seed, no interval");
    BOOST_TEST(word(m) == "holds");
    BOOST_TEST(word(line(check_of(take, 0.96), seeds({0.95}))) == "does not hold");
  }
}

BOOST_AUTO_TEST_CASE(the_worst_seed_decides_min_and_max) {
  const auto records = seeds({0.95, 0.91, 0.97});
  Measurement m = line(check_of("min", 0.91), records);
  BOOST_TEST(m.estimate == 0.91);
  BOOST_TEST(m.interval_kind == "smallest of 3 seeds");
  BOOST_TEST(word(m) == "holds");
  m = line(check_of("max", kNaN, 0.96), records);
  BOOST_TEST(m.estimate == 0.97);
  BOOST_TEST(m.interval_kind == "largest of 3 seeds");
  BOOST_TEST(word(m) == "does not hold");
}

BOOST_AUTO_TEST_CASE(a_median_carries_the_range_or_the_order_statistic_interval) {
  Measurement m = line(check_of("median", 0.5), seeds({0.4, 0.6, 0.7}));
  BOOST_TEST(m.estimate == 0.6);
  BOOST_TEST(m.interval_kind == "range of 3 seeds");
  BOOST_TEST(m.interval.low == 0.4);
  BOOST_TEST(word(m) == "holds partly");
  // 10 seeds: the second smallest to the second largest cover 97.9 %.
  std::vector<double> ten;
  for (int i = 1; i <= 10; ++i) ten.push_back(0.1 * i);
  m = line(check_of("median", 0.15), seeds(ten));
  BOOST_TEST(m.interval_kind == "order-statistic interval over seeds only");
  BOOST_TEST(m.interval.low == 0.2);
  BOOST_TEST(m.interval.high == 0.9, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(word(m) == "holds");
}

BOOST_AUTO_TEST_CASE(never_reached_is_infinity_and_takes_part) {
  std::vector<CellRecord> records = seeds({1, 1, 1, 1, 1});
  for (size_t i = 0; i < 3; ++i) records[i].outcome.epochs_to_target = 5;
  records[4] = failed(records[4], Status::crashed);
  ClaimCheck check = check_of("median", kNaN, 8);
  check.value = "epochs_to_target";
  Measurement m = line(check, records);
  BOOST_TEST(m.estimate == 5.0);
  BOOST_TEST(m.interval.high == kInfinity);
  BOOST_TEST(word(m) == "holds partly");
  records[2].outcome.epochs_to_target = -1;
  m = line(check, records);
  BOOST_TEST(m.estimate == kInfinity);
  BOOST_TEST(word(m) == "does not hold");
  check.at_least = 4;
  check.at_most = kNaN;
  BOOST_TEST(word(line(check, records)) == "holds");
  check.take = "mean";
  check.at_least = 6;
  m = line(check, records);
  BOOST_TEST(m.estimate == kInfinity);
  BOOST_TEST(m.interval_kind == "range of 5 seeds");
  BOOST_TEST(word(m) == "holds partly");
}

BOOST_AUTO_TEST_CASE(failed_runs_score_chance_and_skipped_ones_are_left_out) {
  std::vector<CellRecord> records = seeds({0.9, 0.9, 0.9});
  records[1] = failed(records[1], Status::timeout);
  Measurement m = line(check_of("min", 0.9), records);
  BOOST_TEST(m.estimate == 0.1);  // of the other cells of the task
  BOOST_TEST(m.n == 3u);
  records[1] = failed(records[1], Status::skipped);
  m = line(check_of("min", 0.9), records);
  BOOST_TEST(m.n == 2u);
  BOOST_TEST(word(m) == "holds");
  BOOST_TEST(m.remark == "left out: 1 seed skipped (synthetic)");
  for (CellRecord& r : records) r = failed(r, Status::skipped);
  m = line(check_of("min", 0.9), records);
  BOOST_TEST(word(m) == "not measured");
  BOOST_TEST(m.reason == "skipped: synthetic");
}

// A run of a forgetting study that failed has no score either: chance would be more than a rule
// that forgets everything has.
BOOST_AUTO_TEST_CASE(forgetting_without_a_match_is_left_out_and_alone_is_not_measured) {
  using testing::forgetting;
  std::vector<CellRecord> records;
  for (uint64_t seed = 0; seed < 3; ++seed) {
    records.push_back(forgetting("pc", "two", seed, seed == 1 ? kNaN : 0.5));
    records.push_back(forgetting("bp", "two", seed, 0.3));
  }
  records[5] = failed(records[5], Status::diverged);
  ClaimCheck check = check_of("mean", 0);
  check.of = {"forgetting", "pc", "", {}};
  check.minus = CellFilter{"forgetting", "bp", "", {}};
  Measurement m = line(check, records);
  BOOST_TEST(m.n == 1u);
  BOOST_TEST(m.estimate == 0.2, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(m.remark == "left out: 1 seed without score_test; 1 seed without a partner");
  check.value = "m_a_kept";
  BOOST_TEST(line(check, records).estimate == 0.2 / 0.9, boost::test_tools::tolerance(1e-12));
  check.value = "score_test";
  for (uint64_t seed = 0; seed < 3; ++seed) records[2 * seed] = forgetting("pc", "two", seed, kNaN);
  m = line(check, records);
  BOOST_TEST(word(m) == "not measured");
  BOOST_TEST(m.reason == "no cell has a number score_test");
}

BOOST_AUTO_TEST_CASE(a_difference_and_a_ratio_are_paired_by_seed) {
  std::vector<CellRecord> records = seeds({0.90, 0.80, 0.70, 0.60});
  append(records, seeds({0.85, 0.76, 0.67}, "bp"));
  ClaimCheck check = check_of("mean", 0.03);
  check.minus = CellFilter{"s", "bp", "xor", {}};
  Measurement m = line(check, records);
  BOOST_TEST(m.estimate == 0.04, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(m.n == 3u);
  BOOST_TEST(m.remark == "left out: 1 seed without a partner");
  // Differences 0.05, 0.04, 0.03: rounding does not decide at the bound.
  check.take = "min";
  BOOST_TEST(word(line(check, records)) == "holds");
  check.take = "mean";
  check.over = check.minus;
  check.minus.reset();
  check.at_least = 1;
  m = line(check, records);
  BOOST_TEST(m.estimate == (0.90 / 0.85 + 0.80 / 0.76 + 0.70 / 0.67) / 3,
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(m.interval.known());
  BOOST_TEST(word(m) == "holds");

  check.over->rule = "pc";
  BOOST_TEST(line(check, records).reason == "compared with: no cell of pc in study s");
  std::vector<CellRecord> apart = seeds({0.9});
  append(apart, {run("bp", "", 7, 0.8)});
  check.over->rule = "bp";
  m = line(check, apart);
  BOOST_TEST(word(m) == "not measured");
  BOOST_TEST(says(m.reason, "no seed in common"));
}

BOOST_AUTO_TEST_CASE(two_runs_that_never_arrive_have_no_difference) {
  std::vector<CellRecord> records = seeds({1, 1, 1});
  append(records, seeds({1, 1, 1}, "bp"));
  for (size_t i : {0, 1, 3, 4}) records[i].outcome.epochs_to_target = i < 3 ? 3 : 9;
  ClaimCheck check = check_of("max", kNaN, 0);
  check.value = "epochs_to_target";
  check.minus = CellFilter{"s", "bp", "xor", {}};
  const Measurement m = line(check, records);
  BOOST_TEST(m.estimate == -6.0);
  BOOST_TEST(m.n == 2u);
  BOOST_TEST(word(m) == "holds partly");  // although -6 is below 0 in each seed that can say it
  BOOST_TEST(says(m.remark, "1 seed without a finite comparison"));
}

BOOST_AUTO_TEST_CASE(per_makes_a_line_for_each_value) {
  std::vector<CellRecord> records;
  for (const int depth : {8, 16, 32}) {
    const std::string params = "\"depth\":" + std::to_string(depth);
    append(records, seeds({depth < 32 ? 0.97 : 0.90}, "ed", params));
    append(records, seeds({0.96}, "bp", params));
  }
  ClaimCheck check = check_of("min", 0.95);
  check.per = "depth";
  auto all = lines(check, records);
  BOOST_TEST_REQUIRE(all.size() == 3u);
  BOOST_TEST(all[1].what == "it, depth 16");
  BOOST_TEST(all[1].at == "16");
  BOOST_TEST(word(all[1]) == "holds");
  BOOST_TEST(word(all[2]) == "does not hold");
  // Values that the filter names are asked for, whether they ran or not.
  check.of.params = {{"depth", {"16", "64"}}};
  all = lines(check, records);
  BOOST_TEST_REQUIRE(all.size() == 2u);
  BOOST_TEST(word(all[0]) == "holds");
  BOOST_TEST(word(all[1]) == "not measured");
  BOOST_TEST(all[1].reason == "no cell at depth = 64");
  // The partner is taken at the same depth.
  check.of.params.clear();
  check.minus = CellFilter{"s", "bp", "xor", {}};
  check.at_least = 0;
  all = lines(check, records);
  BOOST_TEST(all[0].estimate == 0.01, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(all[2].estimate == -0.06, boost::test_tools::tolerance(1e-9));
  // At the depth its filter names, or at its only one where it has no depth.
  check.minus->params = {{"depth", {"8"}}};
  BOOST_TEST(lines(check, records)[2].estimate == -0.06, boost::test_tools::tolerance(1e-9));
  append(records, seeds({0.5}, "elm"));
  check.minus = CellFilter{"s", "elm", "xor", {}};
  BOOST_TEST(lines(check, records)[0].estimate == 0.47, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_partner_without_that_value_is_not_replaced_by_another) {
  std::vector<CellRecord> records = seeds({0.9}, "ed", "\"depth\":16");
  append(records, seeds({0.9}, "bp", "\"depth\":8"));
  ClaimCheck check = check_of("mean", 0);
  check.per = "depth";
  check.minus = CellFilter{"s", "bp", "xor", {}};
  BOOST_TEST(lines(check, records).at(0).reason == "compared with: no cell at depth = 16");
}

BOOST_AUTO_TEST_CASE(unlike_cells_are_never_pooled) {
  std::vector<CellRecord> records = seeds({0.9, 0.9}, "ed", "\"lr\":0.1");
  append(records, seeds({0.9}, "ed", "\"lr\":0.5"));
  Measurement m = line(check_of("mean", 0.5), records);
  BOOST_TEST(word(m) == "not measured");
  BOOST_TEST(m.reason == "the cells differ in lr (0.1, 0.5): name one value of it, or use per");
  ClaimCheck check = check_of("mean", 0.5);
  check.of.params = {{"lr", {"0.10"}}};
  BOOST_TEST(line(check, records).n == 2u);
  records = seeds({0.9});
  records.push_back(cell("s", "ed", "digits", 0, 0.9));
  check = check_of("mean", 0.5);
  check.of.task = "";
  BOOST_TEST(says(line(check, records).reason, "digits, xor: name one"));
}

BOOST_AUTO_TEST_CASE(reasons_say_what_the_run_lacks) {
  const auto records = seeds({0.9});
  ClaimCheck check = check_of("mean", 0.5);
  check.of.study = "other";
  BOOST_TEST(line(check, records).reason == "no cell of study other has finished");
  check.of = {"s", "pc", "", {}};
  BOOST_TEST(line(check, records).reason == "no cell of pc in study s");
  check.of = {"s", "ed", "digits", {}};
  BOOST_TEST(line(check, records).reason == "no cell of ed on digits in study s");
  check.of = {"s", "ed", "", {{"width", {"3", "4"}}}};
  BOOST_TEST(line(check, records).reason == "no cell of ed in study s with width = 3 or 4");
  check = check_of("mean", 0.5);
  check.value = "m_energy";
  BOOST_TEST(line(check, records).reason == "no cell has a number m_energy");
  check.take = "slope";
  BOOST_TEST(says(line(check, records).reason, "needs by"));
  check = check_of("fastest", 0.5);
  BOOST_TEST(says(line(check, records).reason, "no take has the name fastest"));
  BOOST_TEST(line(check_of("mean", 0.5), {}).reason == "no cell of study s has finished");
}

BOOST_AUTO_TEST_CASE(argmax_is_the_place_of_the_highest_mean) {
  std::vector<CellRecord> records;
  const std::vector<std::vector<double>> scores{{0.5, 0.5}, {0.9, 0.7}, {0.8, 0.75}, {0.6, 0.9}};
  const std::vector<std::string> steps{"1", "4", "8", "24"};
  for (size_t i = 0; i < steps.size(); ++i)
    append(records, seeds(scores[i], "ed", "\"steps\":" + steps[i]));
  ClaimCheck check = check_of("argmax", 4, 10);
  check.by = "steps";
  Measurement m = line(check, records);
  BOOST_TEST(m.estimate == 4.0);  // means .5 .8 .775 .75
  BOOST_TEST(m.interval.low == 4.0);
  BOOST_TEST(m.interval.high == 24.0);
  BOOST_TEST(m.interval_kind == "range of 2 seeds");
  BOOST_TEST(word(m) == "holds partly");
  // A seed that lacks a value is left out of all of them.
  records.push_back(run("ed", "\"steps\":24", 2, 1.0));
  m = line(check, records);
  BOOST_TEST(m.estimate == 4.0);
  BOOST_TEST(m.n == 2u);
  BOOST_TEST(says(m.remark, "1 seed without"));
  // A value where nothing ran is named.
  records.push_back(failed(run("ed", "\"steps\":12", 0, 1.0), Status::skipped));
  BOOST_TEST(says(line(check, records).remark, "nothing measured at steps = 12"));
  BOOST_TEST(says(line(check, seeds({1}, "ed", "\"steps\":2")).reason, "1 value, two are needed"));
  BOOST_TEST(says(line(check, seeds({1}, "ed", "\"steps\":\"many\"")).reason, "is no number"));
}

BOOST_AUTO_TEST_CASE(slope_and_exponent_are_per_doubling) {
  std::vector<CellRecord> records;
  for (const int width : {1, 2, 4, 8}) {
    for (uint64_t seed = 0; seed < 3; ++seed) {
      CellRecord r =
          run("ed", "\"width\":" + std::to_string(width), seed, 0.5 + 0.02 * std::log2(width));
      r.outcome.train_s = 3.0 * width * width * (1.0 + static_cast<double>(seed));
      records.push_back(r);
    }
  }
  ClaimCheck check = check_of("slope", 0.019);
  check.by = "width";
  Measurement m = line(check, records);
  BOOST_TEST(m.estimate == 0.02, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(m.interval_kind == "all 3 seeds alike, no interval");
  BOOST_TEST(word(m) == "holds");
  check.take = "exponent";
  check.value = "train_s";
  check.at_least = 1.9;
  check.at_most = 2.1;
  m = line(check, records);
  BOOST_TEST(m.estimate == 2.0, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(word(m) == "holds");
  // One seed that took no time has no logarithm: it is left out and the check is not whole.
  records[0].outcome.train_s = 0;
  m = line(check, records);
  BOOST_TEST(m.n == 2u);
  BOOST_TEST(word(m) == "holds partly");
  for (CellRecord& r : records) r.outcome.train_s = 0;
  BOOST_TEST(says(line(check, records).reason, "needs finite numbers above 0"));
}

BOOST_AUTO_TEST_CASE(a_parameter_that_follows_by_may_differ) {
  std::vector<CellRecord> records;
  for (const int z : {4, 8})
    append(records, seeds({0.1 * z}, "ed",
                          "\"x\":" + std::to_string(2 * z) + ",\"z\":" + std::to_string(z)));
  ClaimCheck check = check_of("slope", 0);
  check.by = "z";
  BOOST_TEST(line(check, records).estimate == 0.4, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_claim_is_as_good_as_its_checks) {
  const auto records = seeds({0.9, 0.9});
  const ClaimCheck good = check_of("mean", 0.8), bad = check_of("mean", 0.95);
  ClaimCheck absent = good;
  absent.of.study = "other";
  const std::vector<ClaimCard> claims{{"a", "", "", {good, good}},
                                      {"b", "", "", {good, bad}},
                                      {"c", "", "", {bad, bad}},
                                      {"d", "", "", {good, absent}},
                                      {"e", "", "", {bad, absent}},
                                      {"f", "", "", {absent}},
                                      {"g", "", "", {}}};
  const auto results = judge(claims, records);
  BOOST_TEST_REQUIRE(results.size() == claims.size());
  const std::vector<std::string> expected{"holds",        "holds partly",  "does not hold",
                                          "holds partly", "does not hold", "not measured",
                                          "not measured"};
  for (size_t i = 0; i < claims.size(); ++i) {
    BOOST_TEST(words(results[i].verdict) == expected[i], claims[i].source);
    BOOST_TEST(results[i].claim == &claims[i]);
  }
  BOOST_TEST(results[0].measurements[1].check == &claims[0].checks[1]);
  BOOST_TEST(count_words(results) ==
             "1 of 7 claims holds, 2 hold partly, 2 do not hold, 2 were not measured.");
  BOOST_TEST(count_words({}) == "");
  BOOST_TEST(count_words(std::span(results).first(1)) == "1 of 1 claim holds.");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
