// SPDX-License-Identifier: MIT
#include "harness/run/suite_run.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "core/error.h"
#include "harness/plan/build_info.h"
#include "harness/plan/shard.h"
#include "harness/plan/tuning.h"
#include "harness/run/cards.h"
#include "harness/run/kept_bench.h"
#include "harness/run/noise_floor.h"
#include "harness/run/progress.h"
#include "harness/run/run_directory.h"
#include "harness/run/warnings.h"
#include "harness/work/side_by_side.h"
#include "harness/work/utc.h"
#include "reports/record/outcome.h"
#include "reports/report.h"
#include "reports/store/store.h"
#include "reports/thin.h"

namespace agon::harness {
namespace {

using reports::Status;

// Which file a path names: another one of the same name, or none, is a difference.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  explicit FileIdentity(const std::filesystem::path& file) {
    struct stat found {};
    if (stat(file.c_str(), &found) != 0) return;
    device = found.st_dev;
    inode = found.st_ino;
  }
  bool operator==(const FileIdentity&) const = default;
};

class SuiteRun {
 public:
  SuiteRun(Plan plan, const datasets::Catalogue& catalogue, const RunOptions& options)
      : plan_(std::move(plan)),
        catalogue_(catalogue),
        options_(options),
        directory_(choose_run_directory(options.output, plan_.suite.name, options.signature,
                                        shard_text(plan_.shard))),
        store_(directory_.path / kStoreFile, reports::Store::Mode::write),
        store_file_(directory_.path / kStoreFile),
        provenance_(provenance(options.threads)) {}

  RunSummary run() {
    begin();
    std::vector<ScheduledCell> train, speed;
    collect(0, train, speed);
    const size_t awaited_cells = awaited(plan_).size();
    const size_t to_run = train.size() + speed.size() + awaited_cells;
    {
      Progress progress(to_run, can_redraw(STDERR_FILENO), wants_colour(STDERR_FILENO));
      const size_t all = plan_.cells.size() + awaited_cells;
      if (directory_.resumed && to_run < all) {
        progress.note(fmt::format("resuming {}: {} of {} cells are there", directory_.path.string(),
                                  all - to_run, all));
      }
      summary_.end = schedule(train, options_.jobs, false, progress);
      if (summary_.end == ScheduleEnd::complete && awaited_cells > 0) {
        const size_t first = plan_.cells.size();
        add_winners();
        std::vector<ScheduledCell> winners, none;
        collect(first, winners, none);
        progress.expect(winners.size() + speed.size());
        summary_.end = schedule(winners, options_.jobs, false, progress);
      }
      // Speed is measured when nothing else runs, on one CPU, where the rules take turns.
      if (summary_.end == ScheduleEnd::complete) summary_.end = schedule(speed, 1, true, progress);
    }
    finish();
    return std::move(summary_);
  }

 private:
  void begin() {
    info_ = run_info(plan_, catalogue_, directory_.id, options_.command);
    info_.options = options_.options;
    info_.started_utc = utc_now();
    info_.plan = plan_.fingerprint;
    info_.shard = shard_text(plan_.shard);
    info_.plan_cells = static_cast<int64_t>(plan_.whole);
    info_.all_cells = static_cast<int64_t>(plan_.whole_with_winners);
    store_.set_run(info_);
    write_plan();
    provenance_id_ = store_.add_provenance(provenance_);
    write_run_json(directory_.path, info_, provenance_, options_.signature, false);
    finished_ = store_.finished();
    record_skipped();
    // An earlier attempt came as far as the winners: they are planned at once.
    if (!plan_.tunings.empty() && all_tried(plan_, [&](const PlanCell& c) { return done(c); }))
      add_winners();
  }

  void write_plan() {
    std::vector<reports::PlannedCell> planned;
    planned.reserve(plan_.cells.size());
    for (const PlanCell& cell : plan_.cells) {
      planned.push_back({plan_.suite.studies[cell.study].name, identity(plan_, cell),
                         plan_.whole == 0 ? -1 : static_cast<int64_t>(cell.position)});
    }
    store_.set_plan(planned);
  }

  // The winners of the trials, which have all come to their end, join the plan.
  void add_winners() {
    std::unordered_map<std::string, double> scores;  // of trials, by key
    for (const reports::CellRecord& record : store_.records(false)) {
      if (reports::is_trial(record.id.mode))
        scores[record.id.cell_key] = reports::judged_score(record, record.outcome.score_chance);
    }
    plan_winners(plan_, [&](const PlanCell& cell) {
      const auto at = scores.find(cell.key);
      return at == scores.end() ? reports::kNaN : at->second;
    });
    write_plan();
    record_skipped();
  }

  void record_skipped() {
    for (const PlanCell& cell : plan_.cells) {
      if (cell.skip.empty() || finished_.contains(cell.key)) continue;
      reports::CellOutcome outcome;
      const bool refused = !plan_.variants[cell.variant].rule->refusal.empty();
      outcome.status = refused ? Status::abi_mismatch : Status::skipped;
      outcome.status_detail = cell.skip;
      outcome.attempts = 0;
      outcome.metric = plan_.tasks[cell.task]->metric;
      outcome.score_chance = plan_.tasks[cell.task]->chance;
      outcome.utc = utc_now();
      store_.finish(cell.key, outcome, provenance_id_);
      finished_[cell.key] = outcome.status;
    }
  }

  bool done(const PlanCell& cell) const {
    const auto it = finished_.find(cell.key);
    if (it == finished_.end()) return false;
    return !(options_.retry && cell.skip.empty() && reports::is_failure(it->second));
  }

