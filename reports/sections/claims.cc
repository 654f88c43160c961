// SPDX-License-Identifier: MIT
//
// What a source claims, what was measured, and whether it holds.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <span>

#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// As few digits as say on which side of the bounds the number lies.
std::string number_text(const ClaimCheck& check, double x) {
  if (std::isinf(x)) {
    const bool target = check.value == "epochs_to_target" || check.value == "time_to_target_s";
    return x > 0 && target ? "not reached" : x > 0 ? "∞" : "-∞";
  }
  if (std::fabs(x) >= 1e4) return si(x);
  const auto side = [&](double v) {
    return (v >= check.at_least ? 1 : 0) + (v <= check.at_most ? 2 : 0);
  };
  std::string out;
  for (int digits = 4; digits <= 9; ++digits) {
    // Four decimals of a score or of a difference of scores say enough.
    out = std::fabs(x) < 1 ? shortest(std::strtod(fixed(x, digits).c_str(), nullptr), digits)
                           : shortest(x, digits);
    if (side(std::strtod(out.c_str(), nullptr)) == side(x)) break;
  }
  return out;
}

std::string bound_text(const std::string& bound) {
  if (bound.starts_with(">= ")) return "≥ " + bound.substr(3);
  if (bound.starts_with("<= ")) return "≤ " + bound.substr(3);
  return bound;
}

constexpr size_t kLines = 3;  // more lines of one check than these are one line with the rest below
constexpr size_t kNamed = 6;  // values of `per` that such a line names

// "[low, high] ", or nothing.
std::string interval_text(const Measurement& m) {
  if (!m.interval.known()) return "";
  return fmt::format("[{}, {}] ", number_text(*m.check, m.interval.low),
                     number_text(*m.check, m.interval.high));
}

ClaimRow::Line line_of(const Measurement& m) {
  ClaimRow::Line line{m.verdict, m.what.empty() ? "the check" : m.what};
  line.text.add(": ");
  if (m.verdict == Verdict::unmeasured) {
    line.text.add(m.reason, As::reason);
    return line;
  }
  // "range of 5 seeds" has said how many there are.
  const bool counted = m.interval_kind.find("over seeds") == std::string::npos;
  line.text.add(number_text(*m.check, m.estimate), As::strong)
      .beside(fmt::format("{}{}{}; bound {}", interval_text(m), m.interval_kind,
                          counted ? "" : fmt::format(", n = {}", m.n), bound_text(m.bound)),
              As::aside);
  if (!m.remark.empty()) line.text.beside("(" + m.remark + ")", As::reason);
  return line;
}

// "; not at width 1: 0.4932 and 2: 0.61", from the lines with that verdict.
std::string exceptions(std::span<const Measurement> lines, Verdict verdict, const char* words) {
  std::vector<std::string> named;
  size_t n = 0;
  for (const Measurement& m : lines) {
    if (m.verdict != verdict || ++n > kNamed) continue;
    std::string text = (n == 1 ? m.check->per + " " : "") + m.at;
    if (verdict != Verdict::unmeasured) text += ": " + number_text(*m.check, m.estimate);
    if (verdict == Verdict::partly && m.interval.known())
      text += fmt::format(" [{}, {}]", number_text(*m.check, m.interval.low),
                          number_text(*m.check, m.interval.high));
    named.push_back(std::move(text));
  }
  if (n == 0) return "";
  if (n > kNamed) named.push_back(fmt::format("{} others", n - kNamed));
  return fmt::format("; {} at {}", words, join_words(named));
}

// Many lines of one check: how many values of `per` hold and between which numbers, which do not,
// and the lines themselves to unfold.
ClaimRow::Line condensed(std::span<const Measurement> lines) {
  const ClaimCheck& check = *lines.front().check;
  const Verdict whole = verdict_of(lines);
  double low = kNaN, high = kNaN;
  size_t holds = 0;
  for (const Measurement& m : lines) {
    if (m.verdict != Verdict::holds) continue;
    low = holds == 0 ? m.estimate : std::min(low, m.estimate);
    high = holds == 0 ? m.estimate : std::max(high, m.estimate);
    ++holds;
  }
  ClaimRow::Line line{whole, check.what.empty() ? "the check" : check.what};
  if (whole == Verdict::unmeasured) {
    line.text.add(": ").add(fmt::format("at none of {} values of {}, {}", lines.size(), check.per,
                                        lines.front().reason),
                            As::reason);
  } else {
    line.text.add(fmt::format(": at {} of {} values of {}",
                              holds == 0 ? "none" : std::to_string(holds), lines.size(),
                              check.per));
    if (holds > 0) {
      const std::string from = number_text(check, low), to = number_text(check, high);
      line.text.add(": ").add(from == to ? from : from + " to " + to, As::strong);
    }
    line.text.add("; bound " + bound_text(lines.front().bound) +
                      exceptions(lines, Verdict::partly, "partly") +
                      exceptions(lines, Verdict::fails, "not") +
                      exceptions(lines, Verdict::unmeasured, "not measured"),
                  As::aside);
  }
  line.fold_title = fmt::format("Each value of {}", check.per);
  for (const Measurement& m : lines) line.fold.push_back(line_of(m));
  return line;
}

ClaimRow row_of(const ClaimResult& result) {
  const ClaimCard& claim = *result.claim;
  ClaimRow row{claim.source, claim.text, claim.note};
  row.verdict = result.verdict;
  if (result.measurements.empty()) row.unchecked = "the suite states no check for it";
  const std::span<const Measurement> all = result.measurements;
  for (size_t i = 0; i < all.size();) {
    size_t end = i + 1;
    while (end < all.size() && all[end].check == all[i].check) ++end;
    const auto lines = all.subspan(i, end - i);
    if (lines.size() > kLines) {
      row.lines.push_back(condensed(lines));
    } else {
      for (const Measurement& m : lines) row.lines.push_back(line_of(m));
    }
    i = end;
  }
  return row;
}

}  // namespace

Section claims_section(const PageInput& page) {
  Section section{"claims", "Claims"};
  if (page.claims.empty()) return section;
  section.add(Paragraph{Paragraph::Kind::lead, count_words(page.claims)});
  Claims claims;
  for (const ClaimResult& result : page.claims) claims.rows.push_back(row_of(result));
  section.add(std::move(claims));
  section.note(
      "Filled from the results by the checks that the suite file states. A check holds when its "
      "estimate and its whole interval meet the bound, holds partly when only the estimate does, "
      "and does not hold when the estimate misses it. A claim holds when all its checks do. "
      "Differences and ratios are paired by seed; a failed run scores chance.");
  return section;
}

}  // namespace agon::reports
