// SPDX-License-Identifier: MIT
//
// The extensions of the ABI made of a rule's members: a table for each, published when the rule has
// the members it stands for. Thread: [model].
// Errors: as the members throw them.
#pragma once

#include <algorithm>
#include <concepts>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "agon/model.h"

namespace agon::detail {

// A schema that the rule makes, once, for the host to read.
template <typename Row, typename Rows, typename Make>
agon_status hand_out(std::vector<Row>& kept, Rows* out, Make&& make) noexcept {
  try {
    if (kept.empty()) kept = make();
  } catch (...) {
    return AGON_INTERNAL;
  }
  fill(out, Rows{sizeof(Rows), static_cast<uint32_t>(kept.size()), sizeof(Row), 0, kept.data()});
  return AGON_OK;
}

template <typename R>
concept CallsPrepare = requires(R r, Context c) {
  r.prepare(c, ConstView{}, true);
};
template <typename R>
concept CallsEndEpoch = requires(R r, Context c) {
  r.end_epoch(c, int64_t{});
};

template <typename R>
struct Supervised {
  static agon_status prepare(agon_model* m, agon_call* call, agon_cmat x, int32_t last) {
    return on_model<R>(
        m, call, [&](Model<R>& model, Context& ctx) { model.rule.prepare(ctx, x, last != 0); });
  }
  static agon_status fit(agon_model* m, agon_call* call, const agon_batch* batch, double* loss) {
    return on_model<R>(m, call, [&](Model<R>& model, Context& ctx) {
      model.trained = true;
      *loss = model.rule.fit(ctx, sized(*batch));
    });
  }
  static agon_status predict(agon_model* m, agon_call* call, agon_cmat x, agon_mat out) {
    return on_model<R>(m, call,
                       [&](Model<R>& model, Context& ctx) { model.rule.predict(ctx, x, out); });
  }
  static agon_status loss(agon_model* m, agon_call* call, const agon_batch* batch, double* loss) {
    return on_model<R>(m, call, [&](Model<R>& model, Context& ctx) {
      *loss = model.rule.loss(ctx, sized(*batch));
    });
  }
  static constexpr agon_supervised make() {
    agon_supervised s{};
    s.struct_size = sizeof(agon_supervised);
    if constexpr (requires(R r, Context c, const agon_batch& b) { r.loss(c, b); }) s.loss = &loss;
    if constexpr (CallsPrepare<R>) s.prepare = &prepare;
    if constexpr (CallsEndEpoch<R>) s.end_epoch = &end_epoch<R>;
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
concept PreparesSeries = requires(R r, Context c, const agon_series& series) {
  r.prepare(c, series, true);
};
template <typename R>
concept HasSequence = requires(R r, Context c, const agon_series& series, View out) {
  { r.fit(c, series) } -> std::convertible_to<double>;
  r.predict(c, series, out);
};
template <typename R>
concept ChoosesSeries = requires(const R r) {
  { r.takes_series() } -> std::same_as<bool>;
};

template <typename R>
struct Sequence {
  static agon_status prepare(agon_model* m, agon_call* call, const agon_series* s, int32_t last) {
    return on_model<R>(m, call, [&](Model<R>& model, Context& ctx) {
      model.rule.prepare(ctx, sized(*s), last != 0);
    });
  }
  static agon_status fit(agon_model* m, agon_call* call, const agon_series* s, double* loss) {
    return on_model<R>(m, call, [&](Model<R>& model, Context& ctx) {
      model.trained = true;
      *loss = model.rule.fit(ctx, sized(*s));
    });
  }
  static agon_status predict(agon_model* m, agon_call* call, const agon_series* s, agon_mat out) {
    return on_model<R>(
        m, call, [&](Model<R>& model, Context& ctx) { model.rule.predict(ctx, sized(*s), out); });
  }
  static agon_status loss(agon_model* m, agon_call* call, const agon_series* s, double* loss) {
    return on_model<R>(
        m, call, [&](Model<R>& model, Context& ctx) { *loss = model.rule.loss(ctx, sized(*s)); });
  }
  static int32_t takes_series(agon_model* m) { return model_of<R>(m)->rule.takes_series(); }
  static constexpr agon_sequence make() {
    agon_sequence s{};
    s.struct_size = sizeof(agon_sequence);
    if constexpr (requires(R r, Context c, const agon_series& in) { r.loss(c, in); })
      s.loss = &loss;
    if constexpr (PreparesSeries<R>) s.prepare = &prepare;
    if constexpr (CallsEndEpoch<R>) s.end_epoch = &end_epoch<R>;
    if constexpr (ChoosesSeries<R>) s.takes_series = &takes_series;
    s.fit = &fit;
    s.predict = &predict;
    return s;
  }
  static constexpr agon_sequence table = make();
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
    if constexpr (CallsEndEpoch<R>) d.end_epoch = &end_epoch<R>;
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

// A schema of the rule's own, or one for each model.
template <typename R>
concept HasMetricTable = requires {
  R::metrics.data();
};
template <typename R>
concept HasMetricRows = requires(R r) {
  { r.metric_rows() } -> std::same_as<std::vector<agon_metric>>;
};
template <typename R>
concept HasMetrics = (HasMetricTable<R> || HasMetricRows<R>)&&requires(R r, Context c,
                                                                       double* out) {
  r.read_metrics(c, out);
};

template <typename R>
struct Metrics {
  static agon_status read(agon_model* m, agon_call* call, double* out) {
    return on_model<R>(m, call, [&](Model<R>& model, Context& ctx) {
      std::fill_n(out, count(model), std::numeric_limits<double>::quiet_NaN());
      model.rule.read_metrics(ctx, out);
    });
  }
  static size_t count(Model<R>& model) {
    if constexpr (HasMetricRows<R>) return model.metrics.size();
    if constexpr (!HasMetricRows<R>) return R::metrics.size();
  }
  static agon_status schema_of(agon_model* m, agon_metric_rows* out) {
    return hand_out(model_of<R>(m)->metrics, out,
                    [&] { return model_of<R>(m)->rule.metric_rows(); });
  }
  static constexpr agon_metrics make() {
    agon_metrics t{};
    t.struct_size = sizeof(agon_metrics);
    t.stride = sizeof(agon_metric);
    t.read = &read;
    if constexpr (HasMetricRows<R>) {
      t.schema_of = &schema_of;
    } else {
      t.count = static_cast<uint32_t>(R::metrics.size());
      t.schema = R::metrics.data();
    }
    return t;
  }
  static constexpr agon_metrics table = make();
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
    fill(out,
         agon_tensor{sizeof(agon_tensor), writable(t, model->trained), t.name.c_str(), t.view});
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
concept HasState = requires(R r, State s) {
  r.state(s);
};

// The tensors by themselves, then what the rule names.
template <typename R>
struct StateTable {
  static void visit(Model<R>& model, State& s) {
    s("trained", model.trained);
    if constexpr (HasTensors<R>) {
      for (const Tensor& t : model.rule.tensors()) s(t.name.c_str(), t.view);
    }
    model.rule.state(s);
  }
  static agon_status save(agon_model* m, agon_call* call, const agon_writer* writer) {
    return on_model<R>(m, call, [&](Model<R>& model, Context&) {
      State s(model.identity);
      visit(model, s);
      const std::string bytes = std::move(s).finish();
      const agon_status status = writer->write(writer->user, bytes.data(), bytes.size());
      if (status != AGON_OK) throw RuleError(status, "the host does not take the state");
    });
  }
  static agon_status load(agon_model* m, agon_call* call, const agon_reader* reader) {
    return on_model<R>(m, call, [&](Model<R>& model, Context&) {
      if (model.trained) invalid("a state is loaded before the first fit only");
      std::string bytes(static_cast<size_t>(reader->size), '\0');
      if (reader->read(reader->user, bytes.data(), bytes.size()) != AGON_OK)
        invalid("the state is cut short");
      State s(model.identity, std::move(bytes));
      visit(model, s);
      s.close();
    });
  }
  static constexpr agon_state table{sizeof(agon_state), 0, &save, &load};
};

template <typename R>
concept HasPictureTable = requires {
  R::pictures.data();
};
template <typename R>
concept HasPictureRows = requires(R r) {
  { r.picture_rows() } -> std::same_as<std::vector<agon_picture>>;
};
template <typename R>
concept HasPictures = (HasPictureTable<R> || HasPictureRows<R>)&&requires(R r, Context c,
                                                                          size_t index) {
  { r.picture(c, index) } -> std::same_as<ConstView>;
};

template <typename R>
struct Pictures {
  static agon_status read(agon_model* m, agon_call* call, uint32_t index, agon_cmat* out) {
    *out = {};
    return on_model<R>(m, call, [&](Model<R>& model, Context& ctx) {
      if (index >= count(model)) invalid("the rule has no picture of this index");
      *out = model.rule.picture(ctx, index);
    });
  }
  static size_t count(Model<R>& model) {
    if constexpr (HasPictureRows<R>) return model.pictures.size();
    if constexpr (!HasPictureRows<R>) return R::pictures.size();
  }
  static agon_status schema_of(agon_model* m, agon_picture_rows* out) {
    return hand_out(model_of<R>(m)->pictures, out,
                    [&] { return model_of<R>(m)->rule.picture_rows(); });
  }
  static constexpr agon_pictures make() {
    agon_pictures t{};
    t.struct_size = sizeof(agon_pictures);
    t.stride = sizeof(agon_picture);
    t.read = &read;
    if constexpr (HasPictureRows<R>) {
      t.schema_of = &schema_of;
    } else {
      t.count = static_cast<uint32_t>(R::pictures.size());
      t.schema = R::pictures.data();
    }
    return t;
  }
  static constexpr agon_pictures table = make();
};

}  // namespace agon::detail