  // What is to run of the plan's cells from `first` on.
  void collect(size_t first, std::vector<ScheduledCell>& train, std::vector<ScheduledCell>& speed) {
    std::unordered_set<std::string> taken,
        drawn;  // a cell of several studies runs once, for all of them
    for (const PlanCell& cell : plan_.cells) {
      if (wants_pictures(plan_, cell)) drawn.insert(cell.key);
    }
    for (size_t i = first; i < plan_.cells.size(); ++i) {
      const PlanCell& cell = plan_.cells[i];
      if (ran_.contains(cell.key)) continue;
      const std::string& plugin = plan_.variants[cell.variant].rule->plugin_path;
      if (!taken.insert(cell.key).second) continue;
      if (done(cell)) {
        if (cell.skip.empty() && reports::is_failure(finished_.at(cell.key)))
          ++summary_.failed_before;
        if (finished_.at(cell.key) == Status::crashed) crashed_before_[plugin].push_back(i);
        continue;
      }
      ScheduledCell scheduled{i, plugin, job_of(plan_, cell)};
      scheduled.job.pictures = drawn.contains(cell.key);
      (reports::is_speed(scheduled.job.mode) ? speed : train).push_back(std::move(scheduled));
    }
    put_side_by_side(speed);
  }

  ScheduleEnd schedule(const std::vector<ScheduledCell>& cells, unsigned jobs, bool alone,
                       Progress& progress) {
    ExecutorOptions options;
    options.jobs = jobs;
    options.threads = alone ? 1 : options_.threads;
    options.folder = directory_.path;
    options.settings = options_.executor_settings;
    options.pinned = alone;
    options.memory_mib = options_.memory_mib;
    options.idle_s = options_.idle_s;
    options.fail_fast = options_.fail_fast;
    options.worker_arguments = options_.worker_arguments;
    options.crashed_before = crashed_before_;
    reports::Provenance with = provenance_;
    with.threads = options.threads;
    const int64_t by = store_.add_provenance(with);
    ExecutorEvents events;
    events.started = [&](const ScheduledCell& cell) { progress.started(label(cell)); };
    events.finished = [&, by](std::span<const FinishedCell> ended) {
      std::map<int64_t, std::vector<reports::Finished>> rows;  // by provenance
      for (const FinishedCell& done : ended) {
        const int64_t from = done.provenance ? store_.add_provenance(*done.provenance) : by;
        rows[from].push_back({done.cell->job.cell_key, &done.outcome});
      }
      for (const auto& [from, cells_from] : rows) store_.finish(cells_from, from);
      for (const FinishedCell& done : ended) {
        ran_.insert(done.cell->job.cell_key);
        if (done.outcome.status != Status::quarantined) ++summary_.ran;
        progress.finished(label(*done.cell), done.outcome);
      }
    };
    events.tick = [&] { progress.tick(); };
    events.note = [&](const std::string& text) { progress.note(text); };
    return make_executor(options_.executor, std::move(options))->run(cells, events);
  }

  std::string label(const ScheduledCell& cell) const {
    const PlanCell& planned = plan_.cells[cell.index];
    return fmt::format("{} {} s{}", plan_.tasks[planned.task]->id,
                       short_name(plan_.variants[planned.variant]), planned.seed);
  }

  void finish() {
    reports::ReportInput input = reports::read_report(store_);
    input.benches = kept_benches(directory_.path);
    const double noise = noise_floor_pct(input.records);
    if (std::isfinite(noise)) {
      store_.set_noise_floor(noise);
      for (reports::CellRecord& record : input.records) record.noise_floor_pct = noise;
    }
    for (const reports::CellRecord& record : input.records) {
      const Status status = record.outcome.status;
      summary_.ok += status == Status::ok ? 1 : 0;
      summary_.diverged += status == Status::diverged ? 1 : 0;
      summary_.skipped += status == Status::skipped ? 1 : 0;
      summary_.failed += reports::is_failure(status) ? 1 : 0;
      if (status == Status::error) summary_.tasks_in_error.insert(record.id.task);
    }
    summary_.warnings = warning_lines(plan_, input.records);
    summary_.cells = plan_.cells.size();
    summary_.waiting = plan_.cells.size() - input.records.size();
    summary_.folder = directory_.path;
    for (const auto& path : reports::write(input, {"csv", "html"}, directory_.path))
      summary_.report = path;
    const bool kept = FileIdentity(directory_.path / kStoreFile) == store_file_;
    write_run_json(directory_.path, info_, provenance_, options_.signature,
                   kept && summary_.waiting == 0);
    if (!kept) {
      throw Error(
          Exit::io, (directory_.path / kStoreFile).string(),
          "was removed or replaced while the run went on: the report is written, its results are in no store",
          "keep the folder in place, and run the same command again to have them");
    }
  }

  Plan plan_;
  const datasets::Catalogue& catalogue_;
  const RunOptions& options_;
  RunDirectory directory_;
  reports::Store store_;
  FileIdentity store_file_;  // when it was opened
  reports::Provenance provenance_;
  int64_t provenance_id_ = 0;
  reports::RunInfo info_;
  std::unordered_map<std::string, Status> finished_;
  std::unordered_set<std::string> ran_;  // keys of cells that came to their end now
  std::map<std::string, std::vector<size_t>> crashed_before_;
  RunSummary summary_;
};

}  // namespace

RunSummary run_suite(Plan plan, const datasets::Catalogue& catalogue, const RunOptions& options) {
  return SuiteRun(std::move(plan), catalogue, options).run();
}

}  // namespace agon::harness
