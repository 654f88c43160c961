// SPDX-License-Identifier: MIT
//
// agon.lesion/1 made of a rule's members: silence and state_noise where it has them, and noise on the
// learnt weights of every rule with tensors. Thread: [model].
// Errors: RuleError.
#pragma once

#include <cmath>
#include <vector>

#include "agon/tables.h"

namespace agon::detail {

template <typename R>
concept HasSilence = requires(R r, Context c) {
  r.silence(c, 0.5, uint64_t{});
};
template <typename R>
concept HasStateNoise = requires(R r, Context c) {
  r.state_noise(c, 0.5, uint64_t{});
};

template <typename R>
struct Lesion {
  static constexpr uint32_t kKinds = (HasSilence<R> ? 1u << AGON_SILENCE : 0u) |
                                     (HasStateNoise<R> ? 1u << AGON_STATE_NOISE : 0u) |
                                     (HasTensors<R> ? 1u << AGON_WEIGHT_NOISE : 0u);

  static agon_status harm(agon_model* m, agon_call* call, uint32_t kind, double level,
                          uint64_t seed) {
    return on_model<R>(m, call, [&](Model<R>& model, Context& ctx) {
      if constexpr (HasSilence<R>) {
        if (kind == AGON_SILENCE) return model.rule.silence(ctx, level, seed);
      }
      if constexpr (HasStateNoise<R>) {
        if (kind == AGON_STATE_NOISE) return model.rule.state_noise(ctx, level, seed);
      }
      if constexpr (HasTensors<R>) {
        if (kind == AGON_WEIGHT_NOISE) return weight_noise(model, ctx, level, seed);
      }
      throw RuleError(AGON_UNSUPPORTED, "the rule does not take harm of this kind");
    });
  }

  // Normal noise on every learnt tensor, its sd `level` times the tensor's rms.
  static void weight_noise(Model<R>& model, Context& ctx, double level, uint64_t seed) {
    std::vector<Tensor> tensors = model.rule.tensors();
    std::erase_if(tensors, [](const Tensor& t) { return t.role != Role::learnt; });
    const bool fresh = model.unharmed.empty();
    for (size_t i = 0; i < tensors.size(); ++i) {
      const View w = tensors[i].view;
      if (fresh) model.unharmed.emplace_back(w.rows, w.cols);
      Matrix& kept = model.unharmed[i];
      fresh ? ctx.copy(w, kept) : ctx.copy(kept, w);
      if (level == 0) continue;
      const double rms = std::sqrt(ctx.dot(w, w) / static_cast<double>(w.rows * w.cols));
      Matrix noise(w.rows, w.cols);
      ctx.random_normal(seed, i, static_cast<float>(level * rms), noise);
      ctx.axpy(1.0f, noise, w);
    }
    if (level == 0) model.unharmed.clear();
  }

  static constexpr agon_lesion table{sizeof(agon_lesion), kKinds, &harm};
};

}  // namespace agon::detail
