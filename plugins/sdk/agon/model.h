// SPDX-License-Identifier: MIT
//
// What stands behind an agon_model: the rule with what the SDK keeps beside it, and how a verb of the
// ABI reaches it. Thread: [model].
#pragma once

#include <algorithm>
#include <concepts>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "agon/error.h"
#include "agon/matrix.h"
#include "agon/ops.h"
#include "agon/params.h"
#include "agon/plugin.h"

namespace agon {

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

template <typename R>
struct Model {
  Model(Context& ctx, const agon_host* h, const agon_task& task, const Values& values)
      : host(h), rule(ctx, task, values) {}
  const agon_host* host;
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

// Of agon.supervised/1 and agon.dynamics/1.
template <typename R>
agon_status end_epoch(agon_model* m, agon_call* call, int64_t epoch) {
  return on_model<R>(m, call,
                     [&](Model<R>& model, Context& ctx) { model.rule.end_epoch(ctx, epoch); });
}

}  // namespace detail
}  // namespace agon
