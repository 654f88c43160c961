// SPDX-License-Identifier: MIT
//
// A study of one number over one parameter of the rules, which `by` names.
#include "harness/plan/study.h"
#include "harness/train/protocols/train.h"

namespace agon::harness {
namespace {

void read(const core::TomlTable& table, Study& study) { study.by = table.text("by"); }

}  // namespace

StudyType sweep_study() {
  StudyType type{reports::StudyKind::sweep, train_cell};
  type.read = read;
  type.pictures = false;
  type.measures = true;
  return type;
}

}  // namespace agon::harness
