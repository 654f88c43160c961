// SPDX-License-Identifier: MIT
//
// What every rule of the tree keeps, driven through the ABI with its default settings: same seed
// same bytes, predict leaves no trace, outputs are written fully and nothing around them is, inputs
// stay as they were, no allocation in the steady state of fit.
#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "agon/matrix.h"
#include "allocations.h"
#include "harness/plugins/instance.h"
#include "trial.h"

namespace agon::test {
namespace {

using harness::Call;
using harness::Instance;
using harness::RuleFailure;

constexpr int64_t kClasses = 3, kBatch = 16, kRows = 48;
constexpr int64_t kShape[] = {8, 8};
constexpr int64_t kInputs = 64;

const std::vector<Subject> kSubjects = subjects_that(AGON_CAN_CLASSIFY);
const auto kRules = boost::unit_test::data::make(kSubjects);

// Three noisy prototypes with values in [0, 1], as one-hot rows.
struct Data {
  Matrix x{kRows, kInputs}, target{kRows, kClasses};
  std::vector<int32_t> labels;
  Data() {
    unsigned state = 7;
    const auto next = [&] {
      return static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) / 16777216.0f;
    };
    Matrix prototypes(kClasses, kInputs);
    for (int64_t c = 0; c < kClasses; ++c) {
      for (float& v : prototypes.row(c)) v = next();
    }
    for (int64_t r = 0; r < kRows; ++r) {
      const int32_t label = static_cast<int32_t>(r % kClasses);
      labels.push_back(label);
      target.at(r, label) = 1;
      for (int64_t i = 0; i < kInputs; ++i)
        x.at(r, i) = 0.7f * prototypes.at(label, i) + 0.3f * next();
    }
  }
};

class Model {
 public:
  explicit Model(const Subject& subject, uint64_t seed = 1) {
    const agon_rule& rule = subject.rule();
    std::vector<agon_value> values;
    for (uint32_t i = 0; i < rule.param_count; ++i) values.push_back(rule.params[i]->default_value);
    agon_task task{};
    task.struct_size = sizeof(task);
    task.kind = AGON_CLASSIFY;
    task.seed = seed;
    task.inputs = kInputs;
    task.outputs = kClasses;
    task.max_batch = kBatch;
    task.train_rows = kRows;
    task.shape = kShape;
    task.shape_rank = 2;
    instance_.emplace(rule, call_, task, values);
    for (const agon_tensor& t : instance_->tensors()) {
      if (t.writable != 0) learnt_.emplace_back(t.name);
    }
  }

  Instance& operator*() { return *instance_; }
  Instance* operator->() { return &*instance_; }

  void prepare(Data& d) {
    for (int64_t r = 0; r < kRows; r += kBatch) {
      instance_->prepare(agon::rows_of(d.x.view(), r, r + kBatch), r + kBatch == kRows);
    }
  }
  double fit(Data& d, int64_t begin, int64_t rows = kBatch) {
    return instance_->fit(agon::rows_of(d.x.view(), begin, begin + rows),
                          agon::rows_of(d.target.view(), begin, begin + rows),
                          d.labels.data() + begin);
  }
  void epochs(Data& d, int64_t n, bool predict_between = false) {
    for (int64_t e = 0; e < n; ++e) {
      for (int64_t r = 0; r < kRows; r += kBatch) {
        fit(d, r);
        if (predict_between) predict(d);
      }
      instance_->end_epoch(e);
    }
  }
  std::vector<float> predict(Data& d) {
    Matrix out(kBatch, kClasses);
    instance_->predict(d.x.top(kBatch), out);
    std::vector<float> all;
    for (int64_t r = 0; r < kBatch; ++r)
      all.insert(all.end(), out.row(r).begin(), out.row(r).end());
    return all;
  }
  // Of the tensors that can be set: read-only ones may show the state of the last samples.
  std::vector<float> weights() {
    std::vector<float> all;
    for (const agon_tensor& t : instance_->tensors()) {
      if (std::ranges::find(learnt_, t.name) == learnt_.end()) continue;
      for (int64_t r = 0; r < t.view.rows; ++r) {
        const auto row = row_of(t.view, r);
        all.insert(all.end(), row.begin(), row.end());
      }
    }
    return all;
  }

