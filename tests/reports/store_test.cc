// SPDX-License-Identifier: MIT
//
// What goes into results.sqlite comes out again, bit for bit, and quickly.
#include "reports/store/store.h"

#include <fmt/format.h>

#include <bit>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>

#include "core/error.h"
#include "reports/store/sqlite.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;
using testing::Folder;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void check_same_bits(double a, double b) {
  if (std::isnan(a)) {
    BOOST_TEST(std::isnan(b));
  } else {
    BOOST_TEST(std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b));
  }
}

void check_same(const CellOutcome& a, const CellOutcome& b) {
  BOOST_TEST(name(a.status) == name(b.status));
  BOOST_TEST(a.status_detail == b.status_detail);
  BOOST_TEST(a.log_tail == b.log_tail);
  BOOST_TEST(a.attempts == b.attempts);
  BOOST_TEST(a.epochs_done == b.epochs_done);
  BOOST_TEST(a.diverged_at == b.diverged_at);
  BOOST_TEST(a.n_params == b.n_params);
  BOOST_TEST(a.metric == b.metric);
  BOOST_TEST(a.epochs_to_target == b.epochs_to_target);
  BOOST_TEST(a.utc == b.utc);
  for (const auto member :
       {&CellOutcome::score_train, &CellOutcome::score_val, &CellOutcome::score_test,
        &CellOutcome::score_chance, &CellOutcome::loss_init, &CellOutcome::loss_final,
        &CellOutcome::loss_best, &CellOutcome::time_to_target_s, &CellOutcome::train_s,
        &CellOutcome::eval_s, &CellOutcome::wall_s, &CellOutcome::samples_per_s_train,
        &CellOutcome::samples_per_s_predict, &CellOutcome::peak_rss_mib,
        &CellOutcome::macs_per_sample}) {
    check_same_bits(a.*member, b.*member);
  }
  BOOST_TEST(a.repetitions_train == b.repetitions_train, boost::test_tools::per_element());
  BOOST_TEST(a.repetitions_predict == b.repetitions_predict, boost::test_tools::per_element());
  BOOST_TEST_REQUIRE(a.rule_metrics.size() == b.rule_metrics.size());
  for (const auto& [key, value] : a.rule_metrics) check_same_bits(value, b.rule_metrics.at(key));
  BOOST_TEST_REQUIRE(a.pictures.size() == b.pictures.size());
  for (size_t i = 0; i < a.pictures.size(); ++i) {
    BOOST_TEST(a.pictures[i].key == b.pictures[i].key);
    BOOST_TEST(a.pictures[i].rows == b.pictures[i].rows);
    BOOST_TEST(a.pictures[i].values == b.pictures[i].values, boost::test_tools::per_element());
  }
  BOOST_TEST_REQUIRE(a.curve.size() == b.curve.size());
  for (size_t i = 0; i < a.curve.size(); ++i) {
    BOOST_TEST(a.curve[i].epoch == b.curve[i].epoch);
    BOOST_TEST(a.curve[i].updates == b.curve[i].updates);
    BOOST_TEST(a.curve[i].samples == b.curve[i].samples);
    for (const auto member : {&CurvePoint::train_s, &CurvePoint::loss_train,
                              &CurvePoint::score_train, &CurvePoint::score_val, &CurvePoint::lr}) {
      check_same_bits(a.curve[i].*member, b.curve[i].*member);
    }
  }
}

CellOutcome full_outcome() {
  CellOutcome o;
  o.status = Status::ok;
  o.status_detail = "detail, \"quoted\"\n=1+1";
  o.log_tail = std::string("line\0zero\x1b[31m\xff", 16);
  o.attempts = 3;
  o.epochs_done = 7;
  o.diverged_at = 5;
  o.n_params = int64_t{1} << 40;
  o.metric = "accuracy";
  o.score_train = 0.1;
  o.score_val = 1.0 / 3.0;
  o.score_test = -0.0;
  o.score_chance = kNaN;
  o.loss_init = std::numeric_limits<double>::infinity();
  o.loss_final = -std::numeric_limits<double>::infinity();
  o.loss_best = std::numeric_limits<double>::denorm_min();
  o.epochs_to_target = 4;
  o.time_to_target_s = 1e-300;
  o.train_s = 2;
  o.eval_s = 9007199254740993.0;
  o.wall_s = std::nextafter(1.0, 2.0);
  o.samples_per_s_train = std::numeric_limits<double>::max();
  o.repetitions_train = {1.0, 2.5, 1e9 / 7};
  o.repetitions_predict = {3.25};
  o.rule_metrics = {{"energy", 0.1 + 0.2},
                    {"residual", kNaN},
                    {"spikes", std::numeric_limits<double>::infinity()}};
  for (int i = 0; i < 5; ++i) {
    o.curve.push_back(
        {i, i * 90, i * 1437, 0.1 * i, i == 3 ? kNaN : 2.0 / (i + 1), kNaN, 0.5, 0.1});
  }
  o.pictures = {{"activity", "Activity", "step", "layer", "mean", 1, 2, {0.5f, -1.0f}}};
  o.utc = "2026-01-02T03:04:05Z";
  return o;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store)

