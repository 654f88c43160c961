// SPDX-License-Identifier: MIT
//
// What a rule makes of wider and narrower layers: its scores over units of a hidden layer.
#include "harness/plan/study.h"
#include "harness/train/protocols/train.h"

namespace agon::harness {

StudyType width_study() {
  StudyType type{reports::StudyKind::width, train_cell};
  type.over = "width";
  type.pictures = false;
  type.measures = true;
  return type;
}

}  // namespace agon::harness
