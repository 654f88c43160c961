// SPDX-License-Identifier: MIT
#include "baseline_methods.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <vector>

#include "datasets/metrics.h"

namespace agon::datasets::testing {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Rows = std::vector<int32_t>;

Matrix inputs(const Task& task, const Rows& rows) {
  const auto cols = static_cast<Eigen::Index>(task.data.x.cols());
  Matrix x(static_cast<Eigen::Index>(rows.size()), cols);
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto row = task.data.x.row(static_cast<size_t>(rows[i]));
    std::ranges::copy(row, x.data() + static_cast<Eigen::Index>(i) * cols);
  }
  return x;
}

// The real targets of rows that have some.
Matrix real_targets(const Task& task, const Rows& rows) {
  const auto cols = static_cast<Eigen::Index>(task.data.targets.cols());
  Matrix y(static_cast<Eigen::Index>(rows.size()), cols);
  for (size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(task.data.targets.row(static_cast<size_t>(rows[i])),
                      y.data() + static_cast<Eigen::Index>(i) * cols);
  }
  return y;
}

// One row a sample: `low`, and `high` at its class.
Matrix targets(const Task& task, const Rows& rows, float low, float high) {
  if (task.data.classes == 0) return real_targets(task, rows);
  Matrix y = Matrix::Constant(static_cast<Eigen::Index>(rows.size()), task.data.classes, low);
  for (size_t i = 0; i < rows.size(); ++i)
    y(static_cast<Eigen::Index>(i), task.data.labels[static_cast<size_t>(rows[i])]) = high;
  return y;
}

double score(const Task& task, const Rows& rows, const Matrix& out) {
  const Metric& scored = metric(task.info.metric, task.info.kind());
  const auto cols = static_cast<size_t>(out.cols());
  const core::ConstView answers(out.data(), rows.size(), cols, cols);
  if (task.data.classes == 0) {
    const Matrix right = real_targets(task, rows);
    return scored.of_targets(answers, {right.data(), rows.size(), cols, cols});
  }
  std::vector<int32_t> labels;
  for (const int32_t r : rows) labels.push_back(task.data.labels[static_cast<size_t>(r)]);
  return scored.of_answers({answers, labels});
}

struct Scaling {
  Eigen::RowVectorXf mean, factor;
  explicit Scaling(const Matrix& x) : mean(x.colwise().mean()) {
    const Eigen::RowVectorXf sd = (x.rowwise() - mean).array().square().colwise().mean().sqrt();
    const float least = 1e-6f * std::max(sd.maxCoeff(), 1e-20f);
    factor = sd.unaryExpr([least](float s) { return s > least ? 1 / s : 0.0f; });
  }
  // With a column of ones behind.
  Matrix operator()(const Matrix& x) const {
    Matrix z(x.rows(), x.cols() + 1);
    z.leftCols(x.cols()) = (x.rowwise() - mean).array().rowwise() * factor.array();
    z.col(x.cols()).setOnes();
    return z;
  }
};

// [inputs + 1 x classes]
using Fit = Eigen::MatrixXf (*)(const Matrix& z, const Task&, const Rows&, double penalty);

Eigen::MatrixXf ridge(const Matrix& z, const Task& task, const Rows& rows, double penalty) {
  const Eigen::MatrixXd x = z.cast<double>();
  Eigen::MatrixXd gram = x.transpose() * x;
  gram.diagonal().head(gram.rows() - 1).array() += penalty;
  gram.diagonal().array() += 1e-9 * static_cast<double>(x.rows());
  return gram.ldlt().solve(x.transpose() * targets(task, rows, -1, 1).cast<double>()).cast<float>();
}

// Mean cross-entropy plus penalty/2 |w|^2 over all but the offsets, and its gradient.
double entropy(const Matrix& z, const Matrix& y, double penalty, const Eigen::MatrixXf& w,
               Eigen::MatrixXf& gradient) {
  Matrix out = z * w;
  out.colwise() -= out.rowwise().maxCoeff().eval();
  const Eigen::VectorXf sums = out.array().exp().rowwise().sum();
  const auto n = static_cast<double>(z.rows());
  const double chosen = (out.array() * y.array()).cast<double>().sum();
  double loss = (sums.array().log().cast<double>().sum() - chosen) / n;
  out = (out.array().exp().colwise() / sums.array()).matrix() - y;
  gradient = z.transpose() * out / static_cast<float>(n);
  const auto slopes = w.topRows(w.rows() - 1);
  gradient.topRows(w.rows() - 1) += static_cast<float>(penalty) * slopes;
  loss += penalty / 2 * slopes.cast<double>().squaredNorm();
  return loss;
}

