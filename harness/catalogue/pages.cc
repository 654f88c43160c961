// SPDX-License-Identifier: MIT
#include "harness/catalogue/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/render/html/html.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::catalogue {
namespace {

using namespace reports;
using nlohmann::json;

constexpr size_t kCommitDigits = 12;

Cell score_cell(const SummaryRow& row) {
  Cell cell = number_cell(fixed(row.score.mean), row.score.mean);
  add_interval(cell, row.score.ci, [](double x) { return fixed(x); });
  return cell;
}

Cell score_on(const Examined& one, const char* task) {
  const auto row = std::ranges::find(one.summary, task, &SummaryRow::task);
  return row == one.summary.end() || !std::isfinite(row->score.mean) ? missing_cell("none")
                                                                     : score_cell(*row);
}

// What the entry says of itself.
Section entry_section(const Examined& one) {
  Section section{"entry", "Entry"};
  if (!one.failure.empty()) section.add(Paragraph{Paragraph::Kind::warning, one.failure + "."});
  Facts facts;
  if (const auto& entry = one.entry) {
    facts.add("Repository", Text().add(entry->repository, As::code));
    facts.add("Commit", Text().add(entry->commit, As::code));
    facts.add("Folder", entry->folder == "." ? "" : entry->folder);
    facts.add("Source", entry->source);
    facts.add("Licence", entry->licence);
    facts.add("Paper", entry->paper);
    facts.add("Maintainer", entry->maintainer);
  }
  if (!one.run.empty()) facts.add("Report", Text().add("the suite card", As::page, "report.html"));
  section.add(std::move(facts));
  return section;
}

Section scores_section(const Examined& one) {
  Section section{"scores", "Scores"};
  Table table({"Task", "#Score", "#Seeds", "#Failed", "Expected", "Why there is none"});
  for (const SummaryRow& row : one.summary) {
    const auto expected = std::ranges::find(one.scores, row.task, &Score::task);
    const std::string bound = expected == one.scores.end()
                                  ? ""
                                  : fmt::format("at least {}", shortest(expected->at_least));
    const bool none = row.n == 0;
    table.add({text_cell(row.task), none ? missing_cell("none") : score_cell(row),
               number_cell(std::to_string(row.n), static_cast<double>(row.n)),
               number_cell(std::to_string(row.n_failed), static_cast<double>(row.n_failed)),
               text_cell(bound), text_cell(none ? "it does not take this kind of task" : "")});
  }
  section.add(std::move(table));
  return section;
}

Section checks_section(const Examined& one) {
  Section section{"checks", "Checks"};
  section.note(fmt::format("agon check: level {}.", one.level));
  if (one.unkept.empty()) return section;
  Table table({"Check", "What it does not keep", "How to mend it"});
  for (const Unkept& check : one.unkept)
    table.add({text_cell(Text().add(check.check, As::code)), text_cell(check.reason),
               text_cell(check.fix)});
  section.add(std::move(table));
  return section;
}

}  // namespace

std::string index_page(std::span<const Examined> all) {
  Section section{"rules", "Rules"};
  Table table({"Rule", "What it is", "State", "#Check level", "#digits", "#xor", "Licence",
               "Commit", "Maintainer"},
              true);
  table.stacked = true;
  for (const Examined& one : all) {
    Text state = one.failure.empty() ? Text().add("ok", As::status)
                                     : Text().add("failed", As::failed_status);
    if (!one.failure.empty()) state.add(one.failure, As::below);
    const Entry entry = one.entry.value_or(Entry{});
    table.add({text_cell(Text().add(one.rule, As::page, "rules/" + one.rule + "/index.html")),
               text_cell(one.card.summary), text_cell(std::move(state)),
               one.card.id.empty() ? missing_cell("none", 0)
                                   : number_cell(std::to_string(one.level), one.level),
               score_on(one, "digits"), score_on(one, "xor"), text_cell(entry.licence),
               text_cell(Text().add(entry.commit.substr(0, kCommitDigits), As::code)),
               text_cell(entry.maintainer)});
  }
  section.add(std::move(table));
  const Section sections[] = {std::move(section)};
  return render_sections_html("Catalogue of learning rules", sections);
}

std::string card_page(const Examined& one) {
  ReportInput input;
  if (!one.card.id.empty()) input.run.rules.push_back(one.card);
  std::vector<Section> sections = card_sections(input);
  sections.push_back(entry_section(one));
  if (!one.card.id.empty()) sections.push_back(checks_section(one));
  if (!one.summary.empty()) sections.push_back(scores_section(one));
  return render_sections_html(one.card.name.empty() ? one.rule : one.card.name, sections);
}

std::string catalogue_json(std::span<const Examined> all) {
  json out = json::array();
  for (const Examined& one : all) {
    const Entry entry = one.entry.value_or(Entry{});
    json scores = json::object();
    for (const SummaryRow& row : one.summary) {
      if (row.n > 0)
        scores[row.task] = {{"mean", row.score.mean}, {"seeds", row.n}, {"failed", row.n_failed}};
    }
    out.push_back({{"rule", one.rule},
                   {"repository", entry.repository},
                   {"commit", entry.commit},
                   {"licence", entry.licence},
                   {"maintainer", entry.maintainer},
                   {"level", one.level},
                   {"failure", one.failure},
                   {"scores", std::move(scores)}});
  }
  return json({{"format", "agon-catalogue/1"}, {"rules", std::move(out)}})
             .dump(2, ' ', false, json::error_handler_t::replace) +
         "\n";
}

}  // namespace agon::catalogue
