// SPDX-License-Identifier: MIT
#include "reports/claims/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "reports/claims/cells.h"
#include "reports/claims/take.h"

namespace agon::reports {
namespace {

constexpr double kTolerance = 1e-9;
BySeed combine(const BySeed& own, const BySeed& other, bool ratio, LeftOut& left_out) {
  BySeed out;
  for (const auto& [seed, x] : own) {
    const auto at = other.find(seed);
    if (at == other.end()) {
      left_out.without_partner.insert(seed);
      continue;
    }
    const double y = ratio ? x / at->second : x - at->second;
    if (std::isnan(y) || (ratio && at->second == 0)) {
      left_out.undefined.insert(seed);
    } else {
      out.emplace(seed, y);
    }
  }
  return out;
}

// The value of each seed, or its ratio to the check's over_value.
BySeed values(const ClaimCheck& check, const Cells& cells, LeftOut& left_out) {
  BySeed own = numbers(cells, check.value, left_out);
  if (check.over_value.empty() || own.empty()) return own;
  LeftOut other;  // the same cells: what is skipped is so in both
  const BySeed below = numbers(cells, check.over_value, other);
  if (below.empty()) throw Unmeasured{"no cell has a number " + check.over_value};
  return combine(own, below, true, left_out);
}

// The cells that a difference or a ratio is taken to, and how they follow the check's own.
class Partner {
 public:
  Partner(const ClaimCheck& check, const ClaimCells& all) {
    filter_ = check.minus ? &*check.minus : check.over ? &*check.over : nullptr;
    ratio_ = !check.minus.has_value();
    if (filter_ == nullptr) return;
    std::string reason;
    cells_ = all.of(*filter_, reason);
    if (cells_.empty()) throw Unmeasured{"compared with: " + reason};
  }

  BySeed apply(const ClaimCheck& check, const std::string& per, const std::string& by, BySeed own,
               LeftOut& left_out) const {
    if (filter_ == nullptr) return own;
    const Cells cells = follow(follow(cells_, check.per, per), check.by, by);
    LeftOut other;
    const BySeed theirs = values(check, cells, other);
    if (theirs.empty()) {
      throw Unmeasured{"compared with: " + (other.skip_detail.empty()
                                                ? "no cell has a number " + check.value
                                                : "skipped, " + other.skip_detail)};
    }
    return combine(own, theirs, ratio_, left_out);
  }

 private:
  Cells follow(const Cells& cells, const std::string& key, const std::string& value) const {
    if (key.empty() || value.empty() || named_values(*filter_, key) != nullptr) return cells;
    if (values_of(cells, key).empty()) return cells;  // they do not have that parameter
    Cells out = at_value(cells, key, value);
    if (out.empty()) throw Unmeasured{fmt::format("compared with: no cell at {} = {}", key, value)};
    return out;
  }