BOOST_AUTO_TEST_CASE(names_of_statuses_are_unique_and_read_back) {
  for (int i = 0; i <= static_cast<int>(Status::quarantined); ++i) {
    const auto status = static_cast<Status>(i);
    BOOST_TEST((status_from(name(status)) == status));
  }
  BOOST_CHECK_THROW(status_from("fine"), std::invalid_argument);
  BOOST_TEST(!is_failure(Status::ok));
  BOOST_TEST(!is_failure(Status::diverged));
  BOOST_TEST(!is_failure(Status::skipped));
  BOOST_TEST(is_failure(Status::timeout));
  BOOST_TEST(is_failure(Status::quarantined));
}

BOOST_AUTO_TEST_CASE(a_record_reads_back_as_it_was_written) {
  const Folder folder;
  CellRecord written =
      cell("accuracy", "bp", "digits", std::numeric_limits<uint64_t>::max(), 0.5, 1.0 / 3.0, 2);
  written.id.updates = 12;
  written.id.activation = "";
  written.id.plugin_version = "1.0.0";
  written.id.plugin_build = "0123";
  written.id.task_hash = "4567";
  written.id.ruleset = "tuned";
  written.id.mode = Mode::speed;
  written.outcome = full_outcome();
  written.provenance =
      Provenance{"host", "cpu", "AVX2", "g++", "-O2", "0.1.0", "abc", "os", true, 2};
  {
    Store store(folder / "results.sqlite", Store::Mode::write);
    store.set_plan(std::vector<PlannedCell>{{written.study, written.id}});
    store.finish(written.id.cell_key, written.outcome, store.add_provenance(*written.provenance));
    store.set_noise_floor(1.25);
    BOOST_TEST(store.planned().size() == 1u);
  }
  // One file remains of database, log and lock.
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path()))
    ++files;
  BOOST_TEST(files == 1u);

  const Store store(folder / "results.sqlite", Store::Mode::read);
  const auto records = store.records();
  BOOST_TEST_REQUIRE(records.size() == 1u);
  const CellRecord& read = records.front();
  BOOST_TEST(read.study == written.study);
  BOOST_TEST(read.id.cell_key == written.id.cell_key);
  BOOST_TEST(read.id.rule == written.id.rule);
  BOOST_TEST(read.id.plugin_version == written.id.plugin_version);
  BOOST_TEST(read.id.plugin_build == written.id.plugin_build);
  BOOST_TEST(read.id.params_json == written.id.params_json);
  BOOST_TEST(read.id.task == written.id.task);
  BOOST_TEST(read.id.task_hash == written.id.task_hash);
  BOOST_TEST(read.id.kind == written.id.kind);
  BOOST_TEST(read.id.depth == written.id.depth);
  BOOST_TEST(read.id.width == written.id.width);
  BOOST_TEST(read.id.activation == "");
  check_same_bits(read.id.lr, written.id.lr);
  BOOST_TEST(read.id.batch == written.id.batch);
  BOOST_TEST(read.id.epochs == written.id.epochs);
  BOOST_TEST(read.id.updates == written.id.updates);
  BOOST_TEST(read.id.ruleset == written.id.ruleset);
  BOOST_TEST(read.id.seed == written.id.seed);
  BOOST_TEST((read.id.mode == written.id.mode));
  check_same(read.outcome, written.outcome);
  BOOST_TEST(read.provenance->cpu == "cpu");
  BOOST_TEST(read.provenance->os == "os");
  BOOST_TEST(read.provenance->git_dirty);
  BOOST_TEST(read.provenance->threads == 2);
  BOOST_TEST(read.noise_floor_pct == 1.25);
  BOOST_TEST(store.records(false).front().outcome.curve.empty());
}

