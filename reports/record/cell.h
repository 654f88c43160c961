// SPDX-License-Identifier: MIT
//
// A cell: what the harness writes about it and what reports read. One CellRecord is one row of
// cells.csv, one CurvePoint one row of curves.csv. Missing numbers are NaN, missing counts -1. Every
// number and text of a cell has its row in fields.h.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/record/study.h"

namespace agon::reports {

inline constexpr int kSchemaVersion = 1;
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// ok          finished, every number is finite
// diverged    loss or output left the finite numbers; data, not a defect
// timeout     the wall-clock limit was reached
// crashed     the worker died by a signal or an exit; status_detail says which
// oom         the memory limit was reached
// invalid_output  predict left elements unwritten or wrote outside its output
// error       the rule reported an error; status_detail carries its text
// skipped     not run, status_detail says why
// abi_mismatch, quarantined  not run because of the plugin
enum class Status {
  ok,
  diverged,
  timeout,
  crashed,
  oom,
  invalid_output,
  error,
  skipped,
  abi_mismatch,
  quarantined
};
std::string_view name(Status status);
Status status_from(std::string_view name);  // throws std::invalid_argument
// True for what makes `agon run` exit with 1: everything but ok, diverged and skipped.
bool is_failure(Status status);

struct CurvePoint {
  int64_t epoch = 0;
  int64_t updates = 0;
  int64_t samples = 0;
  double train_s = 0;
  double loss_train = kNaN, score_train = kNaN, score_val = kNaN;
  double lr = kNaN;
};

// What a rule draws of its trained model: rows x cols values and what they stand for.
// heatmap  one tile per value, row 0 at the bottom
// lines    row 0 holds x, every further row one line over it
// tracks   rows 2i and 2i + 1 hold x and y of curve i, a trajectory in the plane
// raster   [events x 2]: a mark at (time, unit)
// images   every row is an image of image_rows x image_cols values, its first row on top
struct Picture {
  std::string key, title, column_title, row_title, value_title;
  int64_t rows = 0, cols = 0;
  std::vector<float> values{};  // row by row
  std::string kind = "heatmap";
  std::vector<std::string> series{};  // names of lines, curves or images, in order
  int64_t image_rows = 0, image_cols = 0;
};

// Ways to harm a trained model, in the order in which they are tried, with what their level means:
// input-noise   sd of the noise on every input, as a share of the sd of all training inputs
// weight-noise  sd of the noise on a learnt tensor, as a share of its rms; fixed weights and settings stay
// lesion        share of units that are silenced
// state-noise   in the rule's own unit of its threshold or rms
inline constexpr std::array<std::string_view, 4> kHarms{"input-noise", "weight-noise", "lesion",
                                                        "state-noise"};

// What a study measures of a cell more than once: a value over x, under a name of the study's.
//   score@<harm>, nrmse@<harm>  the test of a robustness cell's model over the level of a harm of kHarms
//                     (harness/train/protocols/robustness.h); x 0 is the model restored
//   score_a, score_b  validation scores of both tasks of a forgetting cell over the samples learnt from
//                     (harness/train/protocols/forgetting.h)
// A series that the model or the task does not take is one point with a reason and without numbers.
struct SeriesPoint {
  std::string series;
  double x = kNaN;
  int64_t draws = 0;  // that the value is the mean of
  double value = kNaN;
  std::string reason{};
};

// What each row of a test gave, in the order of the task's test rows or trials: what intervals over
// rows are made of.
struct TestRows {
  std::string score;  // whose rows they are: "score_test"
  int64_t rows = 0;
  // Of data. bit: row i is bit i % 8 of byte i / 8; f64: 8 little-endian bytes a row.
  std::string format{};
  std::vector<uint8_t> data{};
};
// Bits where every value is 0 or 1.
TestRows pack_rows(std::string score, const std::vector<double>& values);
std::vector<double> values_of(const TestRows& rows);  // throws std::invalid_argument

// What a rule logged as a warning, and how often it did in this cell; or what the host has to say of
// it: what the cell left behind in its process.
struct Warning {
  std::string text;
  int64_t times = 1;
};

// The settings that a cell's rule runs with: one for each kind of task, or what its trials on that
// task chose (harness/plan/tuning.h).
inline constexpr const char* kDefaultRuleset = "default";
inline constexpr const char* kTunedRuleset = "tuned";

// What identifies a cell; the same for every attempt. Filled by the plan.
struct CellIdentity {
  std::string cell_key;  // 32 hex digits
  std::string rule, plugin_version, plugin_build;
  std::string params_json;  // all resolved hyper-parameters, keys sorted
  std::string task, task_hash, kind;
  int64_t depth = -1, width = -1;
  std::string activation;  // "" when the rule has none
  double lr = kNaN;
  int64_t batch = -1, epochs = -1, updates = -1;
  std::string ruleset = kDefaultRuleset;
  // What its study varies beside the rule's parameters, "share=0.1", or "". To reports it is one of
  // these: see params_of().
  std::string condition;
  std::string suite_version;  // of the suite that planned it, "" where it states none
  uint64_t seed = 0;
  Mode mode = Mode::train;
};

struct CellOutcome {
  Status status = Status::skipped;
  std::string status_detail;
  std::string log_tail;  // what the rule logged and what it printed
  int64_t attempts =
      1;  // 0: never ran: skipped, quarantined, or plugin or data were not the plan's
  int64_t epochs_done = 0, diverged_at = -1;
  // Update after which a trial was given up, -1: it was not; see harness/train/protocols/train.h.
  int64_t given_up_at = -1;
  int64_t n_params = -1;  // learnt weights; -1: the rule shows none
  std::string metric;
  double score_train = kNaN, score_val = kNaN, score_test = kNaN, score_chance = kNaN;
  // loss_init: over the training set before training, NaN: the rule cannot say; see
  // harness/train/protocols/train.h.
  double loss_init = kNaN, loss_final = kNaN, loss_best = kNaN;
  int64_t epochs_to_target = -1;
  double time_to_target_s = kNaN;
  // CPU time of all threads (harness/train/stopwatch.h); wall_s is the wall clock's.
  double train_s = kNaN, eval_s = kNaN, wall_s = kNaN;
  // Training cells: samples over the seconds of their training and of their test, which holds the
  // host's gathering and checking of rows. Speed cells: medians of the repetitions, of nothing but
  // the rule.
  double samples_per_s_train = kNaN, samples_per_s_predict = kNaN;
  std::vector<double> repetitions_train, repetitions_predict;
  // Peak resident memory of the worker during the cell: program, plugin, the cell's data set and
  // model, without what earlier cells of the same worker left there.
  double peak_rss_mib = kNaN, macs_per_sample = kNaN;
  // Weights written per training sample: the elements of the target of the kernels sgd, momentum, adam
  // and rank_k, once a call, and what the rule counts of its own. NaN: none (a readout that is solved).
  double weight_writes = kNaN;
  // Of macs_per_sample those without a zero operand, and words that travel beyond neighbours, per training
  // sample (agon_work, agon/ext/kernels.h).
  double effective_macs = kNaN, words_moved = kNaN;
  std::map<std::string, double> rule_metrics;  // columns m_<key>
  std::vector<CurvePoint> curve;
  std::vector<Picture> pictures;    // of a study's first seed; none in sweeps
  std::vector<SeriesPoint> series;  // of one name in ascending x
  std::vector<Warning> warnings;    // in the order of the first time
  std::vector<TestRows> test_rows;  // of the model that was tested, where its score is of rows
  std::string utc;                  // end of the attempt, ISO 8601
};

// The machine and build that produced outcomes; stored once per distinct value.
struct Provenance {
  std::string host_id, cpu, simd_target, compiler, flags, agon_version, git_commit, os;
  bool git_dirty = false;
  int64_t threads = 1;
  // Of the sources, flags and SIMD class that decided the numbers; "" in a store of an older agon:
  // unknown.
  std::string numerics{};
  std::string governor{};  // of the processor's frequency
};

// A provenance as many records have it: copies share it.
class SharedProvenance {
 public:
  SharedProvenance() : SharedProvenance(Provenance()) {}
  SharedProvenance(Provenance provenance)
      : shared_(std::make_shared<const Provenance>(std::move(provenance))) {}
  const Provenance& operator*() const noexcept { return *shared_; }
  const Provenance* operator->() const noexcept { return shared_.get(); }

 private:
  std::shared_ptr<const Provenance> shared_;
};

// One row of cells.csv: a cell as a member of a study.
struct CellRecord {
  std::string study;
  CellIdentity id;
  CellOutcome outcome;
  SharedProvenance provenance;
  double noise_floor_pct = kNaN;
  std::string conformance{};  // of its rule, see RuleCard
  // In a report of several runs: which of ReportInput::runs hold the cell, first the one whose
  // attempt this is.
  std::vector<uint32_t> runs{};
};

}  // namespace agon::reports
