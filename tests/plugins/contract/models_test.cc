// SPDX-License-Identifier: MIT
//
// What the boundary hands over of a model and of a rule: schemas of its own, the rule itself, structs of
// another size.
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agon/rule.h"
#include "harness/plugins/host.h"
#include "harness/plugins/instance.h"
#include "harness/plugins/manifest.h"
#include "harness/plugins/schema_check.h"
#include "harness/plugins/values.h"

namespace agon::test {
namespace {

using harness::Call;
using harness::Instance;
using harness::RuleFailure;

agon_task some_task() {
  agon_task task{};
  task.struct_size = sizeof(task);
  task.inputs = task.outputs = 2;
  task.max_batch = 4;
  task.flags = AGON_TASK_ALL_ROWS;
  return task;
}

// One metric and one picture for each layer, under `key`1, `key`2, ...
class Layered {
 public:
  static constexpr RuleInfo info{.id = "layered", .name = "", .summary = "", .reference = ""};
  static constexpr auto params =
      std::to_array<agon_param>({integer("depth", 2, 0, 5000, kStructure, "layers", "layers"),
                                 boolean("bad", false, kPlain, "takes a key of the host's")});
  Layered(Context&, const agon_task& task, const Values& values)
      : all_rows_(trains_on_all_rows(task)), shown_(1, 3) {
    keys_.resize(static_cast<size_t>(values.integer("depth")));
    for (size_t l = 0; l < keys_.size(); ++l) keys_[l] = "energy_" + std::to_string(l + 1);
    if (values.flag("bad")) keys_.back() = "nrmse";
  }
  double fit(Context&, const agon_batch&) { return 0; }
  void predict(Context&, ConstView, View) {}
  std::vector<agon_metric> metric_rows() {
    std::vector<agon_metric> rows;
    for (const std::string& key : keys_) rows.push_back({key.c_str(), "", "energy of a layer"});
    return rows;
  }
  void read_metrics(Context&, double* out) {
    for (size_t l = 0; l < keys_.size(); ++l) out[l] = static_cast<double>(l);
  }
  std::vector<agon_picture> picture_rows() {
    std::vector<agon_picture> rows;
    for (const std::string& key : keys_)
      rows.push_back(heatmap(key.c_str(), "a layer", "", "", ""));
    return rows;
  }
  ConstView picture(Context&, size_t index) {
    shown_.fill(static_cast<float>(index));
    return shown_;
  }
  std::vector<Tensor> tensors() { return {{"all_rows", all_rows_, Role::state}}; }

 private:
  struct Flag : Matrix {
    explicit Flag(bool on) : Matrix(1, 1) { at(0, 0) = on ? 1.0f : 0.0f; }
  } all_rows_;
  std::vector<std::string> keys_;
  Matrix shown_;
};
constexpr const agon_rule& kLayered = detail::Describe<Layered>::rule;

std::vector<agon_value> values(int64_t depth, bool bad) { return {{.i = depth}, {.i = bad}}; }

// A width for each layer, and a note.
class Listed {
 public:
  static constexpr RuleInfo info{.id = "listed", .name = "", .summary = "", .reference = ""};
  static constexpr auto params = std::to_array<agon_param>(
      {integer_list<128, 64>("width", 1, 65536, 0, 16, kStructure, "units", "of each layer"),
       real_list<0.5>("rates", 0, 1, 1, 2, kPlain, "", "of each layer"),
       text("note", "as it is", 40, kPlain, "said")});
  static constexpr auto presets =
      std::to_array<agon_preset>({preset("small", "width=[8],note=\"a, b\"", "for tests")});
  Listed(Context& ctx, const agon_task&, const Values& values) {
    for (const int64_t n : values.integers("width")) shapes_.emplace_back(1, n);
    ctx.log(AGON_LOG_INFO,
            values.text("note") + " " + std::to_string(values.reals("rates").size()));
  }
  double fit(Context&, const agon_batch&) { return 0; }
  void predict(Context&, ConstView, View) {}
  std::vector<Tensor> tensors() {
    std::vector<Tensor> out;
    for (Matrix& m : shapes_) out.push_back({"W" + std::to_string(out.size()), m});
    return out;
  }
  void state(State&) {}

