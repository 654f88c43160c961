// SPDX-License-Identifier: MIT
//
// What bp says of itself to a reader: the equations at the top of bp.cc, and where it fails.
#pragma once

#include "agon/card.h"

namespace agon::bp {

inline constexpr auto kEquations = std::to_array<agon_equation>({
    {"a layer, with input h_0 = x",
     R"(a_l = h_{l-1} W_l^\top + b_l, \quad h_l = f(a_l) \text{ for } l < L)"},
    {"output",
     R"(h_L = a_L \quad \text{or } \operatorname{sigmoid}(a_L) \text{ with squared error})"},
    {"squared error", R"(E = \frac{1}{2B} \sum \| h_L - t \|^2)"},
    {"cross-entropy, of the labels c",
     R"(E = -\frac{1}{B} \sum \log \operatorname{softmax}(a_L)_c)"},
    {"error of the output",
     R"(\delta_L = (h_L - t) \odot f'(a_L) \quad \text{or } \operatorname{softmax}(a_L) - t)"},
    {"error of a hidden layer", R"(\delta_l = (\delta_{l+1} W_{l+1}) \odot f'(a_l))"},
    {"gradient",
     R"(\Delta W_l = \frac{1}{B} \delta_l^\top h_{l-1}, \quad \Delta b_l = \frac{1}{B} \sum_{\text{rows}} \delta_l)"},
    {"sgd", R"(W \leftarrow W - \eta \Delta W)"},
    {"momentum", R"(v \leftarrow 0.9 v + \Delta W, \quad W \leftarrow W - \eta v)"},
    {"adam, first and second moment",
     R"(m \leftarrow 0.9 m + 0.1 \Delta W, \quad v \leftarrow 0.999 v + 0.001 (\Delta W)^2)"},
    {"adam, at step t",
     R"(W \leftarrow W - \eta \frac{m / (1 - 0.9^t)}{\sqrt{v / (1 - 0.999^t)} + 10^{-8}})"},
    {"adam-keras, at step t",
     R"(W \leftarrow W - \eta \frac{\sqrt{1 - 0.999^t}}{1 - 0.9^t} \cdot \frac{m}{\sqrt{v} + 10^{-7}})"},
    {"decay d, before the step and never of b", R"(W \leftarrow (1 - \eta d) W)"},
    {"start",
     R"(W_l \sim \mathcal{U}\left(\pm \sqrt{\frac{6}{n_{l-1} + n_l}}\right) \text{ (Glorot) or } \mathcal{U}\left(\pm \sqrt{\frac{6}{n_{l-1}}}\right) \text{ (He)}, \quad b_l = 0)"},
});

inline constexpr auto kLimits = std::to_array<const char*>({
    "Sigmoid nets of width 4 do not train from depth 16 on (MNIST, 4 against 9).",
    "Rectifier nets of width 4 may be dead from the start, by seed.",
    "All hidden layers have one width; no schedule of the learning rate, no dropout, no normalisation.",
});

}  // namespace agon::bp
