// SPDX-License-Identifier: MIT
#include "datasets/metrics.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace agon::datasets {

int32_t Answers::choice(size_t row) const {
  const float* const first = outputs.row(row);
  return static_cast<int32_t>(std::max_element(first, first + outputs.cols) - first);
}

double accuracy(const Answers& answers) {
  size_t hits = 0;
  for (size_t r = 0; r < answers.labels.size(); ++r) {
    hits += answers.choice(r) == answers.labels[r] ? 1 : 0;
  }
  return static_cast<double>(hits) / static_cast<double>(answers.labels.size());
}

double balanced_accuracy(const Answers& answers) {
  std::vector<size_t> rows(answers.outputs.cols), hits(answers.outputs.cols);
  for (size_t r = 0; r < answers.labels.size(); ++r) {
    const auto label = static_cast<size_t>(answers.labels[r]);
    ++rows[label];
    hits[label] += answers.choice(r) == answers.labels[r] ? 1 : 0;
  }
  double sum = 0, classes = 0;
  for (size_t k = 0; k < rows.size(); ++k) {
    if (rows[k] == 0) continue;
    sum += static_cast<double>(hits[k]) / static_cast<double>(rows[k]);
    classes += 1;
  }
  return sum / classes;
}

double inverse_error(double nrmse) { return 1 / (1 + nrmse); }

std::vector<std::string_view> metric_names(Kind kind) {
  std::vector<std::string_view> names;
  for (const Metric& m : kMetrics) {
    if (m.kind == kind) names.push_back(m.name);
  }
  return names;
}

const Metric& metric(std::string_view name, Kind kind) {
  for (const Metric& m : kMetrics) {
    if (m.kind == kind && m.name == name) return m;
  }
  throw Error(Exit::usage, fmt::format("metric '{}'", name),
              fmt::format("scores no task of kind {}", datasets::name(kind)),
              fmt::format("use one of: {}", fmt::join(metric_names(kind), ", ")));
}

}  // namespace agon::datasets
