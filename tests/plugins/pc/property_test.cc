// SPDX-License-Identifier: MIT
//
// Options that contradict each other, what fit and predict may not do in any schedule, synthesis
// and the read-out by least energy.
#include <boost/test/unit_test.hpp>

#include "driven.h"
#include "reference.h"
#include "tests/plugins/golden/count_allocations.h"
#include "tests/plugins/golden/refusal.h"

namespace agon::test {
namespace {

const TaskSpec kClassify{.shape = {6}, .classes = 3};
const TaskSpec kRegress{.shape = {6}, .classes = 3, .kind = AGON_REGRESS};

void refuses(const TaskSpec& spec, const std::string& settings,
             std::initializer_list<const char*> words) {
  const agon_rule& pc = open_rule(AGON_PC_PLUGIN);
  const std::string reason = refused_at_planning(pc, spec, settings);
  BOOST_CHECK_MESSAGE(!reason.empty(), settings << " was taken");
  for (const char* word : words)
    BOOST_CHECK_MESSAGE(reason.find(word) != std::string::npos, word << " is not in: " << reason);
  BOOST_CHECK_EQUAL(refused_at_creation(pc, spec, settings), reason);
}

BOOST_AUTO_TEST_CASE(contradictions_are_refused_with_their_reason) {
  refuses(kClassify, "depth=5,steps=4",
          {"steps=4", "L - 1 = 5", "depth=5", "dW_1 would be exactly 0"});
  refuses(kClassify, "direction=generative,readout=forward",
          {"readout=forward", "set readout=relax"});
  refuses(kClassify, "direction=generative,depth=3,readout_steps=3", {"readout_steps=4"});
  refuses(kRegress, "readout=argmin-energy", {"argmin-energy", "no classes"});
  refuses(kRegress, "energy=cross-entropy", {"it needs labels", "energy=squared"});
  refuses(kClassify, "energy=cross-entropy,direction=generative", {"an image"});
  refuses(kClassify, "energy=cross-entropy,clamp=input", {"clamp=input", "clamped label only"});
  refuses(kClassify, "energy=cross-entropy,readout=relax", {"readout=relax"});
  refuses(kClassify, "clamp=none,schedule=ipc", {"clamp=none", "schedule=ipc"});
  refuses(kClassify, "clamp=input,nudging=nn", {"clamp=input", "nudging"});
  refuses(kClassify, "schedule=ipc,nudging=cn", {"nudging=cn", "weights change"});
  refuses(kClassify, "schedule=ipc,momentum=0.5", {"schedule=ipc", "momentum=0"});
  refuses(kClassify, "schedule=zil,tol=0.1", {"schedule=zil", "tol=0"});
  refuses(kClassify, "schedule=zil,gamma=0.5", {"schedule=zil", "gamma=1"});
  const agon_rule& pc = open_rule(AGON_PC_PLUGIN);
  for (const char* settings :
       {"", "energy=cross-entropy", "energy=cross-entropy,readout=argmin-energy", "depth=0,steps=0",
        "schedule=zil,depth=50,steps=1", "schedule=bp,depth=50", "clamp=none",
        "nudging=cn,beta=0.5"})
    BOOST_CHECK_EQUAL(refused_at_planning(pc, kClassify, settings), "");
  for (const char* name : {"discriminative", "generative"}) {
    BOOST_CHECK_EQUAL(refused_at_planning(pc, kClassify, preset_of(pc, name)), "");
    BOOST_CHECK_EQUAL(refused_at_planning(pc, kRegress, preset_of(pc, name)), "");
  }
}

const char* const kWays[] = {
    "",
    "place=pre,activation=gelu,momentum=0.5",
    "activation=lrelu,schedule=ipc,lr=1e-4",
    "schedule=fixedpred,steps=3",
    "schedule=zil,feedback=local",
    "schedule=bp,feedback=fixed",
    "energy=cross-entropy,nudging=cn,beta=0.5",
    "feedback=kp,decay=1e-4,w_scale=0.1,b_scale=0.1,optimiser=momentum",
    "direction=generative,place=pre,activation=tanh,readout_steps=10",
    "direction=generative,readout=argmin-energy,readout_steps=5,feedback=kp",
    "clamp=label,tol=1e-3,rtol=1e-4",
    "readout=relax,readout_steps=5",
    "depth=0,energy=cross-entropy",
};

struct Data {
  Matrix x, target;
  std::vector<int32_t> labels;
  Data() : target(8, 3) {
    unsigned state = 19;
    x = matrix_of(drawn(8, 6, state));
    for (int32_t r = 0; r < 8; ++r) {
      labels.push_back(r % 3);
      target.at(r, r % 3) = 1;
    }
  }
};

BOOST_AUTO_TEST_CASE(nothing_is_allocated_while_it_learns_and_predicts) {
  const Data d;
  for (const std::string way : kWays) {
    BareModel model({.shape = {6}, .classes = 3, .max_batch = 8},
                    (way.empty() ? "" : way + ",") + "width=8");
    Matrix out(8, 3);
    const auto round = [&] {
      model.fit(d.x, d.target, d.labels.data());
      model.predict(d.x, out);
    };
    round();
    round();
    BOOST_TEST_CONTEXT(way)
    BOOST_CHECK_EQUAL(count_allocations([&] {
                        for (int i = 0; i < 3; ++i) round();
                      }),
                      0);
  }
}

BOOST_AUTO_TEST_CASE(same_seed_same_bits_and_looking_leaves_no_trace) {
  const Data d;
  for (const std::string way : kWays) {
    const std::string settings = (way.empty() ? "" : way + ",") + "width=8";
    RuleUnderTest quiet(open_rule(AGON_PC_PLUGIN), {.shape = {6}, .classes = 3, .max_batch = 8},
                        settings);
    RuleUnderTest asked(open_rule(AGON_PC_PLUGIN), {.shape = {6}, .classes = 3, .max_batch = 8},
                        settings);
    RuleUnderTest other(open_rule(AGON_PC_PLUGIN),
                        {.shape = {6}, .classes = 3, .seed = 2, .max_batch = 8}, settings);
    BOOST_CHECK(quiet.tensor("W0") != other.tensor("W0"));
    for (int i = 0; i < 5; ++i) {
      quiet.fit(d.x, d.target, d.labels.data());
      asked.fit(d.x, d.target, d.labels.data());
      const Rows y = asked.predict(d.x);
      asked.model().metrics();
      BOOST_CHECK(asked.predict(d.x) == y);
    }
    BOOST_TEST_CONTEXT(way) {
      BOOST_CHECK(quiet.tensor("W0") == asked.tensor("W0"));
      BOOST_CHECK(quiet.predict(d.x) == asked.predict(d.x));
      const std::vector<double> metrics = asked.model().metrics();
      BOOST_CHECK(std::isfinite(metrics[0]) && std::isfinite(metrics[1]));
    }
  }
}

// The energy after each label was clamped in turn, in the reference and in the rule.
BOOST_AUTO_TEST_CASE(argmin_energy_is_the_energy_of_each_label) {
  for (const bool generative : {false, true}) {
    unsigned state = 23;
    PcReference net = drawn_net({3, 7, 7, 3}, 1.0, state);
    const Rows x = drawn(4, 3, state);
    DrivenPc rule(net,
                  fmt::format("direction={},readout=argmin-energy,readout_steps=15,gamma=0.1",
                              generative ? "generative" : "discriminative"),
                  4, generative, AGON_CLASSIFY);
    const Rows scores = rule.rule().predict(matrix_of(x));
    Rows want(4, Row(3, 0.0));
    for (size_t r = 0; r < 4; ++r) {
      for (size_t c = 0; c < 3; ++c) {
        Rows label{Row(3, 0.0)};
        label[0][c] = 1;
        net.begin(generative ? label : Rows{x[r]}, generative ? Rows{x[r]} : label);
        for (int t = 0; t < 15; ++t) {
          net.move(0.1);
          net.errors();
        }
        want[r][c] = -net.energy();
      }
    }
    compare(scores, want, 1e-4);
  }
}

// (11): the forward pass from the label, for any number of rows.
BOOST_AUTO_TEST_CASE(synthesis_is_the_state_without_energy) {
  BareModel model({.shape = {2, 3}, .classes = 3, .max_batch = 4},
                  "direction=generative,place=pre,activation=tanh,width=5,depth=2");
  unsigned state = 3;
  PcReference net = drawn_net({3, 5, 5, 6}, 1.0, state);
  for (size_t l = 0; l < 3; ++l) {
    model.set("W" + std::to_string(l), net.w[l]);
    model.set("b" + std::to_string(l), {net.b[l]});
  }
  const Rows labels{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 1, 0}, {1, 0, 0}, {0, 0, 1}};
  Matrix out(6, 6);
  model.generate(matrix_of(labels), out);
  net.begin(labels, {});
  BOOST_CHECK_EQUAL(net.energy(), 0.0);
  compare(rows_of(out.view()), net.mu[3], 1e-5);

