// SPDX-License-Identifier: MIT
//
// What every rule of the tree that works on time keeps, with its preset `stream`: the same bits from
// the same seed, answers that depend on nothing but the row, and something learnt.
#include "agon/series.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "harness/plugins/manifest.h"
#include "harness/plugins/values.h"
#include "trial.h"

namespace agon::test {
namespace {

const auto kOfTime = boost::unit_test::data::make(subjects_that(AGON_CAN_SEQUENCE));

constexpr int64_t kSteps = 12, kChannels = 3, kRows = 36;
constexpr int64_t kShape[2] = {kSteps, kChannels};

// A minibatch as the host makes one, of some rows of three classes: each a level of one channel that
// sways, over 4 to 12 frames.
struct Minibatch {
  explicit Minibatch(std::vector<int64_t> rows) {
    const auto length = [](int64_t row) { return static_cast<int32_t>(4 + row * 5 % 9); };
    std::ranges::stable_sort(rows, std::ranges::greater{}, length);
    order = rows;
    const auto count = static_cast<int64_t>(rows.size());
    x = Matrix(kSteps * count, kChannels);
    target = Matrix(count, 3);
    for (int64_t r = 0; r < count; ++r) {
      const int64_t row = rows[static_cast<size_t>(r)], label = row % 3;
      lengths.push_back(length(row));
      labels.push_back(static_cast<int32_t>(label));
      target.at(r, label) = 1;
      for (int64_t t = 0; t < lengths.back(); ++t) {
        for (int64_t c = 0; c < kChannels; ++c)
          x.at(t * count + r, c) =
              (c == label ? 0.8f : 0.2f) + 0.1f * std::sin(static_cast<float>(row + 2 * t + 3 * c));
      }
    }
  }
  agon_series series(bool answers) const {
    agon_series s{};
    s.struct_size = sizeof(s);
    s.rows = target.rows();
    s.channels = kChannels;
    s.steps = lengths.front();
    s.x = {x.data(), s.steps * s.rows, kChannels, x.stride()};
    s.lengths = lengths.data();
    if (!answers) return s;
    s.target = ConstView(target);
    s.labels = labels.data();
    return s;
  }
  std::vector<int64_t> order;
  Matrix x, target;
  std::vector<int32_t> lengths, labels;
};

class SeriesModel {
 public:
  explicit SeriesModel(const Subject& subject, bool time = true) {
    const agon_rule& rule = subject.rule();
    const harness::RuleManifest manifest =
        harness::manifest_of(harness::open_plugin(subject.file), rule, subject.file);
    const harness::PresetManifest* const preset = manifest.preset("stream");
    BOOST_REQUIRE_MESSAGE(preset != nullptr, "no preset 'stream'");
    agon_task task{};
    task.struct_size = sizeof(task);
    task.kind = AGON_CLASSIFY;
    task.seed = 1;
    task.inputs = kSteps * kChannels;
    task.outputs = 3;
    task.max_batch = kRows;
    task.train_rows = kRows;
    task.shape = kShape;
    task.shape_rank = 2;
    task.flags = time ? AGON_TASK_SERIES : 0;
    instance_.emplace(rule, call_, task,
                      time ? harness::preset_values(manifest, *preset) : manifest.defaults());
  }
  harness::Instance* operator->() { return &*instance_; }

  // Minibatches of 8 rows, the last one short.
  double epochs(int64_t n) {
    double loss = 0;
    for (int64_t e = 1; e <= n; ++e) {
      each([&](const Minibatch& b, bool last) {
        if (e == 1 && instance_->has_prepare()) instance_->prepare(b.series(false), last);
      });
      each([&](const Minibatch& b, bool) { loss = instance_->fit(b.series(true)); });
      instance_->end_epoch(e);
    }
    return loss;
  }
  // By row: its scores.
  std::map<int64_t, Bits> predict(const std::vector<int64_t>& rows) {
    const Minibatch b(rows);
    Matrix out(b.target.rows() + 1, 3);
    out.fill(-12345.0f);
    instance_->predict(b.series(false), out.top(b.target.rows()));
    BOOST_CHECK_EQUAL(out.at(b.target.rows(), 0), -12345.0f);
    std::map<int64_t, Bits> by_row;
    for (int64_t r = 0; r < b.target.rows(); ++r) {
      const auto row = out.row(r).first(3);
      by_row[b.order[static_cast<size_t>(r)]] = Bits(row.begin(), row.end());
    }
    return by_row;
  }

