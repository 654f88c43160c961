// SPDX-License-Identifier: MIT
//
// learn=readout: the last layer learns, the others stay as they were drawn, bit for bit.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <optional>

#include "agon/params.h"
#include "checked.h"
#include "harness/conformance/trial.h"
#include "harness/plugins/kernel_check.h"

namespace agon::test {
namespace {

using conformance::Bits;
using conformance::Kind;
using conformance::Trial;

// The usual values with learn=readout; nullopt without such a parameter.
std::optional<std::vector<agon_value>> of_readout(const conformance::Subject& subject) {
  const size_t i = subject.manifest.index_of("learn");
  if (i >= subject.manifest.params.size()) return std::nullopt;
  std::vector<agon_value> values = conformance::usual_values(subject, Kind::classify);
  values[i].i = static_cast<int64_t>(Learn::readout);
  return values;
}

const auto kThatLearnInLayers = [] {
  std::vector<Rule> out;
  for (const Rule& rule : rules_that(AGON_CAN_CLASSIFY)) {
    if (of_readout(rule.subject())) out.push_back(rule);
  }
  return out;
}();

// Weights, magnitudes and biases by name, in their order.
std::vector<std::pair<std::string, Bits>> tensors(Trial& m) {
  std::vector<std::pair<std::string, Bits>> out;
  for (const agon_tensor& tensor : m->tensors()) {
    if (std::string_view("WMb").find(tensor.name[0]) != std::string_view::npos)
      out.emplace_back(tensor.name, conformance::bits_of(harness::read_only(tensor.view)));
  }
  return out;
}

// The number of the last layer, with which the names of its tensors end.
char last_number(const std::vector<std::pair<std::string, Bits>>& tensors) {
  char last = '0';
  for (const auto& [name, bits] : tensors) last = std::max(last, name.back());
  return last;
}

BOOST_AUTO_TEST_CASE(three_rules_have_a_readout_to_learn_alone) {
  BOOST_TEST(kThatLearnInLayers.size() == 3u);
}

BOOST_DATA_TEST_CASE(hidden_layers_stay, boost::unit_test::data::make(kThatLearnInLayers)) {
  const conformance::Subject subject = sample.subject();
  Trial m(subject, {.kind = Kind::classify},
          *conformance::with(subject, *of_readout(subject), "depth", 3));
  m.prepare();
  const auto before = tensors(m);
  m.epochs(3);
  const auto after = tensors(m);
  BOOST_REQUIRE(before.size() == after.size());
  const char last = last_number(before);
  bool changed = false;
  for (size_t i = 0; i < before.size(); ++i) {
    const bool same = conformance::same_bits(before[i].second, after[i].second);
    BOOST_TEST((same || before[i].first.back() == last), before[i].first << " changed");
    changed = changed || !same;
  }
  BOOST_TEST(changed);
}

}  // namespace
}  // namespace agon::test
