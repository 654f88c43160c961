// SPDX-License-Identifier: MIT
#include "reports/render/csv/csv.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "reports/record/fields.h"
#include "reports/render/csv/columns.h"
#include "reports/render/csv/fields.h"

namespace agon::reports {
namespace {

// Length of the UTF-8 character at the start of text, 0 when it is none (overlong forms and
// surrogates included).
size_t utf8_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const size_t length = first < 0x80   ? 1
                        : first < 0xc2 ? 0
                        : first < 0xe0 ? 2
                        : first < 0xf0 ? 3
                        : first < 0xf5 ? 4
                                       : 0;
  if (length == 0 || length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if (length >= 3) {
    const unsigned char second = byte(1);
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
    if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
  }
  return length;
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    const auto c = static_cast<unsigned char>(text.front());
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\\') {
      out += "\\\\";
    } else if (length == 0 || c < 0x20 || c == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", c);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string with_quotes(const std::string& field) {
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  std::string out = "\"";
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

using Table = FieldWriter;

// Builds one file: fields from left to right, line by line.
class CsvTable final : public FieldWriter {
 public:
  CsvTable() = default;  // take() has it whole
  // Goes to the sink piece by piece, the last one by finish().
  explicit CsvTable(const Sink& sink) : sink_(&sink) {}
  void end_line() override {
    out_ += '\n';
    first_ = true;
    if (sink_ != nullptr && out_.size() > kPiece) finish();
  }
  void finish() {
    if (*sink_ && !out_.empty()) (*sink_)(out_);
    out_.clear();
  }
  std::string take() { return std::move(out_); }

 private:
  void put_text(std::string_view text) override { raw(csv_text(text)); }
  void put_word(std::string_view word) override { raw(with_quotes(std::string(word))); }
  void put_number(double x) override { raw(csv_number(x)); }
  void put_count(int64_t x) override { raw(x < 0 ? "" : fmt::format_int(x).str()); }
  void put_seed(uint64_t x) override { raw(fmt::format_int(x).str()); }
  void put_flag(bool x) override { raw(x ? "true" : "false"); }
  void raw(std::string_view field) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += field;
  }
  static constexpr size_t kPiece = 1 << 20;  // bytes
  const Sink* sink_ = nullptr;
  std::string out_;
  bool first_ = true;
};

// "text", "text (3 times)", one a line.
std::string warnings_text(const std::vector<Warning>& warnings) {
  std::string out;
  for (const Warning& w : warnings) {
    if (!out.empty()) out += '\n';
    out += w.text;
    if (w.times > 1) out += fmt::format(" ({} times)", w.times);
  }
  return out;
}

// Puts the member of a row into its columns: one, or one for each of the metrics.
class CellWriter {
 public:
  CellWriter(Table& t, const CellField& field, const std::set<std::string>& metrics)
      : t_(&t), field_(&field), metrics_(&metrics) {}
  void operator()(const std::string& text) {
    if (field_->column == Column::verbatim) {
      t_->plain(text);
    } else {
      t_->text(text.empty() ? field_->missing : text);
    }
  }
  void operator()(Status status) { t_->plain(name(status)); }
  void operator()(Mode mode) { t_->plain(name(mode)); }
  void operator()(int64_t count) { t_->count(count); }
  void operator()(uint64_t seed) { t_->seed(seed); }
  void operator()(double number) { t_->number(number); }
  void operator()(bool flag) { t_->flag(flag); }
  void operator()(const std::vector<Warning>& warnings) { t_->text(warnings_text(warnings)); }
  void operator()(const std::vector<double>&) {}  // no column
  void operator()(const std::map<std::string, double>& values) {
    for (const std::string& metric : *metrics_) {
      const auto it = values.find(metric);
      t_->number(it == values.end() ? kNaN : it->second);
    }
  }

