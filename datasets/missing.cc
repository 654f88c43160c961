// SPDX-License-Identifier: MIT
#include "datasets/missing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"

namespace agon::datasets {
namespace {

// Of at least one value.
double middle(Missing rule, std::vector<double>& values) {
  if (rule == Missing::mean) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  }
  std::ranges::sort(values);
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace

void fill_missing(Missing rule, std::span<const int32_t> train, const std::string& name,
                  core::Matrix& x) {
  if (rule == Missing::refuse) return;
  for (size_t c = 0; c < x.cols(); ++c) {
    bool any = false;
    for (size_t r = 0; r < x.rows() && !any; ++r) any = std::isnan(x.at(r, c));
    if (!any) continue;
    std::vector<double> known;
    for (const int32_t r : train) {
      const float value = x.at(static_cast<size_t>(r), c);
      if (!std::isnan(value)) known.push_back(static_cast<double>(value));
    }
    if (known.empty()) {
      throw Error(Exit::data, name, fmt::format("no training row has a value of input {}", c),
                  "leave its column out with 'skip' in [source]");
    }
    const auto value = static_cast<float>(middle(rule, known));
    for (size_t r = 0; r < x.rows(); ++r) {
      if (std::isnan(x.at(r, c))) x.at(r, c) = value;
    }
  }
}

}  // namespace agon::datasets
