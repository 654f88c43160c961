// SPDX-License-Identifier: MIT
#include "reports/render/json/json.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <variant>

#include "agon_reports_resources.h"
#include "reports/render/csv/csv.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "agon-summary/1";

Json json_number(double x) {
  if (std::isnan(x)) return nullptr;
  if (std::isinf(x)) return x > 0 ? "inf" : "-inf";
  return x;
}

Json word(const std::string& text) { return text.empty() ? Json(nullptr) : Json(clean_text(text)); }

std::string plain(const Text& text) {
  std::string out;
  for (const Piece& piece : text.pieces) {
    if (piece.as == As::below) out += ' ';
    out += piece.text;
  }
  return clean_text(out);
}

// One object a line, by the names of the columns.
class JsonRows final : public FieldWriter {
 public:
  explicit JsonRows(std::vector<std::string> columns) : columns_(std::move(columns)) {}
  void end_line() override {
    rows_.push_back(std::move(row_));
    row_ = Json::object();
  }
  Json take() { return std::move(rows_); }

 private:
  void put_text(std::string_view text) override { put(clean_text(text)); }
  void put_word(std::string_view text) override { put(word(std::string(text))); }
  void put_number(double x) override { put(json_number(x)); }
  void put_count(int64_t x) override { put(x < 0 ? Json(nullptr) : Json(x)); }
  void put_seed(uint64_t x) override { put(x); }
  void put_flag(bool x) override { put(x); }
  void put(Json value) { row_[columns_.at(row_.size())] = std::move(value); }

  std::vector<std::string> columns_;
  Json row_ = Json::object(), rows_ = Json::array();
};

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> out;
  std::istringstream in{std::string(line.substr(0, line.find('\n')))};
  for (std::string name; std::getline(in, name, ',');) out.push_back(name);
  return out;
}

Json about_json(const About& about) {
  return {{"rule", word(about.rule)}, {"task", word(about.task)}, {"study", word(about.study)}};
}

Json table_json(const Table& table) {
  Json out{{"columns", Json::array()}, {"rows", Json::array()}};
  for (const Table::Column& column : table.columns)
    out["columns"].push_back(clean_text(column.name));
  for (size_t r = 0; r < table.rows.size(); ++r) {
    Json cells = Json::array();
    for (const Cell& cell : table.rows[r]) {
      Json one{{"text", plain(cell.text)}};
      if (cell.number) one["value"] = json_number(cell.value);
      if (cell.interval.known()) {
        one["low"] = json_number(cell.interval.low);
        one["high"] = json_number(cell.interval.high);
      }
      cells.push_back(std::move(one));
    }
    out["rows"].push_back(
        {{"about", about_json(r < table.abouts.size() ? table.abouts[r] : About())},
         {"cells", std::move(cells)}});
  }
  return out;
}

Json axis_json(const ChartAxis& axis) {
  Json out{{"title", clean_text(axis.title)}};
  if (axis.scale == Scale::category) {
    out["categories"] = Json::array();
    for (const std::string& name : axis.categories) out["categories"].push_back(clean_text(name));
  }
  return out;
}

Json chart_json(const Charts::One& one) {
  const Chart& chart = one.chart;
  Json out{{"id", chart.id},
           {"title", clean_text(chart.title)},
           {"finding", clean_text(chart.finding)},
           {"about", about_json(one.about)},
           {"x", axis_json(chart.x)},
           {"y", axis_json(chart.y)},
           {"series", Json::array()}};
  for (const ChartSeries& s : chart.series) {
    Json points = Json::array();
    for (const ChartPoint& p : s.points) {
      points.push_back({{"x", json_number(p.x)},
                        {"y", json_number(p.y)},
                        {"low", json_number(p.low)},
                        {"high", json_number(p.high)},
                        {"note", clean_text(p.note)}});
    }
    out["series"].push_back(
        {{"name", clean_text(s.name)}, {"rule", word(s.rule)}, {"points", std::move(points)}});
  }
  return out;
}

