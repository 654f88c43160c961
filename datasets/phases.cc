// SPDX-License-Identifier: MIT
#include "datasets/phases.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <string_view>

#include "core/rng.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 2> kRules = {"labels", "permuted"};
constexpr std::array<std::string_view, 3> kLabelKeys = {"rule", "first", "matched"};
constexpr std::array<std::string_view, 3> kPermutedKeys = {"rule", "seed", "matched"};

std::vector<int32_t> read_first(const core::TomlTable& section, const TaskInfo& info) {
  std::set<int32_t> first;
  for (const int64_t label : section.integers("first", 0, info.classes() - 1))
    first.insert(static_cast<int32_t>(label));
  if (first.size() == static_cast<size_t>(info.classes())) {
    section.fail("first", "names every class and leaves none to the second task",
                 "name the classes of the first task only");
  }
  return {first.begin(), first.end()};
}

void append_permuted(uint64_t seed, Dataset& data, Split& split) {
  const size_t rows = data.x.rows(), inputs = data.x.cols();
  std::vector<int32_t> from(inputs);
  core::fill_permutation(seed, 0, from);
  core::Matrix both(2 * rows, inputs);
  for (size_t r = 0; r < rows; ++r) {
    const auto image = data.x.row(r);
    std::ranges::copy(image, both.row(r).begin());
    for (size_t i = 0; i < inputs; ++i) both.at(rows + r, i) = image[static_cast<size_t>(from[i])];
  }
  data.x = std::move(both);
  data.labels.reserve(2 * rows);
  for (size_t r = 0; r < rows; ++r) data.labels.push_back(data.labels[r]);
  data.phase.assign(rows, 0);
  data.phase.resize(2 * rows, 1);
  for (auto* part : {&split.train, &split.validation, &split.test}) {
    const size_t own = part->size();
    for (size_t i = 0; i < own; ++i) part->push_back((*part)[i] + static_cast<int32_t>(rows));
  }
}

}  // namespace

std::optional<PhaseRule> read_phases(const core::TomlTable& top, TaskInfo& info) {
  if (!top.has("phases")) return std::nullopt;
  const core::TomlTable section = top.section("phases");
  PhaseRule rule;
  if (section.choice("rule", kRules) == "labels") {
    section.allow_only(kLabelKeys);
    rule.first = read_first(section, info);
    info.split += fmt::format(", first task: classes {}", fmt::join(rule.first, " "));
  } else {
    section.allow_only(kPermutedKeys);
    rule.kind = PhaseRule::Kind::permuted;
    rule.seed =
        static_cast<uint64_t>(section.integer("seed", 0, std::numeric_limits<int64_t>::max()));
    info.split += ", the same for both tasks";
  }
  const double matched = section.number("matched", 0, 1);
  std::get<ClassifyInfo>(info.of).matched = matched;
  if (matched <= info.chance)
    section.fail("matched", "is not above 'chance'",
                 "give a score a rule can reach on the second task");
  return rule;
}

void apply(const PhaseRule& rule, Dataset& data, Split& split) {
  if (rule.kind == PhaseRule::Kind::permuted) return append_permuted(rule.seed, data, split);
  data.phase.clear();
  for (const int32_t label : data.labels)
    data.phase.push_back(std::ranges::count(rule.first, label) > 0 ? 0 : 1);
}

}  // namespace agon::datasets
