// SPDX-License-Identifier: MIT
//
// What the readout sees: the features against the double reference, streams frame by frame, metrics
// and the activity picture, and learning from the ABI's verbs alone.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "reference.h"
#include "tests/plugins/golden/count_allocations.h"
#include "tests/plugins/golden/open_rule.h"

namespace agon::test {
namespace {

const agon_rule& monolith() {
  static const agon_rule& rule = open_rule(AGON_MONOLITH_PLUGIN);
  return rule;
}

constexpr const char* kSmall = "z=2,y=3,x=3,steps=5";
constexpr size_t kSites = 18;

LatticeReference reference_of(RuleUnderTest& rule) {
  LatticeReference ref;
  ref.Z = 2;
  ref.offsets = LatticeReference::neighbours(26);
  ref.weights = rule.tensor("weights");
  ref.types = rule.tensor("types")[0];
  return ref;
}

// Feature f as the readout sees it before any statistics: score 0 with weight 1 on f alone.
double feature(RuleUnderTest& rule, const Matrix& x, size_t f) {
  Rows w = rule.tensor("readout_W");
  for (auto& row : w) std::fill(row.begin(), row.end(), 0.0);
  w[0][f] = 1.0;
  rule.set("readout_W", w);
  return rule.predict(x)[0][0];
}

Rows draw(size_t rows, size_t inputs, uint64_t state, std::vector<int32_t>& labels) {
  Rows x(rows, std::vector<double>(inputs));
  labels.clear();
  for (size_t b = 0; b < rows; ++b) {
    labels.push_back(static_cast<int32_t>(b % 3));
    for (size_t i = 0; i < inputs; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      x[b][i] = 0.6 * static_cast<double>(state >> 40) / static_cast<double>(1u << 24) +
                (i % 3 == b % 3 ? 0.4 : 0.0);
    }
  }
  return x;
}

BOOST_AUTO_TEST_SUITE(monolith_readout)

BOOST_AUTO_TEST_CASE(features_are_the_loss_its_mean_all_of_it_the_state_or_both) {
  const std::vector<double> u{0.25, 0.5, 0, 1, 0.75, 0.125, 0, 0.5, 1};
  const Matrix x = matrix_of({u});
  struct Kind {
    const char* name;
    size_t count;
  };
  for (const Kind kind :
       {Kind{"loss-last", kSites}, Kind{"loss-mean", kSites}, Kind{"loss-all", 5 * kSites},
        Kind{"state", kSites}, Kind{"both", 2 * kSites}}) {
    BOOST_TEST_CONTEXT(kind.name) {
      RuleUnderTest rule(monolith(), {.shape = {3, 3}},
                         fmt::format("{},features={}", kSmall, kind.name));
      const auto steps = reference_of(rule).run(Rows(5, u));
      BOOST_REQUIRE_EQUAL(rule.tensor("readout_W")[0].size(), kind.count);
      const std::string name = kind.name;
      for (size_t f = 0; f < kind.count; ++f) {
        const size_t i = f % kSites;
        double want = steps.back().e[i];
        if (name == "loss-all") want = steps[f / kSites].e[i];
        if (name == "state" || (name == "both" && f >= kSites)) want = steps.back().p[i];
        if (name == "loss-mean") {
          want = 0;
          for (const auto& step : steps) want += step.e[i] / 5.0;
        }
        BOOST_CHECK_SMALL(feature(rule, x, f) - want, 1e-5);
      }
    }
  }
}

// One layer alone, or all but the first, of every kind: the columns that the whole lattice has
// there.
BOOST_AUTO_TEST_CASE(the_readout_sees_the_layers_it_is_told) {
  const Matrix x = matrix_of({{0.25, 0.5, 0, 1, 0.75, 0.125, 0, 0.5, 1}});
  for (const std::string kind : {"loss-last", "loss-mean", "loss-all", "state", "both"}) {
    BOOST_TEST_CONTEXT(kind) {
      const std::string settings = "z=3,y=3,x=3,steps=4,features=" + kind;
      RuleUnderTest whole(monolith(), {.shape = {3, 3}}, settings);
      struct Part {
        const char* option;
        size_t first, count;
      };
      for (const Part part : {Part{"read_layer=0", 0, 9}, Part{"read_layer=2", 18, 9},
                              Part{"skip_layers=1", 9, 18}}) {
        RuleUnderTest rule(monolith(), {.shape = {3, 3}}, settings + "," + part.option);
        const size_t blocks = whole.tensor("readout_W")[0].size() / 27;
        BOOST_REQUIRE_EQUAL(rule.tensor("readout_W")[0].size(), blocks * part.count);
        double largest = 0;
        for (size_t f = 0; f < blocks * part.count; ++f) {
          const size_t same = f / part.count * 27 + part.first + f % part.count;
          const double got = feature(rule, x, f);
          BOOST_CHECK_EQUAL(got, feature(whole, x, same));
          largest = std::max(largest, std::abs(got));
        }
        BOOST_CHECK_GT(largest, 0.0);
      }
    }
  }
}

// Blocks of 2 x 3 values share a site: the lattice answers as if it had been shown their means.
BOOST_AUTO_TEST_CASE(a_pooled_input_is_the_means_of_its_blocks) {
  const auto v = [](size_t r, size_t c) {
    return static_cast<double>((3 * r + 5 * c) % 16) / 16.0;
  };
  std::vector<double> image, means(9);
  for (size_t r = 0; r < 6; ++r) {
    for (size_t c = 0; c < 9; ++c) {
      image.push_back(v(r, c));
      means[r / 2 * 3 + c / 3] += v(r, c) / 6.0;
    }
  }
  const std::string settings = fmt::format("{},fit_input=pool", kSmall);
  RuleUnderTest pooled(monolith(), {.shape = {6, 9}}, settings);
  RuleUnderTest flat(monolith(), {.shape = {27}}, settings);  // 3 neighbours of a row share a site
  RuleUnderTest plain(monolith(), {.shape = {3, 3}}, kSmall);
  const auto run = [](RuleUnderTest& rule, const std::vector<double>& x) {
    rule.predict(matrix_of({x}));
    std::vector<double> e;
    for (const auto& site : rule.tensor("e")) e.push_back(site[0]);
    return e;
  };
  std::vector<double> row(image.begin(), image.begin() + 27), row_means(9);
  for (size_t i = 0; i < row.size(); ++i) row_means[i / 3] += row[i] / 3.0;
  const auto compare = [](const std::vector<double>& a, const std::vector<double>& b) {
    for (size_t i = 0; i < kSites; ++i) BOOST_CHECK_SMALL(a[i] - b[i], 1e-6);
  };
  compare(run(pooled, image), run(plain, means));
  compare(run(flat, row), run(plain, row_means));
}

// Bilinear between pixel centres: a plane stays a plane inside and is flat beyond the outer
// centres.
BOOST_AUTO_TEST_CASE(a_stretched_image_is_interpolated_between_its_pixels) {
  std::vector<double> image, layer;
  for (size_t i = 0; i < 12; ++i)
    image.push_back(0.125 * static_cast<double>(i / 4) + 0.0625 * static_cast<double>(i % 4));
  for (int y = 0; y < 9; ++y) {
    for (int x = 0; x < 8; ++x) {
      const double row = std::clamp((y + 0.5) / 3.0 - 0.5, 0.0, 2.0),
                   column = std::clamp((x + 0.5) / 2.0 - 0.5, 0.0, 3.0);
      layer.push_back(0.125 * row + 0.0625 * column);
    }
  }
  const std::string settings = "z=2,y=9,x=8,steps=3";
  RuleUnderTest stretched(monolith(), {.shape = {3, 4}}, settings + ",fit_input=stretch");
  RuleUnderTest plain(monolith(), {.shape = {9, 8}}, settings);
  stretched.predict(matrix_of({image}));
  plain.predict(matrix_of({layer}));
  const Rows a = stretched.tensor("e"), b = plain.tensor("e");
  for (size_t i = 0; i < a.size(); ++i) BOOST_CHECK_SMALL(a[i][0] - b[i][0], 1e-6);
  // An image of the layer's own size stays as it is.
  RuleUnderTest same(monolith(), {.shape = {9, 8}}, settings + ",fit_input=stretch");
  same.predict(matrix_of({layer}));
  BOOST_CHECK(same.tensor("e") == b);
}

// (8): p_T = eta sum (1 - lambda)^(T - t) e_t.
BOOST_AUTO_TEST_CASE(the_state_is_a_low_pass_of_the_loss) {
  const Matrix x = matrix_of({{0.25, 0.5, 0, 1, 0.75, 0.125, 0, 0.5, 1}});
  std::vector<double> sum(kSites, 0.0);
  Rows p;
  for (int t = 1; t <= 5; ++t) {
    RuleUnderTest rule(monolith(), {.shape = {3, 3}}, fmt::format("z=2,y=3,x=3,steps={}", t));
    rule.predict(x);
    const Rows e = rule.tensor("e");
    for (size_t i = 0; i < kSites; ++i) sum[i] = 0.9 * sum[i] + 0.2 * e[i][0];
    p = rule.tensor("p");
  }
  for (size_t i = 0; i < kSites; ++i) BOOST_CHECK_SMALL(p[i][0] - sum[i], 1e-6);
}

BOOST_AUTO_TEST_CASE(a_stream_enters_frame_by_frame) {
  RuleUnderTest rule(monolith(), {.shape = {4, 9}}, fmt::format("{},input=stream", kSmall));
  Rows frames(4, std::vector<double>(9));
  std::vector<double> flat;
  for (size_t t = 0; t < 4; ++t) {
    for (size_t i = 0; i < 9; ++i) frames[t][i] = static_cast<double>((7 * t + 3 * i) % 8) / 8.0;
    flat.insert(flat.end(), frames[t].begin(), frames[t].end());
  }
  rule.predict(matrix_of({flat}));
  const auto steps = reference_of(rule).run(frames);
  const Rows e = rule.tensor("e");
  for (size_t i = 0; i < kSites; ++i) BOOST_CHECK_SMALL(e[i][0] - steps.back().e[i], 1e-5);
}

// Three updates per step with a sustained input are three steps of one.
BOOST_AUTO_TEST_CASE(hops_are_updates_within_a_step) {
  std::vector<int32_t> labels;
  const Matrix x = matrix_of(draw(3, 9, 5, labels));
  RuleUnderTest hops(monolith(), {.shape = {3, 3}}, "z=2,y=3,x=3,neighbours=6,steps=4,hops=3");
  RuleUnderTest steps(monolith(), {.shape = {3, 3}}, "z=2,y=3,x=3,neighbours=6,steps=12,hops=1");
  hops.predict(x);
  steps.predict(x);
  BOOST_CHECK(hops.tensor("e") == steps.tensor("e"));
}

BOOST_AUTO_TEST_CASE(metrics_and_activity_are_measured_over_the_training_inputs) {
  std::vector<int32_t> labels;
  const Rows x = draw(40, 9, 3, labels);
  RuleUnderTest rule(monolith(), {.shape = {3, 3}, .classes = 3, .max_batch = 16}, kSmall);
  const LatticeReference ref = reference_of(rule);
  rule.model().prepare(matrix_of(Rows(x.begin(), x.begin() + 33)), false);
  rule.model().prepare(matrix_of(Rows(x.begin() + 33, x.end())), true);
  double change = 0, square = 0, abs = 0;
  Rows energy(2, std::vector<double>(5));
  for (const auto& u : x) {
    const auto steps = ref.run(Rows(5, u));
    for (size_t i = 0; i < kSites; ++i) {
      const double e = steps[4].e[i], before = steps[3].e[i];
      change += (e - before) * (e - before);
      square += e * e;
      abs += std::abs(e);
      for (size_t t = 0; t < 5; ++t) energy[i / 9][t] += steps[t].e[i] * steps[t].e[i];
    }
  }
  const std::vector<double> got = rule.model().metrics();
  BOOST_CHECK_CLOSE(got[1], std::sqrt(change / square), 0.01);
  BOOST_CHECK_EQUAL(got[2], 0.0);
  BOOST_CHECK_CLOSE(got[3], abs / (40.0 * kSites), 0.01);
  const Rows activity = rule.tensor("activity");
  for (size_t z = 0; z < 2; ++z) {
    for (size_t t = 0; t < 5; ++t)
      BOOST_CHECK_SMALL(activity[z][t] - std::sqrt(energy[z][t] / (40.0 * 9)), 1e-5);
  }
}

BOOST_AUTO_TEST_CASE(the_picture_is_the_activity_of_the_training_inputs) {
  std::vector<int32_t> labels;
  const Matrix x = matrix_of(draw(20, 9, 3, labels));
  RuleUnderTest rule(monolith(), {.shape = {3, 3}, .classes = 3}, kSmall);
  BOOST_REQUIRE_EQUAL(rule.model().picture_count(), 1u);
  BOOST_CHECK(!rule.model().picture(0));  // nothing to show before the training inputs were seen
  rule.model().prepare(x, true);
  const Rows activity = rule.tensor("activity");
  const auto picture = rule.model().picture(0);
  BOOST_REQUIRE(picture);
  BOOST_CHECK_EQUAL(picture->about->key, "activity");
  BOOST_REQUIRE_EQUAL(picture->values.rows, 2);
  BOOST_REQUIRE_EQUAL(picture->values.cols, 5);
  for (int64_t z = 0; z < 2; ++z) {
    for (int64_t t = 0; t < 5; ++t) {
      const double value = row_of(picture->values, z)[static_cast<size_t>(t)];
      BOOST_CHECK_EQUAL(value, activity[static_cast<size_t>(z)][static_cast<size_t>(t)]);
      BOOST_CHECK_EQUAL(value > 0, z <= t);
    }
  }
}

void train(RuleUnderTest& rule, const Matrix& x, const std::vector<int32_t>& labels, int epochs) {
  rule.model().prepare(x, true);
  for (int epoch = 0; epoch < epochs; ++epoch) {
    rule.fit(x, labels);
    rule.model().end_epoch(epoch);
  }
}

BOOST_AUTO_TEST_CASE(both_readouts_learn_and_the_lattice_stays) {
  std::vector<int32_t> labels, test_labels;
  const Matrix x = matrix_of(draw(60, 9, 3, labels)),
               test = matrix_of(draw(60, 9, 77, test_labels));
  for (const char* settings : {"readout=softmax", "readout=ridge,epochs=1"}) {
    RuleUnderTest rule(monolith(), {.shape = {3, 3}, .classes = 3},
                       fmt::format("{},{}", kSmall, settings));
    const Rows weights = rule.tensor("weights");
    train(rule, x, labels, 80);
    const Rows y = rule.predict(test);
    int right = 0;
    for (size_t b = 0; b < y.size(); ++b) {
      right += std::ranges::max_element(y[b]) - y[b].begin() == test_labels[b] ? 1 : 0;
    }
    BOOST_CHECK_GE(right, 54);
    BOOST_CHECK(rule.tensor("weights") == weights);
  }
}

BOOST_AUTO_TEST_CASE(predict_is_pure_and_row_by_row) {
  std::vector<int32_t> labels;
  const Rows rows = draw(50, 9, 3, labels);
  RuleUnderTest rule(monolith(), {.shape = {3, 3}, .classes = 3}, kSmall);
  const Matrix x = matrix_of(rows);
  train(rule, x, labels, 3);
  const Rows once = rule.predict(x);
  BOOST_CHECK(rule.predict(x) == once);
  for (size_t b = 0; b < rows.size(); b += 7)
    BOOST_CHECK(rule.predict(matrix_of({rows[b]}))[0] == once[b]);
}

BOOST_AUTO_TEST_CASE(same_seed_same_bits) {
  std::vector<int32_t> labels;
  const Matrix x = matrix_of(draw(50, 9, 3, labels));
  const auto run = [&](uint64_t seed) {
    RuleUnderTest rule(monolith(), {.shape = {3, 3}, .classes = 3, .seed = seed}, kSmall);
    train(rule, x, labels, 3);
    return rule.predict(x);
  };
  BOOST_CHECK(run(1) == run(1));
  BOOST_CHECK(run(1) != run(2));
}

BOOST_AUTO_TEST_CASE(fit_and_predict_do_not_allocate_in_the_steady_state) {
  std::vector<int32_t> labels;
  const Matrix x = matrix_of(draw(50, 9, 3, labels)), target = one_hot(labels, 3);
  RuleUnderTest rule(monolith(), {.shape = {3, 3}, .classes = 3}, kSmall);
  train(rule, x, labels, 3);
  Matrix out(50, 3);
  rule.model().predict(x, out);
  const int count = count_allocations([&] {
    for (int step = 0; step < 5; ++step) rule.fit(x, target, labels.data());
    rule.model().predict(x, out);
  });
  BOOST_CHECK_EQUAL(count, 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
