// SPDX-License-Identifier: MIT
//
// Several runs as one report: what counts once, what stands apart, what is refused.
#include "reports/merge.h"

#include <boost/test/unit_test.hpp>

#include "core/error.h"
#include "make.h"
#include "reports/claims/claims.h"
#include "reports/render/csv/csv.h"
#include "reports/render/html/html.h"
#include "reports/summary/summary.h"
#include "tests/support/shell.h"

using namespace agon::reports;
using namespace agon::reports::testing;

namespace {

RunResults a_run(const std::string& name, std::vector<CellRecord> records) {
  RunResults run;
  run.place = "runs/" + name;
  run.run.run_id = name;
  run.run.suite = run.run.title = "suite of " + name;
  run.run.command = "agon run " + name;
  run.run.options = "--plugin " + name + ".so";
  run.run.studies = {{"accuracy", "how well?", StudyKind::accuracy}};
  for (CellRecord& r : records) {
    if (r.provenance->numerics.empty()) set(r, &Provenance::numerics, "0123-fma");
    run.planned.emplace_back(r.study, r.id.cell_key);
  }
  run.records = std::move(records);
  return run;
}

CellRecord built(CellRecord r, const std::string& version, const std::string& build) {
  r.id.plugin_version = version;
  r.id.plugin_build = build;
  r.id.cell_key += build;
  return r;
}

std::string refused(std::vector<RunResults> runs) {
  try {
    merge(std::move(runs));
  } catch (const agon::Error& e) {
    BOOST_TEST((e.exit() == agon::Exit::usage));
    return e.what();
  }
  return "not refused";
}

Summary summary_of(const ReportInput& input) {
  return summarise(input.records, input.run.tasks, input.run.studies);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(merge_)

BOOST_AUTO_TEST_CASE(a_cell_of_two_runs_counts_once) {
  const std::vector<CellRecord> three{cell("accuracy", "bp", "xor", 0, .5),
                                      cell("accuracy", "bp", "xor", 1, .6),
                                      cell("accuracy", "bp", "xor", 2, .7)};
  const std::vector<CellRecord> overlapping{three[1], three[2],
                                            cell("accuracy", "bp", "xor", 3, .8)};
  const ReportInput input = merge({a_run("a", three), a_run("b", overlapping)});
  BOOST_TEST(input.records.size() == 4u);
  BOOST_TEST(input.planned == 4u);
  const Summary summary = summary_of(input);
  BOOST_TEST_REQUIRE(summary.rows.size() == 1u);
  BOOST_TEST(summary.rows[0].n == 4u);
  BOOST_TEST_REQUIRE(input.notes.size() == 1u);
  BOOST_TEST(input.notes[0] == "2 cells stand in more than one of these runs and count once");
  // A plan that one run has finished for the other.
  RunResults unfinished = a_run("c", three);
  unfinished.records.pop_back();
  const ReportInput whole = merge({std::move(unfinished), a_run("a", three)});
  BOOST_TEST(whole.planned == 3u);
  BOOST_TEST(whole.records.size() == 3u);
}

BOOST_AUTO_TEST_CASE(an_attempt_that_ended_well_stands_for_a_failed_one) {
  CellRecord failed = cell("accuracy", "bp", "xor", 0, kNaN),
             well = cell("accuracy", "bp", "xor", 0, .75);
  failed.outcome.status = Status::timeout;
  failed.outcome.utc = "2027-01-01T00:00:00Z";
  for (const bool first : {true, false}) {
    auto a = a_run("a", {first ? failed : well}), b = a_run("b", {first ? well : failed});
    const ReportInput input = merge({std::move(a), std::move(b)});
    BOOST_TEST_REQUIRE(input.records.size() == 1u);
    BOOST_TEST(input.records[0].outcome.score_test == .75);
    BOOST_TEST(run_of(input, input.records[0]).run_id == (first ? "b" : "a"));
    BOOST_TEST(has(input.notes.back(), "1 of them failed in one run and ended well in another"));
  }
}

BOOST_AUTO_TEST_CASE(results_that_disagree_are_refused_and_clocks_may) {
  CellRecord one = cell("accuracy", "bp", "xor", 7, .5), other = one;
  other.outcome.train_s = 9;
  other.outcome.utc = "2027-01-01T00:00:00Z";
  const ReportInput later = merge({a_run("a", {one}), a_run("b", {other})});
  BOOST_TEST(later.records.at(0).outcome.train_s == 9);
  other.outcome.score_test = .25;
  const std::string text = refused({a_run("a", {one}), a_run("b", {other})});
  BOOST_TEST(
      has(text, "bp on xor, seed 7, study accuracy: score 0.5 in runs/a, score 0.25 in runs/b"),
      text);
  other = one;
  other.outcome.rule_metrics["spikes"] = 3;
  BOOST_TEST(refused({a_run("a", {one}), a_run("b", {other})}) != "not refused");
}

BOOST_AUTO_TEST_CASE(two_versions_of_a_rule_are_two_rows) {
  std::vector<CellRecord> first, second;
  for (const uint64_t seed : {0u, 1u, 2u}) {
    first.push_back(built(cell("accuracy", "delta", "xor", seed, .5), "1.0.0", "aaaaaaaa01"));
    second.push_back(built(cell("accuracy", "delta", "xor", seed, .9), "2.0.0", "bbbbbbbb02"));
  }
  const Summary two = summary_of(merge({a_run("a", first), a_run("b", second)}));
  BOOST_TEST_REQUIRE(two.rows.size() == 2u);
  BOOST_TEST(two.rows[0].score.mean == .5);
  BOOST_TEST(two.rows[0].n == 3u);
  BOOST_TEST(two.rows[0].label == "delta version=1.0.0");
  BOOST_TEST(two.rows[1].label == "delta version=2.0.0");
  BOOST_TEST(two.scoreboard.rows.size() == 2u);
  for (CellRecord& r : second) r.id.plugin_version = "1.0.0";
  const Summary builds = summary_of(merge({a_run("a", first), a_run("b", second)}));
  BOOST_TEST_REQUIRE(builds.rows.size() == 2u);
  BOOST_TEST(builds.rows[1].label == "delta build=bbbbbbbb");
}

BOOST_AUTO_TEST_CASE(other_data_or_numerics_are_refused_with_the_list) {
  CellRecord one = cell("accuracy", "bp", "mnist", 0, .5),
             other = cell("accuracy", "bp", "mnist", 1, .5);
  one.id.task_hash = "11111111aa";
  other.id.task_hash = "22222222bb";
  std::string text = refused({a_run("a", {one}), a_run("b", {other})});
  BOOST_TEST(has(text, "data of mnist: 11111111 in runs/a, 22222222 in runs/b"), text);
  other.id.task_hash = "missing";  // skipped there: no data at all
  other.outcome.status = Status::skipped;
  BOOST_TEST(refused({a_run("a", {one}), a_run("b", {other})}) == "not refused");

  other = cell("accuracy", "bp", "xor", 1, .5);
  one = cell("accuracy", "ed", "xor", 0, .5);
  set(other, &Provenance::numerics, "0123-no-fma");
  text = refused({a_run("a", {one}), a_run("b", {other})});
  BOOST_TEST(has(text, "numerics of accuracy on xor: 0123-fma in runs/a, 0123-no-fma in runs/b"),
             text);
  RunResults old = a_run("old", {other});
  set(old.records[0], &Provenance::numerics, "");
  text = refused({a_run("a", {one}), std::move(old)});
  BOOST_TEST(has(text, "unknown in runs/old"), text);
  other.id.task = "digits";  // nothing stands beside it
  BOOST_TEST(refused({a_run("a", {one}), a_run("b", {other})}) == "not refused");
}

BOOST_AUTO_TEST_CASE(a_study_of_two_kinds_is_refused) {
  RunResults sweep = a_run("b", {cell("accuracy", "bp", "xor", 1, .5)});
  sweep.run.studies[0].kind = StudyKind::sweep;
  sweep.run.studies[0].by = "lr";
  const std::string text =
      refused({a_run("a", {cell("accuracy", "bp", "xor", 0, .5)}), std::move(sweep)});
  BOOST_TEST(has(text, "study accuracy:"), text);
}

BOOST_AUTO_TEST_CASE(every_run_keeps_what_it_says_of_itself) {
  ClaimCheck check;
  check.what = "it learns";
  check.of = {"accuracy", "bp", "xor", {}};
  check.at_least = .8;
  RunResults a = a_run("a", {cell("accuracy", "bp", "xor", 0, .1, .5)});
  RunResults b =
      a_run("b", {cell("accuracy", "bp", "xor", 0, .9), cell("accuracy", "bp", "xor", 1, .9)});
  RunResults c = a_run("c", {cell("accuracy", "bp", "xor", 2, .9)});
  b.run.claims = {{"", "b claims", "a note", {check}}};
  c.run.claims = {{"", "b claims", "a note", {check}}, {"", "c claims", "", {check}}};
  const ReportInput input = merge({std::move(a), std::move(b), std::move(c)});
  BOOST_TEST(input.run.run_id == "a + b + c");
  const agon::test::Table cells = [&] {
    const Folder folder;
    const auto file = folder / "cells.csv";
    std::ofstream(file) << cells_csv(input);
    return agon::test::Table(file);
  }();
  BOOST_TEST(cells.at(0, "run_id") == "a");
  BOOST_TEST(cells.at(1, "run_id") == "b");
  BOOST_TEST(cells.at(3, "run_id") == "c");

  // A claim reads the cells of the runs that state it, so that a's other rate is none of its
  // business.
  const std::vector<ClaimResult> judged = judge(input);
  BOOST_TEST_REQUIRE(judged.size() == 2u);
  BOOST_TEST((judged[0].verdict == Verdict::holds));
  BOOST_TEST(judged[0].measurements[0].n == 3u);
  BOOST_TEST(judged[0].claim->note == "a note");
  BOOST_TEST(judged[1].measurements[0].n == 1u);

  const std::string page = render_html(input, summary_of(input));
  for (const char* name : {"a", "b", "c"}) {
    BOOST_TEST(has(page, std::string("agon run ") + name), name);
    BOOST_TEST(has(page, std::string("suite of ") + name), name);
  }
}

BOOST_AUTO_TEST_CASE(one_run_is_itself) {
  const ReportInput input = merge({a_run("a", {cell("accuracy", "bp", "xor", 0, .5)})});
  BOOST_TEST(input.runs.empty());
  BOOST_TEST(input.run.command == "agon run a");
  BOOST_TEST(run_of(input, input.records[0]).run_id == "a");
}

BOOST_AUTO_TEST_CASE(claims_never_pool_two_builds) {
  ClaimCheck check;
  check.of = {"accuracy", "delta", "xor", {}};
  check.at_least = .1;
  RunResults a =
      a_run("a", {built(cell("accuracy", "delta", "xor", 0, .5), "1.0.0", "aaaaaaaa01")});
  RunResults b =
      a_run("b", {built(cell("accuracy", "delta", "xor", 1, .5), "2.0.0", "bbbbbbbb02")});
  a.run.claims = b.run.claims = {{"", "it learns", "", {check}}};
  const ReportInput input = merge({std::move(a), std::move(b)});
  const std::vector<ClaimResult> judged = judge(input);
  BOOST_TEST((judged.at(0).verdict == Verdict::unmeasured));
  BOOST_TEST(has(judged[0].measurements.at(0).reason, "2 builds"),
             judged[0].measurements[0].reason);
}

BOOST_AUTO_TEST_SUITE_END()
