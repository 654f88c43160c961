// SPDX-License-Identifier: MIT
//
// What a source claims, what was measured, and whether it holds.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <span>

#include "reports/sections/page.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// A word and a shape each: colour alone says nothing. Tick, half disc, cross, empty dashed ring.
std::string verdict_html(Verdict verdict) {
  struct Sign {
    const char *style, *shape;
  };
  const Sign sign =
      verdict == Verdict::holds ? Sign{"holds",
                                       "<circle class=\"disc\" cx=\"8\" cy=\"8\" r=\"7.2\"/><path "
                                       "class=\"tick\" d=\"M4.4 "
                                       "8.4l2.5 2.5 4.8-5.4\"/>"}
      : verdict == Verdict::partly
          ? Sign{"partly",
                 "<circle class=\"ring\" cx=\"8\" cy=\"8\" r=\"6.6\"/><path class=\"disc\" d=\"M8 "
                 "1.4a6.6 6.6 0 0 0 0 13.2z\"/>"}
      : verdict == Verdict::fails
          ? Sign{"fails",
                 "<circle class=\"ring\" cx=\"8\" cy=\"8\" r=\"6.6\"/><path class=\"cross\" "
                 "d=\"M5.2 "
                 "5.2l5.6 5.6M10.8 5.2l-5.6 5.6\"/>"}
          : Sign{"unmeasured", "<circle class=\"ring dashed\" cx=\"8\" cy=\"8\" r=\"6.6\"/>"};
  return fmt::format(
      "<span class=\"claim-verdict is-{}\"><svg class=\"sign\" viewBox=\"0 0 16 16\" "
      "aria-hidden=\"true\">{}</svg>{}</span>",
      sign.style, sign.shape, words(verdict));
}

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
  if (bound.starts_with(">= ")) return "≥ " + escape_html(bound.substr(3));
  if (bound.starts_with("<= ")) return "≤ " + escape_html(bound.substr(3));
  return escape_html(bound);
}

constexpr size_t kLines = 3;  // more lines of one check than these are one line with the rest below
constexpr size_t kNamed = 6;  // values of `per` that such a line names

// "[low, high] ", or nothing.
std::string interval_text(const Measurement& m) {
  if (!m.interval.known()) return "";
  return fmt::format("[{}, {}] ", number_text(*m.check, m.interval.low),
                     number_text(*m.check, m.interval.high));
}

std::string measurement_html(const Measurement& m) {
  std::string out = "<li>" + verdict_html(m.verdict) + "<span class=\"check\">";
  out += escape_html(m.what.empty() ? "the check" : m.what);
  if (m.verdict == Verdict::unmeasured)
    return out + ": <span class=\"why\">" + escape_html(m.reason) + "</span></span></li>";
  // "range of 5 seeds" has said how many there are.
  const bool counted = m.interval_kind.find("over seeds") == std::string::npos;
  out += fmt::format(": <b>{}</b> <span class=\"how\">{}{}{}; bound {}</span>",
                     number_text(*m.check, m.estimate), interval_text(m), m.interval_kind,
                     counted ? "" : fmt::format(", n = {}", m.n), bound_text(m.bound));
  if (!m.remark.empty()) out += " <span class=\"why\">(" + escape_html(m.remark) + ")</span>";
  return out + "</span></li>";
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
std::string condensed_html(std::span<const Measurement> lines) {
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
  std::string out = "<li>" + verdict_html(whole) + "<span class=\"check\">" +
                    escape_html(check.what.empty() ? "the check" : check.what);
  if (whole == Verdict::unmeasured) {
    out += ": <span class=\"why\">" +
           escape_html(fmt::format("at none of {} values of {}, {}", lines.size(), check.per,
                                   lines.front().reason)) +
           "</span>";
  } else {
    out += escape_html(fmt::format(": at {} of {} values of {}",
                                   holds == 0 ? "none" : std::to_string(holds), lines.size(),
                                   check.per));
    if (holds > 0) {
      const std::string from = number_text(check, low), to = number_text(check, high);
      out += ": <b>" + (from == to ? from : from + " to " + to) + "</b>";
    }
    out += "<span class=\"how\">; bound " + bound_text(lines.front().bound) +
           escape_html(exceptions(lines, Verdict::partly, "partly") +
                       exceptions(lines, Verdict::fails, "not") +
                       exceptions(lines, Verdict::unmeasured, "not measured")) +
           "</span>";
  }
  std::string each = "<ul>";
  for (const Measurement& m : lines) each += measurement_html(m);
  return out + details(fmt::format("Each value of {}", check.per), each + "</ul>") + "</span></li>";
}

std::string claim_row(const ClaimResult& result) {
  const ClaimCard& claim = *result.claim;
  std::string out = "<tr><th scope=\"row\">";
  if (!claim.source.empty()) out += "<small>" + escape_html(claim.source) + "</small>";
  out += "<p>" + escape_html(claim.text) + "</p>";
  if (!claim.note.empty()) out += "<p class=\"remark\">" + escape_html(claim.note) + "</p>";
  out += "</th><td class=\"measured\">";
  if (result.measurements.empty()) {
    out += "<span class=\"why\">the suite states no check for it</span>";
  } else {
    out += "<ul>";
    const std::span<const Measurement> all = result.measurements;
    for (size_t i = 0; i < all.size();) {
      size_t end = i + 1;
      while (end < all.size() && all[end].check == all[i].check) ++end;
      const auto lines = all.subspan(i, end - i);
      if (lines.size() > kLines) {
        out += condensed_html(lines);
      } else {
        for (const Measurement& m : lines) out += measurement_html(m);
      }
      i = end;
    }
    out += "</ul>";
  }
  return out + "</td><td class=\"final\">" + verdict_html(result.verdict) + "</td></tr>";
}

}  // namespace

Panel claims_panel(const PageInput& page) {
  Panel panel{"claims", "Claims", "", {}};
  if (page.claims.empty()) return panel;
  panel.html = "<p class=\"lead\">" + escape_html(count_words(page.claims)) +
               "</p><table class=\"claims\"><thead><tr><th scope=\"col\">Claim in the source</th>"
               "<th scope=\"col\">What was measured</th><th scope=\"col\">Verdict</th></tr></thead>"
               "<tbody>";
  for (const ClaimResult& result : page.claims) panel.html += claim_row(result);
  panel.html +=
      "</tbody></table><p class=\"note\">Filled from the results by the checks that the suite file "
      "states. A check holds when its estimate and its whole interval meet the bound, holds partly "
      "when only the estimate does, and does not hold when the estimate misses it. A claim holds "
      "when all its checks do. Differences and ratios are paired by seed; a failed run scores "
      "chance.</p>";
  return panel;
}

}  // namespace agon::reports
