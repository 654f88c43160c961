// SPDX-License-Identifier: MIT
//
// The rule with the weights of a reference, driven through the ABI, its extensions included.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "reference.h"
#include "tests/plugins/golden/open_rule.h"

namespace agon::test {

// The rule gives every hidden layer one width. Narrower layers are embedded exactly: a unit whose
// weights in and out and bias are 0 stays at 0 and gets no update, for every f with f(0) = 0.
inline Rows padded(const Rows& m, size_t rows, size_t cols) {
  Rows out(rows, Row(cols, 0.0));
  for (size_t r = 0; r < m.size(); ++r) std::ranges::copy(m[r], out[r].begin());
  return out;
}
inline Rows cropped(const Rows& m, size_t rows, size_t cols) {
  Rows out(m.begin(), m.begin() + static_cast<ptrdiff_t>(rows));
  for (Row& row : out) row.resize(cols);
  return out;
}

class DrivenPc {
 public:
  // Regression takes any targets; with cross-entropy the targets are one-hot and the task is to
  // classify.
  DrivenPc(const PcReference& net, std::string settings, int64_t max_batch, bool generative = false,
           uint32_t kind = AGON_REGRESS)
      : net_(net), width_(0) {
    const size_t top = net.top();
    for (size_t l = 1; l < top; ++l) width_ = std::max(width_, net.b[l - 1].size());
    const int64_t first = static_cast<int64_t>(net.w[0][0].size());
    const int64_t last = static_cast<int64_t>(net.b[top - 1].size());
    TaskSpec spec{.shape = {generative ? last : first},
                  .classes = generative ? first : last,
                  .seed = 3,
                  .max_batch = max_batch,
                  .kind = net.ce ? uint32_t{AGON_CLASSIFY} : kind};
    settings = "depth=" + std::to_string(top - 1) +
               ",width=" + std::to_string(std::max<size_t>(width_, 1)) + ",activation=" + net.act +
               ",place=" + (net.pre ? "pre" : "post") +
               ",energy=" + (net.ce ? "cross-entropy" : "squared") +
               (settings.empty() ? "" : "," + settings);
    rule_ = std::make_unique<RuleUnderTest>(open_rule(AGON_PC_PLUGIN), spec, settings);
    for (size_t l = 0; l < top; ++l) {
      rule_->set("W" + std::to_string(l), padded(net.w[l], units(l + 1), units(l)));
      rule_->set("b" + std::to_string(l), padded({net.b[l]}, 1, units(l + 1)));
      if (!net.back.empty() && l > 0)
        rule_->set("feedback" + std::to_string(l), padded(net.back[l], units(l + 1), units(l)));
    }
    rule_->set("precision", {net.pi});
  }

  // first and last as the reference has them; discriminative.
  double fit(const Rows& x, const Rows& y) {
    const Matrix in = matrix_of(x), target = matrix_of(y);
    std::vector<int32_t> labels;
    for (const Row& row : y)
      labels.push_back(static_cast<int32_t>(std::ranges::max_element(row) - row.begin()));
    return rule_->fit(in, target, net_.ce ? labels.data() : nullptr);
  }
  Rows w(size_t l) {
    return cropped(rule_->tensor("W" + std::to_string(l)), net_.b[l].size(), net_.w[l][0].size());
  }
  Row b(size_t l) {
    return cropped(rule_->tensor("b" + std::to_string(l)), 1, net_.b[l].size())[0];
  }
  // "x" or "e" of node l, `rows` rows.
  Rows node(const char* what, size_t l, size_t rows) {
    return cropped(rule_->tensor(what + std::to_string(l)), rows, net_.b[l - 1].size());
  }
  double metric(const std::string& key) {
    const auto schema = rule_->model().metric_schema();
    const std::vector<double> values = rule_->model().metrics();
    for (size_t i = 0; i < schema.size(); ++i) {
      if (key == schema[i].key) return values[i];
    }
    throw std::runtime_error("no metric " + key);
  }
  RuleUnderTest& rule() { return *rule_; }

 private:
  size_t units(size_t node) const {
    if (node == 0) return net_.w[0][0].size();
    return node == net_.top() ? net_.b[node - 1].size() : width_;
  }
  PcReference net_;
  size_t width_;
  std::unique_ptr<RuleUnderTest> rule_;
};

// A model held by its bare ABI, for the extensions.
class BareModel {
 public:
  BareModel(const TaskSpec& spec, std::string_view settings) : rule_(open_rule(AGON_PC_PLUGIN)) {
    const agon_task task = task_of(spec);
    call_.begin();
    check(rule_.create(&rule_, harness::Host().abi(), call_.abi(), &task,
                       values_of(rule_, settings).data(), &model_));
  }
  ~BareModel() { rule_.destroy(model_); }
  BareModel(const BareModel&) = delete;
  BareModel& operator=(const BareModel&) = delete;

  void fit(ConstView x, ConstView target, const int32_t* labels) {
    const agon_batch batch{sizeof(agon_batch), 0, x, target, labels, nullptr, 0};
    double loss = 0;
    call_.begin();
    check(table<agon_supervised>(AGON_SUPERVISED_ID).fit(model_, call_.abi(), &batch, &loss));
  }
  void predict(ConstView x, View out) {
    call_.begin();
    check(table<agon_supervised>(AGON_SUPERVISED_ID).predict(model_, call_.abi(), x, out));
  }
  void generate(ConstView target, View out) {
    call_.begin();
    check(table<agon_generate>(AGON_GENERATE_ID).generate(model_, call_.abi(), target, out));
  }
  // [4 x points]: step, energy of all layers, of the output, of the hidden layers.
  Rows energies() {
    agon_cmat picture{};
    call_.begin();
    check(table<agon_pictures>(AGON_PICTURES_ID).read(model_, call_.abi(), 0, &picture));
    Rows out(static_cast<size_t>(picture.rows));
    for (int64_t r = 0; r < picture.rows; ++r) {
      for (const float v : row_of(picture, r)) out[static_cast<size_t>(r)].push_back(v);
    }
    return out;
  }
  double metric(const std::string& key) {
    const auto& metrics = table<agon_metrics>(AGON_METRICS_ID);
    std::vector<double> values(metrics.count);
    call_.begin();
    check(metrics.read(model_, call_.abi(), values.data()));
    for (uint32_t i = 0; i < metrics.count; ++i) {
      if (key == metrics.schema[i].key) return values[i];
    }
    throw std::runtime_error("no metric " + key);
  }
  void set(const std::string& name, const Rows& rows) {
    const Matrix m = matrix_of(rows);
    call_.begin();
    check(table<agon_tensors>(AGON_TENSORS_ID).set(model_, call_.abi(), name.c_str(), m));
  }

 private:
  template <typename Table>
  const Table& table(const char* id) const {
    const auto* found = static_cast<const Table*>(rule_.extension(&rule_, id));
    if (found == nullptr) throw std::runtime_error(std::string("pc does not offer ") + id);
    return *found;
  }
  void check(agon_status status) {
    if (status != AGON_OK) throw std::runtime_error(call_.fail_text());
  }
  const agon_rule& rule_;
  harness::Call call_;
  agon_model* model_ = nullptr;
};

}  // namespace agon::test
