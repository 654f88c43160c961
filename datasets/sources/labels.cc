// SPDX-License-Identifier: MIT
#include "datasets/sources/labels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "datasets/readers/table.h"

namespace agon::datasets {
namespace {

constexpr size_t kMostLabels = 1000;
constexpr std::ptrdiff_t kMostNamed = 8;

[[noreturn]] void fail(const std::string& place, const std::string& reason,
                       const std::string& fix) {
  throw Error(Exit::data, place, reason, fix);
}

std::string some_of(const std::vector<std::string>& texts) {
  const auto end = texts.begin() + std::min(kMostNamed, std::ssize(texts));
  return core::printable(fmt::format("{}", fmt::join(texts.begin(), end, ", "))) +
         (end == texts.end() ? "" : ", ...");
}

}  // namespace

void Labels::declare(std::vector<std::string> order) {
  if (order_.empty()) order_ = std::move(order);
}

void Labels::see(std::string_view label, const std::string& place) {
  if (seen_.find(label) != seen_.end()) return;
  if (seen_.size() == kMostLabels) {
    fail(place, fmt::format("more than {} different labels", kMostLabels),
         "say where the labels stand: see the keys of [source]");
  }
  seen_.emplace(label);
}

void Labels::settle(const std::string& name, const std::string& what) {
  std::vector<std::string> texts = order_;
  if (texts.empty()) {
    texts.assign(seen_.begin(), seen_.end());
    const auto whole = [](const std::string& text) { return core::parse_whole(text); };
    if (std::ranges::all_of(texts, [&](const auto& text) { return whole(text).has_value(); }))
      std::ranges::stable_sort(texts, {}, [&](const auto& text) { return *whole(text); });
  }
  if (texts.size() != static_cast<size_t>(classes_)) {
    fail(name,
         fmt::format("{} {} different labels ({}) where 'classes' says {}", what, texts.size(),
                     some_of(texts), classes_),
         texts.size() < 2 ? "a task to classify needs rows of two classes at least"
                          : "correct 'classes', or say where the labels stand");
  }
  for (const std::string& text : texts) index_.emplace(text, static_cast<int32_t>(index_.size()));
}

int32_t Labels::of(std::string_view label, const std::string& place) const {
  const auto found = index_.find(label);
  if (found == index_.end()) {
    fail(place, fmt::format("label {} is none of the task's classes", shown(label)),
         "add it to 'labels' in [source], or remove the row");
  }
  return found->second;
}

void Labels::check_part(const std::string& name, std::span<const int32_t> labels) const {
  for (const auto& [text, label] : index_) {
    if (std::ranges::count(labels, label) > 0) continue;
    fail(name, fmt::format("no row of class {}", shown(text)),
         "give every part rows of every class, or correct 'labels' in the task file");
  }
}

}  // namespace agon::datasets
