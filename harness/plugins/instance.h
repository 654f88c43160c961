// SPDX-License-Identifier: MIT
//
// A model of a rule, owned: created, trained and destroyed through the ABI. Every failing status
// becomes a RuleFailure with the text that the rule or the host recorded.
#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "agon/plugin.h"
#include "harness/plugins/call.h"
#include "harness/plugins/host.h"

namespace agon::harness {

// A call into a rule did not return AGON_OK (AGON_STOPPED included), or a kernel recorded a
// failure.
class RuleFailure : public std::runtime_error {
 public:
  RuleFailure(agon_status status, const std::string& text)
      : std::runtime_error(text), status_(status) {}
  agon_status status() const noexcept { return status_; }

 private:
  agon_status status_;
};

// create() returned AGON_UNSUPPORTED, or the rule does not offer what the task needs: nothing
// failed, it is not for this.
class NotForThis : public RuleFailure {
 public:
  explicit NotForThis(const std::string& text) : RuleFailure(AGON_UNSUPPORTED, text) {}
};

// "diverged", "out of memory", ...: the status in words.
const char* status_words(agon_status status) noexcept;

// Threads: [model]: one call at a time. The rule, the Call and what values point to must outlive
// it; values and task are only read by the constructor.
class Instance {
 public:
  // values: param_count entries in table order. Throws RuleFailure; NotForThis also when the rule
  // does not offer what the task needs: agon.dynamics/1 for AGON_DYNAMICS, else agon.supervised/1 or,
  // for rows that are series, agon.sequence/1.
  Instance(const agon_rule& rule, Call& call, const agon_task& task,
           std::span<const agon_value> values);
  ~Instance();
  Instance(Instance&& other) noexcept;
  Instance& operator=(Instance&&) = delete;

  // agon.supervised/1, for a model of this kind of task only that does not take series.
  bool has_prepare() const noexcept {
    return series_ ? sequence_.prepare != nullptr : supervised_.prepare != nullptr;
  }
  // x [rows x inputs]; does nothing for a rule that learns no input statistics.
  void prepare(agon_cmat x, bool last);
  // The mean loss of the minibatch before the update, NaN if the rule has none.
  double fit(const agon_batch& batch);
  double fit(agon_cmat x, agon_cmat target, const int32_t* labels);
  void predict(agon_cmat x, agon_mat out);  // out [rows x outputs]

  // agon.sequence/1, for a model that takes series only. Those of prepare and predict have no answers.
  bool takes_series() const noexcept { return series_; }
  void prepare(const agon_series& series, bool last);
  double fit(const agon_series& series);
  void predict(const agon_series& series, agon_mat out);
  double loss(const agon_series& series);

  // agon.dynamics/1, for a model of AGON_DYNAMICS only; shapes as in agon/plugin.h. Returns the
  // mean squared error of the stretch.
  double fit(agon_cmat drive, agon_cmat teacher, bool new_episode);
  void rollout(agon_cmat start, agon_cmat drive, agon_mat out);

  void end_epoch(int64_t epoch);

  // What fit would report of these rows, or of this whole episode, without learning; only for a
  // rule that has_loss().
  bool has_loss() const noexcept;
  double loss(const agon_batch& batch);
  double loss(agon_cmat drive, agon_cmat teacher);

  // agon.generate/1: an input for each target row.
  bool has_generate() const noexcept { return generate_.generate != nullptr; }
  void generate(agon_cmat target, agon_mat out);

  // agon.lesion/1: kind is AGON_SILENCE, ...; level 0 restores.
  bool takes_harm(uint32_t kind) const noexcept {
    return lesion_.harm != nullptr && (lesion_.kinds >> kind & 1u) != 0;
  }
  void harm(uint32_t kind, double level, uint64_t seed);

  // agon.state/1: what the model has become, and the same again in a fresh model of the same task
  // and values. After a load that throws the model is of no use.
  bool has_state() const noexcept { return state_.save != nullptr; }
  std::string save();
  void load(std::string_view bytes);

  // agon.metrics/1: one value for each row of this model's schema; empty when not offered.
  std::span<const agon_metric> metric_schema() const noexcept { return metric_schema_; }
  std::vector<double> metrics();

  // agon.pictures/1: those with something to show; empty when not offered.
  struct Picture {
    const agon_picture* about;
    agon_cmat values;  // valid until the next call on this model
  };
  size_t picture_count() const noexcept { return picture_schema_.size(); }
  // nullopt: of a kind this host does not know, or nothing to show. Throws RuleFailure.
  std::optional<Picture> picture(size_t index);

  // agon.tensors/1: valid until the next call on this model; empty when not offered.
  std::vector<agon_tensor> tensors();
  // Throws RuleFailure for an unknown name as well.
  agon_tensor tensor(const std::string& name);
  void set_tensor(const std::string& name, agon_cmat values);
  // Elements of all learnt tensors, as the rule declares them before the first fit; 0 when none are
  // offered.
  int64_t n_params() const noexcept { return n_params_; }

  Call& call() noexcept { return call_; }

 private:
  void check(agon_status status);

  void read_schemas();
  void read_tensors();

  const agon_rule& self_;  // as published, for the verbs that take it
  agon_rule rule_;         // as read: what lies beyond its size is zero
  Call& call_;
  bool moves_;           // it learns trajectories: dynamics_ is its table
  bool series_ = false;  // it takes series: sequence_ is its table, else supervised_
  agon_supervised supervised_{};
  agon_sequence sequence_{};
  agon_dynamics dynamics_{};
  agon_generate generate_{};  // this one and what follows is zero where the rule does not offer it
  agon_lesion lesion_{};
  agon_metrics metrics_{};
  agon_tensors tensors_{};
  agon_pictures pictures_{};
  agon_state state_{};
  std::vector<agon_metric> metric_schema_;
  std::vector<agon_picture> picture_schema_;
  agon_model* model_ = nullptr;
  int64_t n_params_ = 0;
};

}  // namespace agon::harness
