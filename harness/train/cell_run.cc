// SPDX-License-Identifier: MIT
#include "harness/train/cell_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/rng.h"
#include "harness/train/failure.h"
#include "harness/train/guarded_output.h"

namespace agon::harness {
namespace {

using Clock = Stopwatch::Clock;
using reports::CellOutcome;
using reports::Status;

// Streams of the cell's seed that belong to the host; rules draw from small stream numbers.
constexpr uint64_t kOrderStream = uint64_t{1} << 63;

// Of a model's rows, kept from epoch to epoch: 512 features of 60 000 rows take half of it. A cell under a
// limit of memory that has no room for them goes without.
constexpr int64_t kKeepBytes = int64_t{256} << 20;

// Of reports::Picture, in the order of AGON_HEATMAP, ...
constexpr std::array<const char*, 5> kPictureKinds{"heatmap", "lines", "tracks", "raster",
                                                   "images"};

// Leaves the training loop when the loss is no finite number.
struct Diverged {
  int64_t update;
};

// The power of ten at or below n; 0 of 0.
int64_t order_of_magnitude(int64_t n) {
  int64_t power = n > 0 ? 1 : 0;
  while (power > 0 && power <= n / 10) power *= 10;
  return power;
}

// "teacher,model" in parts.
std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> out;
  while (!names.empty()) {
    const size_t comma = std::min(names.find(','), names.size());
    out.emplace_back(names.substr(0, comma));
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return out;
}

}  // namespace

CellRun::CellRun(const CellContext& about) : cell(about), job(*about.job) {
  if (cell.own_deadline) {
    call.set_deadline(Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                         std::chrono::duration<double>(job.timeout_s)));
  }
  outcome.metric = cell.task->info.metric;
  outcome.score_chance = cell.task->info.chance;
}

CellOutcome CellRun::run(const std::function<void()>& protocol) {
  outcome.status = Status::ok;
  try {
    protocol();
  } catch (const Diverged& diverged) {
    outcome.status = Status::diverged;
    outcome.diverged_at = diverged.update;
    outcome.status_detail =
        fmt::format("the loss left the finite numbers at update {}", diverged.update);
  } catch (const BadOutput& bad) {
    outcome.status = bad.status;
    outcome.status_detail = bad.detail;
    if (bad.status == Status::diverged) outcome.diverged_at = updates;
  } catch (const RuleFailure& failure) {
    take_failure(failure, call, job.timeout_s, outcome);
    if (outcome.status == Status::diverged) outcome.diverged_at = updates;
  } catch (const std::bad_alloc&) {
    outcome.status = Status::oom;
    outcome.status_detail = "out of memory";
  }
  outcome.train_s = train_watch.seconds();
  outcome.eval_s = eval_watch.seconds();
  outcome.log_tail = call.log_tail();
  for (const std::string& note : cell.task->notes) outcome.warnings.push_back({note, 1});
  for (const Call::Warning& said : call.warnings())
    outcome.warnings.push_back({said.text, said.times});
  return std::move(outcome);
}

Instance CellRun::create(size_t units, int64_t epochs) {
  updates = samples = 0;
  Call::train(0, 0);
  agon_task task = course->describe(units);
  task.epochs = epochs;
  task.updates = epochs > 0 && job.updates > 0 ? job.updates : epochs * steps(units);
  task.rows_about = order_of_magnitude(task.train_rows);
  task.keep_bytes = kKeepBytes;
  Instance model(*cell.rule, call, task, cell.values);
  if (model.n_params() > 0) outcome.n_params = model.n_params();
  call.work().reset();
  evaluation_ = {};
  return model;
}

// Minibatches of an epoch.
int64_t CellRun::steps(size_t units) const {
  const auto batch = static_cast<int64_t>(course->batch());
  return (static_cast<int64_t>(units) + batch - 1) / batch;
}

int64_t CellRun::epochs_over(size_t units, int64_t limit) const {
  return limit > 0 ? (limit + steps(units) - 1) / steps(units) : job.epochs;
}

