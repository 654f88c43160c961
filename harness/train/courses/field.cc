// SPDX-License-Identifier: MIT
#include "harness/train/courses/field.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "harness/train/abi.h"
#include "harness/train/courses/kind.h"

namespace agon::harness {
namespace {

using datasets::Trajectory;

constexpr double kMargin = 0.1;    // of the range, on both sides
constexpr double kRunaway = 1e6;   // a state is O(1): beyond this nothing brings a run back
constexpr size_t kPollEvery = 64;  // steps

size_t size(int64_t n) { return static_cast<size_t>(n); }

datasets::Scaling scaling_of(const core::Matrix& m, bool unit_range) {
  std::vector<int32_t> rows(m.rows());
  std::iota(rows.begin(), rows.end(), 0);
  return unit_range ? datasets::unit_scaling(m, rows, kMargin)
                    : datasets::standard_scaling(m, rows);
}

// w_n: states and inputs as of step n, newest first; `write` takes them one after the other.
template <typename Write>
void window(const datasets::DynamicsInfo& about, size_t dims, const float* state,
            const float* drive, size_t n, Write&& write) {
  for (size_t lag = 0; lag < size(about.window); ++lag) {
    for (size_t q = 0; q < dims; ++q) write(state[(n - lag) * dims + q]);
  }
  const size_t drives = size(about.drives);
  for (size_t lag = 0; lag < size(about.drive_window); ++lag) {
    for (size_t q = 0; q < drives; ++q) write(drive[(n - lag) * drives + q]);
  }
}

}  // namespace

FieldCourse::FieldCourse(const CellContext& cell)
    : TrajectoryCourse(cell),
      unit_range_((cell.rule->capabilities & AGON_NEEDS_NONNEGATIVE_INPUT) != 0),
      inputs_(size(about_.inputs)),
      x_(count_rows(), inputs_),
      target_(x_.rows(), dims_),
      max_batch_(most_rows(job_.batch, x_.rows())),
      batches_(x_, target_, max_batch_),
      run_x_(max_batch_, inputs_),
      out_(max_batch_, dims_) {
  gather_rows();
  input_scaling_ = scaling_of(x_, unit_range_);
  target_scaling_ = scaling_of(target_, unit_range_);
  input_scaling_.apply(x_);
  target_scaling_.apply(target_);
}

// Every stride-th step of every episode, the first one in turn: the phases differ between episodes.
template <typename Visit>
void FieldCourse::each_step(Visit&& visit) const {
  const std::vector<Trajectory>& episodes = task_.trajectories.train;
  const size_t stride = size(about_.stride), warmup = size(about_.warmup());
  for (size_t e = 0; e < episodes.size(); ++e) {
    const size_t steps = episodes[e].steps(dims_);
    for (size_t n = warmup + e % stride; n + 1 < steps; n += stride) visit(episodes[e], n);
  }
}

size_t FieldCourse::count_rows() const {
  size_t rows = 0;
  each_step([&](const Trajectory&, size_t) { ++rows; });
  return rows;
}

void FieldCourse::gather_rows() {
  size_t row = 0;
  each_step([&](const Trajectory& episode, size_t n) {
    const float* const x = episode.state.data();
    size_t column = 0;
    window(about_, dims_, x, episode.drive.data(), n, [&](float v) { x_.at(row, column++) = v; });
    const bool driven = about_.is_flow() && !episode.drive.empty();
    for (size_t q = 0; q < dims_; ++q) {
      const double change =
          static_cast<double>(x[(n + 1) * dims_ + q]) - static_cast<double>(x[n * dims_ + q]);
      const double c = driven ? static_cast<double>(episode.drive[n * dims_ + q]) : 0.0;
      target_.at(row, q) = static_cast<float>(change / about_.dt - c);
    }
    ++row;
  });
}

std::vector<int32_t> FieldCourse::train() const {
  std::vector<int32_t> rows(x_.rows());
  for (size_t r = 0; r < rows.size(); ++r) rows[r] = static_cast<int32_t>(r);
  return rows;
}

agon_task FieldCourse::describe(size_t units) const {
  agon_task task = course_kind(task_.info).describe(task_.info, AGON_CAN_REGRESS);
  task.seed = job_.seed;
  task.max_batch = static_cast<int64_t>(max_batch_);
  task.train_rows = static_cast<int64_t>(units);
  return task;
}

std::vector<FreeRun> FieldCourse::free_runs(Instance& model, std::span<const Trajectory> trials) {
  std::vector<FreeRun> out(trials.size());
  for (size_t at = 0; at < trials.size(); at += max_batch_) {
    const size_t count = std::min(max_batch_, trials.size() - at);
    run_together(model, trials.subspan(at, count), std::span(out).subspan(at, count));
  }
  return out;
}

// (2) for trials of one length, a row of predict's input each. `state` holds the warm-up, too.
void FieldCourse::run_together(Instance& model, std::span<const Trajectory> trials,
                               std::span<FreeRun> out) {
  const size_t warmup = size(about_.warmup()), steps = trials.front().steps(dims_);
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  std::vector<std::vector<float>> state(trials.size());
  std::vector<double> x;  // [trials x K]: the present in full precision
  for (size_t i = 0; i < trials.size(); ++i) {
    const auto begin = trials[i].state.begin();
    state[i].assign(begin, begin + static_cast<std::ptrdiff_t>((warmup + 1) * dims_));
    state[i].resize(steps * dims_, kNaN);
    for (size_t q = 0; q < dims_; ++q)
      x.push_back(static_cast<double>(state[i][warmup * dims_ + q]));
  }
  for (size_t n = warmup; n + 1 < steps; ++n) {
    if (n % kPollEvery == 0 && model.call().should_stop()) throw RuleFailure(AGON_STOPPED, "");
    for (size_t i = 0; i < trials.size(); ++i) {
      const auto row = run_x_.row(i);
      if (out[i].lost_at >= 0) {  // its place is kept with what the model can take
        std::ranges::fill(row, 0.0f);
        continue;
      }
      size_t column = 0;
      window(about_, dims_, state[i].data(), trials[i].drive.data(), n, [&](float v) {
        const double z =
            (static_cast<double>(v) - input_scaling_.shift[column]) / input_scaling_.scale[column];
        row[column++] = static_cast<float>(unit_range_ ? std::clamp(z, 0.0, 1.0) : z);
      });
    }
    model.predict(to_abi(core::ConstView(run_x_.top(trials.size()))),
                  to_abi(out_.clean(trials.size())));
    out_.check("predict");
    for (size_t i = 0; i < trials.size(); ++i) {
      if (out[i].lost_at >= 0) continue;
      const bool driven = about_.is_flow() && !trials[i].drive.empty();
      bool kept = true;
      for (size_t q = 0; q < dims_; ++q) {
        const double f = target_scaling_.back(static_cast<double>(out_.row(i)[q]), q);
        const double c = driven ? static_cast<double>(trials[i].drive[n * dims_ + q]) : 0.0;
        double& now = x[i * dims_ + q];
        now += about_.dt * (f + c);
        kept = kept && std::fabs(now) < kRunaway;
      }
      if (!kept) {
        out[i].lost_at = static_cast<int64_t>(n + 1 - warmup);
        out[i].reason = fmt::format("the state left all bounds at step {}", out[i].lost_at);
        continue;
      }
      for (size_t q = 0; q < dims_; ++q)
        state[i][(n + 1) * dims_ + q] = static_cast<float>(x[i * dims_ + q]);
    }
  }
  for (size_t i = 0; i < trials.size(); ++i) {
    state[i].erase(state[i].begin(),
                   state[i].begin() + static_cast<std::ptrdiff_t>(warmup * dims_));
    out[i].state = std::move(state[i]);
  }
}

}  // namespace agon::harness
