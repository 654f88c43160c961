// SPDX-License-Identifier: MIT
//
// Symbols of whole tables: hardly a table of one rule under several names has one, and of those in a
// table of true differences few are false.
#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <vector>

#include "population.h"
#include "reports/statistics/comparison.h"

namespace agon::reports {
namespace {

constexpr size_t kTables = 200, kTasks = 10, kRules = 7;
constexpr std::array<size_t, kTasks> kRows{50, 100, 200, 360, 1000, 50, 100, 200, 360, 1000};

bool is_symbol(const Judged& cell) {
  return cell.outcome == Outcome::win || cell.outcome == Outcome::loss;
}

// Latent of rule k on task t; the baseline is k = kRules.
template <typename Rule>
std::vector<Difference> table_of(core::Stream& stream, size_t seeds, Rule rule) {
  std::vector<Difference> out;
  for (size_t t = 0; t < kTasks; ++t) {
    Population task(kRows[t], stream);
    const RowTable baseline = task.runs(rule(t, kRules), seeds);
    for (size_t k = 0; k < kRules; ++k)
      out.push_back(difference(task.runs(rule(t, k), seeds), baseline, {}));
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tables)

BOOST_AUTO_TEST_CASE(of_one_rule_have_hardly_a_symbol) {
  core::Stream stream(20261127, 21);
  for (const size_t seeds : {5, 10}) {
    size_t with_symbol = 0, uncorrected = 0;
    for (size_t i = 0; i < kTables; ++i) {
      // Seeds matter on three tasks.
      const auto table = table_of(stream, seeds, [](size_t t, size_t) {
        return t < 3 ? Latent{0.90, 0.925, 0.3, 1} : Latent{0.97, 0.987, 0.02, 1};
      });
      const JudgedTable judged = judge_table(table);
      BOOST_TEST_REQUIRE(judged.comparisons == kTasks * kRules);
      with_symbol += std::ranges::any_of(judged.cells, is_symbol) ? 1 : 0;
      uncorrected +=
          std::ranges::any_of(table, [](const Difference& d) { return d.p < 0.05; }) ? 1 : 0;
    }
    BOOST_TEST(with_symbol <= kTables * 8 / 100,
               seeds << " seeds: " << with_symbol << ", uncorrected " << uncorrected);
    BOOST_TEST(uncorrected > kTables / 3);  // what the correction is for
  }
}

BOOST_AUTO_TEST_CASE(of_true_differences_have_few_false_symbols) {
  core::Stream stream(20261127, 22);
  size_t right = 0, wrong = 0, all = 0;
  for (size_t i = 0; i < kTables / 4; ++i) {
    // Three rules are worse, by 2 or 5 points.
    const auto table = table_of(stream, 5, [](size_t t, size_t k) {
      return Latent{k < 3 ? (t % 2 == 0 ? 0.92 : 0.95) : 0.97, 0.987, 0.02, 0.9};
    });
    const JudgedTable judged = judge_table(table);
    for (size_t c = 0; c < table.size(); ++c) {
      const bool differs = c % kRules < 3;
      all += differs ? 1 : 0;
      if (!is_symbol(judged.cells[c])) continue;
      ++(differs && judged.cells[c].outcome == Outcome::loss ? right : wrong);
    }
  }
  BOOST_TEST(right * 100 >= all * 30, right << " of " << all);
  BOOST_TEST(wrong * 100 <= (right + wrong) * 5, wrong << " false beside " << right);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
