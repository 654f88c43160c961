// SPDX-License-Identifier: MIT
//
// Studies over the share of training rows: what their file says, which rows a share has, and what a
// run says of it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "agon/rule.h"
#include "core/error.h"
#include "harness/plan/plan.h"
#include "harness/work/cell_job.h"
#include "tests/harness/setup.h"
#include "tests/support/shell.h"

using namespace agon;
using namespace agon::harness;

namespace {

const StudyType& kType = study_type(reports::StudyKind::data_efficiency);

std::string suite_of(const std::string& study) {
  return "schema = 1\nname = \"t\"\n[[study]]\nname = \"few\"\nkind = \"data-efficiency\"\n" +
         study + "[[study.grid]]\nrules = [\"linear\"]\ntasks = [\"digits\", \"oscillator\"]\n";
}

using Row = std::vector<float>;
std::set<Row> g_seen;
int64_t g_fits;

// Keeps the rows that it is shown.
class Watches {
 public:
  static constexpr RuleInfo info{.id = "watches",
                                 .name = "",
                                 .summary = "",
                                 .reference = "",
                                 .capabilities = AGON_CAN_CLASSIFY};
  static constexpr auto params = std::to_array<agon_param>({batch_param(4)});
  Watches(Context&, const agon_task&, const Values&) {}
  double fit(Context&, const agon_batch& batch) {
    ++g_fits;
    for (int64_t r = 0; r < batch.x.rows; ++r) {
      const auto row = row_of(batch.x, r);
      g_seen.emplace(row.begin(), row.end());
    }
    return 1;
  }
  void predict(Context&, ConstView, View out) {
    for (int64_t r = 0; r < out.rows; ++r) std::ranges::fill(row_of(out, r), 0.0f);
  }
};

const datasets::Task& digits() {
  static const datasets::Catalogue catalogue({});
  static const datasets::Task task = catalogue.load(catalogue.info("digits"));
  return task;
}

// The rows of a share, as labels by row.
std::map<Row, int32_t> rows_of(double share, uint64_t seed) {
  CellJob job;
  job.batch = 16;
  job.seed = seed;
  job.refit = false;
  job.conditions = {{"share", {share}}};
  CellContext cell;
  cell.rule = &detail::Describe<Watches>::rule;
  cell.values = {Watches::params[0].default_value};
  cell.task = &digits();
  cell.job = &job;
  g_seen.clear();
  g_fits = 0;
  const reports::CellOutcome outcome = kType.protocol(cell);
  BOOST_TEST_REQUIRE((outcome.status == reports::Status::ok), outcome.status_detail);
  std::map<Row, int32_t> out;
  const datasets::Task& task = digits();
  for (const int32_t r : task.split.train) {
    const auto x = task.data.x.row(static_cast<size_t>(r));
    const Row row(x.begin(), x.end());
    if (g_seen.contains(row)) out[row] = task.data.labels[static_cast<size_t>(r)];
  }
  BOOST_TEST(out.size() == g_seen.size());  // nothing but training rows
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(data_efficiency)

BOOST_AUTO_TEST_CASE(a_share_is_a_cell_and_goes_over_nothing_else) {
  static const datasets::Catalogue catalogue({});
  RuleManifest rule;
  rule.id = "linear";
  rule.capabilities = AGON_CAN_CLASSIFY | AGON_CAN_REGRESS;
  const Plan plan = make_plan(parse_suite(suite_of("seeds = 2\nshares = [0.1, 1]\n"), "t.toml"),
                              {rule}, {}, catalogue);
  BOOST_TEST(plan.suite.studies.at(0).by == "share");
  BOOST_TEST_REQUIRE(plan.cells.size() == 8u);
  std::set<std::string> keys;
  std::map<std::string, int> conditions;
  for (const PlanCell& cell : plan.cells) {
    keys.insert(cell.key);
    const CellJob job = job_from_json(to_json(job_of(plan, cell)));
    if (job.task != "digits") {
      BOOST_TEST(cell.skip == "shares are of tasks of rows");
      continue;
    }
    BOOST_TEST(cell.skip == "");
    BOOST_TEST(!job.refit);
    BOOST_TEST((job.mode == reports::Mode::train));
    BOOST_TEST(job.condition == fmt::format("share={}", job.conditions.at(0).values.at(0)));
    ++conditions[job.condition];
  }
  BOOST_TEST(keys.size() == 8u);
  BOOST_TEST((conditions == std::map<std::string, int>{{"share=0.1", 2}, {"share=1", 2}}));
}

// As the command says that runs one cell again.
BOOST_AUTO_TEST_CASE(one_share_can_be_asked_for) {
  static const datasets::Catalogue catalogue({});
  Suite suite = parse_suite(suite_of("shares = [0.1, 1]\n"), "t.toml");
  Overrides asked;
  asked.condition = "share=0.1";
  BOOST_TEST(!asked.whole_suite());
  apply(asked, catalogue, suite);
  BOOST_TEST(suite.studies.at(0).conditions.at(0).values == std::vector<double>{0.1},
             boost::test_tools::per_element());
  for (const char* other : {"share=0.2", "share", "lesion=0.1"}) {
    asked.condition = other;
    BOOST_CHECK_THROW(apply(asked, catalogue, suite), Error);
  }
}

BOOST_AUTO_TEST_CASE(shares_ascend_from_above_0_to_1) {
  for (const auto& [study, where, words] : std::vector<std::array<const char*, 3>>{
           {"", "3:1", "'shares' is missing"},
           {"shares = []\n", "6:10", "must be a list of shares"},
           {"shares = [0.1, 0]\n", "6:16", "above 0 and at most 1"},
           {"shares = [1.5]\n", "6:11", "above 0 and at most 1"},
           {"shares = [\"1\"]\n", "6:11", "above 0 and at most 1"},
           {"shares = [0.2, 0.1]\n", "6:16", "does not ascend"},
           {"shares = [1]\nrefit = true\n", "7:9", "fits no second model"},
           {"shares = [1]\nby = \"lr\"\n", "7:6", "goes over share"},
           {"shares = [1]\nharms = { lesion = [0.1] }\n", "7:9", "harms no models"}}) {
    try {
      parse_suite(suite_of(study), "t.toml");
      BOOST_ERROR("taken: " << study);
    } catch (const Error& e) {
      BOOST_TEST(std::string(e.what()).find(words) != std::string::npos, e.what());
      BOOST_TEST(std::string(e.what()).find(std::string("t.toml:") + where) != std::string::npos,
                 e.what());
    }
  }
}

BOOST_AUTO_TEST_CASE(shares_are_nested_stratified_and_of_the_seed) {
  const auto whole = rows_of(1, 0);
  std::map<int32_t, double> all;
  for (const auto& [row, label] : whole) ++all[label];
  std::map<Row, int32_t> smaller;
  for (const double share : {0.001, 0.1, 0.25, 0.6}) {
    const auto rows = rows_of(share, 0);
    std::map<int32_t, double> count;
    for (const auto& [row, label] : rows) ++count[label];
    for (const auto& [label, n] : all)
      BOOST_TEST(count[label] == std::max(1.0, std::round(share * n)));
    BOOST_TEST(std::ranges::includes(rows, smaller), "share " << share);
    BOOST_TEST(g_fits == static_cast<int64_t>((rows.size() + 15) / 16));  // one epoch over them
    smaller = rows;
  }
  BOOST_TEST((rows_of(0.1, 0) == rows_of(0.1, 0)));
  BOOST_TEST((rows_of(0.1, 0) != rows_of(0.1, 1)));
}

BOOST_AUTO_TEST_CASE(all_rows_train_as_any_other_cell) {
  Setup setup("bp", "digits", "epochs=2");
  setup.job.refit = false;
  const reports::CellOutcome plain = setup.train();
  const auto curve = setup.curve;
  setup.job.conditions = {{"share", {1}}};
  const reports::CellOutcome whole = setup.train(kType.protocol);
  BOOST_TEST(whole.score_test == plain.score_test);
  BOOST_TEST(whole.loss_final == plain.loss_final);
  BOOST_TEST(setup.curve.back().score_val == curve.back().score_val);
  setup.job.conditions = {{"share", {0.1}}};
  const reports::CellOutcome tenth = setup.train(kType.protocol);
  BOOST_TEST(tenth.score_test < plain.score_test);
  BOOST_TEST(setup.curve.back().samples < curve.back().samples / 9);
}

BOOST_AUTO_TEST_CASE(a_run_shows_the_scores_over_the_share_and_claims_read_them) {
  using namespace agon::test;
  TemporaryFolder folder;
  folder.write("few.toml", R"(schema = 1
name = "few"
[[study]]
name = "rows"
kind = "data-efficiency"
seeds = 3
shares = [0.02, 0.2, 1]
[[study.grid]]
tasks = ["digits"]
rules = ["linear[epochs=3]", "bp[epochs=3]"]
[[claim]]
source = "s"
text = "More rows help."
[[claim.check]]
what = "all rows against a fiftieth"
study = "rows"
cells = "linear[share=1]"
minus = "linear[share=0.02]"
at_least = 0.05
[[claim.check]]
what = "the best share"
study = "rows"
cells = "linear"
take = "argmax"
by = "share"
at_least = 0.2
)");
  const Ran ran = run(folder, "'" + std::string(std::getenv("AGON")) + "' run few.toml -o out");
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST(cells.size() == 18u);
  BOOST_TEST(cells.where("condition", "share=0.02").size() == 6u);
  const Table claims(folder / "out/claims.csv");
  for (size_t r = 0; r < claims.size(); ++r) BOOST_TEST(claims.at(r, "verdict") == "holds");
  const std::string page = read_file(folder / "out/report.html");
  BOOST_TEST(page.find("Over share") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
