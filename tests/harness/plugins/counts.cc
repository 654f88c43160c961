// SPDX-License-Identifier: MIT
//
// What a rule must not do: its loss is the number of models that its process has made so far.
#include "agon/rule.h"

namespace {

int64_t g_models = 0;

class Counts {
 public:
  static constexpr agon::RuleInfo info{.id = "counts",
                                       .name = "Counts",
                                       .summary = "Keeps a count from cell to cell.",
                                       .reference = "none"};
  static constexpr auto params =
      std::to_array<agon_param>({agon::batch_param(4), agon::epochs_param(1)});

  Counts(agon::Context&, const agon_task&, const agon::Values&) { ++g_models; }
  double fit(agon::Context&, const agon_batch&) { return static_cast<double>(g_models); }
  void predict(agon::Context&, agon::ConstView x, agon::View out) {
    for (int64_t r = 0; r < x.rows; ++r) {
      for (float& score : agon::row_of(out, r)) score = 0.0f;
    }
  }
};

}  // namespace

AGON_PLUGIN("counts", "1.0.0", "MIT", Counts)
