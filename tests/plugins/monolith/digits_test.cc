// SPDX-License-Identifier: MIT
//
// What the lattice reaches on the embedded digits with a closed-form readout, and what its theory
// says about it: mean of 3 seeds, fitted on train and validation.
#include "tests/plugins/controls/digits.h"

namespace agon::test {
namespace {

double score(const std::string& settings) {
  return mean_accuracy(AGON_MONOLITH_PLUGIN, "readout=ridge,epochs=1" + settings);
}

BOOST_AUTO_TEST_SUITE(monolith_digits)

BOOST_AUTO_TEST_CASE(every_readout_reaches_its_expected_score) {
  BOOST_CHECK_GE(score(",features=loss-last"), 0.955);
  BOOST_CHECK_GE(score(",features=loss-mean"), 0.955);
  BOOST_CHECK_GE(score(",features=state"), 0.96);
  BOOST_CHECK_GE(score(",features=loss-all"), 0.965);
}

// Without nonlinearity every feature is a linear map of the pixels.
BOOST_AUTO_TEST_CASE(a_linear_lattice_is_as_good_as_its_input) {
  const double raw = mean_accuracy(AGON_LINEAR_PLUGIN, "readout=ridge,epochs=1");
  BOOST_CHECK_SMALL(score(",phi=linear,f_i=0.5,f_x=0") - raw, 0.01);
  BOOST_CHECK_GT(score(""), raw + 0.02);
}

BOOST_AUTO_TEST_CASE(random_features_of_the_same_width_are_better) {
  BOOST_CHECK_GT(mean_accuracy(AGON_ELM_PLUGIN, ""), score(""));
}

BOOST_AUTO_TEST_CASE(a_larger_lattice_is_better) {
  const double small = score(",z=4,y=4,x=4,fit_input=pool"), memo = score(""),
               large = score(",z=12,y=12,x=12,steps=14,fit_input=stretch");
  BOOST_CHECK_LT(small, memo - 0.01);
  BOOST_CHECK_LT(memo, large - 0.005);
}

BOOST_AUTO_TEST_CASE(the_last_layer_knows_nothing_until_the_input_reaches_it) {
  BOOST_CHECK_LT(score(",read_layer=7,steps=7"), 0.15);
  BOOST_CHECK_GT(score(",read_layer=7,steps=8"), 0.8);
}

BOOST_AUTO_TEST_CASE(about_as_many_steps_as_layers_are_best) {
  const double one = score(",steps=1"), six = score(",steps=6"), many = score(",steps=24");
  BOOST_CHECK_GT(six, one + 0.02);
  BOOST_CHECK_GT(six, many + 0.01);
}

BOOST_AUTO_TEST_CASE(toggling_x_sites_cost_accuracy) {
  BOOST_CHECK_LT(score(",xmode=xor"), score("") - 0.02);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
