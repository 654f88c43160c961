// SPDX-License-Identifier: MIT
//
// The table of claims.
#include <fmt/format.h>

#include "reports/render/html/blocks.h"
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
                                       "class=\"tick\" d=\"M4.4 8.4l2.5 2.5 4.8-5.4\"/>"}
      : verdict == Verdict::partly
          ? Sign{"partly",
                 "<circle class=\"ring\" cx=\"8\" cy=\"8\" r=\"6.6\"/><path class=\"disc\" d=\"M8 "
                 "1.4a6.6 6.6 0 0 0 0 13.2z\"/>"}
      : verdict == Verdict::fails
          ? Sign{"fails",
                 "<circle class=\"ring\" cx=\"8\" cy=\"8\" r=\"6.6\"/><path class=\"cross\" "
                 "d=\"M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6\"/>"}
          : Sign{"unmeasured", "<circle class=\"ring dashed\" cx=\"8\" cy=\"8\" r=\"6.6\"/>"};
  return fmt::format(
      "<span class=\"claim-verdict is-{}\"><svg class=\"sign\" viewBox=\"0 0 16 16\" "
      "aria-hidden=\"true\">{}</svg>{}</span>",
      sign.style, sign.shape, words(verdict));
}

std::string lines_html(const std::vector<ClaimRow::Line>& lines) {
  std::string out = "<ul>";
  for (const ClaimRow::Line& line : lines) {
    out += "<li>" + verdict_html(line.verdict) + "<span class=\"check\">" + text_html(line.text);
    if (!line.fold.empty()) out += fold_html(line.fold_title, lines_html(line.fold));
    out += "</span></li>";
  }
  return out + "</ul>";
}

std::string row_html(const ClaimRow& row) {
  std::string out = "<tr><th scope=\"row\">";
  if (!row.source.empty()) out += "<small>" + escape_html(row.source) + "</small>";
  out += "<p>" + escape_html(row.claim) + "</p>";
  if (!row.note.empty()) out += "<p class=\"remark\">" + escape_html(row.note) + "</p>";
  return out + "</th><td class=\"measured\">" +
         (row.lines.empty() ? text_html(Text().add(row.unchecked, As::reason))
                            : lines_html(row.lines)) +
         "</td><td class=\"final\">" + verdict_html(row.verdict) + "</td></tr>";
}

}  // namespace

std::string claims_html(const Claims& claims) {
  std::string out =
      "<table class=\"claims\"><thead><tr><th scope=\"col\">Claim in the source</th><th "
      "scope=\"col\">What was measured</th><th scope=\"col\">Verdict</th></tr></thead><tbody>";
  for (const ClaimRow& row : claims.rows) out += row_html(row);
  return out + "</tbody></table>";
}

}  // namespace agon::reports
