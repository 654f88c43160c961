// SPDX-License-Identifier: MIT
//
// agon/rule.h: write a learning rule as a plain class.
//
//   class MyRule {
//    public:
//     static constexpr agon::RuleInfo info{.id = "my-rule", .name = "...", .summary = "...",
//                                          .reference = "...", .capabilities = AGON_CAN_CLASSIFY};
//     static constexpr auto params = std::to_array<agon_param>({agon::real("lr", ...), ...});
//     MyRule(agon::Context&, const agon_task&, const agon::Values&);
//     double fit(agon::Context&, const agon_batch&);              // returns the mean loss, NaN if none
//     void predict(agon::Context&, agon::ConstView x, agon::View out);
//     // optional, published when present:
//     static void check(const agon_task&, const agon::Values&);   // refuses what the constructor would
//     void prepare(agon::Context&, agon::ConstView x, bool last);
//     void end_epoch(agon::Context&, int64_t epoch);
//     double loss(agon::Context&, const agon_batch&);             // as fit's, without learning
//     static constexpr auto presets = std::to_array<agon_preset>({agon::preset(...)});
//     static constexpr auto metrics = std::to_array<agon_metric>({{"energy", "", "..."}});
//     void read_metrics(agon::Context&, double* out);
//     std::vector<agon::Tensor> tensors();                        // weights by name, with their roles
//     static constexpr auto pictures = std::to_array<agon_picture>({agon::heatmap(...)});
//     agon::ConstView picture(agon::Context&, size_t index);      // drawn in the report
//     void generate(agon::Context&, agon::ConstView target, agon::View out);
//     void silence(agon::Context&, double share, uint64_t seed);      // lesions; 0 restores
//     void state_noise(agon::Context&, double level, uint64_t seed);
//   };                        // a rule with tensors takes noise on its learnt weights by itself
//   A rule that learns trajectories (AGON_CAN_DYNAMICS) has, besides or instead of fit and predict:
//     double fit(agon::Context&, agon::ConstView drive, agon::ConstView teacher, bool new_episode);
//     void rollout(agon::Context&, agon::ConstView start, agon::ConstView drive, agon::View out);
//     double loss(agon::Context&, agon::ConstView drive, agon::ConstView teacher);  // optional
//   AGON_PLUGIN("my-rule", "1.0.0", "MIT", MyRule)
//
// Throw agon::RuleError (agon::invalid(text)) to end the cell with a reason; any other exception
// ends it with AGON_INTERNAL and its text. Nothing crosses the ABI.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstring>
#include <exception>
#include <limits>
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

// The training rows are the whole population; a host that cannot say is taken to say no.
constexpr bool trains_on_all_rows(const agon_task& task) {
  return task.struct_size >= sizeof(agon_task) && (task.flags & AGON_TASK_ALL_ROWS) != 0;
}

constexpr agon_picture heatmap(const char* key, const char* title, const char* column_title,
                               const char* row_title, const char* value_title) {
  return {sizeof(agon_picture), AGON_HEATMAP, key, title, column_title, row_title, value_title, ""};
}

