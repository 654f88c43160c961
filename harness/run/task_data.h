// SPDX-License-Identifier: MIT
//
// What the data of a loaded task are, for people: sizes, counts, ranges, and some samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "datasets/task.h"
#include "reports/record/record.h"

namespace agon::harness {

// Rows of each part and class, ranges of targets.
std::vector<datasets::Fact> data_facts(const datasets::Task& task);

// Rows of each class over all parts; empty without classes.
std::vector<size_t> class_counts(const datasets::Dataset& data);

// At most `most` training rows, of as many different classes as there are; of rows without labels the
// first ones.
std::vector<size_t> sample_rows(const datasets::Task& task, size_t most);

// Of shape [h, w] and large enough to be seen as a picture; narrower ones are channels over time.
bool is_image(const std::vector<int64_t>& shape);

// Some samples, small: images, points where there are one or two numbers to draw over each other,
// otherwise lines. Without values for a task that has none to show.
reports::Picture sample_picture(const datasets::Task& task);

}  // namespace agon::harness