  const CellFilter* filter_ = nullptr;
  bool ratio_ = false;
  Cells cells_;
};

// Seeds that have a number at every place; the others are left out.
std::vector<uint64_t> complete_seeds(const Curve& curve, LeftOut& left_out) {
  std::set<uint64_t> all;
  for (const auto& [x, seeds] : curve) {
    for (const auto& [seed, y] : seeds) all.insert(seed);
  }
  std::vector<uint64_t> out;
  for (const uint64_t seed : all) {
    const bool complete =
        std::ranges::all_of(curve, [&](const auto& place) { return place.second.contains(seed); });
    if (complete) {
      out.push_back(seed);
    } else if (!left_out.skipped.contains(seed) && !left_out.without_partner.contains(seed) &&
               !left_out.undefined.contains(seed)) {
      left_out.without_number.insert(seed);
    }
  }
  return out;
}

bool meets(const ClaimCheck& check, double x) {
  const auto slack = [](double bound) { return kTolerance * std::max(1.0, std::fabs(bound)); };
  // An infinite bound has no slack to give.
  const auto low = [&](double b) { return std::isfinite(b) ? x >= b - slack(b) : x >= b; };
  const auto high = [&](double b) { return std::isfinite(b) ? x <= b + slack(b) : x <= b; };
  return (std::isnan(check.at_least) || low(check.at_least)) &&
         (std::isnan(check.at_most) || high(check.at_most));
}

std::string bound_words(const ClaimCheck& check) {
  const bool low = !std::isnan(check.at_least), high = !std::isnan(check.at_most);
  if (low && high) return fmt::format("{} to {}", check.at_least, check.at_most);
  return low    ? fmt::format(">= {}", check.at_least)
         : high ? fmt::format("<= {}", check.at_most)
                : "";
}

// Cells of one line, by the number of `by`.
std::map<double, std::pair<std::string, Cells>> split_by(const Cells& cells,
                                                         const std::string& by) {
  std::map<double, std::pair<std::string, Cells>> out;
  for (const std::string& value : values_of(cells, by)) {
    const double x = number_of(value);
    if (std::isnan(x)) throw Unmeasured{fmt::format("{} = {} is no number", by, value)};
    out[x] = {value, at_value(cells, by, value)};
  }
  return out;
}

void take_curve(Measurement& m, const ClaimCheck& check, const Cells& cells, const Partner& partner,
                LeftOut& left_out) {
  if (check.by.empty())
    throw Unmeasured{"take " + check.take + " needs by, the parameter to follow"};
  Curve curve;
  std::vector<std::string> empty;
  for (const auto& [x, place] : split_by(cells, check.by)) {
    LeftOut here;
    BySeed by_seed = values(check, place.second, here);
    if (!by_seed.empty())
      by_seed = partner.apply(check, m.at, place.first, std::move(by_seed), here);
    // A value of `by` where nothing ran is named once, not seed by seed.
    if (by_seed.empty()) {
      empty.push_back(place.first);
      if (left_out.skip_detail.empty()) left_out.skip_detail = here.skip_detail;
      left_out.undefined.insert(here.undefined.begin(), here.undefined.end());
      continue;
    }
    curve.emplace_back(x, std::move(by_seed));
    left_out.skipped.insert(here.skipped.begin(), here.skipped.end());
    left_out.without_number.insert(here.without_number.begin(), here.without_number.end());
    left_out.without_partner.insert(here.without_partner.begin(), here.without_partner.end());
    left_out.undefined.insert(here.undefined.begin(), here.undefined.end());
    if (left_out.skip_detail.empty()) left_out.skip_detail = here.skip_detail;
  }
  const std::string lacking =
      empty.empty() ? ""
                    : fmt::format("nothing measured at {} = {}", check.by, joined(empty, ", "));
  if (curve.size() < 2) {
    if (curve.empty() && !left_out.skip_detail.empty())
      throw Unmeasured{"skipped: " + left_out.skip_detail};
    throw Unmeasured{fmt::format("{} has numbers at {}, two are needed{}{}", check.by,
                                 counted(curve.size(), "value"), lacking.empty() ? "" : "; ",
                                 lacking)};
  }
  const std::vector<uint64_t> seeds = complete_seeds(curve, left_out);
  if (seeds.empty()) throw Unmeasured{"no seed has a number at every value of " + check.by};
  if (check.take == "argmax") {
    take_argmax(m, curve, seeds);
  } else {
    for (const uint64_t seed : take_slope(m, curve, seeds, check.take == "exponent"))
      left_out.undefined.insert(seed);
  }
  m.remark = lacking;
}

// Scores lie between 0 and 1 and their differences between -1 and 1, and so do their means.
Interval reachable(const ClaimCheck& check, const Interval& interval,
                   const std::vector<double>& values) {
  const bool scores = check.value.starts_with("score") && check.over_value.empty() && !check.over;
  const double low = check.minus ? -1 : 0;
  const bool inside = std::ranges::all_of(values, [low](double x) { return x >= low && x <= 1; });
  return scores && inside ? within(interval, low, 1) : interval;
}

void take_values(Measurement& m, const ClaimCheck& check, const Cells& cells,
                 const Partner& partner, LeftOut& left_out) {
  BySeed by_seed = values(check, cells, left_out);
  if (by_seed.empty()) {
    throw Unmeasured{left_out.skipped.empty()       ? "no cell has a number " + check.value
                     : left_out.skip_detail.empty() ? "every cell was skipped"
                                                    : "skipped: " + left_out.skip_detail};
  }
  by_seed = partner.apply(check, m.at, "", std::move(by_seed), left_out);
  std::vector<double> list;
  for (const auto& [seed, x] : by_seed) list.push_back(x);
  if (list.empty()) {
    throw Unmeasured{left_out.undefined.empty() ? "no seed in common with what it is compared with"
                                                : "no seed has a finite comparison"};
  }
  if (check.take == "mean") {
    take_mean(m, list);
    m.interval = reachable(check, m.interval, list);
  } else if (check.take == "median") {
    take_median(m, list);
  } else if (check.take == "min" || check.take == "max") {
    take_extreme(m, list, check.take == "min");
  } else {
    throw Unmeasured{"no take has the name " + check.take};
  }
}

Verdict verdict_of(const ClaimCheck& check, const Measurement& m, const LeftOut& left_out) {
  if (!meets(check, m.estimate)) return Verdict::fails;
  const bool whole =
      !m.interval.known() || (meets(check, m.interval.low) && meets(check, m.interval.high));
  return whole && left_out.undefined.empty() ? Verdict::holds : Verdict::partly;
}

}  // namespace

std::vector<Measurement> measure(const ClaimCheck& check, const ClaimCells& all) {
  Measurement blank;
  blank.check = &check;
  blank.what = check.what;
  blank.bound = bound_words(check);
  try {
    if (blank.bound.empty()) throw Unmeasured{"the check states no bound"};
    std::string reason;
    const Cells cells = all.of(check.of, reason);
    std::vector<std::string> places{""};
    if (!check.per.empty()) {
      const auto* named = named_values(check.of, check.per);
      places = named != nullptr && !named->empty() ? *named : values_of(cells, check.per);
    }
    if (cells.empty()) throw Unmeasured{reason};
    if (places.empty()) throw Unmeasured{"no cell has a parameter " + check.per};
    const Partner partner(check, all);
    std::vector<Measurement> out;
    for (const std::string& place : places) {
      Measurement m = blank;
      LeftOut left_out;
      try {
        Cells here = cells;
        if (!check.per.empty()) {
          m.at = place;
          m.what += fmt::format("{}{} {}", m.what.empty() ? "" : ", ", check.per, place);
          here = at_value(cells, check.per, place);
          if (here.empty()) throw Unmeasured{fmt::format("no cell at {} = {}", check.per, place)};
        }
        if (take_needs_by(check.take)) {
          take_curve(m, check, here, partner, left_out);
        } else {
          take_values(m, check, here, partner, left_out);
        }
        m.verdict = verdict_of(check, m, left_out);
        const std::string left = left_out.words(check.value);
        if (!left.empty()) m.remark += (m.remark.empty() ? "" : "; ") + left;
      } catch (const Unmeasured& why) {
        m.reason = why.reason;
      }
      out.push_back(std::move(m));
    }
    return out;
  } catch (const Unmeasured& why) {
    blank.reason = why.reason;
    return {blank};
  }
}

}  // namespace agon::reports
