// SPDX-License-Identifier: MIT
//
// Cells of every kind through worker processes, byte for byte what they are in this process; and
// what a worker served before changes nothing of a cell.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>

#include "core/hash.h"
#include "core/machine.h"
#include "core/parallel.h"
#include "datasets/task.h"
#include "harness/plan/plan.h"
#include "harness/plugins/loader.h"
#include "harness/train/protocols/train.h"
#include "harness/work/cell_job.h"
#include "harness/work/share.h"
#include "reports/render/csv/columns.h"
#include "reports/render/csv/csv.h"
#include "reports/store/store.h"
#include "tests/support/shell.h"

using namespace agon::test;
using namespace agon::harness;
namespace reports = agon::reports;
namespace fs = std::filesystem;

namespace {

const std::string kAgon = std::getenv("AGON");
const fs::path kPlugins = std::getenv("AGON_PLUGINS");
const fs::path kOwn = std::getenv("AGON_TEST_PLUGINS");

// Regression, trajectories, harm, generated inputs and pictures of the rules of the tree, small.
const char* const kEveryKind = R"(schema = 1
name = "kinds"
[defaults]
seeds = 1
timeout_s = 120
[[study]]
name = "accuracy"
[[study.grid]]
tasks = ["sine"]
rules = ["linear[preset=ridge]", "bp[width=8,epochs=2]", "elm[width=16]"]
[[study.grid]]
tasks = ["oscillator"]
rules = ["linear[preset=ridge]", "bp[width=8,epochs=1]", "ebn[epochs=1]"]
[[study.grid]]
tasks = ["digits"]
rules = ["pc[preset=generative,width=16,epochs=1]", "monolith[z=2,y=8,x=8,epochs=1]"]
[[study]]
name = "robustness"
kind = "robustness"
harms = { input-noise = [0.3], weight-noise = [0.1], lesion = [0.2] }
[[study.grid]]
tasks = ["xor"]
rules = ["bp[width=8,epochs=1]", "ebn[epochs=2]"]
)";

// A cell by study, rule, task and settings -> everything that it gave and that is no time.
using Given = std::map<std::string, std::string>;

std::string name_of(const reports::CellRecord& record) {
  return record.study + " " + record.id.rule + " " + record.id.task + " " + record.id.params_json;
}

std::string bytes_of(const reports::CellRecord& record) {
  reports::ReportInput one;
  one.records = {record};
  const auto rows = parse_csv(cells_csv(one));
  std::string bytes;
  for (size_t c = 0; c < rows.at(0).size(); ++c) {
    if (rows[0][c] != "run_id" && reports::is_result_column(rows[0][c]))
      bytes += rows[0][c] + "=" + rows.at(1).at(c) + "\n";
  }
  for (const reports::CurvePoint& point : record.outcome.curve) {
    reports::CurvePoint timeless = point;
    timeless.train_s = 0;
    bytes += to_json(timeless).dump() + "\n";
  }
  const auto lists = to_json(record.outcome);
  for (const size_t list : {1, 2}) bytes += lists.at(list).dump() + "\n";  // pictures, series
  return bytes;
}

// By one worker a plugin.
std::vector<reports::CellRecord> by_workers(const std::string& suite,
                                            const std::string& options = "") {
  TemporaryFolder folder;
  folder.write("suite.toml", suite);
  const Ran ran =
      run(folder, "'" + kAgon + "' run suite.toml -o out --plugin '" + kOwn.string() + "' " +
                      (options.find("-j") == options.npos ? "-j1 " : "") + options);
  BOOST_TEST(ran.code == 0, ran.err);
  return reports::Store(folder / "out/results.sqlite", reports::Store::Mode::read).records();
}

Given given(const std::vector<reports::CellRecord>& records) {
  Given all;
  for (const reports::CellRecord& record : records) {
    BOOST_TEST((record.outcome.status == reports::Status::ok),
               name_of(record) << ": " << record.outcome.status_detail);
    all[name_of(record)] = bytes_of(record);
  }
  return all;
}

std::vector<reports::CellRecord> in_this_process(const std::string& suite) {
  const agon::datasets::Catalogue catalogue({});
  std::vector<RuleManifest> rules;
  const std::vector<PluginPlace> places{{.path = kPlugins}};
  for (const PluginPlace& file : plugin_files(places)) {
    const agon_plugin& plugin = open_plugin(file.path);
    for (uint32_t i = 0; i < plugin.rule_count; ++i) {
      rules.push_back(manifest_of(plugin, *plugin.rules[i], file.path.string()));
      rules.back().build_id = agon::core::hash_file(file.path.string());
    }
  }
  const Plan plan = make_plan(parse_suite(suite, "suite.toml"), rules, {}, catalogue);
  std::vector<reports::CellRecord> records;
  for (const PlanCell& planned : plan.cells) {
    const Variant& variant = plan.variants[planned.variant];
    const auto task = catalogue.load(*plan.tasks[planned.task]);
    const CellJob job = job_of(plan, planned);
    CellContext cell;
    cell.rule = &rule_of(open_plugin(job.plugin_path), job.rule_in_plugin, job.plugin_path);
    cell.values = variant.values;
    cell.task = &task;
    cell.job = &job;
    std::vector<reports::CurvePoint> curve;
    cell.on_curve = [&](const reports::CurvePoint& point) { curve.push_back(point); };
    reports::CellRecord record;
    record.study = plan.suite.studies[planned.study].name;
    record.id = identity(plan, planned);
    record.outcome = study_type(job.study).protocol(cell);
    record.outcome.curve = std::move(curve);
    records.push_back(std::move(record));
  }
  return records;
}