 private:
  template <typename Visit>
  void each(Visit&& visit) {
    for (int64_t at = 0; at < kRows; at += 8) {
      std::vector<int64_t> rows;
      for (int64_t r = at; r < std::min(at + 8, kRows); ++r) rows.push_back(r);
      visit(Minibatch(rows), at + 8 >= kRows);
    }
  }
  harness::Call call_;
  std::optional<harness::Instance> instance_;
};

std::vector<int64_t> all_rows() {
  std::vector<int64_t> rows;
  for (int64_t r = 0; r < kRows; ++r) rows.push_back(r);
  return rows;
}

BOOST_AUTO_TEST_CASE(rules_that_work_on_time_are_here) {
  BOOST_CHECK_GE(subjects_that(AGON_CAN_SEQUENCE).size(), 4u);
}

BOOST_DATA_TEST_CASE(series_are_learnt_to_the_same_bits_and_answers_are_pure, kOfTime) {
  SeriesModel a(sample), b(sample);
  BOOST_REQUIRE(a->takes_series());
  BOOST_CHECK(std::isfinite(a.epochs(3)) || !a->has_loss());
  b.epochs(3);
  const auto once = a.predict(all_rows());
  BOOST_CHECK(once == b.predict(all_rows()));
  BOOST_CHECK(once == a.predict(all_rows()));
  int64_t hits = 0;
  for (const auto& [row, scores] : once)
    hits += std::ranges::max_element(scores) - scores.begin() == row % 3 ? 1 : 0;
  BOOST_CHECK_GE(hits, kRows * 9 / 10);
}

// What one series leaves does not reach the next, and a longer one beside it changes nothing.
BOOST_DATA_TEST_CASE(an_answer_is_that_of_the_series_by_itself, kOfTime) {
  SeriesModel m(sample);
  m.epochs(1);
  const auto together = m.predict(all_rows());
  for (const int64_t row : {0, 1, 2, 7, 17, 35}) {
    const Bits alone = m.predict({row}).at(row);
    for (size_t k = 0; k < alone.size(); ++k)
      BOOST_CHECK_SMALL(alone[k] - together.at(row)[k], 1e-4f);
  }
}

BOOST_DATA_TEST_CASE(the_loss_of_series_leaves_no_trace, kOfTime) {
  SeriesModel asked(sample), quiet(sample);
  if (!asked->has_loss()) return;
  asked.epochs(1);
  quiet.epochs(1);
  const Minibatch some({1, 2, 3});
  const double loss = asked->loss(some.series(true));
  BOOST_CHECK_EQUAL(asked->loss(some.series(true)), loss);
  BOOST_CHECK(asked.predict(all_rows()) == quiet.predict(all_rows()));
}

BOOST_DATA_TEST_CASE(a_saved_model_of_series_goes_on_as_it_was, kOfTime) {
  SeriesModel m(sample), again(sample);
  if (!m->has_state()) return;
  m.epochs(1);
  again->load(m->save());
  BOOST_CHECK(again.predict(all_rows()) == m.predict(all_rows()));
}

BOOST_DATA_TEST_CASE(rows_without_time_are_no_series, kOfTime) {
  try {
    BOOST_CHECK(!SeriesModel(sample, false)->takes_series());
  } catch (const harness::RuleFailure& refused) {  // flat rows of this size do not fit the model
    BOOST_TEST_MESSAGE(refused.what());
  }
}

}  // namespace
}  // namespace agon::test
