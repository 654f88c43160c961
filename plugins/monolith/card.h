// SPDX-License-Identifier: MIT
//
// What monolith says of itself to a reader: the equations at the top of monolith.cc, and where it fails.
#pragma once

#include "agon/card.h"

namespace agon::monolith {

inline constexpr auto kEquations = std::to_array<agon_equation>({
    {"what site j sends, from its loss or with drive=activity its prediction",
     R"(s_j = \varphi(g r_j), \quad r = e(t-1) \text{ or } p(t-1))"},
    {"sites E and I", R"(o_j = s_j)"},
    {"sites X, for xmode=abs", R"(o_j = | s_j(t) - s_j(t-1) |)"},
    {"what reaches site i: its neighbours, and the input in the first layer",
     R"(d_i = \sum_k w_{ik} o_{i + \operatorname{off}_k} + [ z_i = 0 ] \, \alpha u_i(t))"},
    {"the loss", R"(e_i(t) = d_i - p_i(t-1))"},
    {"the prediction", R"(p_i(t) = (1 - \lambda) p_i(t-1) + \eta e_i(t))"},
    {"weights, drawn once; sigma the sign of the source",
     R"(w_{ik} = \frac{\rho}{\hat{\rho}} \sigma_j | n_{ik} |, \quad n_{ik} \sim \mathcal{N}(0, 1), \quad j = i + \operatorname{off}_k)"},
    {"readout of the features h, z-scored",
     R"(y = z W^\top + b, \quad h = e_T, \ \frac{1}{T} \sum_t e_t, \ [ e_1, \ldots, e_T ] \text{ or } p_T)"},
    {"what follows: the state is a low-pass of the loss",
     R"(p_T = \eta \sum_t (1 - \lambda)^{T - t} e_t)"},
    {"stable without X sites and with slope 1", R"(\rho < \rho^* = 1 - \frac{\eta}{2 - \lambda})"},
});

inline constexpr auto kLimits = std::to_array<const char*>({
    "Nothing in the lattice learns: only the readout does. Judge it beside linear and elm; random features of equal "
    "width are better on digits.",
    "Without X sites and with phi=linear every feature is a linear map of the input.",
    "Layer z is exactly 0 until step z + 1; far more steps than layers cost accuracy.",
    "With lambda = 0 and an input that stays, the last loss dies out.",
});

}  // namespace agon::monolith
