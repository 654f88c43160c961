// SPDX-License-Identifier: MIT
#include "reports/record/outcome.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/claims/claims.h"
#include "reports/record/params.h"
#include "reports/summary/speed.h"

namespace agon::reports {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

struct Named {
  std::string_view name;
  double CellOutcome::*member;
};
constexpr std::array kScores{Named{"score_test", &CellOutcome::score_test},
                             Named{"score_val", &CellOutcome::score_val},
                             Named{"score_train", &CellOutcome::score_train}};
constexpr std::array kPlain{Named{"train_s", &CellOutcome::train_s},
                            Named{"samples_per_s_train", &CellOutcome::samples_per_s_train},
                            Named{"samples_per_s_predict", &CellOutcome::samples_per_s_predict},
                            Named{"macs_per_sample", &CellOutcome::macs_per_sample},
                            Named{"peak_rss_mib", &CellOutcome::peak_rss_mib},
                            Named{"loss_init", &CellOutcome::loss_init}};
constexpr std::array kLosses{Named{"loss_final", &CellOutcome::loss_final},
                             Named{"loss_best", &CellOutcome::loss_best}};
constexpr std::array<std::string_view, 3> kOthers{"epochs_to_target", "time_to_target_s",
                                                  "n_params"};
constexpr std::string_view kMetric = "m_";

template <typename List>
const Named* find(const List& list, std::string_view name) {
  const auto at = std::ranges::find(list, name, &Named::name);
  return at == list.end() ? nullptr : &*at;
}

}  // namespace

bool counts_as_failed(const CellRecord& r) {
  const Status status = r.outcome.status;
  return is_failure(status) || status == Status::diverged ||
         (status == Status::ok && r.id.mode == "train" && !std::isfinite(r.outcome.score_test));
}

double counted_score(const CellRecord& r, double CellOutcome::*score, double chance) {
  if (r.outcome.status == Status::skipped) return kNaN;
  if (!counts_as_failed(r)) return r.outcome.*score;
  if (r.id.mode == "forgetting") return kNaN;
  return std::isfinite(r.outcome.score_chance) ? r.outcome.score_chance : chance;
}

std::unordered_map<std::string, double> chance_levels(std::span<const CellRecord> records,
                                                      std::span<const TaskCard> tasks) {
  std::unordered_map<std::string, double> chance;
  for (const CellRecord& r : records) {
    if (std::isfinite(r.outcome.score_chance))
      chance.try_emplace(r.id.task, r.outcome.score_chance);
  }
  for (const TaskCard& t : tasks) chance.try_emplace(t.id, t.chance);
  for (const CellRecord& r : records) chance.try_emplace(r.id.task, 0.0);
  return chance;
}

double cell_value(const CellRecord& record, std::string_view name, double chance) {
  const CellOutcome& o = record.outcome;
  if (o.status == Status::skipped) return kNaN;
  const bool failed = counts_as_failed(record);
  if (const Named* score = find(kScores, name)) return counted_score(record, score->member, chance);
  if (const Named* loss = find(kLosses, name)) {
    return failed || !std::isfinite(o.*loss->member) ? o.loss_init : o.*loss->member;
  }
  if (const Named* plain = find(kPlain, name)) return o.*plain->member;
  if (name == "n_params") return o.n_params < 0 ? kNaN : static_cast<double>(o.n_params);
  // A speed cell trains to no end, so it has neither reached a target nor missed it.
  if (is_speed(record.id.mode) && (name == "epochs_to_target" || name == "time_to_target_s"))
    return kNaN;
  if (name == "epochs_to_target") {
    return failed || o.epochs_to_target < 0 ? kNever : static_cast<double>(o.epochs_to_target);
  }
  if (name == "time_to_target_s") {
    return failed || !std::isfinite(o.time_to_target_s) ? kNever : o.time_to_target_s;
  }
  if (const auto harmed = harmed_value(name)) {
    if (failed)
      return harmed->nrmse ? kNaN : counted_score(record, &CellOutcome::score_test, chance);
    for (const HarmPoint& p : o.harms) {
      if (p.harm == harmed->harm && p.level == harmed->level)
        return harmed->nrmse ? p.nrmse : p.score;
    }
    return kNaN;
  }
  if (name.starts_with(kMetric)) {
    const auto at = o.rule_metrics.find(std::string(name.substr(kMetric.size())));
    if (at != o.rule_metrics.end()) return at->second;
  }
  return kNaN;
}

bool is_cell_value(std::string_view name) {
  return find(kScores, name) != nullptr || find(kLosses, name) != nullptr ||
         find(kPlain, name) != nullptr || std::ranges::find(kOthers, name) != kOthers.end() ||
         (name.starts_with(kMetric) && name.size() > kMetric.size()) ||
         harmed_value(name).has_value();
}

std::optional<HarmedValue> harmed_value(std::string_view name) {
  const size_t at = name.find('@'), is = name.find('=');
  if (at == name.npos || is == name.npos || is < at) return std::nullopt;
  const std::string_view what = name.substr(0, at);
  const HarmedValue out{name.substr(at + 1, is - at - 1), number_of(name.substr(is + 1)),
                        what == "nrmse"};
  const bool known =
      std::ranges::find(kHarms, out.harm) != kHarms.end() && (what == "score" || out.nrmse);
  return known && out.level > 0 ? std::optional(out) : std::nullopt;
}

}  // namespace agon::reports
