// SPDX-License-Identifier: MIT
//
// A rule's card: the equations that it computes and the limits that are known of it, for the report, for
// `agon info RULE` and for its page. A rule has them as static tables, both optional:
//
//   static constexpr auto equations = std::to_array<agon_equation>(
//       {{"answer", R"(y = \operatorname{softmax}(W x + b))"},
//        {"learning", R"(W \leftarrow W - \frac{\eta}{B} (y - t) x^\top)"}});
//   static constexpr auto limits = std::to_array<const char*>({"It has no hidden units."});
//
// The equations are in a small part of TeX, which the host makes MathML of (`agon check` says where one
// leaves it): letters, numbers and + - = < > ( ) [ ] | / , ; : . ! '; x_i x^2 x_{ij}; \frac{}{} \sqrt{}
// \text{} \operatorname{} \mathrm{} \mathbf{} \mathbb{R} \mathcal{N}; \hat \bar \tilde \dot; \left( \right);
// \begin{cases} a & b \\ c & d \end{cases}; Greek letters; \sum \prod \max \min \exp \log \tanh; \odot \cdot
// \times \top \leftarrow \to \in \leq \geq \neq \sim \approx \propto \infty \partial \nabla \ell \ldots;
// \langle \rangle \lfloor \rfloor \| \{ \}; \, \; \quad.
//
// Errors: none, the texts are static. Thread: any.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>

#include "agon/plugin.h"

namespace agon::detail {

template <typename R>
concept HasEquations = requires {
  { R::equations[0] } -> std::convertible_to<const agon_equation&>;
};
template <typename R>
concept HasLimits = requires {
  { R::limits[0] } -> std::convertible_to<const char*>;
};
template <typename R>
concept HasCard = HasEquations<R> || HasLimits<R>;

template <typename R>
struct Card {
  static constexpr agon_card make() {
    agon_card c{};
    c.struct_size = sizeof(agon_card);
    c.equation_stride = sizeof(agon_equation);
    if constexpr (HasEquations<R>) {
      c.equation_count = static_cast<uint32_t>(R::equations.size());
      c.equations = R::equations.data();
    }
    if constexpr (HasLimits<R>) {
      c.limit_count = static_cast<uint32_t>(R::limits.size());
      c.limits = R::limits.data();
    }
    return c;
  }
  static constexpr agon_card table = make();
};

}  // namespace agon::detail