void add_block(Json& section, const Block& block) {
  if (const auto* paragraph = std::get_if<Paragraph>(&block.is)) {
    section["texts"].push_back(plain(paragraph->text));
  } else if (const auto* table = std::get_if<Table>(&block.is)) {
    section["tables"].push_back(table_json(*table));
  } else if (const auto* charts = std::get_if<Charts>(&block.is)) {
    for (const Charts::One& one : charts->all) section["charts"].push_back(chart_json(one));
  } else if (const auto* fold = std::get_if<Fold>(&block.is)) {
    for (const Block& inside : fold->blocks) add_block(section, inside);
  }
}

Json section_json(const Section& section) {
  Json out{{"id", section.id},
           {"title", section.title},
           {"texts", Json::array()},
           {"tables", Json::array()},
           {"charts", Json::array()}};
  for (const Block& block : section.blocks) add_block(out, block);
  return out;
}

Json run_json(const RunInfo& run) {
  return {{"id", word(run.run_id)},
          {"suite", word(run.suite)},
          {"title", word(run.title)},
          {"command", word(run.command)},
          {"started_utc", word(run.started_utc)}};
}

Json state_json(const ReportInput& input) {
  std::map<std::string, int64_t> by_status;
  for (const CellRecord& r : input.records) ++by_status[std::string(name(r.outcome.status))];
  return {{"planned", std::max(input.planned, input.records.size())},
          {"finished", input.records.size()},
          {"by_status", by_status}};
}

Json rules_json(const RunInfo& run) {
  Json out = Json::array();
  for (const RuleCard& rule : run.rules) {
    out.push_back({{"id", clean_text(rule.id)},
                   {"name", word(rule.name)},
                   {"reference", word(rule.reference)},
                   {"version", word(rule.version)},
                   {"control", rule.control}});
  }
  return out;
}

Json tasks_json(const RunInfo& run) {
  Json out = Json::array();
  for (const TaskCard& task : run.tasks) {
    out.push_back({{"id", clean_text(task.id)},
                   {"title", word(task.title)},
                   {"kind", word(task.kind)},
                   {"metric", word(task.metric)},
                   {"chance", json_number(task.chance)}});
  }
  return out;
}

Json claims_json(const PageInput& page) {
  Json out = Json::array();
  for (const ClaimResult& result : page.claims) {
    Json checks = Json::array();
    for (const Measurement& m : result.measurements) {
      checks.push_back({{"what", clean_text(m.what)},
                        {"at", word(m.at)},
                        {"estimate", json_number(m.estimate)},
                        {"low", json_number(m.interval.low)},
                        {"high", json_number(m.interval.high)},
                        {"bound", word(m.bound)},
                        {"verdict", words(m.verdict)}});
    }
    out.push_back({{"source", word(result.claim->source)},
                   {"claim", clean_text(result.claim->text)},
                   {"verdict", words(result.verdict)},
                   {"checks", std::move(checks)}});
  }
  return out;
}

}  // namespace

std::string render_json(const ReportInput& input, const Summary& summary) {
  const PageInput page(input, summary);
  Json out{{"format", kFormat},
           {"run", run_json(input.run)},
           {"state", state_json(input)},
           {"verdict", clean_text(verdict(input, summary))},
           {"rules", rules_json(input.run)},
           {"tasks", tasks_json(input.run)},
           {"claims", claims_json(page)},
           {"sections", Json::array()}};
  for (const Section& section : sections_of(page)) out["sections"].push_back(section_json(section));
  JsonRows rows(words_of(summary_columns()));
  summary_rows(summary, rows);
  out["rows"] = rows.take();
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string json_schema() {
  for (const Resource& r : web::resources()) {
    if (r.name == "summary.schema.json") return std::string(r.bytes);
  }
  return "";
}

}  // namespace agon::reports
