// SPDX-License-Identifier: MIT
//
// What rules draw of their trained models: of each rule variant and task the first run that has
// pictures.
#include <algorithm>
#include <cmath>
#include <set>

#include "reports/sections/drawers.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// " lr=0.1" where the group's cells have several rates: the picture is of this one.
std::string rate_of(const Group& group, const CellRecord& record) {
  const bool alike = std::ranges::all_of(group.cells, [&](const CellRecord* cell) {
    return cell->id.lr == record.id.lr || std::isnan(record.id.lr);
  });
  return alike ? "" : " lr=" + shortest(record.id.lr, 3);
}

}  // namespace

Section pictures_section(const PageInput& page) {
  Section section{"pictures", "Inside the rules"};
  std::set<std::string_view> seen;  // a cell may belong to several studies
  Pictures pictures;
  for (const Group& group : page.groups) {
    const auto at = std::ranges::find_if(group.cells, [](const CellRecord* r) {
      return r->outcome.status == Status::ok && !r->outcome.pictures.empty();
    });
    if (at == group.cells.end() || !seen.insert((*at)->id.cell_key).second) continue;
    const CellRecord& record = **at;
    for (const Picture& picture : record.outcome.pictures) {
      const std::string& what = picture.title.empty() ? picture.key : picture.title;
      pictures.all.push_back({&picture,
                              what + ": " + group.label + rate_of(group, record) + " on " +
                                  page.task_title(record.id.task),
                              record.id.rule, about(group)});
    }
  }
  if (!pictures.all.empty()) section.add(std::move(pictures));
  return section;
}

}  // namespace agon::reports
