// SPDX-License-Identifier: MIT
#include "core/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace agon::core {
namespace {

// Edit distance with insertion, deletion, substitution and swap of neighbours (optimal string
// alignment), each of cost 1.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::vector<std::string> nearest(std::string_view word, std::span<const std::string> names,
                                 size_t count) {
  const size_t most = word.size() / 3 + 1;
  std::vector<std::pair<size_t, std::string>> near;
  for (const std::string& name : names) {
    const size_t d = distance(word, name);
    if (d <= most) near.emplace_back(d, name);
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (size_t i = 0; i < std::min(count, near.size()); ++i)
    out.push_back(std::move(near[i].second));
  return out;
}

std::string suggest(std::string_view word, std::span<const std::string> names) {
  const std::vector<std::string> near = nearest(word, names);
  if (!near.empty()) return fmt::format("did you mean '{}'?", near.front());
  return fmt::format("valid names: {}", fmt::join(names, ", "));
}

}  // namespace agon::core
