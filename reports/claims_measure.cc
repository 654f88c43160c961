// SPDX-License-Identifier: MIT
#include "reports/claims_measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "reports/claims_take.h"
#include "reports/outcome.h"

namespace agon::reports {
namespace {

using Cells = std::vector<ClaimCells::Cell>;
constexpr double kTolerance = 1e-9;
std::string text_of(const Params& params, const std::string& key) {
  const auto at = params.find(key);
  return at == params.end() ? "" : at->second;
}

bool accepts(const std::vector<std::string>& values, const std::string& value) {
  return values.empty() ||
         std::ranges::any_of(values, [&](const auto& v) { return same_value(v, value); });
}

bool has_parameters(const CellFilter& filter, const Params& params) {
  return std::ranges::all_of(filter.params, [&](const auto& named) {
    const auto at = params.find(named.first);
    return at != params.end() && accepts(named.second, at->second);
  });
}

const std::vector<std::string>* named_values(const CellFilter& filter, const std::string& key) {
  for (const auto& [name, values] : filter.params) {
    if (name == key) return &values;
  }
  return nullptr;
}

std::string joined(const std::vector<std::string>& values, const char* between) {
  return fmt::format("{}", fmt::join(values, between));
}

std::string counted(size_t n, const char* noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

Cells at_value(const Cells& cells, const std::string& key, const std::string& value) {
  Cells out;
  for (const auto& cell : cells) {
    const auto at = cell.params->find(key);
    if (at != cell.params->end() && same_value(at->second, value)) out.push_back(cell);
  }
  return out;
}

std::vector<std::string> values_of(const Cells& cells, const std::string& key) {
  std::vector<std::string> out;
  for (const auto& cell : cells) {
    const auto at = cell.params->find(key);
    if (at == cell.params->end()) continue;
    const bool known =
        std::ranges::any_of(out, [&](const auto& v) { return same_value(v, at->second); });
    if (!known) out.push_back(at->second);
  }
  return out;
}

// What the cells of one number differ in besides the seed, in words; "" when they are alike.
std::string difference(const Cells& cells) {
  std::set<std::string> tasks, keys;
  for (const auto& cell : cells) {
    tasks.insert(cell.record->id.task);
    for (const auto& [key, value] : *cell.params) keys.insert(key);
  }
  if (tasks.size() > 1) {
    return "the cells are of the tasks " +
           joined(std::vector<std::string>(tasks.begin(), tasks.end()), ", ") + ": name one";
  }
  for (const std::string& key : keys) {
    std::set<std::string> values;
    for (const auto& cell : cells) values.insert(text_of(*cell.params, key));
    if (values.size() < 2) continue;
    std::vector<std::string> shown;
    for (const std::string& v : values) {
      if (shown.size() == 4) {
        shown.emplace_back("...");
        break;
      }
      shown.push_back(v.empty() ? "none" : v);
    }
    return fmt::format("the cells differ in {} ({}): name one value of it, or use per", key,
                       joined(shown, ", "));
  }
  return "";
}

// What was left out on the way to a number.
struct LeftOut {
  std::set<uint64_t> skipped, without_number, without_partner, undefined;
  std::string skip_detail;

  std::string words(const std::string& value) const {
    std::vector<std::string> parts;
    if (!skipped.empty()) {
      parts.push_back(counted(skipped.size(), "seed") + " skipped" +
                      (skip_detail.empty() ? "" : " (" + skip_detail + ")"));
    }
    if (!without_number.empty())
      parts.push_back(counted(without_number.size(), "seed") + " without " + value);
    if (!without_partner.empty())
      parts.push_back(counted(without_partner.size(), "seed") + " without a partner");
    if (!undefined.empty())
      parts.push_back(counted(undefined.size(), "seed") + " without a finite comparison");
    return parts.empty() ? "" : "left out: " + joined(parts, "; ");
  }
};

// The number of each seed; throws Unmeasured for unlike cells.
BySeed numbers(const Cells& cells, const std::string& value, LeftOut& left_out) {
  if (const std::string differs = difference(cells); !differs.empty()) throw Unmeasured{differs};
  BySeed out;
  for (const auto& cell : cells) {
    const uint64_t seed = cell.record->id.seed;
    const double x = cell_value(*cell.record, value, cell.chance);
    if (!std::isnan(x)) {
      out.emplace(seed, x);
    } else if (cell.record->outcome.status == Status::skipped) {
      left_out.skipped.insert(seed);
      if (left_out.skip_detail.empty()) left_out.skip_detail = cell.record->outcome.status_detail;
    } else {
      left_out.without_number.insert(seed);
    }
  }
  return out;
}

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
    const BySeed theirs = numbers(cells, check.value, other);
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
  return low ? fmt::format(">= {}", check.at_least) : high ? fmt::format("<= {}", check.at_most) : "";
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
    BySeed values = numbers(place.second, check.value, here);
    if (!values.empty()) values = partner.apply(check, m.at, place.first, std::move(values), here);
    // A value of `by` where nothing ran is named once, not seed by seed.
    if (values.empty()) {
      empty.push_back(place.first);
      if (left_out.skip_detail.empty()) left_out.skip_detail = here.skip_detail;
      left_out.undefined.insert(here.undefined.begin(), here.undefined.end());
      continue;
    }
    curve.emplace_back(x, std::move(values));
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

void take_values(Measurement& m, const ClaimCheck& check, const Cells& cells,
                 const Partner& partner, LeftOut& left_out) {
  BySeed by_seed = numbers(cells, check.value, left_out);
  if (by_seed.empty()) {
    throw Unmeasured{left_out.skipped.empty()       ? "no cell has a number " + check.value
                     : left_out.skip_detail.empty() ? "every cell was skipped"
                                                    : "skipped: " + left_out.skip_detail};
  }
  by_seed = partner.apply(check, m.at, "", std::move(by_seed), left_out);
  std::vector<double> values;
  for (const auto& [seed, x] : by_seed) values.push_back(x);
  if (values.empty()) {
    throw Unmeasured{left_out.undefined.empty() ? "no seed in common with what it is compared with"
                                                : "no seed has a finite comparison"};
  }
  if (check.take == "mean") {
    take_mean(m, values);
  } else if (check.take == "median") {
    take_median(m, values);
  } else if (check.take == "min" || check.take == "max") {
    take_extreme(m, values, check.take == "min");
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

ClaimCells::ClaimCells(std::span<const CellRecord> records, std::span<const TaskCard> tasks) {
  const auto chance = chance_levels(records, tasks);
  params_.reserve(records.size());  // cells point into it
  for (const CellRecord& r : records) {
    params_.push_back(params_of(r.id));
    by_study_[r.study].push_back({&r, &params_.back(), chance.at(r.id.task)});
  }
}

std::vector<ClaimCells::Cell> ClaimCells::of(const CellFilter& filter, std::string& reason) const {
  const auto study = by_study_.find(filter.study);
  if (study == by_study_.end()) {
    reason = fmt::format("no cell of study {} has finished", filter.study);
    return {};
  }
  Cells of_rule, of_task, out;
  for (const Cell& cell : study->second) {
    if (cell.record->id.rule != filter.rule) continue;
    of_rule.push_back(cell);
    if (!filter.task.empty() && cell.record->id.task != filter.task) continue;
    of_task.push_back(cell);
    if (has_parameters(filter, *cell.params)) out.push_back(cell);
  }
  if (of_rule.empty()) {
    reason = fmt::format("no cell of {} in study {}", filter.rule, filter.study);
  } else if (of_task.empty()) {
    reason = fmt::format("no cell of {} on {} in study {}", filter.rule, filter.task, filter.study);
  } else if (out.empty()) {
    std::vector<std::string> wanted;
    for (const auto& [key, values] : filter.params)
      wanted.push_back(key + " = " + (values.empty() ? "any" : joined(values, " or ")));
    reason = fmt::format("no cell of {} in study {} with {}", filter.rule, filter.study,
                         joined(wanted, ", "));
  }
  return out;
}

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

bool matches(const CellFilter& filter, const std::string& study, const CellIdentity& id) {
  if (filter.study != study || filter.rule != id.rule) return false;
  if (!filter.task.empty() && filter.task != id.task) return false;
  return filter.params.empty() || has_parameters(filter, params_of(id));
}

}  // namespace agon::reports
