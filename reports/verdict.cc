// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "reports/claims.h"
#include "reports/forgetting.h"
#include "reports/group.h"
#include "reports/render/text.h"
#include "reports/summary.h"

namespace agon::reports {
namespace {

// A sentence with more names than this is none: the rest is counted.
constexpr size_t kNamed = 8;

std::string list(std::vector<std::string> items, const char* last = " and ") {
  if (items.size() > kNamed + 1) {
    const size_t others = items.size() - kNamed;
    items.resize(kNamed);
    items.push_back(fmt::format("{} others", others));
  }
  std::string out;
  for (size_t i = 0; i < items.size(); ++i) {
    out += (i == 0 ? "" : i + 1 == items.size() ? last : ", ") + items[i];
  }
  return out;
}

std::string counted(size_t n, const char* thing) {
  return fmt::format("{} {}{}", n, thing, n == 1 ? "" : "s");
}

std::string with_interval(double value, const Interval& ci, const char* unit = "") {
  if (!ci.known()) return fmt::format("{:.2f}{}", value, unit);
  return fmt::format("{:.2f}{} [{:.2f}, {:.2f}]", value, unit, ci.low, ci.high);
}

// Ratios span magnitudes: two figures, not two decimals.
std::string ratio(double value, const Interval& ci) {
  const std::string text = shortest(value, 2) + "x";
  if (!ci.known()) return text;
  return fmt::format("{} [{}, {}]", text, shortest(ci.low, 2), shortest(ci.high, 2));
}

std::string seeds(const Scoreboard& b) {
  if (b.min_seeds == b.max_seeds) return counted(b.min_seeds, "seed");
  return fmt::format("{} to {} seeds", b.min_seeds, b.max_seeds);
}

std::string unit_of(const Scoreboard& b) {
  const size_t bare = b.unnormalised_tasks.size();
  if (bare == 0) return "chance = 0, bp = 1";
  if (bare == b.tasks.size()) return "chance = 0, perfect = 1";
  return fmt::format("chance = 0, bp = 1, but perfect = 1 on {}, where bp is absent or near chance",
                     list(b.unnormalised_tasks));
}

// A name as it stands in sentences.
std::string named(const ScoreboardRow& row, const std::set<std::string>& controls) {
  return row.label + (controls.contains(row.rule) ? " (control)" : "");
}

// What rows are when they are counted instead of named.
std::string counted_rows(std::span<const ScoreboardRow* const> rows) {
  std::set<std::string> rules;
  for (const ScoreboardRow* row : rows) rules.insert(row->rule);
  return counted(rows.size(), rules.size() == rows.size() ? "rule" : "setting");
}

std::string ranking(const Scoreboard& b, const std::set<std::string>& controls) {
  std::vector<std::string> top, top_scores, below;
  std::vector<const ScoreboardRow*> top_rows, below_rows;  // best first
  for (const ScoreboardRow& row : b.rows) {
    if (row.tasks == 0) continue;
    const std::string score = with_interval(row.normalised_iqm.value, row.normalised_iqm.ci);
    const std::string partial = row.tasks < b.tasks.size()
                                    ? fmt::format(" on {} of {} tasks", row.tasks, b.tasks.size())
                                    : "";
    if (row.tied_with_best) {
      top.push_back(named(row, controls));
      top_scores.push_back(score + partial);
      top_rows.push_back(&row);
    } else {
      below.push_back(named(row, controls) + " " + score + partial);
      below_rows.push_back(&row);
    }
  }
  if (top.empty()) return "No training cell has a score: nothing can be said about accuracy. ";
  std::string out = fmt::format("On {} with {} each, ", counted(b.tasks.size(), "task"), seeds(b));
  if (top.size() == 1) {
    out += fmt::format("{} {} (interquartile mean of the score, {}): {}.", top.front(),
                       below.empty() ? "is alone" : "leads", unit_of(b), top_scores.front());
  } else if (top.size() > kNamed + 1) {
    out += fmt::format(
        "{} cannot be told apart at the top (interquartile mean of the score, {}): from {} with {} "
        "to {} with {}.",
        counted_rows(top_rows), unit_of(b), top.front(), top_scores.front(), top.back(),
        top_scores.back());
  } else {
    out +=
        fmt::format("{} cannot be told apart at the top (interquartile mean of the score, {}): {}.",
                    list(top), unit_of(b), list(top_scores));
  }
  if (below.size() > kNamed + 1) {
    out += fmt::format(" Below: {}, from {} to {}.", counted_rows(below_rows), below.front(),
                       below.back());
  } else if (!below.empty()) {
    out += fmt::format(" Below: {}.", list(below));
  }
  return out + " ";
}

std::string task_by_task(const Scoreboard& b) {
  std::vector<const ScoreboardRow*> rows;
  for (const ScoreboardRow& row : b.rows) {
    if (row.wins + row.ties + row.losses > 0) rows.push_back(&row);
  }
  if (rows.empty()) return "";
  const auto words = [](const ScoreboardRow* row) {
    return fmt::format("wins {}, ties {}, loses {}", row->wins, row->ties, row->losses);
  };
  std::string told;
  if (rows.size() > kNamed + 1) {
    const auto lead = [](const ScoreboardRow* row) {
      return static_cast<int64_t>(row->wins) - static_cast<int64_t>(row->losses);
    };
    const ScoreboardRow* best = *std::ranges::max_element(rows, {}, lead);
    const ScoreboardRow* worst = *std::ranges::min_element(rows, {}, lead);
    told = fmt::format("{} does best ({}), {} worst ({}), {} others lie between", best->label,
                       words(best), worst->label, words(worst), rows.size() - 2);
    if (lead(best) == lead(worst))
      told = fmt::format("wins less losses are {} for each of {}", lead(best), counted_rows(rows));
  } else {
    std::vector<std::string> parts;
    for (const ScoreboardRow* row : rows) parts.push_back(row->label + " " + words(row));
    told = list(parts, "; ");
  }
  return fmt::format(
      "Task by task against bp, by the 95 % t interval of differences paired by seed: {}. ", told);
}

// First row of each rule: the other studies speak about rules, not about the variants of this one.
std::vector<const ScoreboardRow*> one_per_rule(const Scoreboard& b) {
  std::vector<const ScoreboardRow*> out;
  std::set<std::string> seen;
  for (const ScoreboardRow& row : b.rows) {
    if (seen.insert(row.rule).second) out.push_back(&row);
  }
  return out;
}

std::string learning_rate(const Scoreboard& b) {
  std::vector<std::string> parts;
  for (const ScoreboardRow* row : one_per_rule(b)) {
    if (!std::isfinite(row->lr_width95)) continue;
    parts.push_back(fmt::format("{} over {}{:.1f}", row->rule,
                                row->lr_width95_at_edge ? "at least " : "", row->lr_width95));
  }
  if (parts.empty()) return "";
  return fmt::format("Decades of learning rate that keep 95 % of a rule's own best: {}. ",
                     list(parts));
}

std::string depth(const Scoreboard& b) {
  std::vector<std::string> parts;
  for (const ScoreboardRow* row : one_per_rule(b)) {
    if (!std::isfinite(row->depth_auc)) continue;
    std::string reach = "trainable depth unknown at this number of seeds";
    if (row->trainable_depth >= 0) {
      reach = fmt::format("trainable to {}{}", row->trainable_depth_censored ? "at least " : "",
                          counted(static_cast<size_t>(row->trainable_depth), "hidden layer"));
    }
    parts.push_back(fmt::format("{} {:.2f} ({})", row->rule, row->depth_auc, reach));
  }
  if (parts.empty()) return "";
  return fmt::format("Share of the shallow score kept over depth: {}. ", list(parts));
}

std::string speed(const Scoreboard& b) {
  std::vector<std::string> parts;
  for (const ScoreboardRow* row : one_per_rule(b)) {
    if (row->rule == kBaseline || !std::isfinite(row->train_ratio.value)) continue;
    const Interval& ci = row->train_ratio.ci;
    parts.push_back(row->rule + " " + ratio(row->train_ratio.value, ci) +
                    (ci.contains(1) ? " (no difference shown)" : ""));
  }
  if (parts.empty()) return "";
  return fmt::format("Training samples per second against bp: {}. ", list(parts));
}

std::string power(const Scoreboard& b) {
  if (b.min_seeds == 0) return "";
  if (b.min_seeds == 1) return "One seed gives no interval: differences here are anecdotes. ";
  const double p = smallest_p(b.min_seeds, b.min_seeds);
  if (!can_be_significant(b.min_seeds)) {
    return fmt::format(
        "At {} a two-sided rank test cannot go below p = {:.2g}: one task's difference cannot be "
        "significant "
        "at this n, and a tie is no proof of equality. ",
        counted(b.min_seeds, "seed"), p);
  }
  return "A tie means that no difference was shown, not that there is none. ";
}

std::string failures(const ReportInput& input) {
  std::map<Status, size_t> count;
  std::set<std::string_view> seen;
  for (const CellRecord& r : input.records) {
    if (seen.insert(r.id.cell_key).second) ++count[r.outcome.status];
  }
  const bool forgets =
      std::ranges::any_of(input.records, [](const CellRecord& r) { return r.id.mode == "forgetting"; });
  size_t failed = 0;
  std::vector<std::string> kinds;
  for (const auto& [status, n] : count) {
    if (status == Status::ok || status == Status::skipped) continue;
    failed += n;
    kinds.push_back(fmt::format("{} {}", n, name(status)));
  }
  std::string out;
  if (failed == 0) {
    out = fmt::format("None of {} failed.", counted(seen.size(), "cell"));
  } else {
    out = fmt::format("{} of {} failed ({}) and {} as chance{}.", failed,
                      counted(seen.size(), "cell"), list(kinds), failed == 1 ? "counts" : "count",
                      forgets ? ", a forgetting run as no score" : "");
  }
  if (const auto it = count.find(Status::skipped); it != count.end()) {
    out += fmt::format(" {} {} skipped.", counted(it->second, "cell"),
                       it->second == 1 ? "was" : "were");
  }
  return out;
}

// A run whose studies all vary a parameter ranks no rules.
std::string sweeps(const ReportInput& input) {
  std::vector<std::string> over;
  for (const StudyCard& study : input.run.studies) {
    const std::string by = swept_by(study);
    if (!by.empty() && std::ranges::find(over, by) == over.end()) over.push_back(by);
  }
  if (over.empty()) return "";
  return fmt::format("The studies of this run go over {}; none of them ranks rules. ", list(over));
}

// What is left of a first task, task by task.
std::string forgetting(const ReportInput& input) {
  const std::vector<Group> groups = group_cells(input.records);
  const std::vector<ForgettingRow> all = forgetting_rows(groups);
  std::vector<std::string> tasks, parts;
  for (const ForgettingRow& row : all) {
    const std::string& task = row.group->id().task;
    if (std::ranges::find(tasks, task) == tasks.end()) tasks.push_back(task);
  }
  for (const std::string& task : tasks) {
    std::vector<const ForgettingRow*> rows;
    for (const ForgettingRow& row : all) {
      if (row.group->id().task == task) rows.push_back(&row);
    }
    const ForgettingSpan span = span_of(rows);
    if (span.most == nullptr) continue;
    std::string part =
        fmt::format("on {} from {:.2f} ({}) to {:.2f} ({})", task, span.least->a_matched.mean,
                    span.least->label(), span.most->a_matched.mean, span.most->label());
    if (!span.never.empty())
      part += fmt::format(", {} never learnt the second", counted(span.never.size(), "setting"));
    parts.push_back(std::move(part));
  }
  if (parts.empty()) return "";
  return fmt::format("Accuracy left of a first task when a second is first learnt: {}. ",
                     fmt::join(parts, "; "));
}

}  // namespace

std::string verdict(const ReportInput& input, const Summary& summary) {
  std::string out;
  const size_t done = input.records.size();
  if (input.planned > done) {
    out = fmt::format("Unfinished: {} of {} planned cells have run. ", done, input.planned);
  }
  if (done == 0) return out + "No cell has finished yet: nothing can be concluded.";
  std::set<std::string> controls;
  for (const RuleCard& rule : input.run.rules) {
    if (rule.control) controls.insert(rule.id);
  }
  const std::string judged = count_words(judge(input.run.claims, input.records, input.run.tasks));
  if (!judged.empty()) out += judged + " ";
  const Scoreboard& board = summary.scoreboard;
  const std::string other_questions = sweeps(input) + forgetting(input);
  if (board.study.empty() && !other_questions.empty())
    return out + other_questions + failures(input);
  out += ranking(board, controls) + task_by_task(board) + learning_rate(board) + depth(board) +
         speed(board) + forgetting(input) + power(board) + failures(input);
  return out;
}

}  // namespace agon::reports
