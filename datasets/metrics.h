// SPDX-License-Identifier: MIT
//
// The metrics of scores, by the names that task files give them: a new one is a row of kMetrics and
// its function. Every score is better when it is higher, and ranges over the row's bounds. Threads:
// any.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "core/matrix.h"
#include "datasets/task.h"

namespace agon::datasets {

// What a rule answered on rows with labels, at least one row. Every output is finite.
struct Answers {
  core::ConstView outputs;  // [rows x classes]
  std::span<const int32_t> labels;
  // The class of the highest output; ties go to the lowest class.
  int32_t choice(size_t row) const;
};

double accuracy(const Answers& answers);  // share of rows whose choice is the label
// The mean over the classes that have rows of the share of their rows whose choice is the label.
double balanced_accuracy(const Answers& answers);
// Two classes: the chance that a row of class 1 has a higher output 1 minus output 0 than one of
// class 0, ties counting half; 1/2 when one of the classes has no row. Mann and Whitney 1947.
double auroc(const Answers& answers);
double inverse_error(double nrmse);  // 1 / (1 + NRMSE)
// 1 - sum (y^ - y)^2 / sum (y - m)^2, m the mean of these rows' y; the mean over targets. What always
// answers m scores 0, what does worse less. [rows x targets] both.
double r_squared(core::ConstView answers, core::ConstView right);
// 1 - the mean of |y^ - y| / (|y^| + |y|), 0 / 0 being 0: 1 - sMAPE / 200 %. What answers 0, or the
// other sign, scores 0. [rows x targets] both. Makridakis 1993.
double symmetric_percentage(core::ConstView answers, core::ConstView right);

// What each row gave, for intervals over rows.
std::vector<double> right_rows(const Answers& answers);  // 1 where the choice is the label, else 0
// The score plus what each row moves it by, times the rows (linearised): their mean is the score.
std::vector<double> balanced_rows(const Answers& answers);
// Values whose mean is the area and whose variance over rows is that of DeLong, DeLong and
// Clarke-Pearson 1988; none where one of the classes has no row.
std::vector<double> auroc_rows(const Answers& answers);
// As balanced_rows().
std::vector<double> r_squared_rows(core::ConstView answers, core::ConstView right);
std::vector<double> symmetric_percentage_rows(core::ConstView answers, core::ConstView right);

struct Metric {
  std::string_view name;
  Kind kind = Kind::classify;                      // of the tasks that it scores
  double low = 0, high = 1;                        // bounds of the score
  int32_t classes = 0;                             // of the tasks that it scores; 0: any number
  double (*of_answers)(const Answers&) = nullptr;  // classify
  std::vector<double> (*rows)(const Answers&) = nullptr;  // classify
  double (*of_error)(double nrmse) = nullptr;             // dynamics: of the error of the free runs
  double (*of_targets)(core::ConstView, core::ConstView) = nullptr;                // regress
  std::vector<double> (*target_rows)(core::ConstView, core::ConstView) = nullptr;  // regress
};

inline constexpr auto kMetrics = std::to_array<Metric>({
    {.name = "accuracy", .of_answers = accuracy, .rows = right_rows},
    {.name = "balanced-accuracy", .of_answers = balanced_accuracy, .rows = balanced_rows},
    {.name = "auroc", .classes = 2, .of_answers = auroc, .rows = auroc_rows},
    {.name = "nrmse", .kind = Kind::dynamics, .of_error = inverse_error},
    {.name = "r2",
     .kind = Kind::regress,
     .low = -std::numeric_limits<double>::infinity(),
     .of_targets = r_squared,
     .target_rows = r_squared_rows},
    {.name = "smape",
     .kind = Kind::regress,
     .of_targets = symmetric_percentage,
     .target_rows = symmetric_percentage_rows},
});

// In the order of the table.
std::vector<std::string_view> metric_names(Kind kind);
// Throws agon::Error(Exit::usage) for a name that is no metric of such tasks.
const Metric& metric(std::string_view name, Kind kind);

}  // namespace agon::datasets
