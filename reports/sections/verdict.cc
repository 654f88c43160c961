// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "reports/claims/cells.h"
#include "reports/claims/claims.h"
#include "reports/sections/sections.h"
#include "reports/sections/told.h"
#include "reports/summary/speed.h"
#include "reports/summary/summary.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr size_t kSentences = 5;  // more than these nobody reads; the sections have the rest
constexpr size_t kNamed = 4;      // a sentence with more names than this is none

// What the run asks first is said first; what matters least gives way to what matters more.
struct Sentence {
  int weight = 0;
  std::string text;  // "": nothing to say
};

std::string list(std::vector<std::string> items) {
  if (items.size() > kNamed + 1) {
    const size_t others = items.size() - kNamed;
    items.resize(kNamed);
    items.push_back(fmt::format("{} others", others));
  }
  std::string out;
  for (size_t i = 0; i < items.size(); ++i) {
    out += (i == 0 ? "" : i + 1 == items.size() ? " and " : ", ") + items[i];
  }
  return out;
}

std::string with_interval(double value, const Interval& ci) {
  if (!ci.known()) return fmt::format("{:.2f}", value);
  return fmt::format("{:.2f} [{:.2f}, {:.2f}]", value, ci.low, ci.high);
}

std::string seeds(const Scoreboard& b) {
  if (b.min_seeds == b.max_seeds) return counted(b.min_seeds, "seed");
  return fmt::format("{} to {} seeds", b.min_seeds, b.max_seeds);
}

std::string unit_of(const Scoreboard& b) {
  const size_t bare = b.unnormalised_tasks.size();
  if (bare == 0) return "chance = 0, bp = 1";
  if (bare == b.tasks.size()) return "chance = 0, perfect = 1";
  return fmt::format("chance = 0, bp = 1, but perfect = 1 on {}", list(b.unnormalised_tasks));
}

// A name as it stands in sentences.
std::string named(const ScoreboardRow& row, const std::set<std::string>& controls) {
  return row.label + (controls.contains(row.rule) ? " (control)" : "");
}

// The score on the only task.
MeanInterval score_of(const ScoreboardRow& best, std::span<const SummaryRow> rows,
                      const Scoreboard& b) {
  const auto at = std::ranges::find_if(rows, [&](const SummaryRow& row) {
    return row.study == b.study && trains(row.mode) && row.label == best.label;
  });
  return at == rows.end() ? MeanInterval{} : at->score;
}

// Who is highest, and who cannot be told apart from it.
std::string ranking(const Scoreboard& b, std::span<const SummaryRow> rows,
                    const std::set<std::string>& controls) {
  if (b.rows.empty() || b.rows.front().tasks == 0)
    return "No training cell has a score: nothing can be said about accuracy.";
  const ScoreboardRow& best = b.rows.front();
  std::string out;
  if (b.tasks.size() == 1) {
    const MeanInterval score = score_of(best, rows, b);
    out = fmt::format("On {} with {}, {} scores highest, {}", b.tasks.front(), seeds(b),
                      named(best, controls), with_interval(score.mean, score.ci));
  } else {
    out = fmt::format("On these {} with {} each, {} scores highest on average, {} ({})",
                      counted(b.tasks.size(), "task"), seeds(b), named(best, controls),
                      with_interval(best.normalised.value, best.normalised.ci), unit_of(b));
  }
  if (best.tasks < b.tasks.size()) out += fmt::format(", but has {} of the tasks only", best.tasks);
  std::vector<std::string> near;
  size_t others = 0;
  for (const ScoreboardRow& row : b.rows) {
    if (row.tasks == 0 || &row == &best) continue;
    ++others;
    if (row.among_best) near.push_back(named(row, controls));
  }
  if (others == 0) return out + ".";
  if (!b.groups) {
    return out + fmt::format("; {} too few to say which rules differ.", few_seeds(b));
  }
  if (near.empty()) return out + "; every other is behind it.";
  return out + fmt::format("; {} cannot be told apart from it.",
                           near.size() == others && others > 1
                               ? fmt::format("all {} others", others)
                               : list(std::move(near)));
}

