// SPDX-License-Identifier: MIT
//
// The published reference cases: inputs and outputs of every function of reports/statistics, each
// from SciPy, by hand or from two programs that agree. A case fails where a number is off by more
// than its tolerance, known where it should be unknown, or not compared at all.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "reports/statistics/auroc.h"
#include "reports/statistics/bayes.h"
#include "reports/statistics/corrections.h"
#include "reports/statistics/crossed.h"
#include "reports/statistics/depth.h"
#include "reports/statistics/difference.h"
#include "reports/statistics/expected_best.h"
#include "reports/statistics/friedman.h"
#include "reports/statistics/improvement.h"
#include "reports/statistics/iqm.h"
#include "reports/statistics/iqm_interval.h"
#include "reports/statistics/learning_rate.h"
#include "reports/statistics/limits.h"
#include "reports/statistics/median.h"
#include "reports/statistics/power.h"
#include "reports/statistics/profile.h"
#include "reports/statistics/proportion.h"
#include "reports/statistics/score.h"
#include "reports/statistics/selection.h"
#include "reports/statistics/speed.h"
#include "reports/statistics/tasks.h"
#include "reports/statistics/wilcoxon.h"
#include "tests/plugins/golden/read_json.h"

namespace agon::reports {
namespace {

using nlohmann::json;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double number(const json& value) { return value.is_null() ? kNaN : value.get<double>(); }

std::vector<double> numbers(const json& list) {
  std::vector<double> out;
  for (const json& value : list) out.push_back(number(value));
  return out;
}

std::vector<double> flat(const json& lists) {
  std::vector<double> out;
  for (const json& list : lists) {
    for (const double v : numbers(list)) out.push_back(v);
  }
  return out;
}

// One line a seed: a string of bits or a list of values.
RowTable table(const json& lines) {
  RowTable out;
  for (const json& line : lines) {
    std::vector<double> values;
    if (line.is_string()) {
      for (const char bit : line.get<std::string>()) values.push_back(bit == '1' ? 1 : 0);
    } else {
      values = numbers(line);
    }
    out.rows = values.size();
    ++out.seeds;
    out.values.insert(out.values.end(), values.begin(), values.end());
  }
  return out;
}

RowKind kind(const json& input) {
  return {input["binary"].get<bool>(),
          input["test_rows"] == "all" ? TestedRows::all : TestedRows::sampled};
}

SeedScores by_seed(const json& scores) {
  SeedScores out;
  for (const double v : numbers(scores)) out.emplace(out.size(), v);
  return out;
}

std::vector<TaskValue> task_values(const json& input) {
  const auto value = numbers(input["values"]), variance = numbers(input["variances"]),
             df = numbers(input["df"]);
  std::vector<TaskValue> out;
  for (size_t i = 0; i < value.size(); ++i) out.push_back({value[i], variance[i], 5, df[i]});
  return out;
}

json interval(json out, const Interval& ci) {
  out["low"] = ci.low;
  out["high"] = ci.high;
  return out;
}

json run_crossed(const json& in) {
  const Crossed c = crossed(table(in["rows"]));
  return {{"mean", c.mean},         {"ms_seeds", c.ms_seeds},
          {"ms_rows", c.ms_rows},   {"ms_residual", c.ms_residual},
          {"variance", c.variance}, {"df", c.df}};
}

json run_score_interval(const json& in) {
  const RowScore s =
      score_interval(table(in.contains("rows") ? in["rows"] : in["values"]), kind(in));
  return interval({{"value", s.value}, {"df", s.df}}, s.ci);
}

json run_difference(const json& in) {
  const Difference d = difference(table(in["x"]), table(in["y"]), kind(in));
  return interval({{"value", d.mean}, {"df", d.df}, {"p", d.p}}, d.ci);
}

json run_auroc(const json& in) {
  const auto above = numbers(in["positive_scores"]), below = numbers(in["negative_scores"]);
  std::vector<double> scores = above;
  scores.insert(scores.end(), below.begin(), below.end());
  std::vector<uint8_t> positive(above.size(), 1);
  positive.resize(scores.size(), 0);
  const AurocValues a = auroc_values(scores, positive);
  // DeLong's variance, out of the values again.
  double variance = 0;
  for (size_t i = 0; i < scores.size(); ++i) {
    const auto own = static_cast<double>(positive[i] != 0 ? above.size() : below.size());
    const double w = (a.values[i] - a.auroc) * own / static_cast<double>(scores.size());
    variance += w * w / (own * (own - 1));
  }
  return {{"auroc", a.auroc}, {"values", a.values}, {"delong_variance", variance}};
}

json run_normalised(const json& in) {
  const TaskValue v =
      normalised(table(in["x"]), table(in["baseline"]), in["chance"].get<double>(), {});
  return {{"value", v.value}, {"variance", v.variance}, {"df", v.df}};
}

json run_mean_of_tasks(const json& in) {
  const TaskMean m = mean_of_tasks(task_values(in));
  return interval({{"value", m.value}, {"df", m.df}}, m.ci);
}

json run_iqm_interval(const json& in) {
  const Interval ci = iqm_interval(task_values(in), in["draws"].get<size_t>());
  return interval({{"value", interquartile_mean(numbers(in["values"])).value}}, ci);
}

json run_friedman(const json& in) {
  const Friedman f = friedman(flat(in["scores"]), in["scores"][0].size());
  return {{"chi2", f.chi2},
          {"p_chi2", f.p_chi2},
          {"f", std::isinf(f.f) ? kNaN : f.f},
          {"p_f", f.p_f},
          {"mean_ranks", f.mean_ranks}};
}

json run_nemenyi(const json& in) {
  const CriticalDifference c = critical_difference(in["k"].get<size_t>(), in["tasks"].get<size_t>(),
                                                   in["alpha"].get<double>());
  return {{"q", c.q}, {"cd", c.cd}};
}

json run_wilcoxon(const json& in) {
  const SignedRanks w = wilcoxon(numbers(in["differences"]));
  return {{"w_plus", w.w_plus}, {"p", w.p}};
}

json run_bayes(const json& in) {
  BOOST_TEST(in["prior_weight"] == 0.5);
  const Posterior p = bayes_signed_rank(numbers(in["differences"]), in["rope"].get<double>(),
                                        in["draws"].get<size_t>());
  return {{"worse", p.worse}, {"equivalent", p.equivalent}, {"better", p.better}};
}

json run_improvement(const json& in) {
  const SeedScores x = by_seed(in["x"]), y = by_seed(in["y"]);
  return {{"value", probability_of_improvement(std::vector<TaskPair>{{&x, &y}}).value}};
}

json run_profile(const json& in) {
  return {
      {"rho", performance_profile(flat(in["times"]), in["times"][0].size(), numbers(in["taus"]))}};
}

json run_relative(const json& in) {
  const auto relative = relative_performance(numbers(in["scores"]), in["chance"].get<double>());
  const double sum = std::accumulate(relative.begin(), relative.end(), 0.0);
  return {{"relative", relative}, {"area", sum / static_cast<double>(relative.size())}};
}

json run_usable_width(const json& in) {
  const UsableWidth w =
      usable_width(numbers(in["rates"]), numbers(in["relative"]), in["level"].get<double>());
  return {{"decades", w.decades}, {"low_at_edge", w.low_at_edge}, {"high_at_edge", w.high_at_edge}};
}

json run_depth_auc(const json& in) {
  std::vector<Retention> curve;
  for (size_t i = 0; i < in["depths"].size(); ++i) {
    curve.emplace_back();
    curve.back().depth = in["depths"][i].get<int64_t>();
    curve.back().value = in["retention"][i].get<double>();
  }
  return {{"auc", depth_auc(curve)}};
}

json run_trainable_depth(const json& in) {
  const TrainableDepth t = trainable_depth(in["depths"].get<std::vector<int64_t>>(),
                                           numbers(in["low"]), 1, in["level"].get<double>());
  return {{"depth", t.depth}, {"at_least", t.at_least}};
}

// One process: rounds of two rules, in seconds.
json run_speed_ratio(const json& in) {
  const auto rates = [](const json& seconds) {
    std::vector<double> out;
    for (const double s : numbers(seconds)) out.push_back(1 / s);
    return SpeedRounds{{"0", out}};
  };
  const SpeedRatio r = speed_ratio(rates(in["a"]), rates(in["b"]));
  return interval({{"ratio", r.value}}, r.ci);
}

json run_order_interval(const json& in) {
  const MedianInterval m = median_interval(numbers(in["values"]), in["confidence"].get<double>());
  return interval({{"median", m.median}, {"coverage", m.confidence}}, m.ci);
}

json run_best_epoch(const json& in) {
  const size_t seeds = in["test"][0].size();
  std::vector<std::vector<double>> test(seeds), validation(seeds);
  std::vector<EpochScores> runs;
  for (size_t s = 0; s < seeds; ++s) {
    for (const json& epoch : in["test"]) test[s].push_back(epoch[s].get<double>());
    for (const json& epoch : in["validation"]) validation[s].push_back(epoch[s].get<double>());
    runs.push_back({test[s], validation[s]});
  }
  return {{"gain", best_epoch_gain(runs)}};
}

json run_needed(const json& in) {
  const Components c{in["seeds_component"].get<double>(), in["rows_component"].get<double>(),
                     in["residual_component"].get<double>()};
  json out = json::array();
  for (const auto& [seeds, rows] :
       needed(c, in["delta"].get<double>(), in["comparisons"].get<size_t>()))
    out.push_back({seeds, rows});
  return {{"seeds_and_rows", out}};
}

json run_smallest_p(const json& in) {
  const auto n = in["n"].get<size_t>();
  return {{"rank_sum", smallest_p(n)}, {"signed_rank_over_n_tasks", smallest_signed_p(n)}};
}

const std::map<std::string, std::function<json(const json&)>>& functions() {
  static const std::map<std::string, std::function<json(const json&)>> table{
      {"crossed", run_crossed},
      {"score_interval", run_score_interval},
      {"difference", run_difference},
      {"auroc_values", run_auroc},
      {"clopper_pearson",
       [](const json& in) { return interval({}, clopper_pearson(in["k"], in["n"])); }},
      {"wilson", [](const json& in) { return interval({}, wilson(in["k"], in["n"])); }},
      {"holm",
       [](const json& in) {
         return json{{"adjusted", holm(numbers(in["p"]))}};
       }},
      {"benjamini_hochberg",
       [](const json& in) {
         return json{{"adjusted", benjamini_hochberg(numbers(in["p"]))}};
       }},
      {"iqm",
       [](const json& in) {
         return json{{"iqm", interquartile_mean(numbers(in["values"])).value}};
       }},
      {"normalised_score", run_normalised},
      {"mean_of_tasks", run_mean_of_tasks},
      {"iqm_interval", run_iqm_interval},
      {"friedman", run_friedman},
      {"nemenyi_cd", run_nemenyi},
      {"wilcoxon", run_wilcoxon},
      {"bayes_signed_rank", run_bayes},
      {"probability_of_improvement", run_improvement},
      {"performance_profile", run_profile},
      {"expected_best",
       [](const json& in) {
         return json{{"value", expected_best(numbers(in["values"]), in["k"].get<size_t>())}};
       }},
      {"lr_sensitivity",
       [](const json& in) {
         const Sensitivity s = lr_sensitivity(numbers(in["losses"]), in["loss_init"].get<double>());
         return json{{"lrs", s.lrs}, {"normalised", s.normalised}};
       }},
      {"relative_performance", run_relative},
      {"usable_width", run_usable_width},
      {"depth_auc", run_depth_auc},
      {"trainable_depth", run_trainable_depth},
      {"speed_ratio", run_speed_ratio},
      {"order_interval", run_order_interval},
      {"best_epoch_gain", run_best_epoch},
      {"best_k_of_n",
       [](const json& in) {
         return json{{"gain", best_k_gain(numbers(in["scores"]), in["k"].get<size_t>())}};
       }},
      {"needed", run_needed},
      {"smallest_p", run_smallest_p}};
  return table;
}

// Every number of `want`, the expected part of a case; numbers are written with 12 digits.
void compare(const json& got, const json& want, double tolerance) {
  if (want.is_array()) {
    BOOST_TEST_REQUIRE(got.size() == want.size());
    for (size_t i = 0; i < want.size(); ++i) compare(got[i], want[i], tolerance);
  } else if (want.is_null()) {
    BOOST_TEST(std::isnan(number(got)), "known: " << got);
  } else if (want.is_boolean()) {
    BOOST_TEST(got == want);
  } else {
    const double difference = std::fabs(number(got) - number(want));
    BOOST_TEST(difference <= tolerance, got << " instead of " << want);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(statistics_reference)

BOOST_AUTO_TEST_CASE(every_case_agrees) {
  const json reference = test::read_json(AGON_STATISTICS_REFERENCE);
  std::map<std::string, size_t> cases;
  for (const json& c : reference["cases"]) {
    const auto name = c["function"].get<std::string>();
    BOOST_TEST_CONTEXT(name << ": " << c["name"].get<std::string>()) {
      const auto function = functions().find(name);
      BOOST_TEST_REQUIRE((function != functions().end()));
      const json got = function->second(c["input"]);
      ++cases[name];
      for (const auto& [key, want] : c["expected"].items()) {
        BOOST_TEST_CONTEXT(key) {
          BOOST_TEST_REQUIRE(got.contains(key));
          compare(got[key], want, c["tolerance"].get<double>());
        }
      }
    }
  }
  size_t total = 0;
  for (const auto& [name, n] : cases) total += n;
  BOOST_TEST(total == 90u);
  BOOST_TEST(cases.size() == functions().size());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
