// SPDX-License-Identifier: MIT
//
// Feedback weights of their own, decay, and what is learnt: kp, local and fixed against the
// equations.
#include <boost/test/unit_test.hpp>

#include "driven.h"
#include "reference.h"

namespace agon::test {
namespace {

struct Setting {
  PcReference net;
  Rows x, y;
};

Setting drawn_setting(unsigned state) {
  Setting s{drawn_net({8, 6, 6, 4}, 1.0, state), {}, {}};
  s.net.back = drawn_net({8, 6, 6, 4}, 1.0, state).w;
  s.x = drawn(5, 8, state);
  s.y = drawn(5, 4, state);
  return s;
}

double cosine(const Rows& a, const Rows& b) {
  double aa = 0, bb = 0, ab = 0;
  for (size_t j = 0; j < a.size(); ++j) {
    for (size_t i = 0; i < a[j].size(); ++i) {
      aa += a[j][i] * a[j][i];
      bb += b[j][i] * b[j][i];
      ab += a[j][i] * b[j][i];
    }
  }
  return ab / std::sqrt(aa * bb);
}

Rows difference(const Rows& a, const Rows& b, double scale = 1) {
  Rows out = a;
  for (size_t j = 0; j < a.size(); ++j) {
    for (size_t i = 0; i < a[j].size(); ++i) out[j][i] = scale * (a[j][i] - b[j][i]);
  }
  return out;
}

Rows feedback(DrivenPc& rule, size_t l) {
  return rule.rule().tensor("feedback" + std::to_string(l));
}

BOOST_AUTO_TEST_CASE(errors_come_back_through_the_feedback_weights) {
  for (const char* kind : {"kp", "local", "fixed"}) {
    for (const bool pre : {false, true}) {
      Setting s = drawn_setting(5);
      s.net.pre = pre;
      DrivenPc rule(s.net, fmt::format("feedback={},steps=6,gamma=0.1,optimiser=sgd,lr=512", kind),
                    8);
      const Rows fixed[] = {{}, feedback(rule, 1), feedback(rule, 2)};
      rule.fit(s.x, s.y);
      PcReference net = s.net;
      net.begin(s.x, s.y);
      net.pc(6, 0.1);
      PcReference symmetric = s.net;
      symmetric.back.clear();
      symmetric.begin(s.x, s.y);
      symmetric.pc(6, 0.1);
      BOOST_CHECK_GT(largest(difference(net.dw[0], symmetric.dw[0])), 1e-3 * largest(net.dw[0]));
      for (size_t l = 0; l < 3; ++l)
        compare(difference(rule.w(l), s.net.w[l], 1.0 / 512), net.dw[l], 1e-4);
      for (size_t l = 1; l < 3; ++l) {
        const Rows change = difference(feedback(rule, l), s.net.back[l], 1.0 / 512);
        const std::string k = kind;
        if (k == "kp") compare(change, net.dw[l], 1e-4);
        if (k == "fixed") BOOST_CHECK(feedback(rule, l) == fixed[l]);
        if (k != "local") continue;
        Rows want = net.w[l];  // e_l^T x_{l-1} / B
        for (size_t j = 0; j < want.size(); ++j) {
          for (size_t i = 0; i < want[j].size(); ++i) {
            want[j][i] = 0;
            for (size_t r = 0; r < 5; ++r) want[j][i] += net.e[l + 1][r][j] * net.x[l][r][i] / 5;
          }
        }
        compare(change, want, 1e-4);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(kp_pulls_the_feedback_weights_towards_the_weights) {
  constexpr double kDecay = 0.03;
  for (const char* optimiser : {"sgd,lr=0.3", "adam,lr=0.01"}) {
    const Setting s = drawn_setting(8);
    DrivenPc rule(s.net,
                  fmt::format("feedback=kp,gamma=0.1,decay={},optimiser={}", kDecay, optimiser), 8);
    const double start =
        std::min(cosine(s.net.w[1], s.net.back[1]), cosine(s.net.w[2], s.net.back[2]));
    for (int i = 0; i < 40; ++i) rule.fit(s.x, s.y);
    for (size_t l = 1; l < 3;
         ++l) {  // both take the same steps: (1 - decay)^t of the difference is left
      Rows want = difference(s.net.w[l], s.net.back[l], std::pow(1 - kDecay, 40));
      compare(difference(rule.w(l), feedback(rule, l)), want, 1e-4);
    }
    const double now = rule.metric("alignment");
    BOOST_CHECK_CLOSE_FRACTION(
        now, std::min(cosine(rule.w(1), feedback(rule, 1)), cosine(rule.w(2), feedback(rule, 2))),
        1e-4);
    BOOST_CHECK_GT(now, start + 0.1);
  }
}

BOOST_AUTO_TEST_CASE(decay_takes_its_share_whatever_the_rate_and_spares_biases) {
  const Setting s = drawn_setting(3);
  DrivenPc rule(s.net, "feedback=fixed,gamma=0.1,decay=0.1,optimiser=sgd,lr=1e-7", 8);
  rule.fit(s.x, s.y);
  for (size_t l = 0; l < 3; ++l) {
    compare(rule.w(l),
            difference(s.net.w[l], Rows(s.net.w[l].size(), Row(s.net.w[l][0].size(), 0)), 0.9),
            1e-5);
    compare({rule.b(l)}, {s.net.b[l]}, 1e-5);
  }
  compare(feedback(rule, 1), s.net.back[1], 1e-6);
}

BOOST_AUTO_TEST_CASE(initial_weights_have_their_limits) {
  const auto limit = [](const char* settings, const char* name) {
    RuleUnderTest rule(open_rule(AGON_PC_PLUGIN), {.shape = {64}, .classes = 64},
                       std::string("depth=2,feedback=kp,") + settings);
    return largest(rule.tensor(name));
  };
  const double xavier = std::sqrt(6.0 / 128), he = std::sqrt(6.0 / 64);
  for (const auto& [settings, name, want] : {std::tuple{"init=xavier", "W0", xavier},
                                             {"init=he", "W0", he},
                                             {"w_scale=0.1", "W0", xavier},
                                             {"w_scale=0.1", "W1", 0.1 * xavier},
                                             {"w_scale=0.1", "W2", 0.1 * xavier},
                                             {"b_scale=0.5", "feedback1", 0.5 * xavier},
                                             {"b_scale=0.5", "W1", xavier}}) {
    BOOST_CHECK_LE(limit(settings, name), want * (1 + 1e-6));
    BOOST_CHECK_GT(limit(settings, name), 0.99 * want);
  }
}

// Precisions are a setting: not counted, not harmed by noise on the weights.
BOOST_AUTO_TEST_CASE(parameters_are_weights_biases_and_own_feedback) {
  const agon_rule& pc = open_rule(AGON_PC_PLUGIN);
  const TaskSpec spec{.shape = {8}, .classes = 4};
  const int64_t plain = 8 * 6 + 6 + 6 * 6 + 6 + 6 * 4 + 4;
  RuleUnderTest sym(pc, spec, "depth=2,width=6"), kp(pc, spec, "depth=2,width=6,feedback=kp");
  RuleUnderTest both(pc, spec, "depth=2,width=6,feedback=kp,direction=generative");
  BOOST_CHECK_EQUAL(sym.model().n_params(), plain);
  BOOST_CHECK_EQUAL(kp.model().n_params(), plain + 6 * 6 + 6 * 4);
  const int64_t first = 4 * 6;  // B_1: the label relaxes in the read-out
  const int64_t generative = 4 * 6 + 6 + 6 * 6 + 6 + 6 * 8 + 8;
  BOOST_CHECK_EQUAL(both.model().n_params(), generative + first + 6 * 6 + 6 * 8);
}

BOOST_AUTO_TEST_CASE(noise_on_the_weights_spares_the_precisions) {
  const agon_rule& pc = open_rule(AGON_PC_PLUGIN);
  const auto& lesion = *static_cast<const agon_lesion*>(pc.extension(&pc, AGON_LESION_ID));
  const auto& tensors = *static_cast<const agon_tensors*>(pc.extension(&pc, AGON_TENSORS_ID));
  const int64_t shape[] = {8};
  agon_task task{};
  task.struct_size = sizeof(task);
  task.kind = AGON_CLASSIFY;
  task.inputs = 8;
  task.outputs = 4;
  task.max_batch = 4;
  task.shape = shape;
  task.shape_rank = 1;
  harness::Call call;
  call.begin();
  agon_model* model = nullptr;
  const auto values = values_of(pc, "precision_hidden=2,precision_out=0.5");
  BOOST_REQUIRE_EQUAL(
      pc.create(&pc, harness::Host().abi(), call.abi(), &task, values.data(), &model), AGON_OK);
  const auto read = [&](const std::string& name) {
    for (int64_t i = 0; i < tensors.count(model); ++i) {
      agon_tensor t{};
      t.struct_size = sizeof(t);
      tensors.get(model, i, &t);
      if (name == t.name) return rows_of(t.view);
    }
    return Rows{};
  };
  const Rows w = read("W0"), pi = read("precision");
  BOOST_CHECK(pi == (Rows{{2, 0.5}}));
  BOOST_CHECK_EQUAL(lesion.harm(model, call.abi(), AGON_WEIGHT_NOISE, 0.5, 1), AGON_OK);
  BOOST_CHECK(read("W0") != w);
  BOOST_CHECK(read("precision") == pi);
  BOOST_CHECK_EQUAL(lesion.harm(model, call.abi(), AGON_WEIGHT_NOISE, 0.0, 1), AGON_OK);
  BOOST_CHECK(read("W0") == w);
  pc.destroy(model);
}

}  // namespace
}  // namespace agon::test
