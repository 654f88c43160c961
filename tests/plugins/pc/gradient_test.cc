// SPDX-License-Identifier: MIT
//
// Where predictive coding is backpropagation: fixedpred (gamma = 1, T = L - 1) and zil take the
// step of the tree's own bp, from the same weights; the error needs one step per layer to reach the
// first. And where it is not: the update against the double reference, for every f.
#include <boost/test/unit_test.hpp>

#include "driven.h"
#include "reference.h"
#include "tests/plugins/golden/refusal.h"

namespace agon::test {
namespace {

constexpr size_t kInputs = 20, kWidth = 16, kOutputs = 5, kBatch = 32;

std::vector<size_t> sizes_of(size_t layers) {
  std::vector<size_t> sizes{kInputs};
  sizes.insert(sizes.end(), layers - 1, kWidth);
  sizes.push_back(kOutputs);
  return sizes;
}

// One step of plain descent from the same weights. A rate far above 1 keeps the rounding of the
// weights out of the comparison.
void compare_with_bp(const std::string& schedule, size_t layers, const std::string& act, bool pre) {
  constexpr double kRate = 512;
  unsigned state = 17;
  PcReference net = drawn_net(sizes_of(layers), 1.0, state);
  net.act = act;
  net.pre = pre;
  const Rows x = drawn(kBatch, kInputs, state), y = drawn(kBatch, kOutputs, state);
  DrivenPc pc(net,
              fmt::format("schedule={},optimiser=sgd,lr={}", schedule, kRate) +
                  (schedule == "fixedpred" ? fmt::format(",gamma=1,steps={}", layers - 1) : ""),
              kBatch);
  RuleUnderTest bp(
      open_rule(AGON_BP_PLUGIN),
      {.shape = {kInputs}, .classes = kOutputs, .max_batch = kBatch, .kind = AGON_REGRESS},
      fmt::format("depth={},width={},activation={},loss=squared,optimiser=sgd,lr={}", layers - 1,
                  kWidth, act, kRate));
  for (size_t l = 0; l < layers; ++l) {
    bp.set(fmt::format("W{}", l), net.w[l]);
    bp.set(fmt::format("b{}", l), {net.b[l]});
  }
  const Matrix in = matrix_of(x), target = matrix_of(y);
  BOOST_CHECK_CLOSE_FRACTION(pc.fit(x, y), bp.fit(in, target, nullptr), 1e-5);
  for (size_t l = 0; l < layers; ++l) {
    Rows got = pc.w(l), want = bp.tensor(fmt::format("W{}", l));
    got.push_back(pc.b(l));
    want.push_back(bp.tensor(fmt::format("b{}", l))[0]);
    got.back().resize(got[0].size());
    want.back().resize(want[0].size());
    for (size_t j = 0; j < got.size(); ++j) {
      for (size_t i = 0; i < got[j].size(); ++i) {
        const bool weight = j < net.w[l].size();
        const double start = weight ? net.w[l][j][i] : i < net.b[l].size() ? net.b[l][i] : 0.0;
        got[j][i] -= start;
        want[j][i] -= start;
      }
    }
    BOOST_TEST_CONTEXT("layer " << l) {
      BOOST_CHECK_GT(largest(want), 0.0);
      compare(got, want, 1e-3);
    }
  }
}

BOOST_AUTO_TEST_CASE(fixed_predictions_and_zero_divergence_are_backpropagation) {
  for (const char* schedule : {"fixedpred", "zil", "bp"}) {
    for (const size_t layers : {1, 2, 4, 9, 17}) {
      for (const char* act : {"tanh", "relu", "gelu"}) {
        for (const bool pre : {false, true}) {
          if (layers != 4 && std::string(act) == "gelu") continue;
          BOOST_TEST_CONTEXT(schedule << " L " << layers << ' ' << act
                                      << (pre ? " pre" : " post")) {
            compare_with_bp(schedule, layers, act, pre);
          }
        }
      }
    }
  }
}

// The same in double, where nothing but rounding may differ.
BOOST_AUTO_TEST_CASE(they_are_backpropagation_in_double) {
  for (const size_t layers : {2, 4, 9, 17}) {
    for (const bool pre : {false, true}) {
      for (const bool ce : {false, true}) {
        unsigned state = 3;
        PcReference net = drawn_net(sizes_of(layers), 1.0, state);
        net.pre = pre;
        net.ce = ce;
        const Rows x = drawn(8, kInputs, state);
        Rows y(8, Row(kOutputs, 0.0));
        for (size_t r = 0; r < 8; ++r) y[r][r % kOutputs] = 1;
        net.begin(x, y);
        PcReference zil = net, fixed = net;
        net.bp();
        zil.zil();
        fixed.frozen = true;
        fixed.pc(static_cast<int>(layers) - 1, 1.0);
        for (size_t l = 0; l < layers; ++l) {
          compare(zil.dw[l], net.dw[l], 1e-10);
          compare(fixed.dw[l], net.dw[l], 1e-10);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_error_moves_one_layer_per_step) {
  for (const size_t layers : {3, 5, 8}) {
    for (const bool pre : {false, true}) {
      unsigned state = 5;
      PcReference net = drawn_net(sizes_of(layers), 1.0, state);
      net.pre = pre;
      const Rows x = drawn(4, kInputs, state), y = drawn(4, kOutputs, state);
      const int enough = static_cast<int>(layers) - 1;
      net.begin(x, y);
      PcReference late = net;
      late.pc(enough - 1, 0.1);
      BOOST_CHECK_EQUAL(largest(late.dw[0]), 0.0);
      BOOST_CHECK_GT(largest(late.dw[1]), 0.0);
      net.pc(enough, 0.1);
      BOOST_CHECK_GT(largest(net.dw[0]), 0.0);

      const agon_rule& rule = open_rule(AGON_PC_PLUGIN);
      const TaskSpec spec{.shape = {4}, .classes = 3};
      for (const char* schedule : {"pc", "ipc", "fixedpred"}) {
        const auto settings = [&](int steps) {
          return fmt::format("schedule={},depth={},steps={}", schedule, layers - 1, steps);
        };
        const std::string reason = refused_at_planning(rule, spec, settings(enough - 1));
        for (const std::string& words :
             {fmt::format("steps={}", enough - 1), std::string("dW_1 would be exactly 0"),
              fmt::format("set steps={} or more", enough)}) {
          BOOST_CHECK_MESSAGE(reason.find(words) != std::string::npos,
                              words << " not in " << reason);
        }
        BOOST_CHECK_EQUAL(refused_at_creation(rule, spec, settings(enough - 1)), reason);
        BOOST_CHECK_EQUAL(refused_at_planning(rule, spec, settings(enough)), "");
      }
    }
  }
}

// Updates and errors of ordinary relaxation, every f, both places and energies, unequal precisions.
// In float the small errors of the first layer are differences of large states: 1e-3.
BOOST_AUTO_TEST_CASE(relaxation_is_that_of_the_equations) {
  for (const char* act : {"relu", "tanh", "sigmoid", "identity", "lrelu", "gelu"}) {
    for (const bool pre : {false, true}) {
      for (const bool ce : {false, true}) {
        BOOST_TEST_CONTEXT(act << (pre ? " pre" : " post") << (ce ? " ce" : " se")) {
          unsigned state = 29;
          PcReference net = drawn_net(sizes_of(4), 1.0, state);
          net.act = act;
          net.pre = pre;
          net.ce = ce;
          net.pi = {0.7, 1.3, 0.9, 1.6};
          const Rows x = drawn(6, kInputs, state);
          Rows y(6, Row(kOutputs, 0.0));
          for (size_t r = 0; r < 6; ++r) y[r][r % kOutputs] = 1;
          DrivenPc rule(net, "steps=5,gamma=0.05,optimiser=sgd,lr=512", 8);
          net.begin(x, y);
          BOOST_CHECK_CLOSE_FRACTION(rule.fit(x, y), net.energy(), 1e-5);
          const std::vector<Rows> w = net.w;
          net.pc(5, 0.05);
          for (size_t l = 0; l < 4; ++l) {
            Rows got = rule.w(l);
            for (size_t j = 0; j < got.size(); ++j) {
              for (size_t i = 0; i < got[j].size(); ++i) got[j][i] = (got[j][i] - w[l][j][i]) / 512;
            }
            compare(got, net.dw[l], 1e-3);
            compare(rule.node("e", l + 1, 6), net.e[l + 1], 1e-3);
          }
        }
      }
    }
  }
}

// (12): one side by hand, from the reference with a target moved towards or away from its output.
BOOST_AUTO_TEST_CASE(nudging_moves_the_target_and_rescales_the_update) {
  for (const bool ce : {false, true}) {
    for (const char* kind : {"pn", "nn", "cn"}) {
      for (const char* schedule : {"pc", "fixedpred", "zil"}) {
        unsigned state = 31;
        PcReference net = drawn_net({6, 7, 7, 4}, 1.0, state);
        net.ce = ce;
        net.pi = {1, 1, ce ? 1.0 : 1.4};
        const Rows x = drawn(5, 6, state);
        Rows y(5, Row(4, 0.0));
        for (size_t r = 0; r < 5; ++r) y[r][r % 4] = 1;
        const std::string s = schedule;
        DrivenPc rule(net,
                      fmt::format("nudging={},beta=0.3,schedule={},optimiser=sgd,lr=512{}", kind, s,
                                  s == "zil" ? "" : ",steps=4,gamma=0.1"),
                      8);
        rule.fit(x, y);
        std::vector<Rows> want = net.w;
        for (Rows& m : want) {
          for (Row& row : m) std::ranges::fill(row, 0.0);
        }
        const std::vector<double> signs = std::string(kind) == "cn"   ? std::vector<double>{1, -1}
                                          : std::string(kind) == "nn" ? std::vector<double>{-1}
                                                                      : std::vector<double>{1};
        for (const double sign : signs) {
          const double k = 0.3 * sign;
          PcReference side = net;
          side.begin(x, y);
          Rows target = y;
          for (size_t r = 0; r < 5; ++r) {
            for (size_t i = 0; i < 4; ++i) {
              const double p = y[r][i] - side.e[3][r][i] / (ce ? 1.0 : 1.4);
              target[r][i] = p + k * (y[r][i] - p);
            }
          }
          side.begin(x, target);
          side.frozen = s == "fixedpred";
          if (s == "zil") {
            side.zil();
          } else {
            side.pc(4, 0.1);
          }
          for (size_t l = 0; l < 3; ++l) {
            for (size_t j = 0; j < want[l].size(); ++j) {
              for (size_t i = 0; i < want[l][j].size(); ++i)
                want[l][j][i] += side.dw[l][j][i] / k / static_cast<double>(signs.size());
            }
          }
        }
        BOOST_TEST_CONTEXT(kind << ' ' << s << (ce ? " ce" : " se")) {
          for (size_t l = 0; l < 3; ++l) {
            Rows got = rule.w(l);
            for (size_t j = 0; j < got.size(); ++j) {
              for (size_t i = 0; i < got[j].size(); ++i)
                got[j][i] = (got[j][i] - net.w[l][j][i]) / 512;
            }
            compare(got, want[l], 1e-4);
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(cosine_to_the_gradient_is_one_where_the_update_is_the_gradient) {
  for (const char* settings :
       {"schedule=bp", "schedule=zil", "schedule=fixedpred,gamma=1,steps=3"}) {
    unsigned state = 7;
    PcReference net = drawn_net(sizes_of(4), 1.0, state);
    DrivenPc rule(net, std::string("lr=1e-7,") + settings, kBatch);
    rule.fit(drawn(kBatch, kInputs, state), drawn(kBatch, kOutputs, state));
    BOOST_CHECK_CLOSE_FRACTION(rule.metric("cosine_bp"), 1.0, 1e-5);
  }
  unsigned state = 7;
  PcReference net = drawn_net(sizes_of(4), 1.0, state);
  DrivenPc rule(net, "lr=1e-7,optimiser=sgd,steps=20,gamma=0.1", kBatch);
  const Rows x = drawn(kBatch, kInputs, state), y = drawn(kBatch, kOutputs, state);
  rule.fit(x, y);
  net.begin(x, y);
  PcReference exact = net;
  net.pc(20, 0.1);
  exact.bp();
  double own = 0, other = 0, both = 0;
  for (size_t l = 0; l < 4; ++l) {
    for (size_t j = 0; j < net.dw[l].size(); ++j) {
      for (size_t i = 0; i < net.dw[l][j].size(); ++i) {
        own += net.dw[l][j][i] * net.dw[l][j][i];
        other += exact.dw[l][j][i] * exact.dw[l][j][i];
        both += net.dw[l][j][i] * exact.dw[l][j][i];
      }
    }
  }
  const double want = both / std::sqrt(own * other);
  BOOST_CHECK_LT(want, 0.999);
  BOOST_CHECK_CLOSE_FRACTION(rule.metric("cosine_bp"), want, 1e-4);
}

}  // namespace
}  // namespace agon::test
