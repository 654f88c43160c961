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
  // A field that csv_text() has made.
  void made(std::string_view field) { raw(field); }

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
      const std::string key = csv_text(r.id.cell_key);
      for (const CurvePoint& p : r.outcome.curve) {
        curves.made(key);
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

std::string summary_csv(const Summary& summary) {
  CsvTable t;
  summary_rows(summary, t);
  return std::string(summary_columns()) + t.take();
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
