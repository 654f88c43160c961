// SPDX-License-Identifier: MIT
//
// Options that contradict each other are refused at planning, and by create() alike, with the
// option, the reason and the fix.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/plugins/golden/refusal.h"

namespace agon::test {
namespace {

const agon_rule& ed() {
  static const agon_rule& rule = open_rule(AGON_ED_PLUGIN);
  return rule;
}
const TaskSpec kTask{.shape = {4}, .classes = 2};

struct Refusal {
  const char* settings;
  std::vector<std::string> says;
};
std::ostream& operator<<(std::ostream& out, const Refusal& r) { return out << r.settings; }

const Refusal kRefusals[] = {
    {"depth=2,t_loop=2", {"t_loop=2", "3 weight layers", "set t_loop=3"}},
    {"depth=1,t_loop=1", {"t_loop=1", "2 weight layers", "set t_loop=2"}},
    {"density=0", {"density=0", "above 0"}},
    {"hd2=4", {"hd2=4", "t_loop=0", "t_loop=2 or more"}},
    {"hd2=4,t_loop=3,depth=2", {"hd2=4", "depth=2", "set depth=1"}},
    {"hd2=16,t_loop=2,width=16", {"hd2=16", "width=16", "hd2 below width"}},
    {"self_loops=1,t_loop=2,loss=ce", {"self_loops=true", "loss=ce", "set loss=mse"}},
    {"loop_cut=0,t_loop=2,activation=relu", {"loop_cut=false", "set activation=sigmoid"}},
    {"multilayer=0,t_loop=2,quantised=1", {"multilayer=false", "set quantised=false"}},
    {"hd2=1,t_loop=2,reduction=mean", {"hd2=1", "set reduction=sum"}},
};

BOOST_DATA_TEST_CASE(a_contradiction_is_refused_with_its_fix,
                     boost::unit_test::data::make(kRefusals), refusal) {
  const std::string reason = refused_at_planning(ed(), kTask, refusal.settings);
  for (const std::string& words : refusal.says) {
    BOOST_CHECK_MESSAGE(reason.find(words) != std::string::npos, words << " is not in: " << reason);
  }
  BOOST_CHECK_EQUAL(refused_at_creation(ed(), kTask, refusal.settings), reason);
}

BOOST_AUTO_TEST_CASE(a_preset_and_an_option_that_contradict_each_other_are_refused) {
  const std::string kaneko = preset_of(ed(), "kaneko");
  BOOST_CHECK_NE(refused_at_planning(ed(), kTask, kaneko + ",depth=3").find("t_loop=4"),
                 std::string::npos);
  BOOST_CHECK_EQUAL(refused_at_planning(ed(), kTask, kaneko + ",depth=3,t_loop=4"), "");
  BOOST_CHECK_EQUAL(refused_at_planning(ed(), kTask, kaneko + ",depth=3,t_loop=0"), "");
}

BOOST_AUTO_TEST_CASE(what_is_odd_but_meaningful_runs) {
  for (const char* const settings :
       {"", "init=sym", "input_pairing=0", "rule=both", "quantised=1,rule=exc", "density=0.01",
        "t_loop=2", "t_loop=1000", "hd2=15,t_loop=2",
        "self_loops=1,loop_cut=0,t_loop=2,rule=both"}) {
    BOOST_CHECK_EQUAL(refused_at_planning(ed(), kTask, settings), "");
    BOOST_CHECK_EQUAL(refused_at_creation(ed(), kTask, settings), "");
  }
  for (uint32_t i = 0; i < ed().preset_count; ++i) {
    BOOST_CHECK_EQUAL(refused_at_planning(ed(), kTask, ed().presets[i].settings), "");
  }
}

BOOST_AUTO_TEST_CASE(real_targets_are_refused_with_the_loss_of_classes) {
  const TaskSpec real{.shape = {4}, .classes = 2, .kind = AGON_REGRESS};
  const std::string reason = refused_at_planning(ed(), real, "loss=ce");
  BOOST_CHECK_NE(reason.find("set loss=mse"), std::string::npos);
  BOOST_CHECK_EQUAL(refused_at_creation(ed(), real, "loss=ce"), reason);
  BOOST_CHECK_EQUAL(refused_at_planning(ed(), real, ""), "");
}

// A rate of 0 or below never reaches the rule: its table's range ends above 0.
BOOST_AUTO_TEST_CASE(the_table_has_no_rate_of_zero) {
  for (uint32_t i = 0; i < ed().param_count; ++i) {
    if (std::string(ed().params[i]->key) == "lr") BOOST_CHECK_GT(ed().params[i]->min.r, 0.0);
  }
}

BOOST_AUTO_TEST_SUITE(ed_presets)

BOOST_AUTO_TEST_CASE(presets_are_those_of_their_sources) {
  BOOST_CHECK_EQUAL(preset_of(ed(), "article"), "");
  BOOST_CHECK_EQUAL(preset_of(ed(), "author"), "init=sqrt-out,update_norm=fan-out");
  BOOST_CHECK_EQUAL(preset_of(ed(), "kaneko"),
                    "init=one,update_norm=none,deriv_scale=1,batch=1,lr=0.8,ei_assign="
                    "alternate-minus,t_loop=2,width=64,epochs=200");
  // article: what the table says without a preset
  const auto values = values_of(ed(), "");
  const auto is = [&](const char* key, int64_t want) {
    for (uint32_t i = 0; i < ed().param_count; ++i) {
      if (std::string(ed().params[i]->key) == key) BOOST_CHECK_EQUAL(values[i].i, want);
    }
  };
  for (const char* const first : {"init", "update_norm", "reduction", "deriv_scale", "rule",
                                  "ei_assign", "loss", "activation", "t_loop", "hd2"}) {
    is(first, 0);
  }
  is("batch", 64);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
