// SPDX-License-Identifier: MIT
//
// Kind "classify": rows with labels.
#pragma once

#include "harness/train/courses/row.h"

namespace agon::harness {

class ClassifyCourse : public RowCourse {
 public:
  explicit ClassifyCourse(const CellContext& cell);

  // For rules with agon.generate/1: an input for every class, where inputs are images.
  void describe_outcome(Instance& model, bool pictures, reports::CellOutcome& outcome) override;

 protected:
  double worth(core::ConstView outputs, std::span<const int32_t> rows) override;
  std::vector<double> each(core::ConstView outputs, std::span<const int32_t> rows) const override;

 private:
  std::vector<int32_t> labels(std::span<const int32_t> rows) const;
};

}  // namespace agon::harness
