// SPDX-License-Identifier: MIT
//
// Rows of a task in time come to a rule that works on time as series: frame by frame, the longest
// first, zeros behind the end; and to every other one flat, as ever.
#include "agon/series.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "agon/rule.h"
#include "harness/train/protocols/robustness.h"
#include "tests/harness/setup.h"

using namespace agon;
using namespace agon::harness;

namespace {

// Digits as series of 3 to 8 lines of 8 pixels: the first value is the label, the second the
// length, and the frames behind it are zeros.
datasets::Task series_task(bool time = true) {
  const datasets::Catalogue catalogue({});
  datasets::Task task = catalogue.load(catalogue.info("digits"));
  task.info.time = time;
  for (size_t r = 0; r < task.data.x.rows(); ++r) {
    const int32_t length = 3 + static_cast<int32_t>(r % 6);
    task.data.lengths.push_back(length);
    task.data.x.at(r, 0) = static_cast<float>(task.data.labels[r]);
    task.data.x.at(r, 1) = static_cast<float>(length);
    std::ranges::fill(task.data.x.row(r).subspan(static_cast<size_t>(length) * 8), 0.0f);
  }
  return task;
}

struct Seen {
  int64_t series = 0, flat = 0, faults = 0, shortest_batch = 1'000'000;
  bool prepared = false;
};
Seen g_seen;

template <uint64_t kCan, bool kTakes = true>
class Watches {
 public:
  static constexpr RuleInfo info{
      .id = "watches", .name = "", .summary = "", .reference = "", .capabilities = kCan};
  static constexpr auto params = std::to_array<agon_param>({batch_param(7)});
  Watches(Context&, const agon_task& task, const Values&) : series_(is_of_series(task)) {
    if (series_ && channels_of(task) != 8) ++g_seen.faults;
  }
  bool takes_series() const { return kTakes; }

  void prepare(Context&, const agon_series& in, bool last) {
    look(in, false);
    g_seen.prepared = g_seen.prepared || last;
  }
  double fit(Context&, const agon_series& in) {
    look(in, true);
    return 1;
  }
  double loss(Context&, const agon_series& in) {
    look(in, true);
    return 1;
  }
  void predict(Context&, const agon_series& in, View out) {
    look(in, false);
    for (int64_t r = 0; r < in.rows; ++r) answer(frame_of(in, r, 0)[0], row_of(out, r));
  }

  double fit(Context&, const agon_batch& batch) {
    ++g_seen.flat;
    if (batch.x.cols != 64) ++g_seen.faults;
    return 1;
  }
  void predict(Context&, ConstView x, View out) {
    ++g_seen.flat;
    for (int64_t r = 0; r < x.rows; ++r) answer(row_of(x, r)[0], row_of(out, r));
  }

 private:
  static void answer(float label, std::span<float> out) {
    std::ranges::fill(out, 0.0f);
    out[static_cast<size_t>(std::clamp(std::lround(label), 0L, 9L))] = 1;
  }
  void look(const agon_series& in, bool answers) {
    ++g_seen.series;
    const auto fault_if = [](bool wrong) { g_seen.faults += wrong ? 1 : 0; };
    g_seen.shortest_batch = std::min(g_seen.shortest_batch, in.rows);
    fault_if(in.struct_size != sizeof(agon_series) || !series_ || in.channels != 8);
    fault_if(in.steps != in.lengths[0] || in.x.rows != in.steps * in.rows || in.x.cols != 8);
    fault_if(reinterpret_cast<uintptr_t>(in.x.data) % 64 != 0 || in.x.stride % 16 != 0);
    fault_if((in.target.rows == in.rows) != answers || (in.labels != nullptr) != answers);
    for (int64_t r = 0; r < in.rows; ++r) {
      fault_if(r > 0 && in.lengths[r] > in.lengths[r - 1]);
      const float* const first = frame_of(in, r, 0);
      if (!noisy_) fault_if(static_cast<float>(in.lengths[r]) != first[1]);
      if (answers) {
        fault_if(static_cast<float>(in.labels[r]) != first[0]);
        fault_if(row_of(in.target, r)[static_cast<size_t>(in.labels[r])] != 1);
      }
      for (int64_t t = in.lengths[r]; t < in.steps; ++t) {
        for (int64_t c = 0; c < 8; ++c) fault_if(frame_of(in, r, t)[c] != 0);
      }
    }
    for (int64_t t = 0; t < in.steps; ++t)
      fault_if(running_at(in, t) < 1 || frames_at(in, t).rows != running_at(in, t));
    fault_if(running_at(in, in.steps) != 0);
  }

