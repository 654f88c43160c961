// SPDX-License-Identifier: MIT
//
// The files parse by RFC 4180, hold hostile text harmlessly and repeat their bytes.
#include "reports/render/csv/csv.h"

#include <boost/test/unit_test.hpp>
#include <charconv>
#include <cmath>
#include <map>

#include "reports/record/fields.h"
#include "reports/render/csv/columns.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;
using testing::failed;

using Rows = std::vector<std::vector<std::string>>;

// An independent reader of RFC 4180.
Rows parse(const std::string& text) {
  Rows rows;
  std::vector<std::string> row;
  std::string field;
  bool inside = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inside) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
        field += '"';
        ++i;
      } else if (c == '"') {
        inside = false;
      } else {
        field += c;
      }
    } else if (c == '"') {
      inside = true;
    } else if (c == ',' || c == '\n') {
      row.push_back(std::move(field));
      field.clear();
      if (c == '\n') {
        rows.push_back(std::move(row));
        row.clear();
      }
    } else {
      field += c;
    }
  }
  BOOST_TEST(!inside);
  BOOST_TEST(field.empty());
  return rows;
}

std::map<std::string, std::string> record(const Rows& rows, size_t index) {
  std::map<std::string, std::string> out;
  BOOST_TEST_REQUIRE(rows.size() > index + 1);
  BOOST_TEST_REQUIRE(rows[0].size() == rows[index + 1].size());
  for (size_t i = 0; i < rows[0].size(); ++i) out[rows[0][i]] = rows[index + 1][i];
  BOOST_TEST(out.size() == rows[0].size());  // no column name twice
  return out;
}

ReportInput sample() {
  ReportInput input;
  input.run.run_id = "run-1";
  CellRecord a = cell("accuracy", "bp", "digits", 7, 0.1 + 0.2, 1e-3, 2);
  a.outcome.rule_metrics = {{"spikes", 12.5}, {"energy", kNaN}};
  a.outcome.curve = {{0, 0, 0, 0.0, 2.3, 0.1, kNaN, 0.001},
                     {1, 90, 1437, 0.5, 1.0, 0.8, 0.75, 0.001}};
  CellRecord b = failed(cell("accuracy", "ed", "digits", 8, 0.5), Status::crashed);
  b.outcome.status_detail = "=HYPERLINK(\"http://x\"), signal 11";
  b.outcome.log_tail = std::string("@cmd\r\n\x1b[31mred\x00 \xff\\", 18);
  b.id.lr = kNaN;
  b.id.activation = "";
  CellRecord c = a;  // the same cell in another study
  c.study = "depth";
  input.records = {a, b, c};
  input.planned = 3;
  return input;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(csv)

BOOST_AUTO_TEST_CASE(numbers_are_shortest_and_exact) {
  BOOST_TEST(csv_number(0.1) == "0.1");
  BOOST_TEST(csv_number(0.1 + 0.2) == "0.30000000000000004");
  BOOST_TEST(csv_number(1) == "1");
  BOOST_TEST(csv_number(kNaN) == "");
  BOOST_TEST(csv_number(-std::numeric_limits<double>::infinity()) == "-inf");
  for (const double x : {1e-320, 5e-324, 1.7976931348623157e308, 123456789.123456789, -1.0 / 3}) {
    const std::string text = csv_number(x);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    BOOST_TEST(back == x);
  }
}

BOOST_AUTO_TEST_CASE(text_is_quoted_escaped_and_no_formula) {
  BOOST_TEST(csv_text("plain") == "plain");
  BOOST_TEST(csv_text("") == "");
  BOOST_TEST(csv_text("a,b") == "\"a,b\"");
  BOOST_TEST(csv_text("say \"x\"") == "\"say \"\"x\"\"\"");
  for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)"}) {
    BOOST_TEST(csv_text(formula) == "'" + std::string(formula));
  }
  BOOST_TEST(csv_text("a\nb\tc\rd\x7f") == "a\\nb\\tc\\x0dd\\x7f");
  BOOST_TEST(csv_text("back\\slash") == "back\\\\slash");
  BOOST_TEST(csv_text("\xc3\xa9 \xf0\x9f\x98\x80") == "\xc3\xa9 \xf0\x9f\x98\x80");
  BOOST_TEST(csv_text("\xff\xc0\x80\xed\xa0\x80") == "\\xff\\xc0\\x80\\xed\\xa0\\x80");
  BOOST_TEST(csv_text("cut \xc3") == "cut \\xc3");
}

