// SPDX-License-Identifier: MIT
//
// What a rule makes of larger and smaller minibatches: its scores over rows an update.
#include "harness/plan/study.h"
#include "harness/train/protocols/train.h"

namespace agon::harness {

StudyType batch_study() {
  StudyType type{reports::StudyKind::batch, train_cell};
  type.over = "batch";
  type.pictures = false;
  type.measures = true;
  return type;
}

}  // namespace agon::harness