 private:
  Call call_;
  std::optional<Instance> instance_;
  std::vector<std::string> learnt_;
};

BOOST_AUTO_TEST_CASE(all_rules_of_the_tree_are_here) { BOOST_CHECK_GE(kSubjects.size(), 9u); }

BOOST_DATA_TEST_CASE(learns_the_same_bits_from_the_same_seed, kRules) {
  Data d;
  Model a(sample), b(sample);
  BOOST_CHECK(same_bits(a.weights(), b.weights()));
  a.prepare(d);
  b.prepare(d);
  a.epochs(d, 2);
  b.epochs(d, 2);
  BOOST_CHECK(!a.weights().empty());
  BOOST_CHECK(same_bits(a.weights(), b.weights()));
  BOOST_CHECK(same_bits(a.predict(d), b.predict(d)));
}

BOOST_DATA_TEST_CASE(predict_leaves_no_trace, kRules) {
  Data d;
  Model quiet(sample), asked(sample);
  quiet.prepare(d);
  asked.prepare(d);
  quiet.epochs(d, 2);
  asked.epochs(d, 2, true);
  BOOST_CHECK(same_bits(quiet.weights(), asked.weights()));
  const auto before = asked.weights();
  BOOST_CHECK(same_bits(asked.predict(d), asked.predict(d)));
  BOOST_CHECK(same_bits(before, asked.weights()));
}

BOOST_DATA_TEST_CASE(writes_all_of_its_output_and_nothing_else, kRules) {
  Data d;
  Model m(sample);
  m.prepare(d);
  m.epochs(d, 1);
  for (const int64_t rows : {int64_t{1}, int64_t{5}, kBatch}) {
    Matrix out(kBatch + 2, kClasses);
    out.fill(std::numeric_limits<float>::quiet_NaN());
    for (int64_t r = rows; r < out.rows(); ++r) std::ranges::fill(out.row(r), -12345.0f);
    m->predict(d.x.top(rows), out.top(rows));
    for (int64_t r = 0; r < out.rows(); ++r) {
      for (const float v : out.row(r)) BOOST_CHECK(r < rows ? std::isfinite(v) : v == -12345.0f);
    }
  }
}

BOOST_DATA_TEST_CASE(leaves_its_inputs_alone, kRules) {
  Data d;
  const Data untouched;
  Model m(sample);
  m.prepare(d);
  m.epochs(d, 1);
  m.predict(d);
  for (int64_t r = 0; r < kRows; ++r) {
    BOOST_CHECK(std::ranges::equal(d.x.row(r), untouched.x.row(r)));
    BOOST_CHECK(std::ranges::equal(d.target.row(r), untouched.target.row(r)));
  }
  BOOST_CHECK(d.labels == untouched.labels);
}

BOOST_DATA_TEST_CASE(takes_smaller_minibatches_and_has_a_finite_loss, kRules) {
  Data d;
  Model m(sample);
  m.prepare(d);
  for (const int64_t rows : {kBatch, int64_t{1}, int64_t{7}}) {
    const double loss = m.fit(d, 0, rows);
    BOOST_CHECK(std::isfinite(loss) || std::isnan(loss));
  }
}

BOOST_DATA_TEST_CASE(does_not_allocate_while_it_learns, kRules) {
  Data d;
  const size_t at_start = allocations();
  Model m(sample);
  BOOST_CHECK_GT(allocations(), at_start + 2);  // the plugin's own are seen
  m.prepare(d);
  Matrix out(kBatch, kClasses);
  const auto round = [&] {
    for (int64_t r = 0; r < kRows; r += kBatch) m.fit(d, r);
    m->predict(d.x.top(kBatch), out);
  };
  for (int i = 0; i < 2; ++i) round();  // packing buffers of the kernels
  const size_t before = allocations();
  for (int i = 0; i < 5; ++i) round();
  BOOST_CHECK_EQUAL(allocations() - before, 0u);
}

BOOST_DATA_TEST_CASE(answers_unknown_extensions_with_null, kRules) {
  const agon_rule& rule = sample.rule();
  BOOST_CHECK(rule.extension(&rule, "agon.nonsense/1") == nullptr);
  BOOST_CHECK(rule.extension(&rule, AGON_SUPERVISED_ID) != nullptr);
}

BOOST_DATA_TEST_CASE(tensors_are_set_by_name_before_the_first_fit_only, kRules) {
  Data d;
  Model m(sample);
  m.prepare(d);
  const std::string name = m->tensors().at(0).name;
  const agon_tensor t = m->tensor(name);
  Matrix values(t.view.rows, t.view.cols);
  values.fill(0.25f);
  if (t.writable != 0) {
    m->set_tensor(name, values);
    BOOST_CHECK_EQUAL(m->tensor(name).view.data[0], 0.25f);
  }
  Matrix wrong(t.view.rows + 1, t.view.cols);
  BOOST_CHECK_THROW(m->set_tensor(name, wrong), RuleFailure);
  BOOST_CHECK_THROW(m->set_tensor("no such tensor", values), RuleFailure);
  m.fit(d, 0);
  BOOST_CHECK_THROW(m->set_tensor(name, values), RuleFailure);
  BOOST_CHECK_EQUAL(m->tensor(name).writable, 0u);
}

}  // namespace
}  // namespace agon::test
