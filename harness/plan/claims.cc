// SPDX-License-Identifier: MIT
#include "harness/plan/claims.h"

#include "reports/claims/claims.h"

namespace agon::harness {
namespace {

using reports::CellFilter;
using reports::ClaimCheck;

class ClaimReader {
 public:
  ClaimReader(const TomlReader& reader, const Suite& suite) : reader_(reader), suite_(suite) {
    for (const Study& study : suite.studies) studies_.push_back(study.name);
  }

  Claim claim(const toml::node& node) const {
    const toml::table* table = node.as_table();
    if (table == nullptr)
      TomlReader::fail(reader_.where(node), "a claim must be a table", "write [[claim]]");
    reader_.check_keys(*table, {"source", "text", "note", "check"});
    Claim claim;
    claim.card.source = reader_.text(*table, "source");
    claim.card.text = reader_.text(*table, "text");
    claim.card.note = reader_.text_or(*table, "note", "");
    for (const toml::node& item :
         reader_.array(*table, "check", "a list of [[claim.check]] tables")) {
      claim.card.checks.push_back(check(item));
      claim.check_where.push_back(reader_.where(item));
    }
    return claim;
  }

 private:
  ClaimCheck check(const toml::node& node) const {
    const toml::table* table = node.as_table();
    if (table == nullptr)
      TomlReader::fail(reader_.where(node), "a check must be a table", "write [[claim.check]]");
    reader_.check_keys(*table, {"what", "study", "cells", "task", "value", "over_value", "take",
                                "by", "per", "minus", "minus_study", "minus_task", "over",
                                "over_study", "over_task", "at_least", "at_most"});
    ClaimCheck check;
    check.what = reader_.text(*table, "what");
    check.of = cells(*table, "cells", "study", "task", {});
    if (table->contains("minus"))
      check.minus = cells(*table, "minus", "minus_study", "minus_task", check.of);
    if (table->contains("over"))
      check.over = cells(*table, "over", "over_study", "over_task", check.of);
    if (check.minus && check.over) {
      TomlReader::fail(reader_.where(*table->get("over")), "a check has minus or over, not both",
                       "split the check");
    }
    check.value = value(*table, "value", check.value, check.of.study);
    check.over_value = value(*table, "over_value", "", check.of.study);
    check.take = one_of(
        *table, "take", check.take,
        [](std::string_view take) {
          return std::ranges::find(reports::takes(), take) != reports::takes().end();
        },
        "use mean, median, min, max, argmax, slope or exponent");
    check.per = reader_.text_or(*table, "per", "");
    if (reports::take_needs_by(check.take)) check.by = reader_.text(*table, "by");
    check.at_least = reader_.number_or(*table, "at_least", reports::kNaN);
    check.at_most = reader_.number_or(*table, "at_most", reports::kNaN);
    if (!table->contains("at_least") && !table->contains("at_most")) {
      TomlReader::fail(reader_.where(node), "a check needs a bound", "add at_least or at_most");
    }
    return check;
  }

  // Cells of `key`; study and task are those of `beside` where the keys for them are not given.
  CellFilter cells(const toml::table& table, const char* key, const char* study_key,
                   const char* task_key, const CellFilter& beside) const {
    CellFilter filter;
    const std::string text = reader_.text(table, key);
    const auto at = table.get(key)->source().begin;
    const Selector selector = parse_selector(text, reader_.origin(), at.line, at.column + 1);
    filter.rule = selector.name;
    for (const Factor& factor : selector.factors)
      filter.params.emplace_back(factor.key, factor.values);
    filter.study =
        beside.study.empty() || table.contains(study_key) ? study(table, study_key) : beside.study;
    filter.task = reader_.text_or(table, task_key, beside.task);
    return filter;
  }

  std::string study(const toml::table& table, const char* key) const {
    const std::string name = reader_.text(table, key);
    if (std::ranges::find(studies_, name) == studies_.end()) {
      TomlReader::fail(reader_.where(*table.get(key)),
                       fmt::format("the suite has no study '{}'", name),
                       core::suggest(name, studies_));
    }
    return name;
  }

  // The name of a number that cells of the study have.
  std::string value(const toml::table& table, const char* key, const std::string& fallback,
                    const std::string& study) const {
    if (!table.contains(key)) return fallback;
    const std::string name =
        one_of(table, key, "", reports::is_cell_value,
               "name a number column of cells.csv, e.g. score_test, m_<metric>, or "
               "score@<harm>=<level>");
    const auto harmed = reports::harmed_value(name);
    if (!harmed) return name;
    for (const Harm& harm : std::ranges::find(suite_.studies, study, &Study::name)->harms) {
      if (harm.kind == harmed->harm && std::ranges::count(harm.levels, harmed->level) > 0)
        return name;
    }
    TomlReader::fail(
        reader_.where(*table.get(key)),
        fmt::format("study '{}' has no harm {} at level {}", study, harmed->harm, harmed->level),
        "name one of its 'harms' and a level of it");
  }

  template <typename Known>
  std::string one_of(const toml::table& table, const char* key, const std::string& fallback,
                     Known known, const char* fix) const {
    const std::string text = reader_.text_or(table, key, fallback);
    if (!known(text))
      TomlReader::fail(reader_.where(*table.get(key)), fmt::format("unknown {} '{}'", key, text),
                       fix);
    return text;
  }

  const TomlReader& reader_;
  const Suite& suite_;
  std::vector<std::string> studies_;
};

}  // namespace

void read_claims(const TomlReader& reader, const toml::table& root, Suite& suite) {
  const ClaimReader claims(reader, suite);
  for (const toml::node& node : reader.array(root, "claim", "a list of [[claim]] tables")) {
    suite.claims.push_back(claims.claim(node));
  }
}

void check_claims(const Plan& plan) {
  if (plan.suite.claims.empty()) return;
  std::vector<reports::PlannedCell> cells;
  for (const PlanCell& cell : plan.cells) {
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
        TomlReader::fail(claim.check_where[i],
                         fmt::format("the check '{}' reads no cell of study '{}' with rule {}",
                                     check.what, filter->study, filter->rule),
                         "name values that the study's grids have");
      }
    }
  }
}

}  // namespace agon::harness