BOOST_AUTO_TEST_CASE(rows_of_a_test_are_bits_or_numbers) {
  const std::vector<double> right{1, 0, 1, 1, 0, 0, 0, 0, 1}, values{0.5, kNaN, -0.0, 1.0 / 3};
  const TestRows bits = pack_rows("score_test", right), numbers = pack_rows("score_test", values);
  BOOST_TEST(bits.format == "bit");
  BOOST_TEST((bits.data == std::vector<uint8_t>{0b00001101, 1}));
  BOOST_TEST(values_of(bits) == right, boost::test_tools::per_element());
  BOOST_TEST(numbers.format == "f64");
  const auto back = values_of(numbers);
  for (size_t i = 0; i < values.size(); ++i) check_same_bits(back.at(i), values[i]);
  for (TestRows wrong : {bits, numbers}) {
    wrong.rows += 8;
    BOOST_CHECK_THROW(values_of(wrong), std::invalid_argument);
    wrong.rows = int64_t{1} << 61;  // 8 bytes each are 2^64, which is 0
    wrong.data.clear();
    BOOST_CHECK_THROW(values_of(wrong), std::invalid_argument);
  }
  const Folder folder;
  CellRecord r = cell("accuracy", "bp", "xor", 1, 1);
  r.outcome.test_rows = {bits, numbers};
  Store store(folder / "results.sqlite", Store::Mode::write);
  store.set_plan(std::vector<PlannedCell>{{"accuracy", r.id}});
  store.finish(r.id.cell_key, r.outcome, store.add_provenance({}));
  const auto read = store.records().at(0).outcome.test_rows;
  BOOST_TEST_REQUIRE(read.size() == 2u);
  BOOST_TEST(read[0].rows == 9);
  BOOST_TEST((read[0].data == bits.data));
  BOOST_TEST((read[1].data == numbers.data));
}

BOOST_AUTO_TEST_CASE(every_status_and_an_empty_outcome_round_trip) {
  const Folder folder;
  std::vector<PlannedCell> plan;
  for (uint64_t i = 0; i <= static_cast<uint64_t>(Status::quarantined); ++i) {
    plan.push_back({"accuracy", cell("accuracy", "bp", "xor", i, 1).id});
  }
  plan.back().id.lr = kNaN;
  {
    Store store(folder / "results.sqlite", Store::Mode::write);
    store.set_plan(plan);
    const int64_t provenance = store.add_provenance({});
    BOOST_TEST(store.add_provenance({}) == provenance);
    Provenance other;
    other.cpu = "another";
    BOOST_TEST(store.add_provenance(other) != provenance);
    for (size_t i = 0; i < plan.size(); ++i) {
      CellOutcome o;
      o.status = static_cast<Status>(i);
      store.finish(plan[i].id.cell_key, o, provenance);
    }
  }
  const Store store(folder / "results.sqlite", Store::Mode::read);
  const auto records = store.records();
  BOOST_TEST_REQUIRE(records.size() == plan.size());
  const auto finished = store.finished();
  for (size_t i = 0; i < plan.size(); ++i) {
    CellOutcome expected;
    expected.status = static_cast<Status>(i);
    check_same(records[i].outcome, expected);
    BOOST_TEST((finished.at(plan[i].id.cell_key) == expected.status));
  }
  BOOST_TEST(std::isnan(records.back().id.lr));
  BOOST_TEST(std::isnan(records.back().noise_floor_pct));
}

BOOST_AUTO_TEST_CASE(a_new_plan_orders_and_selects_and_a_retry_replaces) {
  const Folder folder;
  const CellRecord a = cell("accuracy", "bp", "xor", 1, 1), b = cell("accuracy", "bp", "xor", 2, 1);
  Store store(folder / "results.sqlite", Store::Mode::write);
  store.set_plan(std::vector<PlannedCell>{{"accuracy", a.id}, {"accuracy", b.id}});
  const int64_t provenance = store.add_provenance({});
  CellOutcome timeout;
  timeout.status = Status::timeout;
  store.finish(b.id.cell_key, timeout, provenance);
  BOOST_TEST(store.records().size() == 1u);  // a has no outcome
  store.finish(b.id.cell_key, b.outcome, provenance);
  store.finish(a.id.cell_key, a.outcome, provenance);
  // b stands in two studies and comes first; a is no longer planned, but still finished.
  store.set_plan(std::vector<PlannedCell>{{"depth", b.id}, {"speed", b.id}});
  const auto records = store.records();
  BOOST_TEST_REQUIRE(records.size() == 2u);
  BOOST_TEST(records[0].study == "depth");
  BOOST_TEST(records[1].study == "speed");
  BOOST_TEST((records[0].outcome.status == Status::ok));
  BOOST_TEST(store.finished().size() == 2u);
}

