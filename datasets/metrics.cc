// SPDX-License-Identifier: MIT
#include "datasets/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

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

namespace {

// Rows of each class, and how many of them are right.
struct ClassHits {
  explicit ClassHits(const Answers& answers)
      : rows(answers.outputs.cols), hits(answers.outputs.cols) {
    for (size_t r = 0; r < answers.labels.size(); ++r) {
      const auto label = static_cast<size_t>(answers.labels[r]);
      ++rows[label];
      hits[label] += answers.choice(r) == answers.labels[r] ? 1 : 0;
    }
  }
  double share(size_t k) const {
    return static_cast<double>(hits[k]) / static_cast<double>(rows[k]);
  }
  double classes() const {
    return static_cast<double>(std::ranges::count_if(rows, [](size_t n) { return n > 0; }));
  }

  std::vector<size_t> rows, hits;
};

}  // namespace

double balanced_accuracy(const Answers& answers) {
  const ClassHits of(answers);
  double sum = 0;
  for (size_t k = 0; k < of.rows.size(); ++k) {
    if (of.rows[k] > 0) sum += of.share(k);
  }
  return sum / of.classes();
}

std::vector<double> balanced_rows(const Answers& answers) {
  const ClassHits of(answers);
  const double score = balanced_accuracy(answers);
  const auto m = static_cast<double>(answers.labels.size());
  std::vector<double> rows;
  for (size_t r = 0; r < answers.labels.size(); ++r) {
    const auto label = static_cast<size_t>(answers.labels[r]);
    const double right = answers.choice(r) == answers.labels[r] ? 1 : 0;
    const double weight = m / (of.classes() * static_cast<double>(of.rows[label]));
    rows.push_back(score + weight * (right - of.share(label)));
  }
  return rows;
}

double auroc(const Answers& answers) {
  std::vector<std::pair<double, int32_t>> rows;  // by score
  for (size_t r = 0; r < answers.labels.size(); ++r) {
    const float* const out = answers.outputs.row(r);
    rows.emplace_back(static_cast<double>(out[1]) - static_cast<double>(out[0]), answers.labels[r]);
  }
  std::ranges::sort(rows);
  double below = 0, wins = 0, positives = 0;  // below: rows of class 0 with a lower score
  for (size_t begin = 0; begin < rows.size();) {
    double zeros = 0, ones = 0;  // of equal score
    size_t end = begin;
    for (; end < rows.size() && rows[end].first == rows[begin].first; ++end)
      (rows[end].second == 1 ? ones : zeros) += 1;
    wins += ones * (below + zeros / 2);
    below += zeros;
    positives += ones;
    begin = end;
  }
  return below > 0 && positives > 0 ? wins / (below * positives) : 0.5;
}

std::vector<double> right_rows(const Answers& answers) {
  std::vector<double> rows;
  for (size_t r = 0; r < answers.labels.size(); ++r)
    rows.push_back(answers.choice(r) == answers.labels[r] ? 1 : 0);
  return rows;
}

std::vector<double> auroc_rows(const Answers& answers) {
  std::array<std::vector<double>, 2> outputs;  // of a class, ascending
  std::vector<double> own;                     // of each row
  for (size_t r = 0; r < answers.labels.size(); ++r) {
    const float* const out = answers.outputs.row(r);
    own.push_back(static_cast<double>(out[1]) - static_cast<double>(out[0]));
    outputs.at(static_cast<size_t>(answers.labels[r])).push_back(own.back());
  }
  if (outputs[0].empty() || outputs[1].empty()) return {};
  for (auto& list : outputs) std::ranges::sort(list);
  const double area = auroc(answers);
  const auto m = static_cast<double>(own.size());
  std::vector<double> rows;
  for (size_t r = 0; r < own.size(); ++r) {
    const auto label = static_cast<size_t>(answers.labels[r]);
    const auto& others = outputs.at(1 - label);
    const auto [low, high] = std::equal_range(others.begin(), others.end(), own[r]);
    const auto ties = static_cast<double>(high - low);
    const auto beaten =
        static_cast<double>(label == 1 ? low - others.begin() : others.end() - high);
    const double share = (beaten + ties / 2) / static_cast<double>(others.size());
    rows.push_back(area + m / static_cast<double>(outputs.at(label).size()) * (share - area));
  }
  return rows;
}

double inverse_error(double nrmse) { return 1 / (1 + nrmse); }

namespace {

// Of one target, summed over rows.
struct Squares {
  Squares(core::ConstView answers, core::ConstView right, size_t c) {
    for (size_t r = 0; r < right.rows; ++r) mean += static_cast<double>(right.row(r)[c]);
    mean /= static_cast<double>(right.rows);
    for (size_t r = 0; r < right.rows; ++r) {
      const auto y = static_cast<double>(right.row(r)[c]);
      const double off = static_cast<double>(answers.row(r)[c]) - y;
      wrong += off * off;
      spread += (y - mean) * (y - mean);
    }
  }
  double score() const { return spread > 0 ? 1 - wrong / spread : wrong > 0 ? 0.0 : 1.0; }

  double mean = 0, wrong = 0, spread = 0;
};

}  // namespace

double r_squared(core::ConstView answers, core::ConstView right) {
  double sum = 0;
  for (size_t c = 0; c < right.cols; ++c) sum += Squares(answers, right, c).score();
  return sum / static_cast<double>(right.cols);
}

std::vector<double> r_squared_rows(core::ConstView answers, core::ConstView right) {
  std::vector<double> rows(right.rows);
  const auto m = static_cast<double>(right.rows), targets = static_cast<double>(right.cols);
  for (size_t c = 0; c < right.cols; ++c) {
    const Squares all(answers, right, c);
    for (size_t r = 0; r < right.rows; ++r) {
      const auto y = static_cast<double>(right.row(r)[c]);
      const double off = static_cast<double>(answers.row(r)[c]) - y, far = y - all.mean;
      const double moved =
          all.spread > 0 ? (all.wrong / all.spread * far * far - off * off) / all.spread : 0;
      rows[r] += (all.score() + m * moved) / targets;
    }
  }
  return rows;
}

std::vector<double> symmetric_percentage_rows(core::ConstView answers, core::ConstView right) {
  std::vector<double> rows;
  for (size_t r = 0; r < right.rows; ++r) {
    double wrong = 0;
    for (size_t c = 0; c < right.cols; ++c) {
      const auto y = static_cast<double>(right.row(r)[c]);
      const auto answer = static_cast<double>(answers.row(r)[c]);
      const double both = std::abs(answer) + std::abs(y);
      if (both > 0) wrong += std::abs(answer - y) / both;
    }
    rows.push_back(1 - wrong / static_cast<double>(right.cols));
  }
  return rows;
}

double symmetric_percentage(core::ConstView answers, core::ConstView right) {
  const std::vector<double> rows = symmetric_percentage_rows(answers, right);
  return std::accumulate(rows.begin(), rows.end(), 0.0) / static_cast<double>(rows.size());
}

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
