// SPDX-License-Identifier: MIT
//
// What stands in a row of summary.csv, and of the same table in other forms.
#include <cmath>
#include <string_view>

#include "reports/render/csv/csv.h"
#include "reports/render/csv/fields.h"

namespace agon::reports {
namespace {

using Table = FieldWriter;

void width_fields(Table& t, const LearningRateMetrics& m, const UsableWidth& w) {
  if (m.points == 0) {
    t.plain("").plain("").plain("").plain("");
  } else {
    t.number(w.decades).number(w.low).number(w.high).flag(w.at_edge());
  }
}

std::string_view speed_word(SpeedWord word) {
  switch (word) {
    case SpeedWord::none: return "";
    case SpeedWord::too_few: return "too few";
    case SpeedWord::too_busy: return "too busy";
    case SpeedWord::faster: return "faster";
    case SpeedWord::slower: return "slower";
    case SpeedWord::alike: return "alike";
  }
  return "";
}

// n: processes; the confidence is that of both intervals.
void speed_fields(Table& t, const Throughput& speed, const SpeedRatio& ratio) {
  t.number(speed.rate).interval(speed.ci);
  if (speed.processes() == 0) {
    t.plain("").plain("");
  } else {
    t.size(speed.processes()).number(0.95);
  }
  t.number(ratio.value).interval(ratio.ci).plain(speed_word(ratio.word));
}

std::string_view outcome_word(Outcome outcome) {
  return outcome == Outcome::win    ? "won"
         : outcome == Outcome::tie  ? "tied"
         : outcome == Outcome::loss ? "lost"
                                    : "";
}

void against_fields(Table& t, const AgainstBaseline& against) {
  const Difference& d = against.difference;
  t.plain(outcome_word(against.outcome)).count(d.n == 0 ? -1 : static_cast<int64_t>(d.n));
  t.number(d.mean).interval(d.ci).number(d.p).number(against.corrected);
}

void added_fields(Table& t, const Added& added) {
  t.number(added.difference.mean).interval(added.difference.ci).number(added.corrected);
}

std::string_view basis_word(Basis basis) {
  switch (basis) {
    case Basis::rows: return "seeds and rows";
    case Basis::patterns: return "seeds of all patterns";
    case Basis::folds: return "seeds of folds";
    case Basis::scores: break;
  }
  return "seeds";
}

constexpr std::string_view kSummaryColumns =
    "schema_version,study,rule,variant,task,kind,metric,mode,ruleset,depth,width,n,n_failed,n_"
    "diverged,"
    "n_skipped,n_all_failed,score_chance,score_mean,score_sd,score_low,score_high,score_iqm,best_"
    "lr,"
    "lr_points,lr_decades,lr_sensitivity,lr_sensitivity_normalised,lr_area,"
    "lr_width95,lr_width95_low,lr_width95_high,lr_width95_at_edge,"
    "lr_width90,lr_width90_low,lr_width90_high,lr_width90_at_edge,lr_best_at_edge,"
    "score_basis,score_rows,seeds_below,seeds_below_up_to,normalised,"
    "depth_reference,retention,retention_low,retention_high,depth_auc,trainable_depth,"
    "trainable_depth_at_edge,bp_gap,against_bp,against_bp_n,against_bp_difference,"
    "against_bp_low,against_bp_high,against_bp_p,against_bp_p_corrected,"
    "against_bp_rows,against_bp_rows_that_differ,against_bp_smallest_seen,"
    "over_linear,over_linear_low,over_linear_high,over_linear_p_corrected,"
    "over_elm,over_elm_low,over_elm_high,over_elm_p_corrected,over_elm_weights_ratio,"
    "over_readout,over_readout_low,over_readout_high,over_readout_p_corrected,"
    "best_epoch_gain,best_seed_gain,best_3_seeds_gain,tuned_on_test_gain,"
    "n_reached,epochs_to_target,n_params,macs_per_sample,"
    "effective_macs,words_moved,weight_writes,spikes_per_sample,samples,macs_total,"
    "train_s,time_to_target_s,peak_rss_mib,"
    "samples_per_s_train,samples_per_s_train_low,samples_per_s_train_high,speed_train_n,"
    "speed_train_confidence,speed_train_ratio_to_bp,speed_train_ratio_low,speed_train_ratio_high,"
    "speed_train_word,samples_per_s_predict,samples_per_s_predict_low,samples_per_s_predict_high,speed_predict_n,"
    "speed_predict_confidence,speed_predict_ratio_to_bp,speed_predict_ratio_low,speed_predict_"
    "ratio_high,speed_predict_word\n";

void summary_line(Table& t, const SummaryRow& r) {
  t.count(kSchemaVersion)
      .text(r.study)
      .text(r.rule)
      .text(r.variant)
      .text(r.task)
      .text(r.kind)
      .text(r.metric);
  t.text(name(r.mode)).text(r.ruleset).count(r.depth).count(r.width).size(r.n).size(r.n_failed);
  t.size(r.n_diverged).size(r.n_skipped).size(r.n_all_failed).number(r.chance).number(r.score.mean);
  t.number(r.score.sd).interval(r.score.ci).number(r.iqm).number(r.best_lr);
  const LearningRateMetrics& lr = r.learning_rate;
  t.count(lr.points == 0 ? -1 : static_cast<int64_t>(lr.points));
  t.number(lr.points == 0 ? kNaN : lr.decades)
      .number(lr.sensitivity.lrs)
      .number(lr.sensitivity.normalised);
  t.number(lr.area);
  width_fields(t, lr, lr.width95);
  width_fields(t, lr, lr.width90);
  if (lr.points == 0) {
    t.plain("");
  } else {
    t.flag(lr.best_at_edge);
  }
  t.plain(r.score.n == 0 ? "" : basis_word(r.basis));
  t.count(r.rows == 0 ? -1 : static_cast<int64_t>(r.rows));
  t.count(r.below.n == 0 ? -1 : static_cast<int64_t>(r.below.below));
  t.number(r.below.n == 0 ? kNaN : r.below.up_to).number(r.normalised);
  const DepthMetrics& d = r.depth_metrics;
  t.count(d.reference)
      .number(r.retention)
      .interval(r.retention_ci)
      .number(d.auc)
      .count(d.trainable);
  if (d.trainable < 0) {
    t.plain("");
  } else {
    t.flag(d.trainable_censored);
  }
  t.number(r.bp_gap);
  against_fields(t, r.against);
  const Difference& bp = r.against.difference;
  t.count(bp.rows == 0 ? -1 : static_cast<int64_t>(bp.rows));
  t.count(bp.rows == 0 ? -1 : static_cast<int64_t>(bp.discordant)).number(bp.visible);
  added_fields(t, r.over_linear);
  added_fields(t, r.over_elm);
  t.number(r.over_elm.params);
  added_fields(t, r.over_readout);
  t.number(r.selection.best_epoch).number(r.selection.best_seed);
  t.number(r.selection.best_three).number(r.selection.tuned_on_test);
  t.size(r.n_reached).number(r.epochs_to_target).number(r.n_params).number(r.macs_per_sample);
  t.number(r.cost.effective_macs).number(r.cost.words_moved);
  t.number(r.cost.weight_writes).number(r.cost.spikes);
  t.number(r.cost.samples).number(r.cost.macs_total);
  t.number(r.train_s).number(r.time_to_target_s).number(r.peak_rss_mib);
  speed_fields(t, r.train, r.train_ratio);
  speed_fields(t, r.predict, r.predict_ratio);
  t.end_line();
}

}  // namespace

std::string_view summary_columns() { return kSummaryColumns; }

void summary_rows(const Summary& summary, FieldWriter& out) {
  for (const SummaryRow& row : summary.rows) summary_line(out, row);
}

}  // namespace agon::reports