std::string against_baseline(const Scoreboard& b) {
  std::vector<const ScoreboardRow*> rows;
  for (const ScoreboardRow& row : b.rows) {
    if (row.wins + row.ties + row.losses > 0) rows.push_back(&row);
  }
  if (rows.empty()) return "";
  const auto words = [](const ScoreboardRow* row) {
    return fmt::format("{} better on {}, worse on {}", row->label, row->wins, row->losses);
  };
  const auto lead = [](const ScoreboardRow* row) {
    return static_cast<int64_t>(row->wins) - static_cast<int64_t>(row->losses);
  };
  std::ranges::stable_sort(rows, std::greater{}, lead);
  std::string told;
  if (rows.size() > kNamed) {
    told = fmt::format("from {}, to {}", words(rows.front()), words(rows.back()));
  } else {
    std::vector<std::string> parts;
    for (const ScoreboardRow* row : rows) parts.push_back(words(row));
    told = list(parts);
  }
  return fmt::format(
      "Task by task against bp: {}; elsewhere no difference was shown, and about 1 in 20 such "
      "symbols, at most, is expected to be false.",
      told);
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

std::string depth(const Scoreboard& b) {
  std::vector<std::string> parts;
  for (const ScoreboardRow* row : one_per_rule(b)) {
    if (row->trainable_depth < 0) continue;
    parts.push_back(fmt::format("{} {}{}", row->rule,
                                row->trainable_depth_censored ? "at least " : "",
                                row->trainable_depth));
  }
  if (parts.empty()) return "";
  return fmt::format("Hidden layers up to which 90 % of the shallow score is left: {}.",
                     list(parts));
}

std::string speed(const Scoreboard& b) {
  std::vector<NamedSpeed> rules;
  for (const ScoreboardRow* row : one_per_rule(b)) {
    if (row->rule != kBaseline) rules.push_back({row->rule, row->train_ratio});
  }
  return speed_sentence("Training samples per second against bp", rules);
}

// What no failure among these seeds and no choice of an epoch would have shown.
std::string unseen(const Summary& summary) {
  const Scoreboard& board = summary.scoreboard;
  std::string out;
  const double share = clopper_pearson(0, board.min_seeds).high;
  if (!std::isnan(share))
    out = fmt::format("; with {} up to {:.0f} % of seeds may fail unseen",
                      counted(board.min_seeds, "seed"), 100 * share);
  double gain = 0;
  for (const SummaryRow& row : summary.rows) {
    if (row.study == board.study && row.selection.best_epoch > gain)
      gain = row.selection.best_epoch;
  }
  if (gain >= 0.0005)
    out += fmt::format(", and choosing the best epoch would have added up to {:.1f} points",
                       100 * gain);
  return out;
}

std::string failures(const ReportInput& input, const Summary& summary) {
  std::map<Status, size_t> count;
  std::set<std::string_view> seen;
  for (const CellRecord& r : input.records) {
    if (seen.insert(r.id.cell_key).second) ++count[r.outcome.status];
  }
  size_t failed = 0;
  std::vector<std::string> kinds;
  for (const auto& [status, n] : count) {
    if (status == Status::ok || status == Status::skipped) continue;
    failed += n;
    kinds.push_back(fmt::format("{} {}", n, name(status)));
  }
  std::string out;
  if (failed == 0) {
    out = fmt::format("None of {} failed", counted(seen.size(), "cell"));
  } else {
    out = fmt::format("{} of {} failed ({}) and {} as chance", failed, counted(seen.size(), "cell"),
                      list(kinds), failed == 1 ? "counts" : "count");
    for (const StudyReport& kind : study_reports()) {
      const auto has = [&](const CellRecord& r) { return r.id.mode == kind.mode; };
      if (kind.apart && std::ranges::any_of(input.records, has))
        out += fmt::format(", a {} run as no score", kind.name);
    }
  }
  if (const auto it = count.find(Status::skipped); it != count.end())
    out += fmt::format("; {} {} skipped", it->second, it->second == 1 ? "was" : "were");
  return out + unseen(summary) + ".";
}

// A run whose studies all vary a parameter ranks no rules.
std::string sweeps(const ReportInput& input) {
  std::vector<std::string> over;
  for (const StudyCard& study : input.run.studies) {
    const std::string by = swept_by(study);
    if (!by.empty() && std::ranges::find(over, by) == over.end()) over.push_back(by);
  }
  if (over.empty()) return "";
  return fmt::format("The studies of this run go over {}; none of them ranks rules.", list(over));
}

std::string unfinished(const ReportInput& input) {
  const size_t done = input.records.size();
  if (input.planned <= done) return "";
  return fmt::format("Unfinished: {} of {} planned cells have run.", done, input.planned);
}

// In the order they are written, without the lightest ones beyond kSentences.
std::string join(std::vector<Sentence> sentences) {
  std::erase_if(sentences, [](const Sentence& s) { return s.text.empty(); });
  while (sentences.size() > kSentences)
    sentences.erase(std::ranges::min_element(sentences, {}, &Sentence::weight));
  std::string out;
  for (const Sentence& s : sentences) out += (out.empty() ? "" : " ") + s.text;
  return out;
}

RunState state_of(const ReportInput& input) {
  size_t ok = 0, diverged = 0, failed = 0, skipped = 0;
  for (const CellRecord& r : input.records) {
    ok += r.outcome.status == Status::ok;
    diverged += r.outcome.status == Status::diverged;
    skipped += r.outcome.status == Status::skipped;
    failed += is_failure(r.outcome.status);
  }
  const size_t finished = input.records.size();
  const bool complete = finished >= input.planned;
  const auto number = [](size_t n) { return count(static_cast<int64_t>(n)); };
  RunState state;
  const bool live = input.live_s > 0;
  state.kind = failed > 0 || (finished == 0 && !live) ? RunState::Kind::failed
               : complete                             ? RunState::Kind::complete
                                                      : RunState::Kind::unfinished;
  state.text =
      live ? fmt::format("The run goes on: {} of {} cells", number(finished), number(input.planned))
      : finished == 0 ? "No cell has finished"
      : complete
          ? "Complete: " + plural(static_cast<int64_t>(finished), "cell")
          : fmt::format("Unfinished: {} of {} cells", number(finished), number(input.planned));
  const auto part = [&](size_t n, const char* what) {
    if (n > 0) state.parts.push_back({number(n) + what, As::link, "failures"});
  };
  if (ok > 0) state.parts.push_back({number(ok) + " ok"});
  part(failed, " failed");
  part(diverged, " diverged");
  part(skipped, " skipped");
  if (live) {
    state.parts.push_back(
        {fmt::format("this page loads itself anew every {} s", std::ceil(input.live_s))});
  } else if (!complete && finished > 0) {
    state.parts.push_back({"the same command resumes the run"});
  }
  return state;
}

size_t end_of_first_sentence(std::string_view text) {
  for (size_t i = 0; i + 2 < text.size(); ++i) {
    if (text[i] == '.' && text[i + 1] == ' ' && !(text[i + 2] >= 'a' && text[i + 2] <= 'z'))
      return i + 1;
  }
  return text.size();
}

}  // namespace