  BareModel other({.shape = {6}, .classes = 3}, "");
  BOOST_CHECK_EXCEPTION(
      other.generate(matrix_of(labels), out), std::runtime_error, [](const std::runtime_error& e) {
        return std::string(e.what()).find("direction=generative") != std::string::npos;
      });
}

BOOST_AUTO_TEST_CASE(an_energy_that_is_not_finite_is_divergence) {
  const Data d;
  RuleUnderTest rule(open_rule(AGON_PC_PLUGIN), {.shape = {6}, .classes = 3, .max_batch = 8},
                     "depth=3,gamma=10,cap=0,steps=200,optimiser=sgd,lr=1");
  const auto blow_up = [&] {
    for (int i = 0; i < 20; ++i) rule.fit(d.x, d.target, d.labels.data());
  };
  BOOST_CHECK_EXCEPTION(blow_up(), harness::RuleFailure, [](const harness::RuleFailure& e) {
    const std::string what = e.what();
    return e.status() == AGON_DIVERGED && what.find("at minibatch ") != std::string::npos &&
           what.find("gamma=10") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(stops_when_asked) {
  const Data d;
  const auto stopped = [](const harness::RuleFailure& e) { return e.status() == AGON_STOPPED; };
  for (const char* settings : {"", "schedule=ipc", "schedule=zil", "direction=generative",
                               "readout=relax", "direction=generative,readout=argmin-energy"}) {
    RuleUnderTest rule(open_rule(AGON_PC_PLUGIN), {.shape = {6}, .classes = 3, .max_batch = 8},
                       settings);
    rule.model().call().request_stop();
    BOOST_CHECK_EXCEPTION(rule.fit(d.x, d.target, d.labels.data()), harness::RuleFailure, stopped);
    BOOST_CHECK_EXCEPTION(rule.predict(d.x), harness::RuleFailure, stopped);
  }
}

// mu_1 is computed once per minibatch while node 0 is clamped: the products of 40 -> 8 -> 8 -> 3
// with 8 rows and T = 6, counted by hand. The error needs a step to reach node 1.
BOOST_AUTO_TEST_CASE(the_first_prediction_is_cached_while_the_input_is_clamped) {
  const auto macs = [](const char* settings, int64_t inputs) {
    RuleUnderTest rule(
        open_rule(AGON_PC_PLUGIN), {.shape = {inputs}, .classes = 3, .max_batch = 8},
        std::string("depth=2,width=8,steps=6,optimiser=sgd,gamma=0.01,cap=0,") + settings);
    unsigned state = 1;
    const Matrix x = matrix_of(drawn(8, static_cast<size_t>(inputs), state));
    const std::vector<int32_t> labels{0, 1, 2, 0, 1, 2, 0, 1};
    for (int i = 0; i < 2; ++i) {
      rule.model().call().work().reset();
      rule.fit(x, labels);
    }
    return static_cast<int64_t>(rule.model().call().macs());
  };
  // What 1000 inputs more cost: per input 8 x 8 products for mu_1 and as many for dW_1, and the
  // step and the power iteration on W_1 (1 and 2 per weight), and its few sums.
  const int64_t per_input = (macs("schedule=pc", 1040) - macs("schedule=pc", 40)) / 1000;
  BOOST_CHECK_GE(per_input, 8 * 8 * 2);
  BOOST_CHECK_LE(per_input, 8 * 8 * 2 + 8 * 4 + 8);
  // ipc moves W_1 at every step and cannot.
  const int64_t ipc = (macs("schedule=ipc", 1040) - macs("schedule=ipc", 40)) / 1000;
  BOOST_CHECK_GE(ipc, 6 * 8 * 8 * 2);
}

}  // namespace
}  // namespace agon::test
