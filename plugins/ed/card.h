// SPDX-License-Identifier: MIT
//
// What ed says of itself to a reader: the equations at the top of ed.cc, and where it fails.
#pragma once

#include "agon/card.h"

namespace agon::ed {

inline constexpr auto kEquations = std::to_array<agon_equation>({
    {"a synapse from unit i of type s_i to unit j",
     R"(w_{ij} = s_i s_j M_{ij}, \quad M_{ij} \geq 0, \quad s = \pm 1)"},
    {"presynaptic units of type +, with the threshold",
     R"(p = [ z^{l-1}_i : s_i = +1 ; \beta ], \quad p^1 = [ x ; \beta ])"},
    {"presynaptic units of type -, with the threshold",
     R"(q = [ z^{l-1}_i : s_i = -1 ; \beta ], \quad q^1 = [ x ; \beta ])"},
    {"input of unit j", R"(a_j = s_j \left( \sum_i M^+_{ij} p_i - \sum_i M^-_{ij} q_i \right))"},
    {"activity", R"(z = f(a) = \frac{1}{1 + \exp(-2 a / u_0)})"},
    {"derivative, c = 2 / u_0 or 1", R"(g = c \, z (1 - z))"},
    {"rectifier", R"(f(a) = \max(a - 0.1, 0), \quad g = [ z > 0 ])"},
    {"error of a net",
     R"(d = t - y \quad \text{or } \operatorname{onehot} - \operatorname{softmax}(y) \text{ over the nets})"},
    {"the two amines, the same for every layer (hidden ones times u_1)",
     R"(d^+ = \max(d, 0), \quad d^- = \max(-d, 0))"},
    {"learning from the + units",
     R"(\Delta M^+_{ij} = \frac{\eta}{\nu} \sum_b d^+_b p_{bi} g_{bj})"},
    {"learning from the - units",
     R"(\Delta M^-_{ij} = \frac{\eta}{\nu} \sum_b d^-_b q_{bi} g_{bj})"},
});

inline constexpr auto kLimits = std::to_array<const char*>({
    "Inputs must not be negative: growth only holds for inputs of at least 0.",
    "Magnitudes grow without bound, ever more slowly; a large rate can lock a net at chance with its output "
    "saturated.",
    "Inputs without their pairs (input_pairing=false) fail; nets of one or two units need init=fan-in.",
    "Real targets must lie in [0, 1], each has a net of its own; a class has its own net as well, so that cost "
    "grows with the number of classes.",
});

}  // namespace agon::ed