BOOST_AUTO_TEST_CASE(odd_names_are_fields_and_no_formulas) {
  BOOST_TEST(csv_text("=規則,\"éd\"\n@x") == "\"'=規則,\"\"éd\"\"\\n@x\"");
  BOOST_TEST(csv_text("مهمة, 'T'") == "\"مهمة, 'T'\"");
  for (const char* formula : {"=1", "+1", "-1", "@x"})
    BOOST_TEST(csv_text(formula) == std::string("'") + formula);
}

BOOST_AUTO_TEST_CASE(cells_have_the_contract_columns_in_plan_order) {
  const Rows rows = parse(cells_csv(sample()));
  BOOST_TEST(rows.size() == 4u);
  BOOST_TEST(rows[0].front() == "schema_version");
  BOOST_TEST(rows[0].back() == "conformance");
  for (const char* name :
       {"run_id", "cell_key", "study", "rule", "params_json", "task_hash", "n_params", "ruleset",
        "status", "diverged_at", "score_chance", "time_to_target_s", "samples_per_s_predict",
        "peak_rss_mib", "macs_per_sample", "m_energy", "m_spikes", "utc", "git_dirty"}) {
    BOOST_TEST(std::count(rows[0].begin(), rows[0].end(), name) == 1, name);
  }
  const auto a = record(rows, 0), b = record(rows, 1);
  BOOST_TEST(a.at("schema_version") == "1");
  BOOST_TEST(a.at("score_test") == "0.30000000000000004");
  BOOST_TEST(a.at("lr") == "0.001");
  BOOST_TEST(a.at("params_json") == sample().records[0].id.params_json);
  BOOST_TEST(a.at("m_spikes") == "12.5");
  BOOST_TEST(a.at("m_energy") == "");
  BOOST_TEST(a.at("diverged_at") == "");
  BOOST_TEST(a.at("git_dirty") == "false");
  BOOST_TEST(b.at("status") == "crashed");
  BOOST_TEST(b.at("score_test") == "");
  BOOST_TEST(b.at("lr") == "");
  BOOST_TEST(b.at("status_detail") == "'=HYPERLINK(\"http://x\"), signal 11");
  BOOST_TEST(b.at("log_tail") == "'@cmd\\x0d\\n\\x1b[31mred\\x00 \\xff\\\\");
  BOOST_TEST(record(rows, 2).at("study") == "depth");
}

BOOST_AUTO_TEST_CASE(curves_list_a_cell_once) {
  const Rows rows = parse(curves_csv(sample()));
  BOOST_TEST(rows.size() == 3u);
  const auto last = record(rows, 1);
  BOOST_TEST(last.at("epoch") == "1");
  BOOST_TEST(last.at("samples") == "1437");
  BOOST_TEST(last.at("score_val") == "0.75");
  BOOST_TEST(record(rows, 0).at("score_val") == "");
  BOOST_TEST_REQUIRE(rows[0].size() == 1 + kCurveFields.size());
  BOOST_TEST(rows[0].front() == "cell_key");
  for (size_t i = 0; i < kCurveFields.size(); ++i)
    BOOST_TEST(rows[0][i + 1] == kCurveFields[i].name);
}

BOOST_AUTO_TEST_CASE(forgetting_has_the_scores_of_both_tasks_and_no_score_without_a_match) {
  ReportInput input;
  input.records = {testing::forgetting("bp", "split-digits", 0, 0.4),
                   testing::forgetting("bp", "split-digits", 1, kNaN)};
  const Rows curves = parse(curves_csv(input));
  const Rows series = parse(series_csv(input));
  BOOST_TEST(record(series, 6).at("series") == "score_a");
  BOOST_TEST(record(series, 6).at("x") == "2000");
  BOOST_TEST(record(series, 6).at("value") == "0.225");
  BOOST_TEST(record(series, 7).at("series") == "score_b");
  BOOST_TEST(record(series, 7).at("value") == "0.8");
  BOOST_TEST(record(curves, 3).at("score_val") == "");
  const Rows cells = parse(cells_csv(input));
  BOOST_TEST(record(cells, 0).at("score_test") == "0.4");
  BOOST_TEST(record(cells, 0).at("m_matched_b") == "0.81");
  BOOST_TEST(record(cells, 1).at("status") == "ok");
  BOOST_TEST(record(cells, 1).at("score_test") == "");
  BOOST_TEST(record(cells, 1).at("m_matched_b") == "");
  BOOST_TEST(record(cells, 1).at("status_detail") == "task B reached 0.750 of 0.8: not comparable");
}

BOOST_AUTO_TEST_CASE(summary_lines_match_their_header) {
  ReportInput input = sample();
  for (uint64_t seed = 0; seed < 3; ++seed) {
    for (const double lr : {0.01, 0.1, 1.0})
      input.records.push_back(
          cell("learning-rate", "bp", "digits", seed, lr == 1.0 ? 0.2 : 0.9, lr));
    for (const int64_t depth : {1, 2, 4})
      input.records.push_back(cell("depth", "ed", "digits", seed, 0.9, 0.1, depth));
  }
  const Summary summary = summarise(input.records);
  const Rows rows = parse(summary_csv(summary));
  BOOST_TEST_REQUIRE(rows.size() == summary.rows.size() + 1);
  for (size_t i = 0; i < summary.rows.size(); ++i) {
    const auto r = record(rows, i);
    BOOST_TEST(r.at("rule") == summary.rows[i].rule);
    BOOST_TEST(r.at("score_mean") == csv_number(summary.rows[i].score.mean));
    BOOST_TEST(r.at("best_lr") == csv_number(summary.rows[i].best_lr));
    BOOST_TEST(r.at("speed_predict_ratio_high") == "");
    const bool sweep = summary.rows[i].study == "learning-rate";
    BOOST_TEST(r.at("lr_points") == (sweep ? "3" : ""));
    BOOST_TEST(r.at("lr_width95_at_edge") == (sweep ? "true" : ""));
    if (summary.rows[i].study == "depth" && summary.rows[i].rule == "ed") {
      BOOST_TEST(r.at("trainable_depth") == "4");
      BOOST_TEST(r.at("trainable_depth_at_edge") == "true");
    }
  }
}

// What another run may change moves no byte of a result column.
BOOST_AUTO_TEST_CASE(result_columns_do_not_depend_on_clock_or_machine) {
  const ReportInput one = sample();
  ReportInput other = one;
  other.run.run_id = "run-2";
  for (CellRecord& r : other.records) {
    r.outcome.attempts += 1;
    r.outcome.train_s = r.outcome.eval_s = r.outcome.wall_s = r.outcome.time_to_target_s = 9.0;
    r.outcome.samples_per_s_train = r.outcome.samples_per_s_predict = 5.0;
    r.outcome.peak_rss_mib = 77;
    r.outcome.utc = "2027-01-01T00:00:00Z";
    r.outcome.log_tail = "other";
    for (CurvePoint& p : r.outcome.curve) p.train_s += 1;
    r.provenance = Provenance{"h", "c", "AVX3", "g++", "-O3", "0.2", "x", "os", true, 9};
    r.noise_floor_pct = 3;
  }
  const auto same = [](const Rows& x, const Rows& y) {
    BOOST_TEST_REQUIRE(x.size() == y.size());
    size_t results = 0;
    for (size_t column = 0; column < x[0].size(); ++column) {
      if (!is_result_column(x[0][column])) continue;
      ++results;
      for (size_t line = 0; line < x.size(); ++line)
        BOOST_TEST(x[line][column] == y[line][column], x[0][column]);
    }
    return results;
  };
  BOOST_TEST(same(parse(cells_csv(one)), parse(cells_csv(other))) > 25u);
  BOOST_TEST(same(parse(curves_csv(one)), parse(curves_csv(other))) == 8u);
  BOOST_TEST(same(parse(summary_csv(summarise(one.records))),
                  parse(summary_csv(summarise(other.records)))) > 30u);
  BOOST_TEST(is_result_column("score_test"));
  BOOST_TEST(is_result_column("m_energy"));
  BOOST_TEST(!is_result_column("wall_s"));
  BOOST_TEST(!is_result_column("samples_per_s_train_low"));
  BOOST_TEST(!is_result_column("simd_target"));
}

BOOST_AUTO_TEST_CASE(claims_have_a_row_for_each_measurement) {
  const std::vector<CellRecord> records{cell("s", "ed", "xor", 0, 0.9),
                                        cell("s", "ed", "xor", 1, 0.8)};
  ClaimCheck check;
  check.what = "=ED, \"worst\"";
  check.of = {"s", "ed", "", {}};
  check.take = "min";
  check.at_least = 0.85;
  ClaimCheck never = check;
  never.value = "epochs_to_target";
  never.take = "median";
  ClaimCheck absent = check;
  absent.of.rule = "pc";
  absent.per = "depth";
  const std::vector<ClaimCard> claims{{"Figure 1", "it learns,\nwell", "", {check, never, absent}}};
  const Rows rows = parse(claims_csv(judge(claims, records)));
  BOOST_TEST_REQUIRE(rows.size() == 4u);
  auto r = record(rows, 0);
  BOOST_TEST(r.at("claim") == "it learns,\\nwell");
  BOOST_TEST(r.at("source") == "Figure 1");
  BOOST_TEST(r.at("check") == "'=ED, \"worst\"");
  BOOST_TEST(r.at("value") == "score_test");
  BOOST_TEST(r.at("take") == "min");
  BOOST_TEST(r.at("estimate") == "0.8");
  BOOST_TEST(r.at("low") == "");
  BOOST_TEST(r.at("interval") == "smallest of 2 seeds");
  BOOST_TEST(r.at("n") == "2");
  BOOST_TEST(r.at("bound") == ">= 0.85");
  BOOST_TEST(r.at("verdict") == "does not hold");
  BOOST_TEST(r.at("claim_verdict") == "holds partly");
  r = record(rows, 1);
  BOOST_TEST(r.at("estimate") == "inf");
  BOOST_TEST(r.at("high") == "inf");
  BOOST_TEST(r.at("verdict") == "holds");
  r = record(rows, 2);
  BOOST_TEST(r.at("verdict") == "not measured");
  BOOST_TEST(r.at("reason") == "no cell of pc in study s");
  BOOST_TEST(r.at("n") == "0");
  BOOST_TEST(claims_csv({}).starts_with("schema_version,claim,source,check,at,value,"));
}

BOOST_AUTO_TEST_CASE(the_same_input_gives_the_same_bytes) {
  BOOST_TEST(cells_csv(sample()) == cells_csv(sample()));
  BOOST_TEST(summary_csv(summarise(sample().records)) == summary_csv(summarise(sample().records)));
}

BOOST_AUTO_TEST_CASE(series_have_a_line_for_each_point) {
  ReportInput input = sample();
  BOOST_TEST(series_csv(input) == "");
  const double lost = std::numeric_limits<double>::infinity();
  input.records[0].outcome.series = {{"nrmse@lesion", 0.4, 3, lost},
                                     {"score@state-noise", kNaN, 0, kNaN, "has, no state"}};
  const Rows rows = parse(series_csv(input));
  BOOST_TEST_REQUIRE(rows.size() == 3u);
  const auto a = record(rows, 0), b = record(rows, 1), whole = record(parse(cells_csv(input)), 0);
  for (const CellField& field : kIdentityFields) {
    const std::string name(field.name);
    BOOST_TEST(a.at(name) == whole.at(name), name);
  }
  BOOST_TEST(a.at("seed") == "7");
  BOOST_TEST(a.at("mode") == "train");
  BOOST_TEST(a.at("series") == "nrmse@lesion");
  BOOST_TEST(a.at("x") == "0.4");
  BOOST_TEST(a.at("draws") == "3");
  BOOST_TEST(a.at("value") == "inf");
  BOOST_TEST(a.at("reason") == "");
  BOOST_TEST(b.at("x") == "");
  BOOST_TEST(b.at("value") == "");
  BOOST_TEST(b.at("reason") == "has, no state");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
