// SPDX-License-Identifier: MIT
//
// What stands behind an agon_model: the rule with what the SDK keeps beside it, and how a verb of the
// ABI reaches it. Thread: [model].
// Errors: whatever escapes a verb becomes a status with its text.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstring>
#include <exception>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agon/error.h"
#include "agon/matrix.h"
#include "agon/ops.h"
#include "agon/params.h"
#include "agon/plugin.h"
#include "agon/state.h"

namespace agon {

struct RuleInfo {
  const char* id;
  const char* name;
  const char* summary;
  const char* reference;
  uint64_t capabilities = AGON_CAN_CLASSIFY;
  uint32_t phases = 1;
  double memory_per_parameter = 0;
};

// What a tensor is to its model. Learnt weights are its parameters: they are what n_params counts
// and what noise on the weights falls on, and nothing else is.
enum class Role {
  learnt,   // fit or end_epoch changes it
  fixed,    // a weight drawn or made once: random projections, lattices, fixed feedback
  setting,  // no weight: types of units, precisions
  state,    // of the last samples, or a measure: never set
};

// A named tensor of a model. set() copies into it before the first fit when it is settable.
struct Tensor {
  std::string name;
  View view;
  Role role = Role::learnt;
  bool settable = role != Role::state;
};

namespace detail {

// A struct of the host's as this header knows it: what lies beyond its size is zero.
template <typename T>
T sized(const T& given) {
  T out{};
  std::memcpy(&out, &given, std::min<size_t>(given.struct_size, sizeof(T)));
  return out;
}
// Fills a struct of the host's as far as the host knows it.
template <typename T>
void fill(T* out, T value) {
  const uint32_t size = std::min(out->struct_size, value.struct_size);
  value.struct_size = size;
  std::memcpy(out, &value, size);
}

// What a state must agree in with the model that loads it, but for the schedule.
inline uint64_t identity_of(std::string_view id, const agon_task& task,
                            std::span<const agon_param> params, const agon_value* values) {
  uint64_t sum = State::hash(id);
  const auto add = [&](const auto& v) {
    sum = State::hash({reinterpret_cast<const char*>(&v), sizeof(v)}, sum);
  };
  add(task.kind);
  add(task.seed);
  for (const int64_t n :
       {task.inputs, task.outputs, task.max_batch, task.train_rows, task.episodes})
    add(n);
  for (int64_t i = 0; i < task.shape_rank; ++i) add(task.shape[i]);
  add(task.dt);
  add(task.flags);
  for (size_t i = 0; i < params.size(); ++i) {
    if ((params[i].flags & AGON_PARAM_LIST) != 0) {
      const agon_list& list = *values[i].list;
      add(list.count);
      for (int64_t k = 0; k < list.count; ++k) add(list.items[k].i);
    } else if (params[i].type == AGON_TEXT) {
      sum = State::hash(values[i].text, sum);
    } else {
      add(values[i].i);
    }
  }
  return sum;
}

template <typename R>
struct Model {
  Model(Context& ctx, const agon_host* h, const agon_task& task, const agon_value* values)
      : host(h),
        identity(identity_of(R::info.id, task, R::params, values)),
        rule(ctx, task, Values(R::params, values)) {}
  const agon_host* host;
  uint64_t identity;
  R rule;
  bool trained = false;
  std::vector<Tensor> tensors{};
  std::vector<Matrix> unharmed{};      // copies of the learnt tensors while noise lies on them
  std::vector<agon_metric> metrics{};  // the schemas of a rule that has one for each model
  std::vector<agon_picture> pictures{};
};

template <typename R>
Model<R>* model_of(agon_model* m) {
  return reinterpret_cast<Model<R>*>(m);
}

// Runs fn and turns every exception into a status with its text in the host's record.
template <typename Fn>
agon_status guard(const agon_host* host, agon_call* call, Fn&& fn) noexcept {
  try {
    fn();
    return AGON_OK;
  } catch (const RuleError& e) {
    if (e.status() == AGON_STOPPED || *e.what() == '\0') return e.status();
    return host->fail(call, e.status(), e.what());
  } catch (const std::bad_alloc&) {
    return host->fail(call, AGON_NO_MEMORY, "out of memory");
  } catch (const std::exception& e) {
    return host->fail(call, AGON_INTERNAL, e.what());
  } catch (...) {
    return host->fail(call, AGON_INTERNAL, "the rule threw something that is not a std::exception");
  }
}

// A verb on a model: fn(Model<R>&, Context&) under guard.
template <typename R, typename Fn>
agon_status on_model(agon_model* m, agon_call* call, Fn&& fn) noexcept {
  Model<R>& model = *model_of<R>(m);
  return guard(model.host, call, [&] {
    Context ctx(model.host, call);
    fn(model, ctx);
  });
}

// Of agon.supervised/1, agon.sequence/1 and agon.dynamics/1.
template <typename R>
agon_status end_epoch(agon_model* m, agon_call* call, int64_t epoch) {
  return on_model<R>(m, call,
                     [&](Model<R>& model, Context& ctx) { model.rule.end_epoch(ctx, epoch); });
}

}  // namespace detail
}  // namespace agon
