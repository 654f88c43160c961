// SPDX-License-Identifier: MIT
//
// What rules logged as warnings: each text once per rule and setting, with the cells it came from.
#include <fmt/format.h>

#include <map>
#include <set>

#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr size_t kMaxRows = 300;  // cells.csv has them all

struct Said {
  std::string_view name, text;
  std::set<std::string_view> cells;  // their keys: a cell of two studies said it once
  int64_t times = 0;
  bool numbers_differ = false;  // from cell to cell; text has the first ones
};

// In order of first appearance.
std::vector<Said> all_said(const PageInput& page) {
  std::vector<Said> out;
  std::map<std::pair<std::string_view, std::string>, size_t> places;
  for (const Group& group : page.groups) {
    for (const CellRecord* record : group.cells) {
      for (const Warning& warning : record->outcome.warnings) {
        const auto [it, fresh] =
            places.try_emplace({group.name, without_numbers(warning.text)}, out.size());
        if (fresh) out.push_back({group.name, warning.text, {}, 0, false});
        Said& said = out[it->second];
        said.numbers_differ |= said.text != warning.text;
        if (said.cells.insert(record->id.cell_key).second) said.times += warning.times;
      }
    }
  }
  return out;
}

}  // namespace

Section warnings_section(const PageInput& page) {
  Section section{"warnings", "Warnings"};
  const std::vector<Said> all = all_said(page);
  if (all.empty()) return section;
  section.note(
      "What rules said about their own training, and what the program has to say of them. It changes no number.");
  Table table({"Rule", "Warning", "#Cells", "#Times"}, true);
  for (size_t i = 0; i < std::min(all.size(), kMaxRows); ++i) {
    const Said& said = all[i];
    table.add(
        {text_cell(said.name),
         text_cell(std::string(said.text) +
                   (said.numbers_differ ? " (other numbers in some cells)" : "")),
         number_cell(std::to_string(said.cells.size()), static_cast<double>(said.cells.size())),
         number_cell(std::to_string(said.times), static_cast<double>(said.times))});
  }
  section.add(std::move(table));
  if (all.size() > kMaxRows) {
    section.note(fmt::format("The first {} of {}; cells.csv has them all.", kMaxRows,
                             count(static_cast<int64_t>(all.size()))));
  }
  return section;
}

}  // namespace agon::reports
