// SPDX-License-Identifier: MIT
//
// The accuracy a rule reaches on the embedded digits: fitted on train and validation, read once on
// test, mean of 3 seeds.
#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "core/rng.h"
#include "datasets/task.h"
#include "harness/plugins/manifest.h"
#include "tests/plugins/golden/open_rule.h"

namespace agon::test {

inline const datasets::Task& digits() {
  static const datasets::Task task = [] {
    const datasets::Catalogue catalogue({});
    return catalogue.load(catalogue.info("digits"));
  }();
  return task;
}

inline Matrix gather(std::span<const int32_t> rows, std::vector<int32_t>& labels) {
  const auto& data = digits().data;
  Matrix x(static_cast<int64_t>(rows.size()), static_cast<int64_t>(data.x.cols()));
  labels.clear();
  for (size_t r = 0; r < rows.size(); ++r) {
    const size_t row = static_cast<size_t>(rows[r]);
    std::ranges::copy(data.x.row(row), x.row(static_cast<int64_t>(r)).begin());
    labels.push_back(data.labels[row]);
  }
  return x;
}

inline double test_accuracy(const std::string& plugin, const std::string& settings, uint64_t seed) {
  const agon_rule& rule = open_rule(plugin);
  const auto values = values_of(rule, settings);
  const harness::RuleManifest manifest =
      harness::manifest_of(agon_plugin{0, 0, 0, 0, "", "", "", "", nullptr}, rule, "");
  const int64_t batch = values[manifest.index_of("batch")].i,
                epochs = values[manifest.index_of("epochs")].i;

  const datasets::Split& split = digits().split;
  std::vector<int32_t> rows = split.train;
  rows.insert(rows.end(), split.validation.begin(), split.validation.end());
  RuleUnderTest model(rule,
                      {.shape = {8, 8},
                       .classes = 10,
                       .seed = seed,
                       .max_batch = std::max<int64_t>(batch, 400),
                       .train_rows = static_cast<int64_t>(rows.size())},
                      settings);
  std::vector<int32_t> labels;
  for (size_t begin = 0; begin < rows.size(); begin += 400) {
    const size_t n = std::min<size_t>(rows.size() - begin, 400);
    model.model().prepare(gather(std::span(rows).subspan(begin, n), labels),
                          begin + n == rows.size());
  }
  std::vector<int32_t> order(rows.size());
  for (int64_t e = 0; e < epochs; ++e) {
    core::fill_permutation(seed, static_cast<uint64_t>(e), order);
    std::vector<int32_t> shuffled(rows.size());
    for (size_t i = 0; i < order.size(); ++i) shuffled[i] = rows[static_cast<size_t>(order[i])];
    for (size_t begin = 0; begin < rows.size(); begin += static_cast<size_t>(batch)) {
      const size_t n = std::min(rows.size() - begin, static_cast<size_t>(batch));
      const Matrix x = gather(std::span(shuffled).subspan(begin, n), labels);
      model.fit(x, labels);
    }
    model.model().end_epoch(e);
  }
  const Rows y = model.predict(gather(split.test, labels));
  double right = 0;
  for (size_t r = 0; r < y.size(); ++r) {
    right += std::ranges::max_element(y[r]) - y[r].begin() == labels[r] ? 1 : 0;
  }
  return right / static_cast<double>(y.size());
}

inline double mean_accuracy(const std::string& plugin, const std::string& settings) {
  double sum = 0;
  for (const uint64_t seed : {0u, 1u, 2u}) sum += test_accuracy(plugin, settings, seed) / 3;
  BOOST_TEST_MESSAGE(plugin << " " << settings << ": " << sum);
  return sum;
}

}  // namespace agon::test