 private:
  Table* t_;
  const CellField* field_;
  const std::set<std::string>* metrics_;
};

// A point of a curve or of a series.
struct PartWriter {
  Table* t;
  void operator()(const auto&, const std::string& text) const { t->text(text); }
  void operator()(const auto&, int64_t count) const { t->count(count); }
  void operator()(const auto&, double number) const { t->number(number); }
};

constexpr auto kRunColumns = std::to_array<std::string_view>({"schema_version", "run_id"});

void cell_header(Table& t, std::span<const CellField> fields,
                 const std::set<std::string>& metrics) {
  for (const std::string_view column : kRunColumns) t.plain(column);
  for (const CellField& field : fields) {
    if (field.name == "rule_metrics") {
      for (const std::string& metric : metrics) t.text("m_" + metric);
    } else if (field.column != Column::none) {
      t.plain(field.name);
    }
  }
}

void cell_fields(Table& t, std::span<const CellField> fields, const CellRecord& r,
                 const std::string& run_id, const std::set<std::string>& metrics) {
  t.count(kSchemaVersion).text(run_id);
  for (const CellField& field : fields) visit_field(field, r, CellWriter(t, field, metrics));
}

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

constexpr auto kClaimColumns = std::to_array<std::string_view>(
    {"schema_version", "claim", "source", "check", "at", "value", "take", "estimate", "low", "high",
     "interval", "n", "bound", "verdict", "claim_verdict", "reason", "remark"});

}  // namespace

std::string csv_text(std::string_view text) {
  std::string field = escaped(text);
  if (!field.empty() && std::string_view("=+-@").find(field.front()) != std::string_view::npos) {
    field.insert(field.begin(), '\'');
  }
  return with_quotes(field);
}

std::string csv_number(double x) { return std::isnan(x) ? "" : fmt::format("{}", x); }

std::string result_text(const CellRecord& record) {
  std::set<std::string> metrics;
  for (const auto& [key, value] : record.outcome.rule_metrics) {
    if (is_result_column("m_" + key)) metrics.insert(key);
  }
  CsvTable t;
  for (const CellField& field : kCellFields) {
    if (field.is == Is::result) visit_field(field, record, CellWriter(t, field, metrics));
  }
  t.end_line();
  for (const std::string& metric : metrics) t.text(metric);
  for (const SeriesPoint& p : record.outcome.series) {
    t.end_line();
    for_each_field(kSeriesFields, p, PartWriter{&t});
  }
  return t.take();
}

void write_cells(const ReportInput& input, const CellTables& out) {
  std::set<std::string> metrics = input.metrics;
  for (const CellRecord& r : input.records) {
    for (const auto& [key, value] : r.outcome.rule_metrics) metrics.insert(key);
  }
  CsvTable cells(out.cells), curves(out.curves), series(out.series);
  cell_header(cells, kCellFields, metrics);
  cells.end_line();
  curves.plain("cell_key");
  for (const auto& field : kCurveFields) curves.plain(field.name);
  curves.end_line();
  std::unordered_set<std::string> written;
  bool any_series = false;
  const auto write = [&](const CellRecord& r) {
    const std::string& run_id = run_of(input, r).run_id;
    if (out.cells) {
      cell_fields(cells, kCellFields, r, run_id, metrics);
      cells.end_line();
    }
    if (out.curves && !r.outcome.curve.empty() && written.insert(r.id.cell_key).second) {
      for (const CurvePoint& p : r.outcome.curve) {
        curves.text(r.id.cell_key);
        for_each_field(kCurveFields, p, PartWriter{&curves});
        curves.end_line();
      }
    }
    if (out.series && !r.outcome.series.empty() && !std::exchange(any_series, true)) {
      cell_header(series, kIdentityFields, {});
      for (const auto& field : kSeriesFields) series.plain(field.name);
      series.end_line();
    }
    for (const SeriesPoint& p : r.outcome.series) {
      if (!out.series) break;
      cell_fields(series, kIdentityFields, r, run_id, {});
      for_each_field(kSeriesFields, p, PartWriter{&series});
      series.end_line();
    }
  };
  if (input.whole) {
    input.whole(write);
  } else {
    for (const CellRecord& r : input.records) write(r);
  }
  cells.finish();
  curves.finish();
  series.finish();
}

namespace {

std::string one_table(const ReportInput& input, Sink CellTables::*table) {
  std::string out;
  CellTables tables;
  tables.*table = [&](std::string_view bytes) { out += bytes; };
  write_cells(input, tables);
  return out;
}

}  // namespace

std::string cells_csv(const ReportInput& input) { return one_table(input, &CellTables::cells); }
std::string curves_csv(const ReportInput& input) { return one_table(input, &CellTables::curves); }
std::string series_csv(const ReportInput& input) { return one_table(input, &CellTables::series); }

std::string_view summary_columns() { return kSummaryColumns; }

void summary_rows(const Summary& summary, FieldWriter& out) {
  for (const SummaryRow& row : summary.rows) summary_line(out, row);
}

std::string summary_csv(const Summary& summary) {
  CsvTable t;
  summary_rows(summary, t);
  return std::string(kSummaryColumns) + t.take();
}

std::string claims_csv(std::span<const ClaimResult> results) {
  CsvTable t;
  for (const std::string_view column : kClaimColumns) t.plain(column);
  t.end_line();
  for (const ClaimResult& result : results) {
    for (const Measurement& m : result.measurements) {
      t.count(kSchemaVersion).text(result.claim->text).text(result.claim->source);
      t.text(m.what).text(m.at).text(m.check->value).text(m.check->take);
      t.number(m.estimate).interval(m.interval).plain(m.interval_kind).size(m.n);
      t.plain(m.bound)
          .plain(words(m.verdict))
          .plain(words(result.verdict))
          .text(m.reason)
          .text(m.remark);
      t.end_line();
    }
  }
  return t.take();
}

}  // namespace agon::reports
