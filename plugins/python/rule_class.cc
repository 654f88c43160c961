// SPDX-License-Identifier: MIT
#include "rule_class.h"

#include <pybind11/stl.h>

#include "verbs.h"

namespace agon::python {
namespace {

template <typename T>
T attribute(const RuleClass& r, const char* name, const char* is) {
  try {
    return r.type.attr(name).cast<T>();
  } catch (const py::cast_error&) {
    throw py::type_error(py::cast<std::string>(r.type.attr("__name__")) + "." + name + " is no " +
                         is);
  }
}

bool has(const RuleClass& r, const char* verb) { return py::hasattr(r.type, verb); }

void ask_for(const RuleClass& r, const char* verb, const char* signature) {
  if (has(r, verb) && PyCallable_Check(r.type.attr(verb).ptr()) != 0) return;
  throw py::type_error(py::cast<std::string>(r.type.attr("__name__")) + " has no " + signature +
                       ", which its capabilities ask for");
}

void read_params(RuleClass& r) {
  for (const auto& [key, given] : attribute<py::dict>(r, "params", "dict")) {
    const auto word = key.cast<std::string>();
    r.params.push_back(parameter_of(word, given));
    r.params.back().settle(word);
  }
  for (const Parameter& p : r.params) r.rows.push_back(&p.row);
}

const char* kept(RuleClass& r, const py::handle& text) {
  return r.texts.emplace_back(text.cast<std::string>()).c_str();
}

// "key": "help", or "key": ("unit", "help").
void read_metrics(RuleClass& r) {
  const auto text = [&](const py::handle& h) { return kept(r, h); };
  for (const auto& [key, about] : attribute<py::dict>(r, "metrics", "dict")) {
    if (py::isinstance<py::tuple>(about)) {
      const auto pair = py::reinterpret_borrow<py::tuple>(about);
      if (pair.size() != 2)
        throw py::value_error("a metric is \"key\": \"help\" or \"key\": (\"unit\", \"help\")");
      r.metrics.push_back({text(key), text(pair[0]), text(pair[1])});
    } else {
      r.metrics.push_back({text(key), text(py::str("")), text(about)});
    }
  }
  if (r.metrics.empty()) return;
  ask_for(r, "read_metrics", "read_metrics(self)");
  r.metrics_table = {sizeof(agon_metrics),
                     static_cast<uint32_t>(r.metrics.size()),
                     sizeof(agon_metric),
                     0,
                     r.metrics.data(),
                     &verbs::read_metrics,
                     nullptr};
}

// equations = {"what it gives": r"its TeX"}, limits = ["a sentence"].
void read_card(RuleClass& r) {
  for (const auto& [says, tex] : attribute<py::dict>(r, "equations", "dict"))
    r.equations.push_back({kept(r, says), kept(r, tex)});
  for (const py::handle limit : attribute<py::list>(r, "limits", "list"))
    r.limits.push_back(kept(r, limit));
  r.card = {sizeof(agon_card),     static_cast<uint32_t>(r.equations.size()),
            sizeof(agon_equation), static_cast<uint32_t>(r.limits.size()),
            r.equations.data(),    r.limits.data()};
}

void read_verbs(RuleClass& r) {
  const uint64_t can = r.rule.capabilities;
  if ((can & AGON_CAN_SEQUENCE) != 0)
    throw py::value_error("a Python rule takes rows and trajectories, no series");
  if ((can & (AGON_CAN_CLASSIFY | AGON_CAN_REGRESS)) != 0) {
    ask_for(r, "fit", "fit(self, x, target)");
    ask_for(r, "predict", "predict(self, x)");
    r.supervised.struct_size = sizeof(agon_supervised);
    r.supervised.fit = &verbs::fit;
    r.supervised.predict = &verbs::predict;
    if (has(r, "prepare")) r.supervised.prepare = &verbs::prepare;
    if (has(r, "loss")) r.supervised.loss = &verbs::loss;
    if (has(r, "end_epoch")) r.supervised.end_epoch = &verbs::end_epoch;
  }
  if ((can & AGON_CAN_DYNAMICS) != 0) {
    ask_for(r, "follow", "follow(self, drive, teacher, new_episode)");
    ask_for(r, "rollout", "rollout(self, start, drive)");
    r.dynamics.struct_size = sizeof(agon_dynamics);
    r.dynamics.fit = &verbs::follow;
    r.dynamics.rollout = &verbs::rollout;
    if (has(r, "end_epoch")) r.dynamics.end_epoch = &verbs::end_epoch;
  }
  r.has_tensors = has(r, "tensors");
  r.tensors = {sizeof(agon_tensors), 0, &verbs::tensor_count, &verbs::get_tensor,
               &verbs::set_tensor};
}

}  // namespace

void read_class(const std::string& file, const py::object& type, RuleClass& r) {
  r.file = file;
  r.type = type;
  r.id = attribute<std::string>(r, "id", "text");
  r.name = attribute<std::string>(r, "name", "text");
  if (r.name.empty()) r.name = r.id;
  r.summary = attribute<std::string>(r, "summary", "text");
  r.reference = attribute<std::string>(r, "reference", "text");
  r.rule.struct_size = sizeof(agon_rule);
  r.rule.id = r.id.c_str();
  r.rule.name = r.name.c_str();
  r.rule.summary = r.summary.c_str();
  r.rule.reference = r.reference.c_str();
  r.rule.capabilities = attribute<uint64_t>(r, "capabilities", "sum of agon.CLASSIFY and others");
  r.rule.phases = attribute<uint32_t>(r, "phases", "number");
  r.rule.memory_per_parameter = attribute<double>(r, "memory_per_parameter", "number");
  read_params(r);
  r.rule.params = r.rows.data();
  r.rule.param_count = static_cast<uint32_t>(r.rows.size());
  read_metrics(r);
  read_card(r);
  read_verbs(r);
  r.rule.user = &r;
  r.rule.create = &verbs::create;
  r.rule.destroy = &verbs::destroy;
  r.rule.extension = &verbs::extension;
}

}  // namespace agon::python
