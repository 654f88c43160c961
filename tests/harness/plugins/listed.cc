// SPDX-License-Identifier: MIT
//
// A rule with a list and a text among its settings, whose loss shows what of them arrived.
#include "agon/rule.h"

namespace {

class Listed {
 public:
  static constexpr agon::RuleInfo info{.id = "listed",
                                       .name = "Listed",
                                       .summary = "Has a width for each layer, and a note.",
                                       .reference = "none"};
  static constexpr auto params = std::to_array<agon_param>(
      {agon::integer_list<128, 64>("width", 1, 65536, 0, 16, agon::kStructure, "units",
                                   "of each layer"),
       agon::real_list<0.5>("rates", 0, 1, 1, 2, agon::kPlain, "", "of each layer"),
       agon::text("note", "as it is", 40, agon::kPlain, "said"), agon::batch_param(4),
       agon::epochs_param(1)});

  Listed(agon::Context&, const agon_task&, const agon::Values& values) {
    for (const int64_t n : values.integers("width")) loss_ = 10 * loss_ + static_cast<double>(n);
    for (const double r : values.reals("rates")) loss_ += r;
    loss_ += 1000 * static_cast<double>(values.text("note").size());
  }
  double fit(agon::Context&, const agon_batch&) { return loss_; }
  void predict(agon::Context&, agon::ConstView x, agon::View out) {
    for (int64_t r = 0; r < x.rows; ++r) {
      for (float& score : agon::row_of(out, r)) score = 0.0f;
    }
  }

 private:
  double loss_ = 0;
};

}  // namespace

AGON_PLUGIN("listed", "1.0.0", "MIT", Listed)
