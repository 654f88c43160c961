// SPDX-License-Identifier: MIT
#include "harness/plan/claims.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "harness/plan/tuning.h"
#include "reports/claims/claims.h"

namespace agon::harness {
namespace {

using core::TomlItem;
using core::TomlTable;
using reports::CellFilter;
using reports::ClaimCheck;

class ClaimReader {
 public:
  explicit ClaimReader(const Suite& suite) : suite_(suite) {
    for (const Study& study : suite.studies) studies_.push_back(study.name);
  }

  Claim claim(const TomlTable& table) const {
    table.allow_only({"source", "text", "note", "check"});
    Claim claim;
    claim.card.source = table.text("source");
    claim.card.text = table.text("text");
    claim.card.note = table.text_or("note", "");
    for (const TomlTable& item : table.tables("check")) {
      claim.card.checks.push_back(check(item));
      claim.check_where.push_back(item.where());
    }
    return claim;
  }

 private:
  ClaimCheck check(const TomlTable& table) const {
    table.allow_only({"what", "study", "cells", "task", "value", "over_value", "take", "by", "per",
                      "minus", "minus_study", "minus_task", "over", "over_study", "over_task",
                      "at_least", "at_most"});
    ClaimCheck check;
    check.what = table.text("what");
    check.of = cells(table, "cells", "study", "task", {});
    if (table.has("minus"))
      check.minus = cells(table, "minus", "minus_study", "minus_task", check.of);
    if (table.has("over")) check.over = cells(table, "over", "over_study", "over_task", check.of);
    if (check.minus && check.over) {
      throw Error(Exit::usage, table.item("over").where(), "a check has minus or over, not both",
                  "split the check");
    }
    check.value = value(table, "value", check.value, check.of.study);
    check.over_value = value(table, "over_value", "", check.of.study);
    check.take = one_of(
        table, "take", check.take,
        [](std::string_view take) {
          return std::ranges::find(reports::takes(), take) != reports::takes().end();
        },
        "use mean, median, min, max, argmax, slope or exponent");
    check.per = table.text_or("per", "");
    if (reports::take_needs_by(check.take)) check.by = table.text("by");
    check.at_least = table.number_or("at_least", reports::kNaN);
    check.at_most = table.number_or("at_most", reports::kNaN);
    if (!table.has("at_least") && !table.has("at_most")) {
      throw Error(Exit::usage, table.where(), "a check needs a bound", "add at_least or at_most");
    }
    return check;
  }

  // Cells of `key`; study and task are those of `beside` where the keys for them are not given.
  CellFilter cells(const TomlTable& table, const char* key, const char* study_key,
                   const char* task_key, const CellFilter& beside) const {
    CellFilter filter;
    const TomlItem item = table.item(key);
    const Selector selector =
        parse_selector(item.text(), table.origin(), item.line(), item.column() + 1);
    filter.rule = selector.name;
    for (const Factor& factor : selector.factors)
      filter.params.emplace_back(factor.key, factor.values);
    filter.study =
        beside.study.empty() || table.has(study_key) ? study(table, study_key) : beside.study;
    filter.task = table.text_or(task_key, beside.task);
    return filter;
  }

  std::string study(const TomlTable& table, const char* key) const {
    const std::string name = table.text(key);
    if (std::ranges::find(studies_, name) == studies_.end()) {
      throw Error(Exit::usage, table.item(key).where(),
                  fmt::format("the suite has no study '{}'", name), core::suggest(name, studies_));
    }
    return name;
  }

  // The name of a number that cells of the study have.
  std::string value(const TomlTable& table, const char* key, const std::string& fallback,
                    const std::string& study) const {
    if (!table.has(key)) return fallback;
    const std::string name =
        one_of(table, key, "", reports::is_cell_value,
               "name a number column of cells.csv, e.g. score_test, m_<metric>, or "
               "score@<harm>=<level>");
    const auto at = reports::series_at(name);
    if (!at) return name;
    const std::string_view condition = at->series.substr(at->series.find('@') + 1);
    for (const Condition& own :
         std::ranges::find(suite_.studies, study, &Study::name)->conditions) {
      if (own.name == condition && std::ranges::count(own.values, at->x) > 0) return name;
    }
    throw Error(Exit::usage, table.item(key).where(),
                fmt::format("study '{}' has no {} at {}", study, condition, at->x),
                "name a condition of the study and a level of it");
  }

  template <typename Known>
  std::string one_of(const TomlTable& table, const char* key, const std::string& fallback,
                     Known known, const char* fix) const {
    const std::string text = table.text_or(key, fallback);
    if (!known(text))
      throw Error(Exit::usage, table.item(key).where(), fmt::format("unknown {} '{}'", key, text),
                  fix);
    return text;
  }

  const Suite& suite_;
  std::vector<std::string> studies_;
};

}  // namespace

void read_claims(const TomlTable& root, Suite& suite) {
  const ClaimReader claims(suite);
  for (const TomlTable& table : root.tables("claim")) suite.claims.push_back(claims.claim(table));
}

void check_claims(const Plan& plan) {
  if (plan.suite.claims.empty()) return;
  std::vector<reports::PlannedCell> cells;
  for (const PlanCell& cell : plan.cells) {
    cells.push_back({plan.suite.studies[cell.study].name, identity(plan, cell)});
  }
  for (const PlanCell& cell : awaited(plan)) {
    cells.push_back({plan.suite.studies[cell.study].name, identity(plan, cell)});
  }
  const auto reads_a_cell = [&](const CellFilter& filter) {
    return std::ranges::any_of(cells, [&](const reports::PlannedCell& cell) {
      return reports::matches(filter, cell.study, cell.id);
    });
  };
  for (const Claim& claim : plan.suite.claims) {
    for (size_t i = 0; i < claim.card.checks.size(); ++i) {
      const ClaimCheck& check = claim.card.checks[i];
      for (const CellFilter* filter : {&check.of, check.minus ? &*check.minus : nullptr,
                                       check.over ? &*check.over : nullptr}) {
        if (filter == nullptr || reads_a_cell(*filter)) continue;
        throw Error(Exit::usage, claim.check_where[i],
                    fmt::format("the check '{}' reads no cell of study '{}' with rule {}",
                                check.what, filter->study, filter->rule),
                    "name values that the study's grids have");
      }
    }
  }
}

}  // namespace agon::harness