std::string verdict(const ReportInput& input, const Summary& summary) {
  std::vector<Sentence> said{{6, unfinished(input)}};
  if (input.records.empty()) {
    said.push_back({5, "No cell has finished yet: nothing can be concluded."});
    return join(std::move(said));
  }
  std::set<std::string> controls;
  for (const RuleCard& rule : input.run.rules) {
    if (rule.control) controls.insert(rule.id);
  }
  const Scoreboard& board = summary.scoreboard;
  said.push_back({6, count_words(judge(input))});
  const Sentence over{3, sweeps(input)};
  std::vector<Sentence> own;  // of kinds that ask for more than the scoreboard says
  for (const StudyReport& kind : study_reports()) {
    if (kind.sentence != nullptr) own.push_back({3, kind.sentence(input)});
  }
  const bool silent = std::ranges::all_of(own, [](const Sentence& s) { return s.text.empty(); });
  if (board.study.empty() && !(silent && over.text.empty())) {
    said.push_back(over);
  } else {
    said.push_back({5, ranking(board, summary.rows, controls)});
    said.push_back({4, against_baseline(board)});
    if (const ScoreboardRow* other = first_other(board)) {
      said.push_back({3, equivalence_of(board, *other)});
      said.push_back({1, resolution_of(board, *other, summary.rows)});
    }
    said.push_back({1, depth(board)});
    said.push_back({2, speed(board)});
  }
  said.insert(said.end(), own.begin(), own.end());
  said.push_back({5, failures(input, summary)});
  return join(std::move(said));
}

Section verdict_section(const PageInput& page) {
  Section section{"verdict", "Verdict"};
  section.add(state_of(page.input));
  const std::string text = verdict(page.input, page.summary);
  // The first sentence stands out.
  const size_t end = end_of_first_sentence(text);
  section.add(Paragraph{Paragraph::Kind::verdict, text.substr(0, end)});
  if (end < text.size()) section.add(Paragraph{Paragraph::Kind::verdict, text.substr(end + 1)});
  // What intervals say, for every section.
  if (!page.input.records.empty()) {
    const std::string scores =
        interval_words(page, [](const SummaryRow& row) { return !is_speed(row.mode); });
    section.note(
        scores == kSeedsInterval
            ? fmt::format(
                  "[low, high] and ± are the {}: it says how other seeds would do on the same "
                  "test rows, not how other rows would. Where all seeds agree there is none.",
                  kSeedsInterval)
            : fmt::format(
                  "[low, high] and ± of a score are the {}: how other seeds would do on other "
                  "rows of the same kind. It covers what it says in at least 92 of 100 cases "
                  "where seeds do not fail in rare cases, which n good seeds do not show. Of "
                  "other numbers they are the {}.",
                  scores, kSeedsInterval));
  }
  return section;
}

}  // namespace agon::reports
