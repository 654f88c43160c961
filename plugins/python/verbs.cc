// SPDX-License-Identifier: MIT
#include "verbs.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <set>

#include "agon/model.h"
#include "arrays.h"
#include "interpreter.h"
#include "now.h"
#include "rule_class.h"

namespace agon::python {
namespace {

struct KeptTensor {
  const char* name = nullptr;
  uint32_t role = AGON_TENSOR_LEARNT;
  py::array array{};
  Matrix copy{};  // as the ABI's view
};

struct Model {
  const RuleClass& about;
  const agon_host* host;
  uint64_t seed;
  bool trained = false;
  py::object self{};
  std::set<std::string> names{};  // of tensors, until destroy
  std::vector<KeptTensor> tensors{};
};

Model& model_of(agon_model* m) { return *reinterpret_cast<Model*>(m); }

const RuleClass& class_of(const agon_rule* self) {
  return *static_cast<const RuleClass*>(self->user);
}

// Status and text of what Python raised. HostError with an empty text: the host has recorded the reason.
agon_status report(const RuleClass& about, const agon_host* host, agon_call* call,
                   const py::error_already_set& error) {
  const py::module_ agon = py::module_::import("agon");
  const auto is = [&](const char* name) {
    const py::object type = agon.attr(name);
    return error.matches(type);
  };
  if (is("HostError")) {
    const auto status = error.value().attr("status").cast<agon_status>();
    if (status == AGON_STOPPED) return status;
  }
  agon_status status = AGON_INTERNAL;
  if (is("Invalid")) status = AGON_INVALID;
  if (is("Unsupported")) status = AGON_UNSUPPORTED;
  if (is("Diverged")) status = AGON_DIVERGED;
  // What the author said needs no line of the source.
  if (status != AGON_INTERNAL)
    return host->fail(call, status, py::cast<std::string>(py::str(error.value())).c_str());
  if (error.matches(PyExc_MemoryError)) status = AGON_NO_MEMORY;
  host->log(call, AGON_LOG_INFO, traceback_of(error).c_str());
  return host->fail(call, status, in_one_line(error, about.file).c_str());
}

// fn(Context&) under the GIL, every exception as a status.
template <typename Fn>
agon_status guard(const RuleClass& about, const agon_host* host, agon_call* call, uint64_t seed,
                  Fn&& fn) noexcept {
  const py::gil_scoped_acquire lock;
  return detail::guard(host, call, [&] {
    try {
      const Now now(host, call, seed);
      fn(now.context());
    } catch (const py::error_already_set& e) {
      throw RuleError(report(about, host, call, e), "");  // told already
    }
  });
}

template <typename Fn>
agon_status on_model(agon_model* m, agon_call* call, Fn&& fn) noexcept {
  Model& model = model_of(m);
  return guard(model.about, model.host, call, model.seed,
               [&](const Context& ctx) { fn(model, ctx); });
}

py::object namespace_of(const py::dict& attributes) {
  return py::module_::import("types").attr("SimpleNamespace")(**attributes);
}

py::object task_of(const agon_task& t) {
  static constexpr const char* kKinds[] = {"classify", "regress", "dynamics"};
  py::tuple shape(static_cast<size_t>(t.shape_rank));
  for (int64_t i = 0; i < t.shape_rank; ++i) shape[static_cast<size_t>(i)] = t.shape[i];
  py::dict d;
  d["kind"] = kKinds[std::min<uint32_t>(t.kind, 2)];
  d["seed"] = t.seed;
  d["inputs"] = t.inputs;
  d["outputs"] = t.outputs;
  d["shape"] = shape;
  d["max_batch"] = t.max_batch;
  d["train_rows"] = t.train_rows;
  d["dt"] = t.dt;
  d["episodes"] = t.episodes;
  d["epochs"] = t.epochs;
  d["updates"] = t.updates;
  return namespace_of(d);
}

double number(const py::object& result, const char* verb) {
  if (result.is_none()) return std::numeric_limits<double>::quiet_NaN();
  try {
    return result.cast<double>();
  } catch (const py::cast_error&) {
    throw RuleError(AGON_INTERNAL, std::string(verb) + " returned " +
                                       py::cast<std::string>(py::repr(result.get_type())) +
                                       ", a number or None is needed");
  }
}

// A verb's array, of the shape that is asked for, into the host's memory.
void answer(const py::object& result, const char* verb, View out) {
  try {
    copy_out(result, std::string(verb) + " returned", out);
  } catch (const py::builtin_exception& e) {
    throw RuleError(AGON_INTERNAL, e.what());
  }
}

uint32_t role_of(const std::string& word) {
  if (word == "learnt") return AGON_TENSOR_LEARNT;
  if (word == "fixed") return AGON_TENSOR_FIXED;
  if (word == "setting") return AGON_TENSOR_SETTING;
  if (word == "state") return AGON_TENSOR_SHOWN;
  throw py::value_error("a tensor is learnt, fixed, setting or state, not " + word);
}

// Reads {"W": array} or {"W": (array, "fixed")} anew. A copy stays where it is while its tensor keeps name and shape:
// the host holds the views of several at once.
void refresh(Model& model) {
  size_t i = 0;
  for (const auto& [key, about] : model.self.attr("tensors")().cast<py::dict>()) {
    const bool pair = py::isinstance<py::tuple>(about);
    const auto values = pair ? py::reinterpret_borrow<py::tuple>(about)[0].cast<py::array>()
                             : about.cast<py::array>();
    uint32_t role = AGON_TENSOR_LEARNT;
    if (pair) role = role_of(py::reinterpret_borrow<py::tuple>(about)[1].cast<std::string>());
    const std::string& name = *model.names.insert(key.cast<std::string>()).first;
    const int64_t cols = values.ndim() == 0 ? 1 : values.shape(values.ndim() - 1);
    const int64_t rows = cols == 0 ? 0 : values.size() / cols;
    if (i == model.tensors.size()) model.tensors.emplace_back();
    KeptTensor& t = model.tensors[i++];
    if (t.name != name.c_str() || t.copy.rows() != rows || t.copy.cols() != cols)
      t.copy = Matrix(rows, cols);
    t.name = name.c_str();
    t.role = role;
    t.array = values;
    copy_out(values.attr("reshape")(py::make_tuple(-1, cols)), "tensor " + name + " is", t.copy);
  }
  model.tensors.resize(i);
}

}  // namespace

namespace verbs {

agon_status create(const agon_rule* self, const agon_host* host, agon_call* call,
                   const agon_task* task, const agon_value* values, agon_model** out) {
  *out = nullptr;
  const RuleClass& about = class_of(self);
  const agon_task whole = detail::sized(*task);
  return guard(about, host, call, whole.seed, [&](const Context&) {
    py::dict settings;
    for (size_t i = 0; i < about.params.size(); ++i)
      settings[about.params[i].key.c_str()] = about.params[i].value(values[i]);
    auto model = std::make_unique<Model>(Model{about, host, whole.seed});
    model->self = about.type(task_of(whole), namespace_of(settings));
    *out = reinterpret_cast<agon_model*>(model.release());
  });
}

void destroy(agon_model* m) {
  const py::gil_scoped_acquire lock;
  delete &model_of(m);
}

const void* extension(const agon_rule* self, const char* id) {
  const RuleClass& about = class_of(self);
  if (std::strcmp(id, AGON_SUPERVISED_ID) == 0 && about.supervised.fit != nullptr)
    return &about.supervised;
  if (std::strcmp(id, AGON_DYNAMICS_ID) == 0 && about.dynamics.fit != nullptr)
    return &about.dynamics;
  if (std::strcmp(id, AGON_METRICS_ID) == 0 && !about.metrics.empty()) return &about.metrics_table;
  if (std::strcmp(id, AGON_TENSORS_ID) == 0 && about.has_tensors) return &about.tensors;
  const bool has_card = !about.equations.empty() || !about.limits.empty();
  if (std::strcmp(id, AGON_CARD_ID) == 0 && has_card) return &about.card;
  return nullptr;
}

agon_status prepare(agon_model* m, agon_call* call, agon_cmat x, int32_t last) {
  return on_model(m, call, [&](Model& model, const Context&) {
    model.self.attr("prepare")(window(x), last != 0);
  });
}

agon_status fit(agon_model* m, agon_call* call, const agon_batch* batch, double* loss) {
  return on_model(m, call, [&](Model& model, const Context&) {
    model.trained = true;
    *loss = number(model.self.attr("fit")(window(batch->x), window(batch->target)), "fit");
  });
}

agon_status loss(agon_model* m, agon_call* call, const agon_batch* batch, double* out) {
  return on_model(m, call, [&](Model& model, const Context&) {
    *out = number(model.self.attr("loss")(window(batch->x), window(batch->target)), "loss");
  });
}

agon_status predict(agon_model* m, agon_call* call, agon_cmat x, agon_mat out) {
  return on_model(m, call, [&](Model& model, const Context&) {
    answer(model.self.attr("predict")(window(x)), "predict", out);
  });
}

agon_status end_epoch(agon_model* m, agon_call* call, int64_t epoch) {
  return on_model(m, call,
                  [&](Model& model, const Context&) { model.self.attr("end_epoch")(epoch); });
}

agon_status follow(agon_model* m, agon_call* call, agon_cmat drive, agon_cmat teacher,
                   int32_t new_episode, double* loss) {
  return on_model(m, call, [&](Model& model, const Context&) {
    model.trained = true;
    *loss = number(model.self.attr("follow")(window(drive), window(teacher), new_episode != 0),
                   "follow");
  });
}

agon_status rollout(agon_model* m, agon_call* call, agon_cmat start, agon_cmat drive,
                    agon_mat out) {
  return on_model(m, call, [&](Model& model, const Context&) {
    answer(model.self.attr("rollout")(window(start), window(drive)), "rollout", out);
  });
}

agon_status read_metrics(agon_model* m, agon_call* call, double* out) {
  return on_model(m, call, [&](Model& model, const Context&) {
    const auto& rows = model.about.metrics;
    std::fill_n(out, rows.size(), std::numeric_limits<double>::quiet_NaN());
    for (const auto& [key, value] : model.self.attr("read_metrics")().cast<py::dict>()) {
      const auto word = key.cast<std::string>();
      const auto row =
          std::ranges::find(rows, word, [](const agon_metric& r) { return std::string(r.key); });
      if (row == rows.end())
        throw RuleError(AGON_INTERNAL, "read_metrics names '" + word + "', which metrics does not");
      out[row - rows.begin()] = number(py::reinterpret_borrow<py::object>(value), "read_metrics");
    }
  });
}

int64_t tensor_count(agon_model* m) {
  const py::gil_scoped_acquire lock;
  try {
    refresh(model_of(m));
  } catch (const std::exception&) {  // get_tensor has no way to say more
    return 0;
  }
  return static_cast<int64_t>(model_of(m).tensors.size());
}

agon_status get_tensor(agon_model* m, int64_t index, agon_tensor* out) {
  Model& model = model_of(m);
  if (index < 0 || index >= tensor_count(m)) return AGON_INVALID;
  KeptTensor& t = model.tensors[static_cast<size_t>(index)];
  uint32_t role = t.role;
  if (model.trained) role = AGON_TENSOR_SHOWN;
  detail::fill(out, agon_tensor{sizeof(agon_tensor), role, t.name, t.copy.view()});
  return AGON_OK;
}

agon_status set_tensor(agon_model* m, agon_call* call, const char* name, agon_cmat values) {
  return on_model(m, call, [&](Model& model, const Context&) {
    if (model.trained) invalid("tensors can be set before the first fit only");
    refresh(model);
    for (KeptTensor& t : model.tensors) {
      if (std::strcmp(t.name, name) != 0) continue;
      if (t.role == AGON_TENSOR_SHOWN) invalid(std::string("tensor '") + name + "' is read-only");
      if (t.copy.rows() != values.rows || t.copy.cols() != values.cols) {
        invalid(std::string("tensor '") + name + "' is " + std::to_string(t.copy.rows()) + " x " +
                std::to_string(t.copy.cols()) + ", got " + std::to_string(values.rows) + " x " +
                std::to_string(values.cols));
      }
      t.array[py::ellipsis()] = window(values).attr("reshape")(t.array.attr("shape"));
      return;
    }
    invalid(std::string("no tensor is called '") + name + "'");
  });
}

}  // namespace verbs
}  // namespace agon::python
