// SPDX-License-Identifier: MIT
#include "datasets/generators/parity.h"

#include <bit>

namespace agon::datasets {

Dataset make_parity(const Parity& parity) {
  const uint32_t bits = static_cast<uint32_t>(parity.bits);
  const uint32_t patterns = uint32_t{1} << bits;
  Dataset data{
      .x = core::Matrix(patterns, bits), .labels = {}, .shape = {parity.bits}, .classes = 2};
  for (uint32_t p = 0; p < patterns; ++p) {
    for (uint32_t l = 0; l < bits; ++l) data.x.at(p, l) = static_cast<float>(p >> l & 1u);
    data.labels.push_back(std::popcount(p) & 1);
  }
  return data;
}

}  // namespace agon::datasets
