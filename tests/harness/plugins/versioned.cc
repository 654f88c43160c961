// SPDX-License-Identifier: MIT
//
// A rule that answers with one class: which one is the difference between its two versions.
#include "agon/rule.h"

namespace {

class Versioned {
 public:
  static constexpr agon::RuleInfo info{.id = "versioned",
                                       .name = "One answer",
                                       .summary = "Answers with one class.",
                                       .reference = "none"};
  static constexpr auto params =
      std::to_array<agon_param>({agon::batch_param(4), agon::epochs_param(1)});

  Versioned(agon::Context&, const agon_task&, const agon::Values&) {}
  double fit(agon::Context&, const agon_batch&) { return 0.5; }
  void predict(agon::Context&, agon::ConstView x, agon::View out) {
    for (int64_t r = 0; r < x.rows; ++r) {
      for (float& score : agon::row_of(out, r)) score = 0.0f;
      agon::row_of(out, r)[ANSWER] = 1.0f;
    }
  }
};

}  // namespace

AGON_PLUGIN("versioned", VERSION, "MIT", Versioned)
