// SPDX-License-Identifier: MIT
//
// What ebn and its two references say of themselves to a reader: the equations at the top of ebn.cc, and
// where they fail.
#pragma once

#include <span>

#include "agon/card.h"
#include "options.h"

namespace agon::ebn {

inline constexpr agon_equation kTeacher{"teacher", R"(\frac{d x}{d t} = f(x) + c(t))"};
inline constexpr agon_equation kDecoder{
    "decoder: a spike of neuron i adds d_i",
    R"(\frac{d r}{d t} = -\lambda r + s(t), \quad \hat{x} = D r)"};
inline constexpr agon_equation kVoltage{"what a voltage stands for",
                                        R"(V = D^\top (x - \hat{x}) - \mu r)"};
inline constexpr agon_equation kThreshold{"threshold", R"(T_i = \frac{\| d_i \|^2 + \mu}{2})"};
inline constexpr agon_equation kMembrane{
    "membrane",
    R"(\frac{d V}{d t} = -\lambda V + D^\top c + W \psi + k D^\top e - (D^\top D + \mu \mathbf{I}) s + \sigma \xi)"};
inline constexpr agon_equation kRate{
    "estimate, in the place of spikes",
    R"(\frac{d \hat{x}}{d t} = -\lambda \hat{x} + c + A \psi + k e)"};
inline constexpr agon_equation kError{"error, while learning; 0 afterwards", R"(e = x - \hat{x})"};
inline constexpr agon_equation kDendrites{"dendrites",
                                          R"(\psi_j = \varphi(M_j \hat{x} + \theta_j) - \psi^0_j)"};
inline constexpr agon_equation kLocal{"the local rule: feedback current and dendrite",
                                      R"(\frac{d W_{ij}}{d t} = \eta (D^\top e)_i \psi_j)"};
inline constexpr agon_equation kFactored{
    "with W = 0 at the start",
    R"(W = D^\top A, \quad \frac{d A}{d t} = \eta e \psi^\top, \quad \text{fixed point } A \psi(x) = f(x) + \lambda x)"};
inline constexpr agon_equation kFast{
    "fast weights, fast=learnt, on a spike of i",
    R"(C_i \leftarrow C_i - \epsilon (2 (V + \mu r) + C_i + \mu \mathbb{1}_i))"};
inline constexpr agon_equation kLeastSquares{
    "slow weights, of least squares over the teacher",
    R"(A \psi(x_n) \approx \frac{x_{n+1} - (1 - \lambda \Delta t) x_n}{\Delta t} - c_n, \quad W = D^\top A)"};

inline constexpr std::array kSpikingEquations{kTeacher, kDecoder,   kVoltage, kThreshold, kMembrane,
                                              kError,   kDendrites, kLocal,   kFactored,  kFast};
inline constexpr std::array kRateEquations{kTeacher, kRate, kError, kDendrites, kFactored};
inline constexpr std::array kSolvedEquations{kTeacher,  kDecoder,   kVoltage,     kThreshold,
                                             kMembrane, kDendrites, kLeastSquares};

inline constexpr auto kSpikingLimits = std::to_array<const char*>({
    "The training error says nothing: feedback keeps it small.",
    "A cost of spikes near 0 with membrane noise makes opposite neurons fight, at ten times the rate.",
    "Too few spikes per step saturate the population (metric cap_hit_share).",
    "A teacher that decays below a spike is not followed; runs that start near an unstable fixed point may lock "
    "there.",
    "It learns trajectories and classes, no real targets.",
});
inline constexpr auto kRateLimits = std::to_array<const char*>({
    "A control: it has no neurons, and width, gamma, mu and spikes do nothing.",
    "It learns trajectories and classes, no real targets.",
});
inline constexpr auto kSolvedLimits = std::to_array<const char*>({
    "A control: its slow weights are solved for at the end of the first epoch, later epochs change nothing.",
    "It is a bound of the local rule with mu = 0 only: a cost of spikes keeps the estimate short of the state that "
    "the weights were solved for.",
});

template <Variant kVariant>
constexpr std::span<const agon_equation> equations_of() {
  if constexpr (kVariant == Variant::spiking) return kSpikingEquations;
  if constexpr (kVariant == Variant::rate) return kRateEquations;
  return kSolvedEquations;
}
template <Variant kVariant>
constexpr std::span<const char* const> limits_of() {
  if constexpr (kVariant == Variant::spiking) return kSpikingLimits;
  if constexpr (kVariant == Variant::rate) return kRateLimits;
  return kSolvedLimits;
}

}  // namespace agon::ebn
