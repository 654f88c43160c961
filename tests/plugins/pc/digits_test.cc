// SPDX-License-Identifier: MIT
//
// What predictive coding reaches on the embedded digits, 64-64-64-10, beside backpropagation with
// the same order of samples: trained on train and validation, read once on test, median of 3 seeds.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <memory>

#include "core/rng.h"
#include "datasets/task.h"
#include "driven.h"
#include "tests/plugins/golden/open_rule.h"

namespace agon::test {
namespace {

constexpr size_t kBatch = 32, kEpochs = 30;
constexpr uint64_t kSeeds = 3;

const datasets::Task& digits() {
  static const datasets::Task task = [] {
    const datasets::Catalogue catalogue({});
    return catalogue.load(catalogue.info("digits"));
  }();
  return task;
}

std::vector<int32_t> training_rows() {
  std::vector<int32_t> rows = digits().split.train;
  rows.insert(rows.end(), digits().split.validation.begin(), digits().split.validation.end());
  return rows;
}

struct Samples {
  Matrix x;
  std::vector<int32_t> labels;
  explicit Samples(std::span<const int32_t> rows)
      : x(static_cast<int64_t>(rows.size()), static_cast<int64_t>(digits().data.x.cols())) {
    for (size_t r = 0; r < rows.size(); ++r) {
      const size_t row = static_cast<size_t>(rows[r]);
      std::ranges::copy(digits().data.x.row(row), x.row(static_cast<int64_t>(r)).begin());
      labels.push_back(digits().data.labels[row]);
    }
  }
};

TaskSpec spec_of(uint64_t seed) {
  return {.shape = {8, 8}, .classes = 10, .seed = seed, .max_batch = 400, .train_rows = 1437};
}

// step(x, labels) for every minibatch of all epochs.
template <typename Step>
void train(uint64_t seed, Step&& step) {
  const std::vector<int32_t> rows = training_rows();
  std::vector<int32_t> order(rows.size()), shuffled(rows.size());
  for (uint64_t epoch = 0; epoch < kEpochs; ++epoch) {
    core::fill_permutation(seed, epoch, order);
    for (size_t i = 0; i < order.size(); ++i) shuffled[i] = rows[static_cast<size_t>(order[i])];
    for (size_t begin = 0; begin < rows.size(); begin += kBatch) {
      const size_t n = std::min(rows.size() - begin, kBatch);
      const Samples s(std::span<const int32_t>(shuffled).subspan(begin, n));
      step(s);
    }
  }
}

double accuracy(const std::string& plugin, const std::string& settings, uint64_t seed) {
  RuleUnderTest model(open_rule(plugin), spec_of(seed), settings);
  train(seed, [&](const Samples& s) { model.fit(s.x, s.labels); });
  const Samples test(digits().split.test);
  const Rows y = model.predict(test.x);
  double right = 0;
  for (size_t r = 0; r < y.size(); ++r)
    right += std::ranges::max_element(y[r]) - y[r].begin() == test.labels[r] ? 1 : 0;
  return right / static_cast<double>(y.size());
}

std::vector<double> accuracies(const std::string& plugin, const std::string& settings) {
  std::vector<double> out;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) out.push_back(accuracy(plugin, settings, seed));
  BOOST_TEST_MESSAGE(settings << ": " << out[0] << ' ' << out[1] << ' ' << out[2]);
  return out;
}

double median(std::vector<double> v) {
  std::ranges::sort(v);
  return v[v.size() / 2];
}

BOOST_AUTO_TEST_CASE(discriminative_digits_are_as_good_as_backpropagation) {
  const std::string net = "depth=2,width=64,lr=0.001,";
  const auto bp =
      accuracies(AGON_BP_PLUGIN, net + "activation=relu,loss=squared,optimiser=adam,init=glorot");
  const auto check = [&](const std::string& settings, double lowest, double behind) {
    const auto pc = accuracies(AGON_PC_PLUGIN, net + settings);
    std::vector<double> gap;
    for (size_t i = 0; i < pc.size(); ++i) gap.push_back(pc[i] - bp[i]);
    BOOST_TEST_CONTEXT(settings) {
      BOOST_CHECK_GE(median(pc), lowest);
      BOOST_CHECK_GE(median(gap), -behind);
    }
    return median(pc);
  };
  check("steps=8,gamma=0.03", 0.955, 0.015);
  const double pre = check("steps=8,gamma=0.03,place=pre", 0.955, 0.015);
  check("steps=8,gamma=0.03,schedule=ipc,lr=0.0002", 0.955, 0.02);
  check("steps=8,gamma=0.03,energy=cross-entropy", 0.955, 0.02);
  const double kp = check(
      "steps=8,gamma=0.03,place=pre,feedback=kp,w_scale=0.1,b_scale=0.1,decay=0.0001", 0.955, 0.02);
  BOOST_CHECK_GE(kp, pre - 0.01);
}

// One generative training per seed serves both: what it reads and what it draws.
BOOST_AUTO_TEST_CASE(generative_digits_are_read_and_drawn) {
  const agon_rule& rule = open_rule(AGON_PC_PLUGIN);
  const std::string settings = preset_of(rule, "generative") + ",depth=2,width=64,lr=0.001";
  Matrix means(10, 64), labels(10, 10);
  std::vector<double> counts(10, 0.0), scores;
  const std::vector<int32_t> rows = training_rows();
  const Samples all(rows), test(digits().split.test);
  for (size_t r = 0; r < all.labels.size(); ++r) {
    const int32_t c = all.labels[r];
    counts[static_cast<size_t>(c)] += 1;
    for (int64_t i = 0; i < 64; ++i) means.at(c, i) += all.x.at(static_cast<int64_t>(r), i);
  }
  for (int64_t c = 0; c < 10; ++c) labels.at(c, c) = 1;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    BareModel model(spec_of(seed), settings);
    train(seed, [&](const Samples& s) {
      const Matrix target = one_hot(s.labels, 10);
      model.fit(s.x, target, s.labels.data());
    });
    Matrix y(test.x.rows(), 10), images(10, 64);
    model.predict(test.x, y);
    double right = 0;
    for (int64_t r = 0; r < y.rows(); ++r)
      right += std::ranges::max_element(y.row(r)) - y.row(r).begin() ==
                       test.labels[static_cast<size_t>(r)]
                   ? 1
                   : 0;
    scores.push_back(right / static_cast<double>(y.rows()));

    model.generate(labels, images);
    for (int64_t c = 0; c < 10; ++c) {
      double mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;
      for (int64_t i = 0; i < 64; ++i) {
        mean_a += images.at(c, i) / 64;
        mean_b += means.at(c, i) / counts[static_cast<size_t>(c)] / 64;
      }
      for (int64_t i = 0; i < 64; ++i) {
        const double a = images.at(c, i) - mean_a;
        const double b = means.at(c, i) / counts[static_cast<size_t>(c)] - mean_b;
        aa += a * a;
        bb += b * b;
        ab += a * b;
      }
      BOOST_CHECK_GE(ab / std::sqrt(aa * bb), 0.98);
    }
  }
  BOOST_TEST_MESSAGE("generative: " << scores[0] << ' ' << scores[1] << ' ' << scores[2]);
  BOOST_CHECK_GE(median(scores), 0.89);
  BOOST_CHECK_GE(*std::ranges::min_element(scores), 0.86);
}

}  // namespace
}  // namespace agon::test
