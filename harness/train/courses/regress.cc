// SPDX-License-Identifier: MIT
//
// Kind "regress": rows with real targets. A rule learns targets scaled by what the training rows
// say of them: to mean 0 and standard deviation 1, or into [0, 1] for a rule that needs inputs >= 0,
// whose inputs are scaled likewise where the task has negative ones. Its answers are scaled back
// before they are scored. Metric of the host: rmse, of the test, in the targets' own unit.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "datasets/scaling.h"
#include "harness/plugins/host_names.h"
#include "harness/train/abi.h"
#include "harness/train/courses/kind.h"
#include "harness/train/courses/row.h"

namespace agon::harness {
namespace {

constexpr double kMargin = 0.1;  // of the range, on both sides, as of a vector field

core::Matrix copy(const core::Matrix& m) {
  core::Matrix out(m.rows(), m.cols());
  for (size_t r = 0; r < m.rows(); ++r) std::ranges::copy(m.row(r), out.row(r).begin());
  return out;
}

// What the rule is shown.
struct Shown {
  explicit Shown(const CellContext& cell) : targets(copy(cell.task->data.targets)) {
    const datasets::Task& task = *cell.task;
    const bool unit_range = (cell.rule->capabilities & AGON_NEEDS_NONNEGATIVE_INPUT) != 0;
    scaling = unit_range ? datasets::unit_scaling(targets, task.split.train, kMargin)
                         : datasets::standard_scaling(targets, task.split.train);
    scaling.apply(targets);
    if (!unit_range || task.info.nonnegative) return;
    own_x = copy(task.data.x);
    datasets::unit_scaling(own_x, task.split.train, kMargin).apply(own_x);
    for (size_t r = 0; r < own_x.rows(); ++r) {
      for (float& v : own_x.row(r)) v = std::clamp(v, 0.0f, 1.0f);
    }
  }

  core::Matrix own_x;  // empty: as in the data
  core::Matrix targets;
  datasets::Scaling scaling;  // of targets
};

class RegressCourse : private Shown, public RowCourse {
 public:
  explicit RegressCourse(const CellContext& cell)
      : Shown(cell), RowCourse(cell, own_x.rows() > 0 ? own_x : cell.task->data.x, &targets) {}

  double score_test(Instance& model) override {
    const double value = RowCourse::score_test(model);
    tested_rmse_ = rmse_;
    return value;
  }
  void describe_outcome(Instance&, bool, reports::CellOutcome& outcome) override {
    outcome.rule_metrics[host_metric("rmse")] = tested_rmse_;
  }

 protected:
  double worth(core::ConstView outputs, std::span<const int32_t> rows) override {
    const Answered in(*this, outputs, rows);
    double square = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      for (size_t c = 0; c < outputs.cols; ++c) {
        const double off =
            static_cast<double>(in.answers.at(i, c)) - static_cast<double>(in.right.at(i, c));
        square += off * off;
      }
    }
    rmse_ = std::sqrt(square / static_cast<double>(rows.size() * outputs.cols));
    return metric_.of_targets(in.answers, in.right);
  }
  std::vector<double> each(core::ConstView outputs, std::span<const int32_t> rows) const override {
    const Answered in(*this, outputs, rows);
    return metric_.target_rows(in.answers, in.right);
  }

 private:
  // In the targets' own unit.
  struct Answered {
    Answered(const RegressCourse& course, core::ConstView outputs, std::span<const int32_t> rows)
        : answers(rows.size(), outputs.cols), right(rows.size(), outputs.cols) {
      for (size_t i = 0; i < rows.size(); ++i) {
        for (size_t c = 0; c < outputs.cols; ++c) {
          answers.at(i, c) =
              static_cast<float>(course.scaling.back(static_cast<double>(outputs.row(i)[c]), c));
          right.at(i, c) = course.task_.data.targets.at(static_cast<size_t>(rows[i]), c);
        }
      }
    }
    core::Matrix answers, right;
  };

  double rmse_ = reports::kNaN;  // of the answers scored last
  double tested_rmse_ = reports::kNaN;
};

std::string reason_against(const RuleManifest& rule, const datasets::TaskInfo&) {
  return rule.can(AGON_CAN_REGRESS) ? "" : fmt::format("rule {} does not regress", rule.id);
}

agon_task describe(const datasets::TaskInfo& info, uint64_t) {
  return describe_rows(AGON_REGRESS, info.shape, info.targets(), info.time);
}

std::unique_ptr<Course> course(const CellContext& cell) {
  return std::make_unique<RegressCourse>(cell);
}

}  // namespace

extern const CourseKind kRegressCourse;
constinit const CourseKind kRegressCourse{reason_against, describe, course, true};

}  // namespace agon::harness
