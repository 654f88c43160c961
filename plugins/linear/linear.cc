// SPDX-License-Identifier: MIT
//
// Control: a linear readout of the raw input.
//
//   y = z W^T + b      z [B x d] the inputs z-scored by their training mean and sd, W [c x d]
//
// trained by SGD on the cross-entropy (readout=softmax) or in closed form (readout=ridge); see
// agon/readout.h for both. Reference: D. R. Cox, "The regression analysis of binary sequences",
// J. R. Stat. Soc. B 20 (1958); A. E. Hoerl, R. W. Kennard, "Ridge regression", Technometrics 12
// (1970). What a rule with hidden units adds shows only against this line.
#include "agon/readout.h"

namespace {

class Linear : public agon::ReadoutRule<Linear> {
 public:
  static constexpr agon::RuleInfo info{
      .id = "linear",
      .name = "Linear readout (control)",
      .summary = "softmax or ridge regression on the raw input",
      .reference = "Cox 1958, J. R. Stat. Soc. B 20; Hoerl, Kennard 1970, Technometrics 12",
      .capabilities = AGON_CAN_CLASSIFY | AGON_CAN_REGRESS | AGON_LOCAL_UPDATES | AGON_CONTROL,
      .phases = 1};
  static constexpr auto params = agon::readout_params(agon::ReadoutKind::softmax, 0.15, 32, 100);
  static constexpr auto presets = std::to_array<agon_preset>(
      {agon::preset("ridge", "readout=ridge,epochs=1", "the closed form in one pass")});
  static constexpr auto equations = std::to_array<agon_equation>(
      {{"answer, z the inputs z-scored by their training mean and deviation",
        R"(y = z W^\top + b)"},
       {"readout=softmax: error",
        R"(\delta = \operatorname{softmax}(y) - t \quad \text{or } y - t \text{ of real targets})"},
       {"readout=softmax: learning, d inputs",
        R"(W \leftarrow W - \eta \left( \frac{1}{B} \delta^\top z + \lambda_2 W \right), \quad \eta = \frac{\operatorname{lr}}{\sqrt{d / 64}})"},
       {"readout=ridge, m the mean of the targets",
        R"(W^\top = (Z^\top Z + \lambda \mathbf{I})^{-1} Z^\top (t - m))"}});
  static constexpr auto limits = std::to_array<const char*>(
      {"It has no hidden units: what is not linear in the inputs, such as the exclusive "
       "or, is beyond it."});

  Linear(agon::Context& ctx, const agon_task& task, const agon::Values& values)
      : ReadoutRule(ctx, task, task.inputs, values) {}

  void prepare(agon::Context&, agon::ConstView x, bool last) { readout().prepare(x, last); }
  agon::ConstView features(agon::Context&, agon::ConstView x) { return x; }
};

}  // namespace

AGON_PLUGIN("linear", "1.0.0", "MIT", Linear)
