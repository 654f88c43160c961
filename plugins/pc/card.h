// SPDX-License-Identifier: MIT
//
// What pc says of itself to a reader: the equations at the top of pc.cc, and where it fails.
#pragma once

#include "agon/card.h"

namespace agon::pc {

inline constexpr auto kEquations = std::to_array<agon_equation>({
    {"prediction of layer l, place=pre",
     R"(\mu_l = f(x_{l-1}) W_l^\top + b_l, \quad f = \text{identity on } x_0)"},
    {"prediction of layer l, place=post",
     R"(a_l = x_{l-1} W_l^\top + b_l, \quad \mu_l = f(a_l), \quad \mu_L = a_L)"},
    {"error",
     R"(\epsilon_l = \pi_l (x_l - \mu_l) \quad \text{or } x_L - \operatorname{softmax}(\mu_L) \text{ at the end})"},
    {"error below the weights",
     R"(g_l = \epsilon_l \text{ (pre)}, \quad \epsilon_l \odot f'(a_l) \text{ (post)})"},
    {"energy",
     R"(F = \frac{1}{B} \sum_{l=1}^{L} \sum_{\text{rows}} \frac{\pi_l}{2} \| x_l - \mu_l \|^2)"},
    {"drive of a free state",
     R"(d_l = -\epsilon_l + (g_{l+1} B_{l+1}) \, [ \odot f'(x_l) \text{ with pre} ])"},
    {"drive at the ends, where they are free",
     R"(d_0 = g_1 B_1 - \pi_0 x_0, \quad d_L = -\epsilon_L)"},
    {"relaxation, all layers at once, T times",
     R"(v_l \leftarrow m v_l + d_l, \quad x_l \leftarrow x_l + \gamma v_l)"},
    {"largest rate of states (l from 1 on where x_0 is free)",
     R"(\gamma \leq \frac{1.5}{\max \pi \, (1 + s)^2}, \quad s = \max_{l \geq 2} \| W_l \|_2)"},
    {"weights, h what the prediction was made from",
     R"(\Delta W_l = \frac{1}{B} g_l^\top h_l, \quad \Delta b_l = \frac{1}{B} \sum_{\text{rows}} g_l)"},
    {"feedback",
     R"(B_l = W_l \text{ (sym)}, \quad \Delta B_l = \Delta W_l \text{ (kp)}, \quad \Delta B_l = \frac{1}{B} \epsilon_l^\top x_{l-1} \text{ (local)})"},
    {"start",
     R"(W_l, B_l \sim \mathcal{U}\left(\pm \sqrt{\frac{6}{n_{l-1} + n_l}}\right) \text{ (Xavier)}, \quad b_l = 0)"},
    {"nudging, k = beta, -beta or the mean of both",
     R"(x_L = \mu_L + k (y - \mu_L), \quad \Delta W_l \leftarrow \Delta W_l / k)"},
});

inline constexpr auto kLimits = std::to_array<const char*>({
    "An error moves one layer per step and fades: T of 2 to 4 times the layers; 16 hidden layers fail.",
    "More relaxation costs accuracy: the best state rate and T are small.",
    "Without the cap, a state rate that was fine at the start collapses as the weights grow.",
    "Own feedback (kp, local) needs small starts; fixed feedback loses much.",
    "Synthesis gives the mean of a class, one prototype a label.",
    "Where errors are far below the states (deep nets, fixedpred, zil) float32 loses three digits.",
});

}  // namespace agon::pc
