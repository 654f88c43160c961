// SPDX-License-Identifier: MIT
//
// The simple methods whose scores stand in task files as [baselines]; each gets what a rule gets:
// its penalty is chosen on the validation part, then it learns from training and validation part.
// Inputs have mean 0 and sd 1 over the training rows, but for nearest.
#pragma once

#include <string_view>

#include "datasets/task.h"

namespace agon::datasets::testing {

// "ridge": least squares on +-1, or on real targets; "logistic": multinomial logistic regression by L-BFGS; "nearest":
// the answer of the nearest training row. Of a task of rows, by its own metric on the test part;
// logistic of one to classify only.
double baseline_score(std::string_view name, const Task& task);

}  // namespace agon::datasets::testing
