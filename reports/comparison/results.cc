// SPDX-License-Identifier: MIT
#include "reports/comparison/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/hash.h"
#include "reports/record/fields.h"

namespace agon::reports {
namespace {

constexpr std::string_view kClock = "samples_per_s_";  // metrics of that name are the clock's

std::string exact(double x) { return std::isnan(x) ? "" : fmt::format("{}", x); }

// Fills the columns of one field.
class Columns {
 public:
  Columns(std::vector<ResultColumn>& out, const CellField& field, bool speed)
      : out_(&out), name_(field.name), speed_(speed) {}
  void operator()(const std::string& text) { add(name_, text); }
  void operator()(Status status) { add(name_, std::string(reports::name(status))); }
  void operator()(Mode mode) { add(name_, std::string(reports::name(mode))); }
  void operator()(int64_t count) { add(name_, count < 0 ? "" : std::to_string(count)); }
  void operator()(uint64_t seed) { add(name_, std::to_string(seed)); }
  void operator()(double number) { add(name_, exact(number)); }
  void operator()(const std::map<std::string, double>& metrics) {
    if (speed_) return;
    for (const auto& [key, value] : metrics) {
      if (!key.starts_with(kClock)) add("m_" + key, exact(value));
    }
  }
  // Of a kind that no result has.
  void operator()(bool) {}
  void operator()(const std::vector<Warning>&) {}
  void operator()(const std::vector<double>&) {}

 private:
  void add(std::string name, const std::string& text) {
    out_->push_back({std::move(name), text, text});
  }
  std::vector<ResultColumn>* out_;
  std::string name_;
  bool speed_;
};

// Rows of a list as one column.
class Lines {
 public:
  void text(std::string_view text) {
    text_ += text;
    text_ += '\x1f';
  }
  void end() {
    text_ += '\n';
    ++lines_;
  }
  void add_to(std::vector<ResultColumn>& out, const char* name, const char* what) {
    if (lines_ == 0) return;
    std::string shown = fmt::format("{} {}, {}", lines_, what, core::hash_hex(text_).substr(0, 8));
    out.push_back({name, std::move(text_), std::move(shown)});
  }

 private:
  std::string text_;
  size_t lines_ = 0;
};

void add_lists(const CellOutcome& o, std::vector<ResultColumn>& out) {
  Lines curve, series, rows;
  for (const CurvePoint& p : o.curve) {
    for_each_field(kCurveFields, p, [&](const auto& field, const auto& x) {
      if (field.name != "train_s") curve.text(fmt::format("{}", x));
    });
    curve.end();
  }
  for (const SeriesPoint& p : o.series) {
    for_each_field(kSeriesFields, p,
                   [&](const auto&, const auto& x) { series.text(fmt::format("{}", x)); });
    series.end();
  }
  for (const TestRows& r : o.test_rows) {
    rows.text(r.score);
    rows.text(r.format);
    rows.text(std::to_string(r.rows));
    rows.text({reinterpret_cast<const char*>(r.data.data()), r.data.size()});
    rows.end();
  }
  curve.add_to(out, "curve", "points");
  series.add_to(out, "series", "points");
  rows.add_to(out, "test_rows", "lists");
}

// Down to `mode`, without what an attempt brought: n_params stands among them.
bool identifies(const CellField& field) {
  return std::ranges::any_of(kIdentityFields, [&](const CellField& f) {
    return f.name == field.name && !std::holds_alternative<int64_t CellOutcome::*>(f.member);
  });
}

}  // namespace

std::vector<ResultColumn> identity_columns(const CellRecord& record) {
  std::vector<ResultColumn> out;
  for (const CellField& field : kCellFields) {
    if (field.is == Is::result && identifies(field))
      visit_field(field, record, Columns(out, field, false));
  }
  return out;
}

std::vector<ResultColumn> outcome_columns(const CellRecord& record) {
  std::vector<ResultColumn> out;
  const bool speed = is_speed(record.id.mode);
  for (const CellField& field : kCellFields) {
    if (field.is == Is::result && !identifies(field))
      visit_field(field, record, Columns(out, field, speed));
  }
  if (!speed) add_lists(record.outcome, out);
  return out;
}

std::vector<ColumnPair> compare_outcomes(const CellRecord& before, const CellRecord& after) {
  std::vector<ColumnPair> out;
  const std::vector<ResultColumn> a = outcome_columns(before), b = outcome_columns(after);
  for (const ResultColumn& x : a) {
    const auto y = std::ranges::find(b, x.name, &ResultColumn::name);
    if (y == b.end()) {
      out.push_back({x.name, x.shown, "", x.text.empty()});
    } else {
      out.push_back({x.name, x.shown, y->shown, x.text == y->text});
    }
  }
  for (const ResultColumn& y : b) {
    if (std::ranges::find(a, y.name, &ResultColumn::name) == a.end())
      out.push_back({y.name, "", y.shown, y.text.empty()});
  }
  return out;
}

bool same_results(const CellRecord& before, const CellRecord& after) {
  return std::ranges::all_of(compare_outcomes(before, after), &ColumnPair::same);
}

}  // namespace agon::reports
