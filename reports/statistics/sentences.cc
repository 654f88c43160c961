// SPDX-License-Identifier: MIT
#include "reports/statistics/sentences.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/statistics/limits.h"

namespace agon::reports {
namespace {

std::string count(size_t n, const char* one) {
  return fmt::format("{} {}{}", n, one, n == 1 ? "" : "s");
}

std::string list(const std::vector<std::string>& names) {
  std::string out;
  for (size_t i = 0; i < names.size(); ++i)
    out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return out;
}

// A score or a share of 1 as points; never "-0.0".
std::string points(double value) {
  const double tenths = std::round(value * 1000);
  return fmt::format("{:.1f}", (tenths == 0 ? 0.0 : tenths) / 10);
}

}  // namespace

std::string best_sentence(const BestGroup& g) {
  if (g.tasks == 0 || g.best.empty() || std::isnan(g.score.value)) return "";
  std::string out = g.tasks == 1 ? "On this task" : fmt::format("On these {} tasks", g.tasks);
  out += fmt::format(", {}{}, {} scores ", count(g.seeds, "seed"), g.tasks == 1 ? "" : " each",
                     g.best);
  if (g.best == g.baseline) {
    out += "highest";
  } else {
    out += fmt::format("{:.3f} ", g.score.value);
    if (g.score.ci.known())
      out += fmt::format("[{:.3f}, {:.3f}] ", g.score.ci.low, g.score.ci.high);
    out += "of " + g.baseline;
  }
  if (g.seeds < kSeedsToCompare) {
    return out + fmt::format("; {} {} too few to say which rules differ.", count(g.seeds, "seed"),
                             g.seeds == 1 ? "is" : "are");
  }
  if (g.alike.empty()) return out + "; no other rule is in its group.";
  return out + fmt::format("; {} cannot be told apart from it.", list(g.alike));
}

std::string tally_sentence(const Tally& t) {
  if (t.wins + t.losses + t.ties == 0 || t.seeds < kSeedsToCompare) return "";
  return fmt::format(
      "Against {}, {} is better on {}, worse on {}, and on {} no difference was shown; about 1 in 20 such symbols, "
      "at most, is expected to be false.",
      t.baseline, t.rule, count(t.wins, "task"), t.losses, t.ties);
}

std::string tie_text(const Interval& d) {
  if (!d.known()) return "no difference shown";
  return fmt::format("no difference shown, the data allow {} to {} points", points(d.low),
                     points(d.high));
}

std::string equivalence_sentence(const std::string& rule, const std::string& baseline,
                                 const Posterior& p, size_t tasks) {
  if (tasks < kTasksForSignedRank || std::isnan(p.equivalent)) return "";
  return fmt::format(
      "With a margin of 1 point, {} is practically equivalent to {} with probability {:.2f}, better {:.2f}, worse "
      "{:.2f}, as far as {} tasks can say.",
      rule, baseline, p.equivalent, p.better, p.worse, tasks);
}

std::string resolution_sentence(const Resolution& r) {
  if (std::isnan(r.visible)) return "";
  const std::string two =
      r.rule.empty() ? "" : fmt::format(" between {} and {}", r.rule, r.baseline);
  std::string out =
      fmt::format("On {} ({}) a difference{} below {} points could not have been seen", r.task,
                  count(r.rows, "test row"), two, points(r.visible));
  if (r.one_point.empty()) return out + ".";
  const SeedsAndRows& least = r.one_point.front();
  return out + fmt::format("; 1 point between these two would need about {} seeds and {} rows.",
                           least.seeds, least.rows);
}

std::string failures_sentence(const Failures& f) {
  if (f.runs == 0) return "";
  std::string out = f.failed == 0 ? fmt::format("None of {} failed", count(f.runs, "run"))
                                  : fmt::format("{} of {} failed and count as chance ({})",
                                                f.failed, count(f.runs, "run"), list(f.settings));
  const double unseen = clopper_pearson(0, f.seeds).high;
  if (!std::isnan(unseen))
    out += fmt::format("; with {} up to {:.0f} % of seeds may fail unseen", count(f.seeds, "seed"),
                       100 * unseen);
  out += ".";
  if (f.best_epoch_gain > 0) {
    out += fmt::format(
        " Choosing the best test epoch would have added up to {} points; no number here does.",
        points(f.best_epoch_gain));
  }
  return out;
}

}  // namespace agon::reports
