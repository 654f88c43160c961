// SPDX-License-Identifier: MIT
//
// The metrics of predictive coding.
#pragma once

#include <array>
#include <cstddef>

#include "agon/plugin.h"

namespace agon::pc {

inline constexpr size_t kLayerEnergies = 8;  // nodes whose energy has a row

// All up to cosine_bp: of the last minibatch, with the weights as they are after it.
inline constexpr auto kMetricTable = std::to_array<agon_metric>({
    {"energy_before", "", "energy per sample of the forward pass"},
    {"energy_after", "", "energy per sample after relaxation"},
    {"energy_drop", "", "share of the energy that relaxation takes away"},
    {"hidden_share", "", "share of the energy after relaxation that is in hidden layers"},
    {"energy_1", "", "energy of node 1 after relaxation"},
    {"energy_2", "", "energy of node 2 after relaxation"},
    {"energy_3", "", "energy of node 3 after relaxation"},
    {"energy_4", "", "energy of node 4 after relaxation"},
    {"energy_5", "", "energy of node 5 after relaxation"},
    {"energy_6", "", "energy of node 6 after relaxation"},
    {"energy_7", "", "energy of node 7 after relaxation"},
    {"energy_8", "", "energy of node 8 after relaxation"},
    {"steps", "steps", "state updates taken"},
    {"residual", "", "largest state drive after relaxation; 0 at equilibrium"},
    {"cosine_bp", "", "cosine between the update of all weights and minus the gradient"},
    {"alignment", "", "lowest cosine between W and its feedback weights over the layers"},
    {"gamma", "", "state rate in use"},
    {"spectral", "", "s, the largest |W_l|_2 that carries errors to a free node"},
    {"spectral_bound", "", "2 / (max pi (1 + s)^2): state rates below it lower the energy"},
    {"prototype", "",
     "generative: lowest correlation between the image synthesised for a label and the mean of "
     "its class"},
});

}  // namespace agon::pc
