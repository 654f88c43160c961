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

// Of reports::Picture, in the order of AGON_HEATMAP, ...
constexpr std::array<const char*, 5> kPictureKinds{"heatmap", "lines", "tracks", "raster",
                                                   "images"};

// Leaves the training loop when the loss is no finite number.
struct Diverged {
  int64_t update;
};

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

CellRun::CellRun(const CellContext& cell) : cell_(cell), job_(*cell.job) {
  if (cell.own_deadline) {
    call_.set_deadline(Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                          std::chrono::duration<double>(job_.timeout_s)));
  }
  outcome_.metric = cell.task->info.metric;
  outcome_.score_chance = cell.task->info.chance;
}

CellOutcome CellRun::run() {
  outcome_.status = Status::ok;
  try {
    work();
  } catch (const Diverged& diverged) {
    outcome_.status = Status::diverged;
    outcome_.diverged_at = diverged.update;
    outcome_.status_detail =
        fmt::format("the loss left the finite numbers at update {}", diverged.update);
  } catch (const BadOutput& bad) {
    outcome_.status = bad.status;
    outcome_.status_detail = bad.detail;
    if (bad.status == Status::diverged) outcome_.diverged_at = updates_;
  } catch (const RuleFailure& failure) {
    take_failure(failure, call_, job_.timeout_s, outcome_);
    if (outcome_.status == Status::diverged) outcome_.diverged_at = updates_;
  } catch (const std::bad_alloc&) {
    outcome_.status = Status::oom;
    outcome_.status_detail = "out of memory";
  }
  outcome_.train_s = train_watch_.seconds();
  outcome_.eval_s = eval_watch_.seconds();
  outcome_.log_tail = call_.log_tail();
  for (const Call::Warning& said : call_.warnings())
    outcome_.warnings.push_back({said.text, said.times});
  return std::move(outcome_);
}

Instance CellRun::create(size_t units) {
  updates_ = samples_ = 0;
  const agon_task task = course_->describe(units);
  Instance model(*cell_.rule, call_, task, cell_.values);
  if (model.n_params() > 0) outcome_.n_params = model.n_params();
  call_.reset_macs();
  call_.reset_weight_writes();
  evaluation_macs_ = 0;
  return model;
}

int64_t CellRun::epochs_over(size_t units, int64_t updates) const {
  const auto batch = static_cast<int64_t>(course_->batch());
  const int64_t steps = (static_cast<int64_t>(units) + batch - 1) / batch;
  return updates > 0 ? (updates + steps - 1) / steps : job_.epochs;
}

double CellRun::pass(Instance& model, std::span<const int32_t> units, int64_t epoch,
                     int64_t last_update) {
  const size_t batch = course_->batch();
  std::vector<int32_t> order(units.size());
  std::vector<int32_t> picked(batch);
  core::fill_permutation(job_.seed, kOrderStream | static_cast<uint64_t>(epoch), order);
  double loss_sum = 0;
  int64_t loss_count = 0;
  for (size_t at = 0; at < units.size() && (last_update == 0 || updates_ < last_update);
       at += batch) {
    const size_t count = std::min(batch, units.size() - at);
    for (size_t i = 0; i < count; ++i) picked[i] = units[static_cast<size_t>(order[at + i])];
    const double loss = step(model, {picked.data(), count});
    after_update(model);
    if (std::isnan(loss)) continue;  // a rule without a loss
    loss_sum += loss;
    ++loss_count;
  }
  train_watch_.time([&] { model.end_epoch(epoch); });
  if (call_.should_stop()) throw RuleFailure(AGON_STOPPED, "");
  return loss_count > 0 ? loss_sum / static_cast<double>(loss_count) : reports::kNaN;
}

// One update. A rule without a loss returns NaN for every minibatch; a NaN after a finite loss, or
// an infinite one, is divergence.
double CellRun::step(Instance& model, std::span<const int32_t> units) {
  const double loss = course_->learn(model, units, train_watch_);
  ++updates_;
  samples_ += course_->samples(units);
  if (std::isfinite(loss)) has_loss_ = true;
  if (std::isinf(loss) || (has_loss_ && std::isnan(loss))) throw Diverged{updates_};
  return loss;
}

double CellRun::evaluate(const std::function<double()>& score) {
  const uint64_t before = call_.macs();
  const double value = eval_watch_.time(score);
  evaluation_macs_ += call_.macs() - before;
  return value;
}

void CellRun::note_initial_loss(Instance& model, std::span<const int32_t> units) {
  outcome_.loss_init = evaluate([&] { return course_->loss(model, units); });
}

void CellRun::note_training_cost() {
  const auto samples = static_cast<double>(samples_);
  if (samples_ > 0)
    outcome_.macs_per_sample = static_cast<double>(call_.macs() - evaluation_macs_) / samples;
  if (samples_ > 0 && call_.weight_writes() > 0)
    outcome_.weight_writes = static_cast<double>(call_.weight_writes()) / samples;
  if (train_watch_.seconds() > 0) outcome_.samples_per_s_train = samples / train_watch_.seconds();
}

bool CellRun::on_curve(int64_t epoch, int64_t epochs) {
  return epoch <= 8 || epoch == epochs || epoch % std::max<int64_t>(1, epochs / 24) == 0;
}

reports::CurvePoint CellRun::point(int64_t epoch, double loss) const {
  reports::CurvePoint point;
  point.epoch = epoch;
  point.updates = updates_;
  point.samples = samples_;
  point.train_s = train_watch_.seconds();
  point.loss_train = loss;
  point.lr = job_.lr;
  return point;
}

void CellRun::describe(Instance& model) {
  // First the host's long runs: a rule measures itself and draws what it did last.
  eval_watch_.time([&] { course_->describe_outcome(model, job_.pictures, outcome_); });
  const std::vector<double> metrics = model.metrics();
  for (size_t i = 0; i < metrics.size(); ++i)
    outcome_.rule_metrics[model.metric_schema()[i].key] = metrics[i];
  if (job_.pictures) take_pictures(model);
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
      const std::vector<int64_t>& shape = cell_.task->info.shape;
      if (shape.size() != 2 || shape[0] * shape[1] != values.cols)
        continue;  // not of the task's images
      copy.image_rows = shape[0];
      copy.image_cols = shape[1];
    }
    for (int64_t r = 0; r < values.rows; ++r) {
      const float* row = values.data + r * values.stride;
      copy.values.insert(copy.values.end(), row, row + values.cols);
    }
    outcome_.pictures.push_back(std::move(copy));
  }
}

}  // namespace agon::harness
