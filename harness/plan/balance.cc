// SPDX-License-Identifier: MIT
#include "harness/plan/balance.h"

#include <functional>
#include <queue>
#include <tuple>

namespace agon::harness {

Balance::Balance(uint32_t parts) : loads_(parts) {
  for (uint32_t part = 0; part < parts; ++part) lightest_.emplace(0.0, part);
}

std::vector<uint32_t> Balance::add(std::span<const double> costs) {
  // The parts that will have some of it: none has two while another has none.
  std::vector<uint32_t> parts;
  while (parts.size() < costs.size() && !lightest_.empty()) {
    parts.push_back(lightest_.begin()->second);
    lightest_.erase(lightest_.begin());
  }
  using Own = std::tuple<double, size_t, size_t>;  // cost and number of it, place in `parts`
  std::priority_queue<Own, std::vector<Own>, std::greater<>> least;
  for (size_t place = 0; place < parts.size(); ++place) least.emplace(0.0, 0, place);
  std::vector<uint32_t> out;
  out.reserve(costs.size());
  for (const double cost : costs) {
    const auto [own, number, place] = least.top();
    least.pop();
    least.emplace(own + cost, number + 1, place);
    loads_[parts[place]] += cost;
    out.push_back(parts[place]);
  }
  for (const uint32_t part : parts) lightest_.emplace(loads_[part], part);
  return out;
}

}  // namespace agon::harness
