// SPDX-License-Identifier: MIT
//
// Harms to trained models: rules made here, whose scores can be said beforehand, and rules of the
// tree.
#include "harness/train/protocols/robustness.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "agon/rule.h"
#include "reports/record/outcome.h"
#include "tests/harness/setup.h"

using namespace agon;
using namespace agon::harness;
using reports::CellOutcome;
using reports::SeriesPoint;
using reports::Status;

namespace {

struct Drawn {
  double level;
  uint64_t seed;
};
std::vector<Drawn> g_drawn;  // lesions, in order
float g_lowest_input = 0;    // of all that was predicted

// Knows exclusive or. Silenced by 0.3 and more it says class 0; noise on its state makes NaN.
enum { kRestores, kForgets, kNonnegative };
template <int kWhat>
class Known {
 public:
  static constexpr RuleInfo info{
      .id = "known",
      .name = "",
      .summary = "",
      .reference = "",
      .capabilities =
          AGON_CAN_CLASSIFY | (kWhat == kNonnegative ? AGON_NEEDS_NONNEGATIVE_INPUT : 0u)};
  static constexpr auto params = std::to_array<agon_param>({batch_param(4)});
  Known(Context&, const agon_task&, const Values&) {}
  double fit(Context&, const agon_batch&) { return 1.0; }
  void predict(Context&, ConstView x, View out) {
    for (int64_t r = 0; r < x.rows; ++r) {
      const auto in = row_of(x, r);
      for (const float v : in) g_lowest_input = std::min(g_lowest_input, v);
      const bool one = (in[0] > 0.5f) != (in[1] > 0.5f) && silent_ < 0.3;
      row_of(out, r)[0] = one ? 0.0f : 1.0f;
      row_of(out, r)[1] = noisy_ ? std::numeric_limits<float>::quiet_NaN() : one ? 1.0f : 0.0f;
    }
  }
  void silence(Context&, double level, uint64_t seed) {
    if (level > 0) g_drawn.push_back({level, seed});
    if (level > 0 || kWhat != kForgets) silent_ = level;
  }
  void state_noise(Context&, double level, uint64_t) { noisy_ = level > 0; }