 private:
  std::vector<Matrix> shapes_;
};

BOOST_AUTO_TEST_SUITE(models)

BOOST_AUTO_TEST_CASE(lists_and_texts_reach_the_rule) {
  const agon_plugin& plugin = *detail::plugin<Listed>("listed", "1.0.0", "MIT", "test");
  BOOST_CHECK_EQUAL(harness::schema_fault(plugin), "");
  const agon_rule& rule = *plugin.rules[0];
  const nlohmann::json described = to_json(harness::manifest_of(plugin, rule, ""));
  const harness::RuleManifest manifest =
      harness::manifest_from_json(nlohmann::json::parse(described.dump()));
  BOOST_CHECK_EQUAL(to_json(manifest).dump(), described.dump());
  const auto run = [&](const std::vector<agon_value>& values, int64_t params, const char* log) {
    Call call;
    Instance model(rule, call, some_task(), values);
    BOOST_CHECK_EQUAL(model.n_params(), params);
    BOOST_CHECK_EQUAL(call.log_tail(), log);
    return model.save();
  };
  const auto defaults = manifest.defaults();
  const auto small = preset_values(manifest, *manifest.preset("small"));
  const std::string state = run(defaults, 128 + 64, "info: as it is 1\n");
  BOOST_CHECK(run(defaults, 128 + 64, "info: as it is 1\n") == state);  // of what they hold
  run(small, 8, "info: a, b 1\n");
  Call call;
  Instance other(rule, call, some_task(), small);
  BOOST_CHECK_THROW(other.load(state), RuleFailure);
}

BOOST_AUTO_TEST_CASE(metrics_and_pictures_may_depend_on_the_model) {
  for (const int64_t depth : {0, 1, 7}) {
    Call call;
    Instance model(kLayered, call, some_task(), values(depth, false));
    BOOST_REQUIRE_EQUAL(model.metric_schema().size(), static_cast<size_t>(depth));
    BOOST_REQUIRE_EQUAL(model.picture_count(), static_cast<size_t>(depth));
    BOOST_CHECK_EQUAL(model.metrics().size(), static_cast<size_t>(depth));
    if (depth == 0) continue;
    const auto last = static_cast<size_t>(depth - 1);
    BOOST_CHECK_EQUAL(model.metric_schema()[last].key, "energy_" + std::to_string(depth));
    BOOST_CHECK_EQUAL(model.metrics()[last], static_cast<double>(last));
    BOOST_CHECK_EQUAL(model.picture(last)->about->key, "energy_" + std::to_string(depth));
    BOOST_CHECK_EQUAL(model.picture(last)->values.data[0], static_cast<float>(last));
  }
}

BOOST_AUTO_TEST_CASE(a_schema_of_the_model_is_checked_as_a_static_one) {
  const auto refused = [](int64_t depth, bool bad, const std::string& why) {
    Call call;
    BOOST_CHECK_EXCEPTION(Instance(kLayered, call, some_task(), values(depth, bad)), RuleFailure,
                          [&](const RuleFailure& e) { return why == e.what(); });
  };
  refused(2, true, "rule 'layered': metric 'nrmse' has the key of one that the host measures");
  refused(257, false, "rule 'layered': its agon.metrics/1 is not whole");
}

BOOST_AUTO_TEST_CASE(the_host_writes_no_byte_beyond_its_task_and_the_rule_none_beyond_a_tensor) {
  agon_task older = some_task();
  older.struct_size = offsetof(agon_task, flags);  // of a host that knew no flags
  for (const auto& [task, flag] : {std::pair{some_task(), 1.0f}, {older, 0.0f}}) {
    Call call;
    Instance model(kLayered, call, task, values(1, false));
    BOOST_CHECK_EQUAL(model.tensor("all_rows").view.data[0], flag);
  }
  Call call;
  agon_model* model = nullptr;
  const auto given = values(1, false);
  const agon_task task = some_task();
  BOOST_REQUIRE_EQUAL(
      kLayered.create(&kLayered, harness::Host().abi(), call.abi(), &task, given.data(), &model),
      AGON_OK);
  const auto& tensors =
      *static_cast<const agon_tensors*>(kLayered.extension(&kLayered, AGON_TENSORS_ID));
  agon_tensor t{};
  t.struct_size = offsetof(agon_tensor, view);
  t.view.rows = -7;
  BOOST_REQUIRE_EQUAL(tensors.get(model, 0, &t), AGON_OK);
  BOOST_CHECK_EQUAL(t.name, std::string("all_rows"));
  BOOST_CHECK_EQUAL(t.view.rows, -7);
  BOOST_CHECK_EQUAL(t.struct_size, offsetof(agon_tensor, view));
  kLayered.destroy(model);
}

// Two rules made at load time share their functions and find through self what is their own.
BOOST_AUTO_TEST_CASE(a_family_of_rules_finds_itself) {
  static int served[2];
  static const auto make = [](const agon_rule* self, const agon_host*, agon_call*, const agon_task*,
                              const agon_value*, agon_model** out) {
    *out = static_cast<agon_model*>(self->user);
    return agon_status{AGON_OK};
  };
  static const agon_supervised table = [] {
    agon_supervised s{};
    s.struct_size = sizeof(s);
    s.fit = [](agon_model* m, agon_call*, const agon_batch*, double*) {
      ++*reinterpret_cast<int*>(m);
      return agon_status{AGON_OK};
    };
    s.predict = [](agon_model*, agon_call*, agon_cmat, agon_mat) { return agon_status{AGON_OK}; };
    return s;
  }();
  for (int i = 0; i < 2; ++i) {
    agon_rule rule{};
    rule.struct_size = sizeof(rule);
    rule.id = "one of a family";
    rule.user = &served[i];
    rule.create = make;
    rule.destroy = [](agon_model*) {};
    rule.extension = [](const agon_rule* self, const char* id) -> const void* {
      return self->user != nullptr && std::string(id) == AGON_SUPERVISED_ID ? &table : nullptr;
    };
    Call call;
    Instance model(rule, call, some_task(), {});
    for (int n = 0; n <= i; ++n)
      model.fit(agon_batch{sizeof(agon_batch), 0, {}, {}, nullptr, nullptr, 0});
  }
  BOOST_CHECK_EQUAL(served[0], 1);
  BOOST_CHECK_EQUAL(served[1], 2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
