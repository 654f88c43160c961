// SPDX-License-Identifier: MIT
#include "datasets/split.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/rng.h"
#include "core/text.h"

namespace agon::datasets {
namespace {

struct Keys {
  std::string_view rule;
  bool labelled = false;  // for rows with labels only
  bool validation = true, test = true, seed = true;
};
// In the order of SplitRule::Kind.
constexpr auto kRules = std::to_array<Keys>({
    {.rule = "all", .validation = false, .test = false, .seed = false},
    {.rule = "stratified", .labelled = true},
    {.rule = "random"},
    {.rule = "group"},
    {.rule = "folds", .labelled = true, .test = false},
    {.rule = "time", .seed = false},
    {.rule = "given", .test = false},
});

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

// Rows that are left of each class; never so few that training or validation has none.
void thin_out(double imbalance, std::vector<std::vector<int32_t>>& classes) {
  constexpr size_t kLeast = 4;
  if (imbalance <= 1) return;
  for (size_t c = 0; c < classes.size(); ++c) {
    const double power = static_cast<double>(c) / static_cast<double>(classes.size() - 1);
    const double kept = static_cast<double>(classes[c].size()) / std::pow(imbalance, power);
    classes[c].resize(
        std::min(classes[c].size(), std::max(kLeast, static_cast<size_t>(std::lround(kept)))));
  }
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

std::vector<int32_t> range(size_t begin, size_t end) {
  std::vector<int32_t> rows(end - begin);
  std::iota(rows.begin(), rows.end(), static_cast<int32_t>(begin));
  return rows;
}

size_t rows_of(double fraction, size_t n) {
  return static_cast<size_t>(std::ceil(share(fraction, n)));
}

Split by_time(const SplitRule& rule, size_t rows) {
  const size_t before_test = rows - rows_of(rule.test, rows);
  const size_t before_validation = before_test - rows_of(rule.validation, before_test);
  return {range(0, before_validation), range(before_validation, before_test),
          range(before_test, rows)};
}

Split by_group(const SplitRule& rule, size_t rows, std::span<const std::string> groups,
               const std::string& name) {
  const auto fail = [&name](const std::string& reason, const std::string& fix) {
    throw Error(Exit::data, name, reason, fix);
  };
  if (groups.size() != rows)
    fail("a split by group needs to know whose row a row is",
         "name the 'group' in [source], or use another rule in [split]");
  std::map<std::string_view, std::vector<int32_t>> members;  // by name
  for (size_t r = 0; r < rows; ++r) members[groups[r]].push_back(static_cast<int32_t>(r));
  std::vector<std::string_view> names;
  for (const auto& [group, _] : members) names.push_back(group);
  if (names.size() < 3) {
    fail(fmt::format("has {} groups of rows, a split by group needs 3", names.size()),
         "use another rule in [split]");
  }
  std::vector<int32_t> order(names.size());
  core::fill_permutation(rule.seed, 0, order);
  std::vector<std::string_view> left;
  for (const int32_t i : order) left.push_back(names[static_cast<size_t>(i)]);

  // Whole groups from the front of `left`, at least `wanted` rows, while `keep` groups stay.
  const auto take_groups = [&](size_t wanted, size_t keep) {
    std::vector<int32_t> part;
    while (part.size() < wanted && left.size() > keep) {
      const std::vector<int32_t>& group = members[left.front()];
      part.insert(part.end(), group.begin(), group.end());
      left.erase(left.begin());
    }
    std::ranges::sort(part);
    return part;
  };
  Split split;
  for (const std::string& wanted : rule.test_groups) {
    const auto found = std::ranges::find(left, wanted);
    if (found == left.end()) {
      fail(fmt::format("has no rows of group '{}', or it stands twice in [split]", wanted),
           core::suggest(wanted, std::vector<std::string>(names.begin(), names.end())));
    }
    left.erase(found);
    split.test.insert(split.test.end(), members[wanted].begin(), members[wanted].end());
  }
  std::ranges::sort(split.test);
  if (rule.test_groups.empty()) split.test = take_groups(rows_of(rule.test, rows), 2);
  if (left.size() < 2)
    fail("leaves fewer than two groups for training and validation", "test fewer groups");
  split.validation = take_groups(rows_of(rule.validation, rows - split.test.size()), 1);
  split.train = take_groups(rows, 0);
  return split;
}

}  // namespace

SplitRule read_split(const core::TomlTable& section, bool test_part, bool labelled) {
  std::vector<std::string_view> names;
  for (const Keys& keys : kRules) {
    if (labelled || !keys.labelled) names.push_back(keys.rule);
  }
  const std::string name = section.choice("rule", names);
  const auto keys = std::ranges::find(kRules, name, &Keys::rule);
  SplitRule rule{.kind = static_cast<SplitRule::Kind>(keys - kRules.begin())};
  const bool groups = rule.kind == SplitRule::Kind::group && section.has("test_groups");
  std::vector<std::string_view> known{"rule"};
  const auto take = [&](bool wanted, std::string_view key) {
    if (wanted) known.push_back(key);
  };
  take(groups, "test_groups");
  take(keys->test && !groups, "test");
  take(keys->validation, "validation");
  take(keys->seed, "seed");
  take(rule.kind == SplitRule::Kind::stratified, "imbalance");
  take(rule.kind == SplitRule::Kind::folds, "folds");
  section.allow_only(known);
  if (section.has("imbalance")) rule.imbalance = section.number("imbalance", 1, 1000);
  if (rule.kind == SplitRule::Kind::folds)
    rule.folds = static_cast<int32_t>(section.integer("folds", 2, 20));
  if (groups) rule.test_groups = section.texts("test_groups");
  if (keys->test && !groups) rule.test = fraction(section, "test");
  if (keys->validation) rule.validation = fraction(section, "validation");
  if (keys->seed) {
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
          "{:g}/{:g} stratified, {}{:g} % of the training part for validation, split seed {}",
          100 * (1 - rule.test), 100 * rule.test,
          rule.imbalance > 1
              ? fmt::format("training rows of a class falling 1 to 1/{:g}, ", rule.imbalance)
              : "",
          validation, rule.seed);
    case SplitRule::Kind::folds:
      return fmt::format(
          "{0} folds, seed s tests fold s mod {0} (training parts of seeds overlap), {1:g} % of "
          "the others for validation (stratified, split seed {2})",
          rule.folds, validation, rule.seed);
    case SplitRule::Kind::random:
      return fmt::format(
          "{:g}/{:g} at random, {:g} % of the training part for validation, split seed {}",
          100 * (1 - rule.test), 100 * rule.test, validation, rule.seed);
    case SplitRule::Kind::group:
      return fmt::format("whole groups: {}, {:g} % of the others for validation, split seed {}",
                         rule.test_groups.empty()
                             ? fmt::format("{:g} % for the test", 100 * rule.test)
                             : fmt::format("{} for the test", fmt::join(rule.test_groups, ", ")),
                         validation, rule.seed);
    case SplitRule::Kind::time:
      return fmt::format(
          "the last {:g} % for the test, the last {:g} % of the others for validation",
          100 * rule.test, validation);
    case SplitRule::Kind::given:
      return fmt::format(
          "the published test part, {:g} % of the training part for validation "
          "(stratified, split seed {})",
          validation, rule.seed);
  }
  return {};
}

Split make_split(const SplitRule& rule, std::span<const int32_t> labels, int32_t classes,
                 size_t test_rows, std::span<const std::string> groups, const std::string& name) {
  if (rule.kind == SplitRule::Kind::group) return by_group(rule, labels.size(), groups, name);
  if (rule.kind == SplitRule::Kind::time) return by_time(rule, labels.size());
  Split split;
  if (rule.kind == SplitRule::Kind::all) {
    split.train = range(0, labels.size());
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
    split.test = range(own, labels.size());
  } else {
    take(rule.test, rows, split.test);
    thin_out(rule.imbalance, rows);
  }
  take(rule.validation, rows, split.validation);
  take(1.0, rows, split.train);
  return split;
}

std::vector<Split> make_folds(const SplitRule& rule, std::span<const int32_t> labels,
                              int32_t classes) {
  const auto count = static_cast<size_t>(rule.folds);
  const auto rows = shuffled_classes(labels, classes, rule.seed);
  std::vector<Split> folds(count);
  for (size_t f = 0; f < count; ++f) {
    std::vector<std::vector<int32_t>> others(rows.size());
    size_t dealt = 0;  // over all classes, so that folds are of one size
    for (size_t c = 0; c < rows.size(); ++c) {
      for (const int32_t row : rows[c])
        (dealt++ % count == f ? folds[f].test : others[c]).push_back(row);
    }
    std::ranges::sort(folds[f].test);
    take(rule.validation, others, folds[f].validation);
    take(1.0, others, folds[f].train);
  }
  return folds;
}

}  // namespace agon::datasets
