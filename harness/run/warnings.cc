// SPDX-License-Identifier: MIT
#include "harness/run/warnings.h"

#include <fmt/format.h>

#include <map>
#include <unordered_map>
#include <unordered_set>

#include "core/text.h"
#include "reports/text.h"

namespace agon::harness {
namespace {

constexpr size_t kLines = 20;

struct Said {
  const Variant* variant;  // nullptr: of several settings
  std::string rule, text;
  size_t cells = 0;
  bool numbers_differ = false;  // from cell to cell; text has the first ones
};

}  // namespace

std::vector<std::string> warning_lines(const Plan& plan,
                                       std::span<const reports::CellRecord> records) {
  std::unordered_map<std::string, const Variant*> variants;  // by cell key
  for (const PlanCell& cell : plan.cells) variants.emplace(cell.key, &plan.variants[cell.variant]);
  std::vector<Said> all;
  std::map<std::pair<std::string, std::string>, size_t> places;  // of (rule, text without numbers)
  std::unordered_set<std::string> seen;  // a cell of two studies said it once
  for (const reports::CellRecord& record : records) {
    const auto variant = variants.find(record.id.cell_key);
    if (variant == variants.end() || !seen.insert(record.id.cell_key).second) continue;
    for (const reports::Warning& warning : record.outcome.warnings) {
      const auto [it, fresh] =
          places.try_emplace({record.id.rule, reports::without_numbers(warning.text)}, all.size());
      if (fresh) all.push_back({variant->second, record.id.rule, warning.text});
      Said& said = all[it->second];
      if (said.variant != variant->second) said.variant = nullptr;
      said.numbers_differ |= said.text != warning.text;
      ++said.cells;
    }
  }
  std::vector<std::string> lines;
  for (const Said& said : all) {
    if (lines.size() == kLines) {
      lines.push_back(fmt::format("{} more warnings stand in the report", all.size() - kLines));
      break;
    }
    const std::string who = said.variant != nullptr ? short_name(*said.variant) : said.rule;
    lines.push_back(fmt::format("{} warns: {} ({} {}{})", core::printable(who),
                                core::printable(said.text), said.cells,
                                said.cells == 1 ? "cell" : "cells",
                                said.numbers_differ ? ", with other numbers in some" : ""));
  }
  return lines;
}

}  // namespace agon::harness