double CellRun::pass(Instance& model, std::span<const int32_t> units, int64_t epoch,
                     int64_t last_update) {
  const size_t batch = course->batch();
  std::vector<int32_t> order(units.size());
  std::vector<int32_t> picked(batch);
  core::fill_permutation(job.seed, kOrderStream | static_cast<uint64_t>(epoch), order);
  double loss_sum = 0;
  int64_t loss_count = 0;
  for (size_t at = 0; at < units.size() && (last_update == 0 || updates < last_update);
       at += batch) {
    const size_t count = std::min(batch, units.size() - at);
    for (size_t i = 0; i < count; ++i) picked[i] = units[static_cast<size_t>(order[at + i])];
    Call::train(epoch, updates + 1);
    const double loss = step(model, {picked.data(), count});
    if (after_update) after_update(model);
    if (std::isnan(loss)) continue;  // a rule without a loss
    loss_sum += loss;
    ++loss_count;
  }
  train_watch.time([&] { model.end_epoch(epoch); });
  if (call.should_stop()) throw RuleFailure(AGON_STOPPED, "");
  return loss_count > 0 ? loss_sum / static_cast<double>(loss_count) : reports::kNaN;
}

// One update. A rule without a loss returns NaN for every minibatch; a NaN after a finite loss, or
// an infinite one, is divergence.
double CellRun::step(Instance& model, std::span<const int32_t> units) {
  const double loss = course->learn(model, units, train_watch);
  ++updates;
  samples += course->samples(units);
  if (std::isfinite(loss)) has_loss_ = true;
  if (std::isinf(loss) || (has_loss_ && std::isnan(loss))) throw Diverged{updates};
  return loss;
}

double CellRun::evaluate(const std::function<double()>& score) {
  const Work before = call.work().read();
  const double value = eval_watch.time(score);
  evaluation_ += call.work().read() - before;
  return value;
}

void CellRun::note_initial_loss(Instance& model, std::span<const int32_t> units) {
  outcome.loss_init = evaluate([&] { return course->loss(model, units); });
}

void CellRun::note_training_cost() {
  const auto learnt = static_cast<double>(samples);
  if (samples > 0) {
    const Work work = call.work().read() - evaluation_;
    outcome.macs_per_sample = static_cast<double>(work.macs()) / learnt;
    outcome.effective_macs = work.effective() / learnt;
    outcome.words_moved = static_cast<double>(work.words_moved()) / learnt;
    if (work.weight_writes() > 0)
      outcome.weight_writes = static_cast<double>(work.weight_writes()) / learnt;
  }
  if (train_watch.seconds() > 0) outcome.samples_per_s_train = learnt / train_watch.seconds();
}

bool CellRun::on_curve(int64_t epoch, int64_t epochs) {
  return epoch <= 8 || epoch == epochs || epoch % std::max<int64_t>(1, epochs / 24) == 0;
}

reports::CurvePoint CellRun::point(int64_t epoch, double loss) const {
  reports::CurvePoint point;
  point.epoch = epoch;
  point.updates = updates;
  point.samples = samples;
  point.train_s = train_watch.seconds();
  point.loss_train = loss;
  point.lr = job.lr;
  return point;
}

void CellRun::describe(Instance& model) {
  // First the host's long runs: a rule measures itself and draws what it did last.
  eval_watch.time([&] { course->describe_outcome(model, job.pictures, outcome); });
  const std::vector<double> metrics = model.metrics();
  for (size_t i = 0; i < metrics.size(); ++i)
    outcome.rule_metrics[model.metric_schema()[i].key] = metrics[i];
  if (job.pictures) take_pictures(model);
}

void CellRun::take_pictures(Instance& model) {
  for (size_t i = 0; i < model.picture_count(); ++i) {
    const auto picture = model.picture(i);
    if (!picture) continue;
    const agon_cmat& values = picture->values;
    const agon_picture& about = *picture->about;
    reports::Picture copy;
    copy.key = about.key;
    copy.title = about.title;
    copy.column_title = about.column_title;
    copy.row_title = about.row_title;
    copy.value_title = about.value_title;
    copy.kind = kPictureKinds.at(about.kind);
    copy.series = split(about.series);
    copy.rows = values.rows;
    copy.cols = values.cols;
    if (about.kind == AGON_IMAGES) {
      const std::vector<int64_t>& shape = cell.task->info.shape;
      if (shape.size() != 2 || shape[0] * shape[1] != values.cols)
        continue;  // not of the task's images
      copy.image_rows = shape[0];
      copy.image_cols = shape[1];
    }
    for (int64_t r = 0; r < values.rows; ++r) {
      const float* row = values.data + r * values.stride;
      copy.values.insert(copy.values.end(), row, row + values.cols);
    }
    outcome.pictures.push_back(std::move(copy));
  }
}

}  // namespace agon::harness
