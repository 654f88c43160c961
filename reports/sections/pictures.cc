// SPDX-License-Identifier: MIT
//
// What rules draw of their trained models: of each rule variant and task the first run that has
// pictures.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "reports/render/svg/picture.h"
#include "reports/render/svg/picture_kinds.h"
#include "reports/sections/page.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// More than anyone looks at, or than a page should weigh.
constexpr size_t kMaxPictures = 24, kMaxBytes = 1'500'000;
constexpr size_t kMaxAlike = 6;  // the same picture of a rule's settings and tasks

// " lr=0.1" where the group's cells have several rates: the picture is of this one.
std::string rate_of(const Group& group, const CellRecord& record) {
  const bool alike = std::ranges::all_of(group.cells, [&](const CellRecord* cell) {
    return cell->id.lr == record.id.lr || std::isnan(record.id.lr);
  });
  return alike ? "" : " lr=" + shortest(record.id.lr, 3);
}

}  // namespace

Panel pictures_panel(const PageInput& page) {
  Panel panel{"pictures", "Inside the rules", "", {}};
  std::set<std::string_view> seen;  // a cell may belong to several studies
  std::vector<std::string> named;   // those beyond the page's room
  std::map<std::pair<std::string, std::string>, size_t> alike;  // by rule and key
  std::vector<std::string> hints;
  size_t drawn = 0;
  std::string figures;
  for (const Group& group : page.groups) {
    const auto at = std::ranges::find_if(group.cells, [](const CellRecord* r) {
      return r->outcome.status == Status::ok && !r->outcome.pictures.empty();
    });
    if (at == group.cells.end() || !seen.insert((*at)->id.cell_key).second) continue;
    const CellRecord& record = **at;
    for (const Picture& picture : record.outcome.pictures) {
      const std::string what = picture.title.empty() ? picture.key : picture.title;
      const std::string title =
          fmt::format("{}: {}{} on {}", what, group.label, rate_of(group, record),
                      page.task_title(record.id.task));
      const std::string why = undrawable(picture);
      std::string figure;
      size_t& like_this = alike[{record.id.rule, picture.key}];
      if (why.empty() && drawn < kMaxPictures && like_this < kMaxAlike)
        figure = picture_html(picture, fmt::format("picture-{}", drawn), title);
      if (figure.empty() || figures.size() + figure.size() > kMaxBytes) {
        named.push_back(title + (why.empty() ? "" : " (" + why + ")"));
        continue;
      }
      ++drawn;
      ++like_this;
      figures += figure;
      const std::string hint(kind_of(picture)->hint);
      if (!hint.empty() && std::ranges::find(hints, hint) == hints.end()) hints.push_back(hint);
    }
  }
  if (drawn + named.size() == 0) return panel;
  panel.html = "<p class=\"note\">Drawn by the rules themselves after training, on the first seed.";
  for (const std::string& hint : hints) panel.html += " " + escape_html(hint);
  panel.html += "</p>";
  if (drawn > 0) panel.html += "<div class=\"grid wide\">" + figures + "</div>";
  if (!named.empty()) {
    std::string list = "<ul>";
    for (const std::string& name : named) list += "<li>" + escape_html(name) + "</li>";
    panel.html += details(fmt::format("{} not shown", plural(static_cast<int64_t>(named.size()),
                                                             "more picture", "more pictures")),
                          list + "</ul>");
  }
  return panel;
}

}  // namespace agon::reports