namespace detail {

template <typename R>
struct Model {
  Model(Context& ctx, const agon_host* h, const agon_task& task, const Values& values)
      : host(h), rule(ctx, task, values) {}
  const agon_host* host;
  R rule;
  bool trained = false;
  std::vector<Tensor> tensors{};
  std::vector<Matrix> unharmed{};  // copies of the learnt tensors while noise lies on them
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

template <typename R>
concept HasCheck = requires(const agon_task& task, const Values& values) {
  R::check(task, values);
};

template <typename R>
agon_status check(const agon_host* host, agon_call* call, const agon_task* task,
                  const agon_value* values) {
  return guard(host, call,
               [&] { R::check(*task, Values(std::span<const agon_param>(R::params), values)); });
}

template <typename R>
agon_status create(const agon_host* host, agon_call* call, const agon_task* task,
                   const agon_value* values, agon_model** out) {
  *out = nullptr;
  return guard(host, call, [&] {
    Context ctx(host, call);
    const Values typed(std::span<const agon_param>(R::params), values);
    if constexpr (HasCheck<R>) R::check(*task, typed);
    *out = reinterpret_cast<agon_model*>(new Model<R>(ctx, host, *task, typed));
  });
}

template <typename R>
void destroy(agon_model* m) {
  delete model_of<R>(m);
}

template <typename R>
struct Supervised {
  static agon_status prepare(agon_model* m, agon_call* call, agon_cmat x, int32_t last) {
    return on_model<R>(
        m, call, [&](Model<R>& model, Context& ctx) { model.rule.prepare(ctx, x, last != 0); });
  }
  static agon_status fit(agon_model* m, agon_call* call, const agon_batch* batch, double* loss) {
    return on_model<R>(m, call, [&](Model<R>& model, Context& ctx) {
      model.trained = true;
      *loss = model.rule.fit(ctx, *batch);
    });
  }
  static agon_status predict(agon_model* m, agon_call* call, agon_cmat x, agon_mat out) {
    return on_model<R>(m, call,
                       [&](Model<R>& model, Context& ctx) { model.rule.predict(ctx, x, out); });
  }
  static agon_status loss(agon_model* m, agon_call* call, const agon_batch* batch, double* loss) {
    return on_model<R>(
        m, call, [&](Model<R>& model, Context& ctx) { *loss = model.rule.loss(ctx, *batch); });
  }
  static constexpr agon_supervised make() {
    agon_supervised s{};
    s.struct_size = sizeof(agon_supervised);
    if constexpr (requires(R r, Context c, const agon_batch& b) { r.loss(c, b); }) s.loss = &loss;
    if constexpr (requires(R r, Context c) { r.prepare(c, ConstView{}, true); })
      s.prepare = &prepare;
    if constexpr (requires(R r, Context c) { r.end_epoch(c, int64_t{}); })
      s.end_epoch = &end_epoch<R>;
    s.fit = &fit;
    s.predict = &predict;
    return s;
  }
  static constexpr agon_supervised table = make();
};

template <typename R>
concept HasSupervised = requires(R r, Context c, const agon_batch& batch, ConstView x, View out) {
  { r.fit(c, batch) } -> std::convertible_to<double>;
  r.predict(c, x, out);
};

template <typename R>
concept HasDynamics = requires(R r, Context c, ConstView drive, ConstView teacher, View out) {
  { r.fit(c, drive, teacher, true) } -> std::convertible_to<double>;
  r.rollout(c, teacher, drive, out);
};

template <typename R>
struct Dynamics {
  static agon_status fit(agon_model* m, agon_call* call, agon_cmat drive, agon_cmat teacher,
                         int32_t new_episode, double* loss) {
    return on_model<R>(m, call, [&](Model<R>& model, Context& ctx) {
      model.trained = true;
      *loss = model.rule.fit(ctx, drive, teacher, new_episode != 0);
    });
  }
  static agon_status rollout(agon_model* m, agon_call* call, agon_cmat start, agon_cmat drive,
                             agon_mat out) {
    return on_model<R>(m, call, [&](Model<R>& model, Context& ctx) {
      model.rule.rollout(ctx, start, drive, out);
    });
  }
  static agon_status loss(agon_model* m, agon_call* call, agon_cmat drive, agon_cmat teacher,
                          double* loss) {
    return on_model<R>(m, call, [&](Model<R>& model, Context& ctx) {
      *loss = model.rule.loss(ctx, drive, teacher);
    });
  }
  static constexpr agon_dynamics make() {
    agon_dynamics d{};
    d.struct_size = sizeof(agon_dynamics);
    if constexpr (requires(R r, Context c, ConstView v) { r.loss(c, v, v); }) d.loss = &loss;
    if constexpr (requires(R r, Context c) { r.end_epoch(c, int64_t{}); })
      d.end_epoch = &end_epoch<R>;
    d.fit = &fit;
    d.rollout = &rollout;
    return d;
  }
  static constexpr agon_dynamics table = make();
};

template <typename R>
concept HasGenerate = requires(R r, Context c, ConstView target, View out) {
  r.generate(c, target, out);
};

template <typename R>
struct Generate {
  static agon_status generate(agon_model* m, agon_call* call, agon_cmat target, agon_mat out) {
    return on_model<R>(
        m, call, [&](Model<R>& model, Context& ctx) { model.rule.generate(ctx, target, out); });
  }
  static constexpr agon_generate table{sizeof(agon_generate), 0, &generate};
};

template <typename R>
concept HasMetrics = requires(R r, Context c, double* out) {
  R::metrics;
  r.read_metrics(c, out);
};

template <typename R>
struct Metrics {
  static agon_status read(agon_model* m, agon_call* call, double* out) {
    return on_model<R>(m, call, [&](Model<R>& model, Context& ctx) {
      std::fill_n(out, R::metrics.size(), std::numeric_limits<double>::quiet_NaN());
      model.rule.read_metrics(ctx, out);
    });
  }
  static constexpr agon_metrics table{
      sizeof(agon_metrics), static_cast<uint32_t>(R::metrics.size()), R::metrics.data(), &read};
};

template <typename R>
concept HasTensors = requires(R r) {
  { r.tensors() } -> std::same_as<std::vector<Tensor>>;
};

template <typename R>
struct Tensors {
  // The names stay where they are until destroy, as the ABI promises; only the views are read anew.
  static void refresh(Model<R>& model) {
    std::vector<Tensor> now = model.rule.tensors();
    if (model.tensors.size() != now.size()) {
      model.tensors = std::move(now);
      return;
    }
    for (size_t i = 0; i < now.size(); ++i) model.tensors[i].view = now[i].view;
  }
  static int64_t count(agon_model* m) {
    try {
      refresh(*model_of<R>(m));
    } catch (...) {  // out of memory
      return 0;
    }
    return static_cast<int64_t>(model_of<R>(m)->tensors.size());
  }
  static agon_status get(agon_model* m, int64_t index, agon_tensor* out) {
    auto* model = model_of<R>(m);
    if (index < 0 || index >= count(m)) return AGON_INVALID;
    const Tensor& t = model->tensors[static_cast<size_t>(index)];
    *out = {sizeof(agon_tensor), writable(t, model->trained), t.name.c_str(), t.view};
    return AGON_OK;
  }
  static uint32_t writable(const Tensor& t, bool trained) {
    if (trained) return AGON_TENSOR_SHOWN;
    if (t.role == Role::learnt) return t.settable ? AGON_TENSOR_LEARNT : AGON_TENSOR_LEARNT_OWN;
    if (!t.settable) return AGON_TENSOR_SHOWN;
    return t.role == Role::fixed ? AGON_TENSOR_FIXED : AGON_TENSOR_SETTING;
  }
  static agon_status set(agon_model* m, agon_call* call, const char* name, agon_cmat values) {
    auto* model = model_of<R>(m);
    return guard(model->host, call, [&] {
      if (model->trained) invalid("tensors can be set before the first fit only");
      refresh(*model);
      for (const Tensor& t : model->tensors) {
        if (t.name != name) continue;
        if (!t.settable) invalid("tensor '" + t.name + "' is read-only");
        if (t.view.rows != values.rows || t.view.cols != values.cols) {
          invalid("tensor '" + t.name + "' is " + std::to_string(t.view.rows) + " x " +
                  std::to_string(t.view.cols) + ", got " + std::to_string(values.rows) + " x " +
                  std::to_string(values.cols));
        }
        for (int64_t r = 0; r < values.rows; ++r)
          std::ranges::copy(row_of(values, r), row_of(t.view, r).begin());
        return;
      }
      invalid(std::string("no tensor is called '") + name + "'");
    });
  }
  static constexpr agon_tensors table{sizeof(agon_tensors), 0, &count, &get, &set};
};

template <typename R>
concept HasSilence = requires(R r, Context c) {
  r.silence(c, 0.5, uint64_t{});
};
template <typename R>
concept HasStateNoise = requires(R r, Context c) {
  r.state_noise(c, 0.5, uint64_t{});
};

template <typename R>
struct Lesion {
  static constexpr uint32_t kKinds = (HasSilence<R> ? 1u << AGON_SILENCE : 0u) |
                                     (HasStateNoise<R> ? 1u << AGON_STATE_NOISE : 0u) |
                                     (HasTensors<R> ? 1u << AGON_WEIGHT_NOISE : 0u);

