// SPDX-License-Identifier: MIT
//
// Every option of the rule against the double reference over several minibatches, from the rule's
// own random start.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdint>

#include "layout.h"
#include "reference.h"
#include "tests/plugins/golden/open_rule.h"

namespace agon::test {
namespace {

constexpr size_t kInputs = 5, kRows = 24;

// Plain pseudo-random numbers in [0, 1) for inputs.
struct Lcg {
  uint64_t state;
  double next() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 40) / static_cast<double>(1u << 24);
  }
};

struct Case {
  const char* settings;
  int64_t classes;
};
std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.settings << ", " << c.classes << " classes";
}

const Case kCases[] = {
    {"depth=1,width=6", 2},
    {"depth=3,width=4", 2},
    {"depth=2,width=7", 3},
    {"depth=2,width=16,rule=both", 3},
    {"depth=2,width=17,rule=exc", 3},
    {"depth=2,width=6,rule=both,clamp_nonneg=1", 4},
    {"depth=2,width=6,reduction=mean,u1=0.5", 3},
    {"depth=2,width=6,loss=ce,update_norm=fan-out", 3},
    {"depth=2,width=6,loss=ce", 2},
    {"depth=2,width=6,activation=relu,init=one", 3},
    {"depth=2,width=6,input_pairing=0", 3},
    {"depth=2,width=6,rule=both,input_pairing=0", 3},
    {"depth=2,width=6,ei_assign=random", 3},
    {"depth=2,width=6,ei_assign=alternate-minus,deriv_scale=1,u0=1", 3},
    {"depth=2,width=6,init=sqrt-out,beta=0", 3},
    {"depth=2,width=6,init=units,update_norm=units", 3},
    {"depth=2,width=6,init=one,update_norm=units*layers", 3},
    {"depth=2,width=6,init=sym,update_norm=none", 3},
    {"depth=1,width=6,quantised=1,u0=4", 3},
};

std::string setting(const std::string& settings, const std::string& key,
                    const std::string& fallback) {
  const size_t at = fmt::format(",{}", settings).find(fmt::format(",{}=", key));
  if (at == std::string::npos) return fallback;
  const size_t begin = at + key.size() + 1;
  return settings.substr(begin, settings.find(',', begin) - begin);
}

double norm_of(const std::string& name, double width, double depth, double units) {
  if (name == "none") return 1;
  if (name == "fan-out") return units;
  if (name == "units") return width;
  return name == "units*layers" ? width * depth : width + depth;
}

// The rule's start as a reference: its types and magnitudes are read through the ABI.
EdReference reference_of(RuleUnderTest& rule, const std::string& settings, size_t nets) {
  EdReference ref;
  ref.o.lr = 0.05;
  ref.o.u0 = std::stod(setting(settings, "u0", "0.4"));
  ref.o.beta = std::stod(setting(settings, "beta", "0.8"));
  ref.o.u1 = std::stod(setting(settings, "u1", "1"));
  ref.o.c = setting(settings, "deriv_scale", "2/u0") == "1" ? 1.0 : 2.0 / ref.o.u0;
  ref.o.mean = setting(settings, "reduction", "sum") == "mean";
  ref.o.relu = setting(settings, "activation", "sigmoid") == "relu";
  ref.o.ce = setting(settings, "loss", "mse") == "ce";
  ref.o.paired = setting(settings, "input_pairing", "1") == "1";
  ref.o.clamp = setting(settings, "clamp_nonneg", "0") == "1";
  ref.o.quantised = setting(settings, "quantised", "0") == "1";
  ref.o.rule = setting(settings, "rule", "ed");
  const size_t depth = std::stoul(setting(settings, "depth", "1"));
  const double width = std::stod(setting(settings, "width", "16"));
  std::vector<EdLayer> net;
  for (size_t l = 0; l <= depth; ++l) {
    EdLayer layer;
    layer.type = rule.tensor(fmt::format("s{}", l + 1))[0];
    const size_t units = layer.type.size();
    layer.norm = norm_of(setting(settings, "update_norm", "units+layers"), width,
                         static_cast<double>(depth), static_cast<double>(units));
    size_t plus = kInputs, minus = ref.o.paired ? kInputs : 0;
    if (l > 0) {
      plus = minus = 0;
      for (const double s : net[l - 1].type) ++(s > 0 ? plus : minus);
    }
    layer.plus.assign(plus + 1, std::vector<double>(units));
    layer.minus.assign(minus + 1, std::vector<double>(units));
    net.push_back(layer);
  }
  ref.nets.assign(nets, net);
  exchange<false>(rule, ref.nets, kInputs, ref.o.paired);
  return ref;
}

BOOST_AUTO_TEST_SUITE(ed_oracle)

BOOST_DATA_TEST_CASE(six_minibatches_agree_with_the_double_reference,
                     boost::unit_test::data::make(kCases), c) {
  const std::string settings = fmt::format("{},lr=0.05", c.settings);
  RuleUnderTest rule(open_rule(AGON_ED_PLUGIN),
                     {.shape = {kInputs}, .classes = c.classes, .seed = 7}, settings);
  const bool one_net = c.classes == 2 && settings.find("loss=ce") == std::string::npos;
  const size_t nets = one_net ? 1 : static_cast<size_t>(c.classes);
  EdReference ref = reference_of(rule, settings, nets);
  Lcg draw{42};
  for (int step = 0; step < 6; ++step) {
    Rows x(kRows, std::vector<double>(kInputs)), t(kRows, std::vector<double>(nets));
    std::vector<int32_t> labels;
    for (size_t b = 0; b < kRows; ++b) {
      for (double& v : x[b]) v = draw.next();
      const int32_t label = static_cast<int32_t>(draw.next() * static_cast<double>(c.classes));
      labels.push_back(label);
      if (one_net)
        t[b][0] = label;
      else
        t[b][static_cast<size_t>(label)] = 1.0;
    }
    const Rows y = rule.predict(matrix_of(x)), want = ref.predict(x);
    for (size_t b = 0; b < kRows; ++b) {
      for (size_t k = 0; k < nets; ++k) {
        BOOST_CHECK_SMALL((one_net ? y[b][1] : y[b][k]) - want[b][k], 5e-5);
      }
    }
    rule.fit(matrix_of(x), labels);
    ref.fit(x, t);
  }
  EdReference now = ref;
  exchange<false>(rule, now.nets, kInputs, ref.o.paired);
  double worst = 0;
  for (size_t k = 0; k < nets; ++k) {
    for (size_t l = 0; l < ref.nets[k].size(); ++l) {
      const EdLayer &a = now.nets[k][l], &b = ref.nets[k][l];
      for (size_t i = 0; i < a.plus.size(); ++i) {
        for (size_t j = 0; j < a.type.size(); ++j)
          worst = std::max(worst, std::abs(a.plus[i][j] - b.plus[i][j]));
      }
      for (size_t i = 0; i < a.minus.size(); ++i) {
        for (size_t j = 0; j < a.type.size(); ++j)
          worst = std::max(worst, std::abs(a.minus[i][j] - b.minus[i][j]));
      }
    }
  }
  BOOST_CHECK_SMALL(worst, 5e-5);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