 private:
  double silent_ = 0;
  bool noisy_ = false;
};

template <int kWhat>
CellOutcome run_known(std::vector<Condition> harms, uint64_t seed = 0) {
  static const datasets::Catalogue catalogue({});
  static const datasets::Task task = catalogue.load(catalogue.info("xor"));
  CellJob job;
  job.batch = 4;
  job.seed = seed;
  job.conditions = std::move(harms);
  CellContext cell;
  cell.rule = &detail::Describe<Known<kWhat>>::rule;
  cell.values = {Known<kWhat>::params[0].default_value};
  cell.task = &task;
  cell.job = &job;
  return robustness_cell(cell);
}

struct Tested {
  double score, nrmse;
  int64_t draws;
};

Tested at(const CellOutcome& outcome, const std::string& harm, double level) {
  const auto found = std::ranges::find_if(outcome.series, [&](const SeriesPoint& p) {
    return p.series == "score@" + harm && p.x == level;
  });
  BOOST_TEST_REQUIRE((found != outcome.series.end()), harm << " at " << level);
  return {found->value, reports::series_value(outcome, "nrmse@" + harm, level), found->draws};
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_level_is_scored_and_what_is_not_taken_is_said) {
  const CellOutcome outcome = run_known<kRestores>({{"input-noise", {1e-3}},
                                                    {"weight-noise", {0.5}},
                                                    {"lesion", {0.2, 0.4}},
                                                    {"state-noise", {1}}});
  BOOST_TEST((outcome.status == Status::ok), outcome.status_detail);
  BOOST_TEST(outcome.score_test == 1);
  BOOST_TEST_REQUIRE(outcome.series.size() == 8u);  // levels, level 0 of three harms, one reason
  for (const char* harm : {"input-noise", "lesion", "state-noise"}) {
    BOOST_TEST(at(outcome, harm, 0).score == 1);
    BOOST_TEST(at(outcome, harm, 0).draws == 1);
  }
  BOOST_TEST(at(outcome, "input-noise", 1e-3).score == 1);
  BOOST_TEST(at(outcome, "lesion", 0.2).score == 1);
  BOOST_TEST(at(outcome, "lesion", 0.4).score == 0.5);
  BOOST_TEST(at(outcome, "lesion", 0.4).draws == 3);
  BOOST_TEST(std::isnan(at(outcome, "lesion", 0.4).nrmse));
  BOOST_TEST(at(outcome, "state-noise", 1).score == outcome.score_chance);  // NaN counts as chance
  const SeriesPoint& refused = outcome.series.at(2);
  BOOST_TEST(refused.series == "score@weight-noise");
  BOOST_TEST(refused.reason.find("known") != std::string::npos, refused.reason);
  BOOST_TEST(std::isnan(refused.x));
  BOOST_TEST(std::isnan(refused.value));
  BOOST_TEST(run_known<kRestores>({}).series.empty());
}

BOOST_AUTO_TEST_CASE(draws_have_the_seeds_of_the_cell_whatever_the_level) {
  const auto seeds_of = [](uint64_t seed) {
    g_drawn.clear();
    run_known<kRestores>({{"lesion", {0.2, 0.4}}}, seed);
    return g_drawn;
  };
  const std::vector<Drawn> drawn = seeds_of(0), again = seeds_of(0), other = seeds_of(1);
  BOOST_TEST_REQUIRE(drawn.size() == 6u);
  std::set<uint64_t> seeds;
  for (size_t d = 0; d < 3; ++d) {
    BOOST_TEST(drawn[d].level == 0.2);
    BOOST_TEST(drawn[d + 3].level == 0.4);
    BOOST_TEST(drawn[d].seed == drawn[d + 3].seed);
    BOOST_TEST(drawn[d].seed == again[d].seed);
    seeds.insert({drawn[d].seed, other[d].seed});
  }
  BOOST_TEST(seeds.size() == 6u);
}

BOOST_AUTO_TEST_CASE(a_model_that_is_not_restored_is_an_error) {
  const CellOutcome outcome = run_known<kForgets>({{"lesion", {0.4}}});
  BOOST_TEST((outcome.status == Status::error));
  BOOST_TEST(outcome.status_detail.find("level 0 of lesion does not restore") != std::string::npos,
             outcome.status_detail);
}

BOOST_AUTO_TEST_CASE(noisy_inputs_stay_above_zero_where_the_rule_needs_them_so) {
  g_lowest_input = 0;
  run_known<kNonnegative>({{"input-noise", {1}}});
  BOOST_TEST(g_lowest_input == 0.0f);
  run_known<kRestores>({{"input-noise", {1}}});
  BOOST_TEST(g_lowest_input < -0.1f);
}

BOOST_AUTO_TEST_CASE(more_noise_costs_a_network_more_and_the_same_seed_gives_the_same_bits) {
  Setup setup("bp", "digits", "epochs=5");
  const double unharmed = setup.train(robustness_cell).score_test;
  setup.job.conditions = {{"input-noise", {0.5, 2}}, {"weight-noise", {0.3, 2}}, {"lesion", {0.5}}};
  const CellOutcome outcome = setup.train(robustness_cell), again = setup.train(robustness_cell);
  BOOST_TEST((outcome.status == Status::ok), outcome.status_detail);
  BOOST_TEST(outcome.score_test == unharmed);
  BOOST_TEST_REQUIRE(again.series.size() == outcome.series.size());
  for (size_t i = 0; i < again.series.size(); ++i) {
    BOOST_TEST(again.series[i].series == outcome.series[i].series);
    if (outcome.series[i].reason.empty())
      BOOST_TEST(again.series[i].value == outcome.series[i].value);
  }
  for (const auto& [harm, little, much] :
       {std::tuple{"input-noise", 0.5, 2.0}, {"weight-noise", 0.3, 2.0}}) {
    BOOST_TEST(at(outcome, harm, 0).score == unharmed);
    BOOST_TEST(at(outcome, harm, little).score > at(outcome, harm, much).score + 0.1);
    BOOST_TEST(at(outcome, harm, much).score < unharmed - 0.2);
  }
  BOOST_TEST(outcome.series.back().reason.find("bp") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_spiking_network_loses_neurons_and_gets_them_back) {
  Setup setup("ebn", "digits", "epochs=1,width=100");
  setup.job.conditions = {{"lesion", {0.2, 0.9}}};
  const CellOutcome outcome = setup.train(robustness_cell);
  BOOST_TEST((outcome.status == Status::ok), outcome.status_detail);
  BOOST_TEST(outcome.score_test > 0.6);
  BOOST_TEST(at(outcome, "lesion", 0).score == outcome.score_test);
  BOOST_TEST(at(outcome, "lesion", 0.9).score < outcome.score_test - 0.2);
  BOOST_TEST(at(outcome, "lesion", 0.2).score > at(outcome, "lesion", 0.9).score);
}

// A linear model of the oscillator: its weights can be harmed, its inputs cannot.
BOOST_AUTO_TEST_CASE(trajectories_have_an_error_besides_the_score) {
  Setup setup("linear", "oscillator", "readout=ridge,epochs=1");
  setup.job.conditions = {{"input-noise", {0.1}}, {"weight-noise", {0.1}}};
  const CellOutcome outcome = setup.train(robustness_cell);
  BOOST_TEST((outcome.status == Status::ok), outcome.status_detail);
  BOOST_TEST(outcome.series.at(0).reason.find("input noise is for tasks of rows") !=
             std::string::npos);
  BOOST_TEST(at(outcome, "weight-noise", 0).nrmse == outcome.rule_metrics.at("nrmse"));
  BOOST_TEST(at(outcome, "weight-noise", 0).score == outcome.score_test);
  BOOST_TEST(at(outcome, "weight-noise", 0.1).nrmse > 2 * outcome.rule_metrics.at("nrmse"));
}