  static agon_status harm(agon_model* m, agon_call* call, uint32_t kind, double level,
                          uint64_t seed) {
    return on_model<R>(m, call, [&](Model<R>& model, Context& ctx) {
      if constexpr (HasSilence<R>) {
        if (kind == AGON_SILENCE) return model.rule.silence(ctx, level, seed);
      }
      if constexpr (HasStateNoise<R>) {
        if (kind == AGON_STATE_NOISE) return model.rule.state_noise(ctx, level, seed);
      }
      if constexpr (HasTensors<R>) {
        if (kind == AGON_WEIGHT_NOISE) return weight_noise(model, ctx, level, seed);
      }
      throw RuleError(AGON_UNSUPPORTED, "the rule does not take harm of this kind");
    });
  }

  // Normal noise on every learnt tensor, its sd `level` times the tensor's rms.
  static void weight_noise(Model<R>& model, Context& ctx, double level, uint64_t seed) {
    std::vector<Tensor> tensors = model.rule.tensors();
    std::erase_if(tensors, [](const Tensor& t) { return t.role != Role::learnt; });
    const bool fresh = model.unharmed.empty();
    for (size_t i = 0; i < tensors.size(); ++i) {
      const View w = tensors[i].view;
      if (fresh) model.unharmed.emplace_back(w.rows, w.cols);
      Matrix& kept = model.unharmed[i];
      for (int64_t r = 0; r < w.rows; ++r) {
        if (fresh) {
          std::ranges::copy(row_of(w, r), kept.row(r).begin());
        } else {
          std::ranges::copy(kept.row(r), row_of(w, r).begin());
        }
      }
      if (level == 0) continue;
      const double rms = std::sqrt(ctx.dot(w, w) / static_cast<double>(w.rows * w.cols));
      Matrix noise(w.rows, w.cols);
      ctx.random_normal(seed, i, static_cast<float>(level * rms), noise);
      ctx.axpy(1.0f, noise, w);
    }
    if (level == 0) model.unharmed.clear();
  }

