// SPDX-License-Identifier: MIT
#include "datasets/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "core/rng.h"

namespace agon::datasets {
namespace {

// In the order of SplitRule::Kind.
constexpr std::array<std::string_view, 4> kRules = {"all", "stratified", "random", "given"};
constexpr std::array<std::string_view, 3> kUnlabelledRules = {"all", "random", "given"};

// A fraction of the rows: more than none, less than all.
double fraction(const core::TomlTable& split, std::string_view key) {
  return split.number(key, 0.001, 0.9);
}

// fraction * n without the rounding error that would make ceil(0.2 * 5) two.
double share(double fraction, size_t n) {
  const double exact = fraction * static_cast<double>(n);
  const double nearest = std::round(exact);
  return std::abs(exact - nearest) < 1e-9 * std::max(1.0, exact) ? nearest : exact;
}

// Rows per class of a part of ceil(fraction * all) rows: largest remainders, ties to the lower
// class.
std::vector<size_t> quotas(double fraction, std::span<const std::vector<int32_t>> classes) {
  std::vector<size_t> quota(classes.size());
  std::vector<double> remainder(classes.size());
  size_t all = 0, given = 0;
  for (size_t c = 0; c < classes.size(); ++c) {
    const double exact = share(fraction, classes[c].size());
    quota[c] = static_cast<size_t>(exact);
    remainder[c] = exact - static_cast<double>(quota[c]);
    all += classes[c].size();
    given += quota[c];
  }
  std::vector<size_t> order(classes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return remainder[a] > remainder[b]; });
  const size_t total = static_cast<size_t>(std::ceil(share(fraction, all)));
  for (size_t i = 0; i < order.size() && given < total; ++i, ++given) ++quota[order[i]];
  return quota;
}

// Moves each class's quota from the end of its list to `part`.
void take(double fraction, std::vector<std::vector<int32_t>>& classes, std::vector<int32_t>& part) {
  const std::vector<size_t> quota = quotas(fraction, classes);
  for (size_t c = 0; c < classes.size(); ++c) {
    const auto from = classes[c].end() - static_cast<std::ptrdiff_t>(quota[c]);
    part.insert(part.end(), from, classes[c].end());
    classes[c].erase(from, classes[c].end());
  }
  std::sort(part.begin(), part.end());
}

// The rows of each class in an order drawn from (seed, class).
std::vector<std::vector<int32_t>> shuffled_classes(std::span<const int32_t> labels, int32_t classes,
                                                   uint64_t seed) {
  std::vector<std::vector<int32_t>> rows(static_cast<size_t>(classes));
  for (size_t r = 0; r < labels.size(); ++r) {
    rows[static_cast<size_t>(labels[r])].push_back(static_cast<int32_t>(r));
  }
  for (size_t c = 0; c < rows.size(); ++c) {
    std::vector<int32_t> order(rows[c].size());
    core::fill_permutation(seed, c, order);
    for (int32_t& i : order) i = rows[c][static_cast<size_t>(i)];
    rows[c] = std::move(order);
  }
  return rows;
}

}  // namespace

SplitRule read_split(const core::TomlTable& section, bool test_part, bool labelled) {
  const auto known = labelled ? std::span<const std::string_view>(kRules) : kUnlabelledRules;
  const std::string name = section.choice("rule", known);
  SplitRule rule;
  if (name == "all") {
    section.allow_only({"rule"});
  } else {
    std::vector<std::string_view> keys = {"rule", "validation", "seed"};
    if (name != "given") keys.push_back("test");
    section.allow_only(keys);
    rule.kind = static_cast<SplitRule::Kind>(std::ranges::find(kRules, name) - kRules.begin());
    if (name != "given") rule.test = fraction(section, "test");
    rule.validation = fraction(section, "validation");
    rule.seed =
        static_cast<uint64_t>(section.integer("seed", 0, std::numeric_limits<int64_t>::max()));
  }
  if ((name == "given") != test_part) {
    section.fail("rule", "does not fit the number of files or arrays in [source]",
                 "use \"given\" with a test part (four files or arrays), and only then");
  }
  return rule;
}

std::string describe(const SplitRule& rule) {
  const double validation = 100 * rule.validation;
  switch (rule.kind) {
    case SplitRule::Kind::all: return "all patterns for training, validation and test";
    case SplitRule::Kind::stratified:
      return fmt::format(
          "{:g}/{:g} stratified, {:g} % of the training part for validation, split seed {}",
          100 * (1 - rule.test), 100 * rule.test, validation, rule.seed);
    case SplitRule::Kind::random:
      return fmt::format(
          "{:g}/{:g} at random, {:g} % of the training part for validation, split seed {}",
          100 * (1 - rule.test), 100 * rule.test, validation, rule.seed);
    case SplitRule::Kind::given:
      return fmt::format(
          "the published test part, {:g} % of the training part for validation "
          "(stratified, split seed {})",
          validation, rule.seed);
  }
  return {};
}

Split make_split(const SplitRule& rule, std::span<const int32_t> labels, int32_t classes,
                 size_t test_rows) {
  Split split;
  if (rule.kind == SplitRule::Kind::all) {
    split.train.resize(labels.size());
    std::iota(split.train.begin(), split.train.end(), 0);
    split.validation = split.test = split.train;
    return split;
  }
  const std::vector<int32_t> one_class(rule.kind == SplitRule::Kind::random ? labels.size() : 0);
  if (!one_class.empty()) {
    labels = one_class;
    classes = 1;
  }
  const size_t own =
      rule.kind == SplitRule::Kind::given ? labels.size() - test_rows : labels.size();
  auto rows = shuffled_classes(labels.first(own), classes, rule.seed);
  if (rule.kind == SplitRule::Kind::given) {
    split.test.resize(test_rows);
    std::iota(split.test.begin(), split.test.end(), static_cast<int32_t>(own));
  } else {
    take(rule.test, rows, split.test);
  }
  take(rule.validation, rows, split.validation);
  take(1.0, rows, split.train);
  return split;
}

}  // namespace agon::datasets
