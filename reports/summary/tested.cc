// SPDX-License-Identifier: MIT
#include "reports/summary/tested.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "reports/record/outcome.h"
#include "reports/statistics/score.h"

namespace agon::reports {
namespace {

constexpr double kRounding = 1e-9;  // between a score and the mean of its rows

// The values of a run's test rows; nothing where their mean is not its score.
std::optional<std::vector<double>> values_of(const CellRecord& record) {
  for (const TestRows& rows : record.outcome.test_rows) {
    if (rows.score != "score_test" || rows.rows < 1) continue;
    std::vector<double> values = values_of(rows);
    const double mean =
        std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    if (std::fabs(mean - record.outcome.score_test) <= kRounding) return values;
  }
  return std::nullopt;
}

// Right or wrong, or an area under a curve: what Wilson's interval is of.
bool is_share(std::span<const CellRecord* const> cells) {
  bool bits = true;
  for (const CellRecord* r : cells) {
    if (r->outcome.metric == "auroc") return true;
    if (r->outcome.metric == "nrmse") return false;
    for (const TestRows& rows : r->outcome.test_rows) bits = bits && rows.format == "bit";
  }
  return bits;
}

// The rows of every run; nothing where a run has none, or others than the rest.
Runs rows_of(std::span<const CellRecord* const> cells, const SeedScores& scores) {
  Runs out;
  size_t rows = 0;
  for (const CellRecord* r : cells) {
    if (r->outcome.status == Status::skipped || counts_as_failed(*r)) continue;
    std::optional<std::vector<double>> values = values_of(*r);
    if (!values || (rows > 0 && (values->size() != rows || out.test != r->id.task_hash))) return {};
    rows = values->size();
    out.test = r->id.task_hash;
    if (!out.by_seed.emplace(r->id.seed, std::move(*values)).second) return {};
  }
  if (rows < 2) return {};
  for (const auto& [seed, score] : scores)
    out.by_seed.try_emplace(seed, rows, score);  // failed: a row of chance
  return out;
}

// One row a seed.
RowTable column(const SeedScores& scores, const SeedScores& other) {
  RowTable out{0, 1, {}};
  for (const auto& [seed, score] : scores) {
    if (!other.contains(seed)) continue;
    out.values.push_back(score);
    ++out.seeds;
  }
  return out;
}

}  // namespace

Tested tested_of(std::span<const CellRecord* const> cells, double chance, const TaskCard* card) {
  Tested out;
  for (const CellRecord* r : cells) {
    const double score = judged_score(*r, chance);
    if (!std::isnan(score)) out.scores[r->id.seed] = score;
  }
  if (card != nullptr && card->tests_all) {
    out.basis = Basis::patterns;
  } else if (card != nullptr && card->folds > 0) {
    out.basis = Basis::folds;
  } else if (out.runs = rows_of(cells, out.scores); !out.runs.by_seed.empty()) {
    out.basis = Basis::rows;
    out.kind = {is_share(cells), TestedRows::sampled};
  }
  return out;
}

Interval score_interval(const Tested& tested) {
  if (tested.basis == Basis::rows) return score_interval(table_of(tested.runs), tested.kind).ci;
  std::vector<double> scores;
  for (const auto& [seed, score] : tested.scores) scores.push_back(score);
  return score_interval(scores).ci;
}

std::string basis_text(Basis basis, size_t seeds, size_t rows) {
  RowScore of;
  of.seeds = seeds;
  of.rows = rows;
  if (basis == Basis::rows) {
    of.basis = seeds == 1 ? ScoreBasis::rows : ScoreBasis::seeds_and_rows;
    return basis_text(of);
  }
  of.basis = ScoreBasis::seeds;
  if (basis == Basis::patterns) return basis_text(of);
  return fmt::format("over {} seed{}{}", seeds, seeds == 1 ? "" : "s",
                     basis == Basis::folds ? ", each on a fold of its own" : " only");
}

TestedPair pair_of(const Tested& x, const Tested& y) {
  if (x.basis == Basis::rows && y.basis == Basis::rows && x.runs.test == y.runs.test &&
      x.rows() == y.rows()) {
    PairedRuns runs = paired(x.runs, y.runs);
    return {std::move(runs.x),
            std::move(runs.y),
            {x.kind.binary && y.kind.binary, TestedRows::sampled}};
  }
  return {column(x.scores, y.scores), column(y.scores, x.scores), {true, TestedRows::all}};
}

}  // namespace agon::reports
