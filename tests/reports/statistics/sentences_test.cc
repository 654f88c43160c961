// SPDX-License-Identifier: MIT
#include "reports/statistics/sentences.h"

#include <boost/test/unit_test.hpp>
#include <limits>

namespace agon::reports {

BOOST_AUTO_TEST_SUITE(sentences)

BOOST_AUTO_TEST_CASE(who_is_best) {
  BestGroup g{12, 5, "ed", "bp", {1.02, {0.98, 1.06}, 0.5, 12}, {"bp", "pc", "elm"}};
  BOOST_TEST(
      best_sentence(g) ==
      "On these 12 tasks, 5 seeds each, ed scores 1.020 [0.980, 1.060] of bp; bp, pc and elm cannot be told "
      "apart from it.");
  g.alike.clear();
  g.tasks = 1;
  g.score.ci = {};
  BOOST_TEST(best_sentence(g) ==
             "On this task, 5 seeds, ed scores 1.020 of bp; no other rule is in its group.");
  g.best = "bp";
  g.alike = {"pc"};
  g.seeds = 3;
  BOOST_TEST(
      best_sentence(g) ==
      "On this task, 3 seeds, bp scores highest; 3 seeds are too few to say which rules differ.");
  g.tasks = 0;
  BOOST_TEST(best_sentence(g) == "");
}

BOOST_AUTO_TEST_CASE(wins_and_ties) {
  Tally t{"ed", "bp", 5, 1, 4, 5};
  BOOST_TEST(
      tally_sentence(t) ==
      "Against bp, ed is better on 1 task, worse on 4, and on 5 no difference was shown; about 1 in 20 such "
      "symbols, at most, is expected to be false.");
  t.seeds = 4;
  BOOST_TEST(tally_sentence(t) == "");
  BOOST_TEST(tie_text({-0.0042, 0.0118}) ==
             "no difference shown, the data allow -0.4 to 1.2 points");
  BOOST_TEST(tie_text({-0.00001, 0.01}) == "no difference shown, the data allow 0.0 to 1.0 points");
  BOOST_TEST(tie_text({}) == "no difference shown");
}

BOOST_AUTO_TEST_CASE(equivalence) {
  const Posterior p{0.02, 0.75, 0.23};
  BOOST_TEST(
      equivalence_sentence("ed", "bp", p, 8) ==
      "With a margin of 1 point, ed is practically equivalent to bp with probability 0.75, better 0.23, worse "
      "0.02, as far as 8 tasks can say.");
  BOOST_TEST(equivalence_sentence("ed", "bp", p, 4) == "");
  BOOST_TEST(equivalence_sentence("ed", "bp", {}, 8) == "");
}

BOOST_AUTO_TEST_CASE(what_could_not_be_seen) {
  BOOST_TEST(
      resolution_sentence({"digits", 360, 0.018, {{5, 2000}, {10, 2000}}}) ==
      "On digits (360 test rows) a difference below 1.8 points could not have been seen; 1 point between these "
      "two would need about 5 seeds and 2000 rows.");
  BOOST_TEST(resolution_sentence({"digits", 360, 0.018, {}}) ==
             "On digits (360 test rows) a difference below 1.8 points could not have been seen.");
  BOOST_TEST(
      resolution_sentence({"digits", 360, 0.018, {}, "ed", "bp"}) ==
      "On digits (360 test rows) a difference between ed and bp below 1.8 points could not have "
      "been seen.");
  BOOST_TEST(resolution_sentence({"xor", 4, std::numeric_limits<double>::quiet_NaN(), {}}) == "");
}

BOOST_AUTO_TEST_CASE(what_failed) {
  BOOST_TEST(
      failures_sentence({2, 50, {"ed depth=64", "pc"}, 5, 0.0054}) ==
      "2 of 50 runs failed and count as chance (ed depth=64 and pc); with 5 seeds up to 52 % of seeds may fail "
      "unseen. Choosing the best test epoch would have added up to 0.5 points; no number here does.");
  BOOST_TEST(failures_sentence({0, 50, {}, 3, std::numeric_limits<double>::quiet_NaN()}) ==
             "None of 50 runs failed; with 3 seeds up to 71 % of seeds may fail unseen.");
  BOOST_TEST(failures_sentence({}) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