  bool series_;

 public:
  static inline bool noisy_ = false;
};

template <typename Rule>
reports::CellOutcome run_cell(const datasets::Task& task,
                              reports::CellOutcome (*protocol)(const CellContext&) = train_cell) {
  g_seen = {};
  CellJob job;
  job.batch = 7;
  job.epochs = 1;
  CellContext cell;
  cell.rule = &detail::Describe<Rule>::rule;
  cell.values = {Rule::params[0].default_value};
  cell.task = &task;
  cell.job = &job;
  return protocol(cell);
}

using Both = Watches<AGON_CAN_CLASSIFY | AGON_CAN_SEQUENCE>;
using Chooses = Watches<AGON_CAN_CLASSIFY | AGON_CAN_SEQUENCE, false>;

// No verbs of rows at all.
class OnlySeries {
 public:
  static constexpr RuleInfo info{.id = "only-series",
                                 .name = "",
                                 .summary = "",
                                 .reference = "",
                                 .capabilities = AGON_CAN_CLASSIFY | AGON_CAN_SEQUENCE};
  static constexpr auto params = std::to_array<agon_param>({batch_param(7)});
  OnlySeries(Context&, const agon_task&, const Values&) {}
  double fit(Context&, const agon_series&) {
    ++g_seen.series;
    return 1;
  }
  void predict(Context&, const agon_series& in, View out) {
    for (int64_t r = 0; r < in.rows; ++r) std::ranges::fill(row_of(out, r), 0.0f);
  }
};

// Writes one answer too few.
class Forgets : public OnlySeries {
 public:
  using OnlySeries::OnlySeries;
  void predict(Context&, const agon_series& in, View out) {
    for (int64_t r = 0; r + 1 < in.rows; ++r) std::ranges::fill(row_of(out, r), 0.0f);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_rule_that_works_on_time_gets_series_and_its_answers_go_to_their_rows) {
  const datasets::Task task = series_task();
  const reports::CellOutcome outcome = run_cell<Both>(task);
  BOOST_TEST((outcome.status == reports::Status::ok), outcome.status_detail);
  BOOST_TEST(outcome.score_test == 1.0);
  BOOST_TEST(g_seen.faults == 0);
  BOOST_TEST(g_seen.flat == 0);
  BOOST_TEST(g_seen.prepared);
  BOOST_TEST(g_seen.series > 100);
  BOOST_TEST(g_seen.shortest_batch == static_cast<int64_t>(task.split.train.size() % 7));
}

BOOST_AUTO_TEST_CASE(noise_ends_where_the_series_do) {
  const datasets::Task task = series_task();
  Both::noisy_ = true;
  const reports::CellOutcome outcome = run_cell<Both>(task, robustness_cell);
  Both::noisy_ = false;
  BOOST_TEST((outcome.status == reports::Status::ok), outcome.status_detail);
  BOOST_TEST(g_seen.faults == 0);
}

BOOST_AUTO_TEST_CASE(models_of_flat_rows_get_them_flat) {
  for (const auto& [task, label] :
       {std::pair{series_task(true), "time"}, {series_task(false), "no time"}}) {
    const reports::CellOutcome outcome = run_cell<Chooses>(task);
    BOOST_TEST_CONTEXT(label) {
      BOOST_TEST((outcome.status == reports::Status::ok), outcome.status_detail);
      BOOST_TEST(outcome.score_test == 1.0);
      BOOST_TEST(g_seen.faults == 0);
      BOOST_TEST(g_seen.series == 0);
      BOOST_TEST(g_seen.flat > 100);
    }
  }
  BOOST_TEST(run_cell<Both>(series_task(false)).score_test == 1.0);
  BOOST_TEST(g_seen.series == 0);
}

BOOST_AUTO_TEST_CASE(a_rule_of_series_alone_is_not_for_other_rows) {
  BOOST_TEST((run_cell<OnlySeries>(series_task()).status == reports::Status::ok));
  BOOST_TEST(g_seen.series > 0);
  const reports::CellOutcome outcome = run_cell<OnlySeries>(series_task(false));
  BOOST_TEST((outcome.status == reports::Status::skipped));
  BOOST_TEST(outcome.status_detail.find("agon.supervised/1") != std::string::npos,
             outcome.status_detail);
}

BOOST_AUTO_TEST_CASE(answers_to_series_are_guarded) {
  const reports::CellOutcome outcome = run_cell<Forgets>(series_task());
  BOOST_TEST((outcome.status == reports::Status::invalid_output), outcome.status_detail);
}
