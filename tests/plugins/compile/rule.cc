// SPDX-License-Identifier: MIT
//
// A rule with one fault, chosen by -DFAULT=<number>; 0: none. Compiled by the test only.
#include "agon/rule.h"

namespace {

class Rule {
#if FAULT != 1
 public:
#endif
  static constexpr agon::RuleInfo info{.id = "rule",
                                       .name = "",
                                       .summary = "",
                                       .reference = "",
                                       .capabilities = FAULT == 6   ? AGON_CAN_DYNAMICS
                                                       : FAULT == 7 ? AGON_ONLINE
                                                       : FAULT >= 14 && FAULT <= 16
                                                           ? AGON_CAN_CLASSIFY | AGON_CAN_SEQUENCE
                                                           : AGON_CAN_CLASSIFY};
  static constexpr auto params = std::to_array<agon_param>({agon::batch_param(4)});
#if FAULT == 2
  Rule(agon::Context&, const agon_task&) {}
#else
  Rule(agon::Context&, const agon_task&, const agon::Values&) {}
#endif
#if FAULT == 3
  void fit(agon::Context&, const agon_batch&) {}
#elif FAULT != 4
  double fit(agon::Context&, const agon_batch&) { return 0; }
#endif
#if FAULT != 5
  void predict(agon::Context&, agon::ConstView, agon::View) {}
#endif
#if FAULT == 8
  void end_epoch(int64_t) {}
#elif FAULT == 9
  void end_epochs(agon::Context&, int64_t) {}
#else
  void end_epoch(agon::Context&, int64_t) {}
#endif
#if FAULT == 10
  static constexpr auto metrics = std::to_array<agon_metric>({{"a", "", ""}});
#elif FAULT == 11
  std::vector<agon::View> tensors() { return {}; }
#elif FAULT == 12
  std::vector<agon::Tensor> tensor() { return {}; }
#elif FAULT == 13
  void state(agon::State&, int) {}
#elif FAULT == 15
  double fit(agon::Context&, const agon_series&) { return 0; }
#elif FAULT == 16 || FAULT == 17
  double fit(agon::Context&, const agon_series&) { return 0; }
  void predict(agon::Context&, const agon_series&, agon::View) {}
  int takes_series() { return 1; }
#endif
};

}  // namespace

AGON_PLUGIN("rule", "1.0.0", "MIT", Rule)
