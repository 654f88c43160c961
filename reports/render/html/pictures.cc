// SPDX-License-Identifier: MIT
//
// Pictures as far as a page bears them; the others are named.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/render/html/blocks.h"
#include "reports/render/html/figure.h"
#include "reports/render/svg/picture.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// More than anyone looks at, or than a page should weigh.
constexpr size_t kMaxPictures = 24, kMaxBytes = 1'500'000;
constexpr size_t kMaxAlike = 6;  // the same picture of a rule's settings and tasks

}  // namespace

std::string pictures_html(const Pictures& pictures) {
  std::vector<std::string> hints, named;                        // named: not drawn
  std::map<std::pair<std::string, std::string>, size_t> alike;  // by rule and key
  size_t drawn = 0;
  std::string figures;
  for (const Pictures::One& one : pictures.all) {
    const std::string why = undrawable(*one.picture);
    std::string figure;
    size_t& like_this = alike[{one.rule, one.picture->key}];
    if (why.empty() && drawn < kMaxPictures && like_this < kMaxAlike)
      figure = picture_html(*one.picture, fmt::format("picture-{}", drawn), one.title, one.about);
    if (figure.empty() || figures.size() + figure.size() > kMaxBytes) {
      named.push_back(one.title + (why.empty() ? "" : " (" + why + ")"));
      continue;
    }
    ++drawn;
    ++like_this;
    figures += figure;
    const std::string hint(picture_hint(*one.picture));
    if (!hint.empty() && std::ranges::find(hints, hint) == hints.end()) hints.push_back(hint);
  }
  std::string out =
      "<p class=\"note\">Drawn by the rules themselves after training, on the first seed.";
  for (const std::string& hint : hints) out += " " + escape_html(hint);
  out += "</p>";
  if (drawn > 0) out += "<div class=\"grid\">" + figures + "</div>";
  if (named.empty()) return out;
  std::string list = "<ul>";
  for (const std::string& name : named) list += "<li>" + escape_html(name) + "</li>";
  return out + fold_html(fmt::format("{} not shown", plural(static_cast<int64_t>(named.size()),
                                                            "more picture", "more pictures")),
                         list + "</ul>");
}

}  // namespace agon::reports
