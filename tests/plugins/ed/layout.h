// SPDX-License-Identifier: MIT
//
// Between the rule's tensors "M<l>" (one matrix per layer, presynaptic rows in the order of the
// units) and M+ and M- of the equations.
#pragma once

#include <string>
#include <vector>

#include "reference.h"
#include "tests/plugins/golden/open_rule.h"

namespace agon::test {

// Where row i of M+ (or M-) of layer l stands inside a net's block of "M<l>".
inline size_t row_in_tensor(bool plus, size_t i, size_t count, bool first, bool paired,
                            size_t inputs, const std::vector<double>& source_type) {
  const size_t synapses = first && paired ? 2 * inputs : inputs;
  if (i + 1 == count) return synapses + (plus ? 0 : 1);  // the threshold
  if (first) return plus ? i : inputs + i;
  size_t seen = 0;
  for (size_t unit = 0; unit < source_type.size(); ++unit) {
    if ((source_type[unit] > 0) == plus && seen++ == i) return unit;
  }
  throw std::runtime_error("no such row");
}

// Copies all magnitudes of `nets` from ("M<l>" to nets) or to (nets to "M<l>") a rule.
template <bool kToRule, typename Nets>
void exchange(RuleUnderTest& rule, Nets& nets, size_t inputs, bool paired) {
  for (size_t l = 0; l < nets[0].size(); ++l) {
    const std::string name = fmt::format("M{}", l + 1);
    Rows m = rule.tensor(name);
    const size_t rows = m.size() / nets.size();
    for (size_t k = 0; k < nets.size(); ++k) {
      auto& layer = nets[k][l];
      const std::vector<double> source = l == 0 ? std::vector<double>{} : nets[k][l - 1].type;
      const size_t fan = l == 0 ? inputs : source.size();
      for (const bool plus : {true, false}) {
        auto& side = plus ? layer.plus : layer.minus;
        for (size_t i = 0; i < side.size(); ++i) {
          const size_t r =
              k * rows + row_in_tensor(plus, i, side.size(), l == 0, paired, fan, source);
          if constexpr (kToRule) {
            m[r] = side[i];
          } else {
            side[i] = m[r];
          }
        }
      }
    }
    if constexpr (kToRule) rule.set(name, m);
  }
}

}  // namespace agon::test