int64_t count(const std::filesystem::path& file, const char* sql) {
  Database db(file, Database::Mode::read);
  return db.integer(sql);
}

// What people ask with sqlite3; a retry leaves nothing of the attempt before.
BOOST_AUTO_TEST_CASE(what_a_cell_has_many_of_are_rows_that_go_with_it) {
  const Folder folder;
  const auto file = folder / "results.sqlite";
  CellRecord a = cell("accuracy", "bp", "xor", 1, 1), b = cell("accuracy", "ed", "xor", 2, 1);
  a.outcome = b.outcome = full_outcome();
  b.outcome.series = {{"score@lesion", 0.4, 3, 0.5}, {"score@state-noise", kNaN, 0, kNaN, "no"}};
  {
    Store store(file, Store::Mode::write);
    store.set_plan(
        std::vector<PlannedCell>{{"accuracy", a.id}, {"accuracy", b.id}, {"depth", b.id}});
    const int64_t provenance = store.add_provenance({});
    for (const CellRecord* r : {&a, &b, &b}) store.finish(r->id.cell_key, r->outcome, provenance);
    const auto records = store.records();
    BOOST_TEST_REQUIRE(records.size() == 3u);
    check_same(records[1].outcome, b.outcome);
    check_same(records[2].outcome, b.outcome);
    BOOST_TEST(records[2].outcome.series.at(1).reason == "no");
  }
  BOOST_TEST(count(file, "SELECT count(*) FROM curve") == 10);
  BOOST_TEST(count(file,
                   "SELECT max(c.updates) FROM results r JOIN curve c ON c.cell = r.id WHERE"
                   " r.rule = 'ed' AND r.study = 'depth'") == 360);
  BOOST_TEST(count(file, "SELECT count(*) FROM curve WHERE loss_train IS NULL") == 2);
  BOOST_TEST(count(file, "SELECT draws FROM series WHERE series = 'score@lesion' AND x = 0.4") ==
             3);
  BOOST_TEST(count(file, "SELECT count(*) FROM metric WHERE key = 'residual' AND value IS NULL") ==
             2);
  BOOST_TEST(count(file, "SELECT length(numbers) FROM picture") == 8);
  BOOST_TEST(count(file, "SELECT count(*) FROM pragma_foreign_key_check") == 0);
  {
    Store store(file, Store::Mode::write);
    store.finish(b.id.cell_key, CellOutcome{}, 1);
  }
  for (const char* table : {"curve", "metric", "picture", "repetition"})
    BOOST_TEST(count(file, fmt::format("SELECT count(DISTINCT cell) FROM {}", table).c_str()) == 1,
               table);
  BOOST_TEST(count(file, "SELECT count(*) FROM series") == 0);
}

BOOST_AUTO_TEST_CASE(the_run_reads_back) {
  const Folder folder;
  RunInfo run;
  run.run_id = "quick-1";
  run.suite = "quick";
  run.title = "Quick \"<b>\" \xc3\xa9";
  run.suite_toml = "[a]\nb = 1\n";
  run.studies = {{"accuracy", "Which rule?"}};
  run.rules = {{"bp", "Backprop", "s", "r", "bp", "1.0.0", "MIT", true, {"local updates"}, 2, 0.5}};
  run.tasks = {{"digits", "Digits", "s", "classify", "accuracy", "80/20", "CC", "UCI", 0.1}};
  {
    Store store(folder / "results.sqlite", Store::Mode::write);
    BOOST_TEST(store.run().run_id == "");
    store.set_run(run);
  }
  const RunInfo read = Store(folder / "results.sqlite", Store::Mode::read).run();
  BOOST_TEST(read.run_id == run.run_id);
  BOOST_TEST(read.title == run.title);
  BOOST_TEST(read.suite_toml == run.suite_toml);
  BOOST_TEST(read.studies.at(0).question == "Which rule?");
  BOOST_TEST(read.rules.at(0).control);
  BOOST_TEST(read.rules.at(0).properties.at(0) == "local updates");
  BOOST_TEST(read.rules.at(0).phases == 2);
  BOOST_TEST(read.tasks.at(0).chance == 0.1);
}

BOOST_AUTO_TEST_CASE(readers_see_finished_cells_while_the_writer_lives) {
  const Folder folder;
  const CellRecord a = cell("accuracy", "bp", "xor", 1, 1);
  Store writer(folder / "results.sqlite", Store::Mode::write);
  writer.set_plan(std::vector<PlannedCell>{{"accuracy", a.id}});
  writer.finish(a.id.cell_key, a.outcome, writer.add_provenance({}));
  const Store reader(folder / "results.sqlite", Store::Mode::read);
  BOOST_TEST(reader.records().size() == 1u);
  writer.finish("other", a.outcome, 1);
  BOOST_TEST(reader.finished().size() == 2u);
}

BOOST_AUTO_TEST_CASE(cells_that_end_together_are_kept_together_or_not_at_all) {
  const Folder folder;
  const CellRecord a = cell("accuracy", "bp", "xor", 1, 1), b = cell("accuracy", "bp", "xor", 2, 1);
  Store store(folder / "results.sqlite", Store::Mode::write);
  store.set_plan(std::vector<PlannedCell>{{"accuracy", a.id}, {"accuracy", b.id}});
  const std::vector<Finished> both{{a.id.cell_key, &a.outcome}, {b.id.cell_key, &b.outcome}};
  BOOST_CHECK_THROW(store.finish(both, 99), Error);  // no such provenance
  BOOST_TEST(store.finished().empty());
  store.finish(both, store.add_provenance({}));
  BOOST_TEST(store.records().size() == 2u);
  const std::vector<Finished> retry{{b.id.cell_key, &a.outcome}};
  store.finish(retry, 1);
  BOOST_TEST(store.records().size() == 2u);
}

// Figures for people; the bounds stand in the issue and are kept with a wide margin for slow disks.
BOOST_AUTO_TEST_CASE(size_and_speed_per_cell) {
  const Folder folder;
  constexpr size_t kPlan = 100'000, kFinished = 2'000;
  std::vector<PlannedCell> plan;
  plan.reserve(kPlan);
  for (size_t i = 0; i < kPlan; ++i) {
    CellRecord r =
        cell("accuracy", "bp", "digits", i % 1000, 0.5, 1e-3 * static_cast<double>(1 + i / 1000));
    r.id.params_json = fmt::format(
        R"({{"activation":"tanh","batch":16,"decay":0,"depth":1,"epochs":20,"loss":"cross-entropy","lr":{},)"
        R"("momentum":0.9,"optimiser":"momentum","updates":0,"width":64}})",
        r.id.lr);
    r.id.cell_key = fmt::format("{:032x}", i);
    r.id.plugin_build = r.id.task_hash = "0123456789abcdef0123456789abcdef";
    plan.push_back({r.study, r.id});
  }
  CellOutcome trivial = cell("accuracy", "bp", "digits", 0, 0.5).outcome;
  for (int64_t i = 0; i <= 3; ++i) trivial.curve.push_back({i, i, i * 4, 1e-6, 0.5, 0.5, 0.5, 0.1});

  auto start = std::chrono::steady_clock::now();
  {
    Store store(folder / "results.sqlite", Store::Mode::write);
    BOOST_TEST_MESSAGE(fmt::format("create: {:.1f} ms", 1e3 * seconds_since(start)));
    start = std::chrono::steady_clock::now();
    store.set_plan(plan);
    BOOST_TEST_MESSAGE(fmt::format("set_plan of {} cells: {:.2f} s", kPlan, seconds_since(start)));
    const int64_t provenance = store.add_provenance({});
    start = std::chrono::steady_clock::now();
    for (size_t i = 0; i < kFinished; ++i) store.finish(plan[i].id.cell_key, trivial, provenance);
    BOOST_TEST_MESSAGE(
        fmt::format("finish: {:.3f} ms a cell", 1e3 * seconds_since(start) / kFinished));
  }
  start = std::chrono::steady_clock::now();
  const Store store(folder / "results.sqlite", Store::Mode::read);
  BOOST_TEST(store.finished().size() == kFinished);
  BOOST_TEST_MESSAGE(fmt::format("open and finished(): {:.1f} ms", 1e3 * seconds_since(start)));
  start = std::chrono::steady_clock::now();
  BOOST_TEST(store.records().size() == kFinished);
  BOOST_TEST_MESSAGE(fmt::format("records(): {:.1f} ms", 1e3 * seconds_since(start)));

  const Folder small;
  {
    Store writer(small / "results.sqlite", Store::Mode::write);
    writer.set_plan(std::span(plan).first(kFinished));
    const int64_t provenance = writer.add_provenance({});
    for (size_t i = 0; i < kFinished; ++i) writer.finish(plan[i].id.cell_key, trivial, provenance);
  }
  const double bytes =
      static_cast<double>(std::filesystem::file_size(small / "results.sqlite")) / kFinished;
  BOOST_TEST_MESSAGE(fmt::format("store: {:.0f} bytes a trivial cell", bytes));
  BOOST_TEST(bytes <= 2048);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
