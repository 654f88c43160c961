// SPDX-License-Identifier: MIT
//
// A rule called RULE_ID that learns nothing. With ANSWER it speaks in the name of the child that
// describes it, and ends that child: "" says nothing.
#include <unistd.h>

#include <array>
#include <cstring>

#include "agon/rule.h"

namespace {

class Named {
 public:
  static constexpr agon::RuleInfo info{
      .id = RULE_ID, .name = RULE_NAME, .summary = "Learns nothing.", .reference = "none"};
  static constexpr auto params =
      std::to_array<agon_param>({agon::batch_param(4), agon::epochs_param(1)});

  Named(agon::Context&, const agon_task&, const agon::Values&) {}
  double fit(agon::Context&, const agon_batch&) { return 0.5; }
  void predict(agon::Context&, agon::ConstView, agon::View out) {
    for (int64_t r = 0; r < out.rows; ++r) {
      for (float& score : agon::row_of(out, r)) score = 0.0f;
    }
  }
};

#ifdef ANSWER
struct Liar {
  Liar() {
    constexpr const char* answer = ANSWER;
    _exit(write(3, answer, std::strlen(answer)) < 0 ? 1 : 0);
  }
} const liar;
#endif

}  // namespace

AGON_PLUGIN("named", "1.0.0", "MIT", Named)