std::string part_after(const std::string& text, const std::string& word) {
  const size_t at = text.find(word);
  return at == text.npos ? "" : text.substr(at);
}

// The cells that a worker gave after others and not when it served nothing else.
std::vector<std::string> changed_by_reuse(const std::string& suite) {
  const std::vector<reports::CellRecord> together = by_workers(suite);
  std::vector<std::string> changed;
  const Given reused = given(together);
  for (const reports::CellRecord& record : together) {
    const Given alone =
        given(by_workers(suite, "--study '" + record.study + "' -r '" + record.id.rule + "' -t '" +
                                    record.id.task + "'"));
    for (const auto& [name, bytes] : alone) {
      if (bytes != reused.at(name)) changed.push_back(name);
    }
  }
  return changed;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_kind_of_cell_crosses_the_wire_as_it_is) {
  agon::core::flush_denormals();
  const auto sent = by_workers(kEveryKind);
  const Given there = given(sent), here = given(in_this_process(kEveryKind));
  BOOST_TEST(there.size() == 10u);
  for (const auto& [name, bytes] : here) {
    BOOST_TEST_REQUIRE(there.contains(name), name);
    BOOST_TEST((there.at(name) == bytes), name << "\n"
                                               << there.at(name).substr(0, 3000) << "instead of\n"
                                               << bytes.substr(0, 3000));
  }
  // The kinds are there.
  std::map<std::string, int> kinds, pictures, series;
  for (const reports::CellRecord& record : sent) {
    ++kinds[record.id.kind];
    for (const auto& picture : record.outcome.pictures) ++pictures[picture.key];
    for (const auto& point : record.outcome.series)
      if (std::isfinite(point.value)) ++series[part_after(point.series, "@")];
  }
  BOOST_TEST(kinds["regress"] == 3);
  BOOST_TEST(kinds["dynamics"] == 3);
  BOOST_TEST(pictures["generated"] == 1);
  BOOST_TEST(pictures["free_run"] == 3);
  BOOST_TEST(pictures.size() > 3u);  // and those of the rules
  for (const std::string harm : {"@input-noise", "@weight-noise", "@lesion"})
    BOOST_TEST(series[harm] >= 2, harm);
}

// With every kernel shared, in parts as small as they can be.
BOOST_AUTO_TEST_CASE(threads_inside_a_cell_change_nothing) {
  const std::string suite = std::string(kEveryKind) + R"([[study]]
name = "all rules"
kind = "accuracy"
[[study.grid]]
tasks = ["digits"]
rules = ["bp[width=40,epochs=1]", "ed[width=20,epochs=1]", "pc[width=40,epochs=1]", "elm[width=40]",
         "linear[preset=ridge]", "monolith[epochs=1,batch=64]"]
)";
  agon::core::flush_denormals();
  const Given alone = given(in_this_process(suite));
  agon::core::set_shared_from(1);
  for (const unsigned threads : {2u, 4u}) {
    agon::core::set_parallel(agon::core::default_backend(), threads);
    const Given shared = given(in_this_process(suite));
    for (const auto& [name, bytes] : alone)
      BOOST_TEST((shared.at(name) == bytes), name << " on " << threads << " threads");
  }
  agon::core::set_parallel(agon::core::Backend::serial, 1);
  agon::core::set_shared_from(agon::core::kSharedFrom);
}

BOOST_AUTO_TEST_CASE(the_last_cells_get_the_threads_of_jobs_that_have_none) {
  BOOST_TEST(threads_of_next(4, 1, 9, 0) == 1u);  // a cell for each
  BOOST_TEST(threads_of_next(4, 1, 4, 3) == 1u);
  BOOST_TEST(threads_of_next(4, 1, 2, 0) == 2u);
  BOOST_TEST(threads_of_next(4, 1, 1, 0) == 4u);
  BOOST_TEST(threads_of_next(5, 1, 2, 0) == 2u);
  BOOST_TEST(threads_of_next(4, 1, 2, 4) == 1u);  // none is free, and it runs all the same
  BOOST_TEST(threads_of_next(4, 1, 2, 3) == 1u);
  BOOST_TEST(threads_of_next(4, 2, 9, 2) == 2u);
  BOOST_TEST(threads_of_next(8, 8, 9, 0) == 8u);
  BOOST_TEST(threads_of_next(1, 1, 0, 0) == 1u);
}

// Larger than what a kernel is shared from, so that the command's own threads work.
BOOST_AUTO_TEST_CASE(the_option_threads_changes_no_result) {
  const std::string suite =
      "schema = 1\nname = \"wide\"\n[[study]]\nname = \"accuracy\"\nseeds = 1\n[[study.grid]]\n"
      "tasks = [\"digits\"]\nrules = [\"bp[width=256,depth=2,batch=128,epochs=1]\", \"monolith[epochs=1]\"]\n";
  const Given one = given(by_workers(suite));
  BOOST_TEST((given(by_workers(suite, "--threads 2")) == one));
  BOOST_TEST((given(by_workers(suite, "-j2")) == one));  // the last cell has both
}

BOOST_AUTO_TEST_CASE(what_a_worker_served_before_changes_nothing) {
  const std::vector<std::string> changed = changed_by_reuse(kEveryKind);
  BOOST_TEST(changed.empty(), (changed.empty() ? "" : changed.front()));
}

BOOST_AUTO_TEST_CASE(a_rule_that_keeps_something_from_cell_to_cell_is_seen) {
  BOOST_TEST(changed_by_reuse("schema = 1\nname = \"counts\"\n[[study]]\nname = \"accuracy\"\n"
                              "seeds = 1\n[[study.grid]]\nrules = [\"counts\"]\n"
                              "tasks = [\"xor\", \"parity-3\"]\n")
                 .size() == 1u);
}
