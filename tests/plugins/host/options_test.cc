// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include "agon/params.h"

namespace agon {
namespace {

enum class Mode { slow, fast };
struct Options {
  Mode mode;
  int64_t depth;
  float lr;
  double tol;
  bool dale;
};
constexpr auto kOptions = options<Options>(
    integer<&Options::depth>("layers", 3, 0, 9, kStructure, "layers", "L"), batch_param(32),
    choice<&Options::mode, "slow", "fast">("mode", kPlain, "?", 1),
    real<&Options::lr>("lr", 0.1, 1e-3, 10, kLog, "", "eta"),
    real<&Options::tol>("tol", 0.0, 0.0, 1, kPlain, "", "stops"),
    boolean<&Options::dale>("dale", true, kPlain, "one sign"));
constexpr auto kTable = table(kOptions);

agon_value whole(int64_t i) { return {.i = i}; }
agon_value number(double r) { return {.r = r}; }

BOOST_AUTO_TEST_SUITE(options_struct)

BOOST_AUTO_TEST_CASE(the_table_shows_every_row_in_order) {
  BOOST_REQUIRE_EQUAL(kTable.size(), 6u);
  BOOST_CHECK_EQUAL(kTable[0].key, "layers");
  BOOST_CHECK_EQUAL(kTable[0].max.i, 9);
  BOOST_CHECK_EQUAL(kTable[1].key, "batch");
  BOOST_CHECK_EQUAL(kTable[2].choice_count, 2u);
  BOOST_CHECK_EQUAL(kTable[2].choices[1], "fast");
  BOOST_CHECK_EQUAL(kTable[2].default_value.i, 1);
  BOOST_CHECK_EQUAL(kTable[3].default_value.r, 0.1);
}

BOOST_AUTO_TEST_CASE(every_value_reaches_its_member) {
  const agon_value values[] = {whole(7), whole(64), whole(0), number(0.1), number(0.25), whole(1)};
  const Options o = read(kOptions, Values(kTable, values));
  BOOST_CHECK_EQUAL(o.depth, 7);
  BOOST_CHECK(o.mode == Mode::slow);
  BOOST_CHECK_EQUAL(o.lr, 0.1f);
  BOOST_CHECK_EQUAL(o.tol, 0.25);
  BOOST_CHECK(o.dale);
  BOOST_CHECK_EQUAL(word_of(kOptions, "mode", o.mode), "slow");
}

BOOST_AUTO_TEST_CASE(a_table_without_the_row_is_the_authors_mistake) {
  const agon_value values[] = {whole(32)};
  const auto other = std::to_array<agon_param>({batch_param(32)});
  BOOST_CHECK_THROW(read(kOptions, Values(other, values)), RuleError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon
