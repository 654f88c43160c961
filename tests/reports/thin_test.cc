// SPDX-License-Identifier: MIT
//
// Runs of very many cells: what a report keeps of them changes no number and no file of tables.
#include "reports/thin.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "core/rng.h"
#include "reports/render/html/html.h"
#include "reports/summary/summary.h"
#include "tests/reports/make.h"
#include "tests/support/shell.h"

using namespace agon::reports;
using namespace agon::reports::testing;
using agon::test::read_file;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

// A score that rises, falls and is not always there.
std::vector<CurvePoint> curve(uint64_t seed) {
  agon::core::Stream random(seed, 7);
  std::vector<CurvePoint> out;
  for (int64_t i = 1; i <= 12; ++i) {
    CurvePoint p;
    p.epoch = i;
    p.updates = 10 * i;
    p.samples = 320 * i;
    p.score_val = seed % 4 == 3 && i % 3 != 0 ? kNaN : 0.5 + 0.4 * random.uniform();
    p.score_train = p.score_val + 0.05;
    p.loss_train = 2.0 / static_cast<double>(i);
    out.push_back(p);
  }
  out.resize(seed % 5 == 4 ? 1 : out.size());
  return out;
}

struct LongRun : Folder {
  LongRun() : store(*this / "results.sqlite", Store::Mode::write) {
    RunInfo info;
    info.run_id = info.suite = "long";
    info.studies = {{"accuracy", "how well?", StudyKind::accuracy},
                    {"depth", "how deep?", StudyKind::depth, "depth"}};
    ClaimCheck check;
    check.what = "energy";
    check.of = {"accuracy", "ed", "xor", {}};
    check.value = "m_energy";
    check.at_least = 0;
    info.claims = {{"", "ed has energy", "", {check}}};
    store.set_run(info);
    std::vector<PlannedCell> plan;
    std::vector<CellRecord> records;
    for (const char* rule : {"bp", "ed"}) {
      for (uint64_t seed = 0; seed < 6; ++seed) {
        records.push_back(cell("accuracy", rule, "xor", seed, 0.6 + 0.05 * double(seed)));
        for (const int64_t depth : {1, 2, 4}) {
          for (const double lr : {0.01, 0.1})
            records.push_back(
                cell("depth", rule, "xor", seed, 0.9 - 0.05 * double(depth), lr, depth));
        }
      }
    }
    const int64_t from = store.add_provenance({});
    for (CellRecord& r : records) {
      CellOutcome& o = r.outcome;
      o.curve = curve(plan.size());
      o.rule_metrics = {{"energy", 0.5}, {"spikes_per_sample", 3}, {"unread", 1}};
      o.log_tail = std::string(3000, 'l') + "the end";
      if (plan.size() % 11 == 10) o.status = Status::crashed;
      if (r.id.seed == 0) o.series = {{"score@lesion", 0.1, 2, 0.5}};
      plan.push_back({r.study, r.id, static_cast<int64_t>(3 * plan.size())});  // as a shard has it
    }
    store.set_plan(plan);
    for (const CellRecord& r : records) store.finish(r.id.cell_key, r.outcome, from);
  }
  std::string files(const ReportInput& input, const char* folder) const {
    write(input, {"csv"}, *this / folder);
    std::string all;
    for (const char* file : {"cells.csv", "curves.csv", "series.csv", "summary.csv", "claims.csv"})
      all += read_file((*this / folder) / file);
    return all;
  }
  Store store;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(thin)

BOOST_AUTO_TEST_CASE(tables_and_aggregates_of_a_long_run_are_whole) {
  const LongRun run;
  const ReportInput whole = read_report(run.store), thinned = read_report(run.store, 10);
  BOOST_TEST(!whole.whole);
  BOOST_TEST(bool(thinned.whole));
  BOOST_TEST(thinned.planned == whole.planned);
  const std::string expected = run.files(whole, "whole");
  BOOST_TEST(has(expected, "unread"));
  BOOST_TEST(has(expected, "score@lesion"));
  BOOST_TEST((run.files(thinned, "thinned") == expected));
}

BOOST_AUTO_TEST_CASE(what_only_drawers_show_is_left_out) {
  const LongRun run;
  const ReportInput thinned = read_report(run.store, 10);
  size_t failed = 0;
  for (const CellRecord& r : thinned.records) {
    BOOST_TEST(r.outcome.curve.size() <= (r.study == "accuracy" ? 12u : 4u));
    BOOST_TEST(!r.outcome.rule_metrics.contains("unread"));
    BOOST_TEST(r.outcome.rule_metrics.contains("energy"));  // of the claim
    const bool crashed = r.outcome.status == Status::crashed;
    failed += crashed ? 1 : 0;
    BOOST_TEST(r.outcome.log_tail.size() == (crashed ? 400u : 0u));
    if (crashed) BOOST_TEST(r.outcome.log_tail.ends_with("the end"));
  }
  BOOST_TEST(failed > 0u);
  const std::string page = render_html(thinned, summarise(thinned.records));
  BOOST_TEST(has(page, "Every number of this page is made of all cells"));
  const ReportInput whole = read_report(run.store);
  BOOST_TEST(!has(render_html(whole, summarise(whole.records)), "made of all cells"));
}

// The page says what ran beside, first and later epochs apart, and draws the roofline from them.
BOOST_AUTO_TEST_CASE(what_was_measured_of_speed_stays) {
  CellRecord r = cell("speed", "bp", "xor", 0, 0);
  for (const Mode mode : {Mode::speed, Mode::speed_again}) {
    r.id.mode = mode;
    r.outcome.rule_metrics = {{"machine_gflops", 100}, {"bytes_per_sample", 640}};
    Thinner({}).thin(r);
    BOOST_TEST(r.outcome.rule_metrics.size() == 2u);
  }
}

BOOST_AUTO_TEST_CASE(records_come_one_by_one_as_together) {
  const LongRun run;
  const std::vector<CellRecord> together = run.store.records();
  size_t n = 0;
  run.store.each([&](CellRecord&& r) {
    BOOST_TEST(r.id.cell_key == together.at(n).id.cell_key);
    BOOST_TEST(r.outcome.curve.size() == together[n].outcome.curve.size());
    ++n;
  });
  BOOST_TEST(n == together.size());
  BOOST_TEST(run.store.planned_cells() == static_cast<int64_t>(n));
}

// A table that cannot be made leaves the one that is there.
BOOST_AUTO_TEST_CASE(an_error_on_the_way_keeps_the_old_tables) {
  const LongRun run;
  ReportInput input = read_report(run.store, 10);
  const std::string before = run.files(input, "out");
  input.whole = [](const auto&) { throw std::runtime_error("the store went away"); };
  BOOST_CHECK_THROW(write(input, {"csv"}, run / "out"), std::runtime_error);
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(run / "out")) {
    BOOST_TEST(entry.path().extension() == ".csv", entry.path());
    ++files;
  }
  BOOST_TEST(files == 5u);
  BOOST_TEST(has(before, read_file(run / "out/cells.csv")));
}

BOOST_AUTO_TEST_SUITE_END()
