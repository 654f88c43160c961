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
//     std::vector<agon_metric> metric_rows();   // in place of metrics where they depend on the model
//     std::vector<agon::Tensor> tensors();                        // weights by name, with their roles
//     static constexpr auto pictures = std::to_array<agon_picture>({agon::heatmap(...)});
//     agon::ConstView picture(agon::Context&, size_t index);      // drawn in the report
//     std::vector<agon_picture> picture_rows(); // in place of pictures; the rule owns the texts
//     void state(agon::State&);                                   // agon/state.h: to be saved and go on
//     void generate(agon::Context&, agon::ConstView target, agon::View out);
//     static constexpr auto equations = std::to_array<agon_equation>({{"error", "e = t - y"}});
//     static constexpr auto limits = std::to_array<const char*>({"..."});  // agon/card.h
//     void silence(agon::Context&, double share, uint64_t seed);      // lesions; 0 restores
//     void state_noise(agon::Context&, double level, uint64_t seed);
//   };                        // a rule with tensors takes noise on its learnt weights by itself
//   A rule that works on time (AGON_CAN_SEQUENCE) has, besides or instead of fit and predict of rows,
//   for tasks whose rows are series (agon/series.h):
//     double fit(agon::Context&, const agon_series&);
//     void predict(agon::Context&, const agon_series&, agon::View out);
//     void prepare(agon::Context&, const agon_series&, bool last);     // optional
//     double loss(agon::Context&, const agon_series&);                 // optional
//     bool takes_series() const;  // optional: false for a model that an option made one of flat rows
//   A rule that learns trajectories (AGON_CAN_DYNAMICS) has, besides or instead of fit and predict:
//     double fit(agon::Context&, agon::ConstView drive, agon::ConstView teacher, bool new_episode);
//     void rollout(agon::Context&, agon::ConstView start, agon::ConstView drive, agon::View out);
//     double loss(agon::Context&, agon::ConstView drive, agon::ConstView teacher);  // optional
//   AGON_PLUGIN("my-rule", "1.0.0", "MIT", MyRule)
//
// Throw agon::RuleError (agon::invalid(text)) to end the cell with a reason; any other exception
// ends it with AGON_INTERNAL and its text. Nothing crosses the ABI. Errors: those. Thread: no two verbs of one
// model at once, different models side by side.
#pragma once

#include <array>
#include <cstring>
#include <utility>

#include "agon/card.h"
#include "agon/expect.h"
#include "agon/lesions.h"
#include "agon/model.h"
#include "agon/series.h"
#include "agon/tables.h"

namespace agon {

// The training rows are the whole population.
constexpr bool trains_on_all_rows(const agon_task& task) {
  return (task.flags & AGON_TASK_ALL_ROWS) != 0;
}

// A picture of tiles, [rows x columns] values: agon_picture says what each text is.
constexpr agon_picture heatmap(const char* key, const char* title, const char* column_title,
                               const char* row_title, const char* value_title) {
  return {sizeof(agon_picture), AGON_HEATMAP, key, title, column_title, row_title, value_title, ""};
}

namespace detail {

template <typename R>
agon_status check(const agon_rule*, const agon_host* host, agon_call* call, const agon_task* task,
                  const agon_value* values) {
  return guard(host, call, [&] {
    R::check(sized(*task), Values(std::span<const agon_param>(R::params), values));
  });
}

template <typename R>
agon_status create(const agon_rule*, const agon_host* host, agon_call* call, const agon_task* task,
                   const agon_value* values, agon_model** out) {
  *out = nullptr;
  return guard(host, call, [&] {
    Context ctx(host, call);
    const Values typed(std::span<const agon_param>(R::params), values);
    const agon_task whole = sized(*task);
    if constexpr (CallsCheck<R>) R::check(whole, typed);
    *out = reinterpret_cast<agon_model*>(new Model<R>(ctx, host, whole, values));
  });
}

template <typename R>
void destroy(agon_model* m) {
  delete model_of<R>(m);
}

template <typename R>
const void* extension(const agon_rule*, const char* id) {
  if constexpr (HasSupervised<R>) {
    if (std::strcmp(id, AGON_SUPERVISED_ID) == 0) return &Supervised<R>::table;
  }
  if constexpr (HasSequence<R>) {
    if (std::strcmp(id, AGON_SEQUENCE_ID) == 0) return &Sequence<R>::table;
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
  if constexpr (HasState<R>) {
    if (std::strcmp(id, AGON_STATE_ID) == 0) return &StateTable<R>::table;
  }
  if constexpr (HasPictures<R>) {
    if (std::strcmp(id, AGON_PICTURES_ID) == 0) return &Pictures<R>::table;
  }
  if constexpr (HasCard<R>) {
    if (std::strcmp(id, AGON_CARD_ID) == 0) return &Card<R>::table;
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
      r.preset_stride = sizeof(agon_preset);
    }
    r.create = &create<R>;
    r.destroy = &destroy<R>;
    r.extension = &extension<R>;
    if constexpr (CallsCheck<R>) r.check = &check<R>;
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
  static_assert(agon::detail::expect_all<__VA_ARGS__>());                          \
  extern "C" AGON_EXPORT const agon_plugin* agon_plugin_v1(void) {                 \
    return agon::detail::plugin<__VA_ARGS__>(name, version, license, __VERSION__); \
  }