// L-BFGS, 10 pairs, backtracking (Nocedal and Wright 2006, algorithms 7.4 and 3.1).
Eigen::MatrixXf logistic(const Matrix& z, const Task& task, const Rows& rows, double penalty) {
  constexpr int kSteps = 150;
  constexpr size_t kPairs = 10;
  const Matrix y = targets(task, rows, 0, 1);
  const auto dot = [](const Eigen::MatrixXf& a, const Eigen::MatrixXf& b) {
    return a.cwiseProduct(b).cast<double>().sum();
  };
  Eigen::MatrixXf w = Eigen::MatrixXf::Zero(z.cols(), y.cols()), g(w.rows(), w.cols());
  double loss = entropy(z, y, penalty, w, g);
  std::deque<std::pair<Eigen::MatrixXf, Eigen::MatrixXf>> pairs;  // of steps and gradients
  for (int step = 0; step < kSteps && std::sqrt(dot(g, g)) > 1e-5; ++step) {
    Eigen::MatrixXf d = -g;
    std::vector<double> along;
    for (auto it = pairs.rbegin(); it != pairs.rend(); ++it) {
      along.push_back(dot(it->first, d) / dot(it->first, it->second));
      d -= static_cast<float>(along.back()) * it->second;
    }
    if (!pairs.empty()) {
      const auto& [s, q] = pairs.back();
      d *= static_cast<float>(dot(s, q) / dot(q, q));
    }
    for (const auto& [s, q] : pairs) {
      d += static_cast<float>(along.back() - dot(q, d) / dot(s, q)) * s;
      along.pop_back();
    }
    const double slope = dot(g, d);
    if (!(slope < 0)) break;
    double size = 1;
    Eigen::MatrixXf next, next_g(w.rows(), w.cols());
    double next_loss = 0;
    for (int tries = 0;; ++tries, size /= 2) {
      next = w + static_cast<float>(size) * d;
      next_loss = entropy(z, y, penalty, next, next_g);
      if (next_loss <= loss + 1e-4 * size * slope) break;
      if (tries == 30) return w;
    }
    if (dot(next - w, next_g - g) > 1e-12) pairs.emplace_back(next - w, next_g - g);
    if (pairs.size() > kPairs) pairs.pop_front();
    w = std::move(next);
    g = std::move(next_g);
    loss = next_loss;
  }
  return w;
}

double linear(const Task& task, Fit fit, const std::vector<double>& penalties) {
  const Matrix train = inputs(task, task.split.train);
  const Scaling scaling(train);
  const Matrix z = scaling(train), checked = scaling(inputs(task, task.split.validation));
  double best = penalties.front(), most = -std::numeric_limits<double>::infinity();
  for (const double penalty : penalties) {
    const double reached =
        score(task, task.split.validation, checked * fit(z, task, task.split.train, penalty));
    if (reached <= most) continue;
    most = reached;
    best = penalty;
  }
  Rows all = task.split.train;
  if (task.split.validation != task.split.train)
    all.insert(all.end(), task.split.validation.begin(), task.split.validation.end());
  const Eigen::MatrixXf w = fit(scaling(inputs(task, all)), task, all, best);
  return score(task, task.split.test, scaling(inputs(task, task.split.test)) * w);
}

double nearest(const Task& task) {
  Rows all = task.split.train;
  all.insert(all.end(), task.split.validation.begin(), task.split.validation.end());
  const Matrix known = inputs(task, all);
  const Eigen::RowVectorXf squares = known.rowwise().squaredNorm();
  const Matrix answers = targets(task, all, 0, 1);
  Matrix out(static_cast<Eigen::Index>(task.split.test.size()), answers.cols());
  constexpr size_t kBlock = 256;
  for (size_t at = 0; at < task.split.test.size(); at += kBlock) {
    const size_t end = std::min(at + kBlock, task.split.test.size());
    const Rows some(task.split.test.begin() + static_cast<std::ptrdiff_t>(at),
                    task.split.test.begin() + static_cast<std::ptrdiff_t>(end));
    Matrix distance = -2 * inputs(task, some) * known.transpose();
    distance.rowwise() += squares;
    for (size_t i = 0; i < some.size(); ++i) {
      Eigen::Index found = 0;
      distance.row(static_cast<Eigen::Index>(i)).minCoeff(&found);
      out.row(static_cast<Eigen::Index>(at + i)) = answers.row(found);
    }
  }
  return score(task, task.split.test, out);
}

}  // namespace

double baseline_score(std::string_view name, const Task& task) {
  if (name == "ridge") return linear(task, ridge, {0.1, 1, 10, 100, 1000, 10000});
  if (name == "logistic") return linear(task, logistic, {1e-4, 1e-3, 1e-2, 1e-1, 1});
  return nearest(task);
}

}  // namespace agon::datasets::testing
