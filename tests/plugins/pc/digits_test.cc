// SPDX-License-Identifier: MIT
//
// What predictive coding reaches on the embedded digits, 64-64-64-10, beside backpropagation with
// the same order of samples: trained on train and validation, read once on test, median of 3 seeds.
#include "tests/plugins/controls/digits.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "driven.h"

namespace agon::test {
namespace {

constexpr uint64_t kSeeds = 3;
constexpr const char* kNet = "depth=2,width=64,lr=0.001,batch=32,epochs=30,";

std::vector<double> accuracies(const std::string& plugin, const std::string& settings) {
  std::vector<double> out;
  for (uint64_t seed = 0; seed < kSeeds; ++seed)
    out.push_back(test_accuracy(plugin, kNet + settings, seed));
  BOOST_TEST_MESSAGE(settings << ": " << out[0] << ' ' << out[1] << ' ' << out[2]);
  return out;
}

double median(std::vector<double> v) {
  std::ranges::sort(v);
  return v[v.size() / 2];
}

BOOST_AUTO_TEST_CASE(discriminative_digits_are_as_good_as_backpropagation) {
  const auto bp =
      accuracies(AGON_BP_PLUGIN, "activation=relu,loss=squared,optimiser=adam,init=glorot");
  const auto check = [&](const std::string& settings, double lowest, double behind) {
    const auto pc = accuracies(AGON_PC_PLUGIN, settings);
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

// What the label's relaxation reads.
BOOST_AUTO_TEST_CASE(generative_digits_are_read) {
  const auto scores =
      accuracies(AGON_PC_PLUGIN, preset_of(open_rule(AGON_PC_PLUGIN), "generative"));
  BOOST_CHECK_GE(median(scores), 0.89);
  BOOST_CHECK_GE(*std::ranges::min_element(scores), 0.86);
}

double correlation(std::span<const float> a, std::span<const float> b) {
  const double n = static_cast<double>(a.size());
  double mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;
  for (size_t i = 0; i < a.size(); ++i) mean_a += a[i] / n, mean_b += b[i] / n;
  for (size_t i = 0; i < a.size(); ++i) {
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
    ab += (a[i] - mean_a) * (b[i] - mean_b);
  }
  return ab / std::sqrt(aa * bb);
}

// A drawn digit is the mean of its class; the metric knows it too.
BOOST_AUTO_TEST_CASE(synthesised_digits_are_the_means_of_their_classes) {
  const std::vector<int32_t>& rows = digits().split.train;
  std::vector<int32_t> labels;
  const Matrix all = gather(rows, labels);
  Matrix means(10, 64), one_of_each(10, 10), images(10, 64);
  for (int64_t r = 0; r < all.rows(); ++r) {
    for (int64_t i = 0; i < 64; ++i) means.at(labels[static_cast<size_t>(r)], i) += all.at(r, i);
  }
  for (int64_t c = 0; c < 10; ++c) one_of_each.at(c, c) = 1;

  BareModel model({.shape = {8, 8}, .classes = 10, .max_batch = 32},
                  kNet + preset_of(open_rule(AGON_PC_PLUGIN), "generative"));
  std::vector<int32_t> order(rows.size()), chosen;
  for (uint64_t epoch = 0; epoch < 15; ++epoch) {
    core::fill_permutation(1, epoch, order);
    for (size_t begin = 0; begin + 32 <= order.size(); begin += 32) {
      chosen.clear();
      for (size_t i = begin; i < begin + 32; ++i)
        chosen.push_back(rows[static_cast<size_t>(order[i])]);
      const Matrix x = gather(chosen, labels);
      const Matrix target = one_hot(labels, 10);
      model.fit(x, target, labels.data());
    }
  }
  model.generate(one_of_each, images);
  double lowest = 1;
  for (int64_t c = 0; c < 10; ++c)
    lowest = std::min(lowest, correlation(images.row(c), means.row(c)));
  BOOST_TEST_MESSAGE("lowest correlation: " << lowest);
  BOOST_CHECK_GE(lowest, 0.98);
  // The metric sees the samples that were learnt, all but the last incomplete minibatch of an
  // epoch.
  BOOST_CHECK_SMALL(model.metric("prototype") - lowest, 0.003);
}

}  // namespace
}  // namespace agon::test