  static constexpr agon_lesion table{sizeof(agon_lesion), kKinds, &harm};
};

template <typename R>
concept HasPictures = requires(R r, Context c, size_t index) {
  R::pictures;
  { r.picture(c, index) } -> std::same_as<ConstView>;
};

template <typename R>
struct Pictures {
  static agon_status read(agon_model* m, agon_call* call, uint32_t index, agon_cmat* out) {
    auto* model = model_of<R>(m);
    *out = {};
    return guard(model->host, call, [&] {
      if (index >= R::pictures.size()) invalid("the rule has no picture of this index");
      Context ctx(model->host, call);
      *out = model->rule.picture(ctx, index);
    });
  }
  static constexpr agon_pictures table{
      sizeof(agon_pictures), static_cast<uint32_t>(R::pictures.size()), R::pictures.data(), &read};
};

template <typename R>
const void* extension(const char* id) {
  if constexpr (HasSupervised<R>) {
    if (std::strcmp(id, AGON_SUPERVISED_ID) == 0) return &Supervised<R>::table;
  }
  if constexpr (HasDynamics<R>) {
    if (std::strcmp(id, AGON_DYNAMICS_ID) == 0) return &Dynamics<R>::table;
  }
  if constexpr (HasGenerate<R>) {
    if (std::strcmp(id, AGON_GENERATE_ID) == 0) return &Generate<R>::table;
  }
  if constexpr (Lesion<R>::kKinds != 0) {
    if (std::strcmp(id, AGON_LESION_ID) == 0) return &Lesion<R>::table;
  }
  if constexpr (HasMetrics<R>) {
    if (std::strcmp(id, AGON_METRICS_ID) == 0) return &Metrics<R>::table;
  }
  if constexpr (HasTensors<R>) {
    if (std::strcmp(id, AGON_TENSORS_ID) == 0) return &Tensors<R>::table;
  }
  if constexpr (HasPictures<R>) {
    if (std::strcmp(id, AGON_PICTURES_ID) == 0) return &Pictures<R>::table;
  }
  return nullptr;
}

template <typename R>
struct Describe {
  template <size_t... I>
  static constexpr std::array<const agon_param*, sizeof...(I)> pointers(std::index_sequence<I...>) {
    return {&R::params[I]...};
  }
  static constexpr auto params = pointers(std::make_index_sequence<R::params.size()>());
  static constexpr agon_rule make() {
    agon_rule r{};
    r.struct_size = sizeof(agon_rule);
    r.id = R::info.id;
    r.name = R::info.name;
    r.summary = R::info.summary;
    r.reference = R::info.reference;
    r.capabilities = R::info.capabilities;
    r.phases = R::info.phases;
    r.memory_per_parameter = R::info.memory_per_parameter;
    r.params = params.data();
    r.param_count = static_cast<uint32_t>(params.size());
    if constexpr (requires { R::presets; }) {
      r.presets = R::presets.data();
      r.preset_count = static_cast<uint32_t>(R::presets.size());
    }
    r.create = &create<R>;
    r.destroy = &destroy<R>;
    r.extension = &extension<R>;
    if constexpr (HasCheck<R>) r.check = &check<R>;
    return r;
  }
  static constexpr agon_rule rule = make();
};

template <typename... R>
const agon_plugin* plugin(const char* name, const char* version, const char* license,
                          const char* build) {
  static constexpr std::array<const agon_rule*, sizeof...(R)> rules{&Describe<R>::rule...};
  static const agon_plugin self{sizeof(agon_plugin),
                                AGON_MAGIC,
                                AGON_ABI_MINOR,
                                static_cast<uint32_t>(rules.size()),
                                name,
                                version,
                                license,
                                build,
                                rules.data()};
  return &self;
}

}  // namespace detail
}  // namespace agon

// Ends a plugin's source file: AGON_PLUGIN("name", "1.0.0", "SPDX licence", Rule, ...)
#define AGON_PLUGIN(name, version, license, ...)                                   \
  extern "C" AGON_EXPORT const agon_plugin* agon_plugin_v1(void) {                 \
    return agon::detail::plugin<__VA_ARGS__>(name, version, license, __VERSION__); \
  }
