// SPDX-License-Identifier: MIT
//
// The numbers and texts of a cell, a row each, in the order of cells.csv. The wire between worker
// and parent, the tables of results.sqlite, what an older store is given, the columns of cells.csv
// with their page COLUMNS.md, provenance as JSON, and what claims and sweeps may read follow from
// it: a new number is a member of cell.h and a row here.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "reports/record/cell.h"

namespace agon::reports {

// Texts, counts (-1: missing), numbers (NaN: missing) and lists.
using FieldMember =
    std::variant<std::string CellRecord::*, double CellRecord::*, std::string CellIdentity::*,
                 int64_t CellIdentity::*, uint64_t CellIdentity::*, double CellIdentity::*,
                 Mode CellIdentity::*, Status CellOutcome::*, std::string CellOutcome::*,
                 int64_t CellOutcome::*, double CellOutcome::*, std::vector<double> CellOutcome::*,
                 std::vector<Warning> CellOutcome::*, std::map<std::string, double> CellOutcome::*,
                 std::string Provenance::*, int64_t Provenance::*, bool Provenance::*>;

// result: the same plan, plugins and data reproduce it byte for byte, with any number of jobs,
// after any kill, on any machine with FMA. other: clocks, memory, provenance, attempts, and words
// about a failure (they may tell a time or a process id).
enum class Is { result, other };

// How claims and sweeps read a number of a cell that failed or diverged.
// plain  as it is; score  as chance; loss  as the loss before training; reached  as never
enum class Reading { none, plain, score, loss, reached };

// In cells.csv: free text made safe (csv.h); our own text as it stands; absent.
enum class Column { text, verbatim, none };

struct CellField {
  std::string_view name;
  FieldMember member;
  Is is;
  std::string_view title, unit{};
  Reading reading = Reading::none;
  Column column = Column::text;
  int since = 1;  // the layout of results.sqlite that brought it: a store may lack what is above 1
  std::string_view missing{};  // cells.csv's word for an empty text
};

inline constexpr auto kCellFields = std::to_array<CellField>({
    // clang-format off
    {"cell_key", &CellIdentity::cell_key, Is::result, "identity of the cell: 32 hex digits"},
    {"study", &CellRecord::study, Is::result, "study of the suite"},
    {"rule", &CellIdentity::rule, Is::result, "learning rule"},
    {"plugin_version", &CellIdentity::plugin_version, Is::result, "version of the rule's plugin"},
    {"plugin_build", &CellIdentity::plugin_build, Is::other, "fingerprint of the plugin's file"},
    {"params_json", &CellIdentity::params_json, Is::result, "all hyper-parameters", "JSON", Reading::none, Column::verbatim},
    {"task", &CellIdentity::task, Is::result, "task"},
    {"task_hash", &CellIdentity::task_hash, Is::result, "fingerprint of the task's data"},
    {"kind", &CellIdentity::kind, Is::result, "kind of the task"},
    {"depth", &CellIdentity::depth, Is::result, "hidden layers", "layers"},
    {"width", &CellIdentity::width, Is::result, "units of a hidden layer", "units"},
    {"n_params", &CellOutcome::n_params, Is::result, "parameters", "", Reading::plain},
    {"activation", &CellIdentity::activation, Is::result, "activation; empty: the rule has none"},
    {"lr", &CellIdentity::lr, Is::result, "learning rate"},
    {"batch", &CellIdentity::batch, Is::result, "rows of a minibatch", "rows"},
    {"epochs", &CellIdentity::epochs, Is::result, "budget in epochs", "epochs"},
    {"updates", &CellIdentity::updates, Is::result, "budget in updates; 0: that in epochs counts", "updates"},
    {"ruleset", &CellIdentity::ruleset, Is::result, "settings of the rules"},
    {"condition", &CellIdentity::condition, Is::result, "what the study varies beside the rule's parameters", "", Reading::none, Column::text, 4},
    {"suite_version", &CellIdentity::suite_version, Is::result, "version of the suite; empty: it states none", "", Reading::none, Column::text, 5},
    {"seed", &CellIdentity::seed, Is::result, "seed"},
    {"mode", &CellIdentity::mode, Is::result, "what is done with the cell: train, trial, forgetting, speed, speed-again", "", Reading::none, Column::verbatim},
    {"status", &CellOutcome::status, Is::result, "how it ended", "", Reading::none, Column::verbatim},
    {"status_detail", &CellOutcome::status_detail, Is::other, "why it ended so"},
    {"attempts", &CellOutcome::attempts, Is::other, "attempts; 0: never ran"},
    {"epochs_done", &CellOutcome::epochs_done, Is::result, "epochs that were finished", "epochs"},
    {"diverged_at", &CellOutcome::diverged_at, Is::result, "update at which loss or output left the finite numbers", "updates"},
    {"given_up_at", &CellOutcome::given_up_at, Is::result, "update at which a trial was given up: its loss was above that before training", "updates", Reading::none, Column::text, 5},
    {"log_tail", &CellOutcome::log_tail, Is::other, "end of what the rule logged and printed"},
    {"warnings", &CellOutcome::warnings, Is::other, "what the rule warned of, and how often", "", Reading::none, Column::text, 2},
    {"metric", &CellOutcome::metric, Is::result, "metric of the scores"},
    {"score_train", &CellOutcome::score_train, Is::result, "score on the training set", "", Reading::score},
    {"score_val", &CellOutcome::score_val, Is::result, "score on the validation set", "", Reading::score},
    {"score_test", &CellOutcome::score_test, Is::result, "score on the test set", "", Reading::score},
    {"score_chance", &CellOutcome::score_chance, Is::result, "score of chance"},
    {"loss_init", &CellOutcome::loss_init, Is::result, "loss before training", "", Reading::plain},
    {"loss_final", &CellOutcome::loss_final, Is::result, "loss at the end", "", Reading::loss},
    {"loss_best", &CellOutcome::loss_best, Is::result, "lowest loss", "", Reading::loss},
    {"epochs_to_target", &CellOutcome::epochs_to_target, Is::result, "epochs to the target", "epochs", Reading::reached},
    {"time_to_target_s", &CellOutcome::time_to_target_s, Is::other, "training seconds to the target", "s", Reading::reached},
    {"train_s", &CellOutcome::train_s, Is::other, "training seconds", "s", Reading::plain},
    {"eval_s", &CellOutcome::eval_s, Is::other, "seconds of evaluation", "s"},
    {"wall_s", &CellOutcome::wall_s, Is::other, "seconds of the cell by the wall clock", "s"},
    {"samples_per_s_train", &CellOutcome::samples_per_s_train, Is::other, "samples per second, training", "1/s", Reading::plain},
    {"samples_per_s_predict", &CellOutcome::samples_per_s_predict, Is::other, "samples per second, prediction", "1/s", Reading::plain},
    {"repetitions_train", &CellOutcome::repetitions_train, Is::other, "samples per second of each repetition, training", "1/s", Reading::none, Column::none},
    {"repetitions_predict", &CellOutcome::repetitions_predict, Is::other, "samples per second of each repetition, prediction", "1/s", Reading::none, Column::none},
    {"peak_rss_mib", &CellOutcome::peak_rss_mib, Is::other, "peak memory, MiB", "MiB", Reading::plain},
    {"macs_per_sample", &CellOutcome::macs_per_sample, Is::result, "multiply-accumulates per sample", "", Reading::plain},
    {"weight_writes", &CellOutcome::weight_writes, Is::result, "weights written per training sample", "", Reading::plain, Column::text, 3},
    {"effective_macs", &CellOutcome::effective_macs, Is::result, "multiply-accumulates per training sample without a zero operand", "", Reading::plain, Column::text, 6},
    {"words_moved", &CellOutcome::words_moved, Is::result, "numbers that travel beyond neighbouring units, per training sample", "", Reading::plain, Column::text, 6},
    {"rule_metrics", &CellOutcome::rule_metrics, Is::result, "m_<name>: what the rule measures; result but for m_samples_per_s_* and m_machine_*"},
    {"utc", &CellOutcome::utc, Is::other, "end of the attempt", "ISO 8601"},
    {"host_id", &Provenance::host_id, Is::other, "fingerprint of the machine"},
    {"os", &Provenance::os, Is::other, "operating system"},
    {"cpu", &Provenance::cpu, Is::other, "processor"},
    {"governor", &Provenance::governor, Is::other, "frequency governor of the processor"},
    {"simd_target", &Provenance::simd_target, Is::other, "vector instructions that were used"},
    {"threads", &Provenance::threads, Is::other, "threads of a worker"},
    {"compiler", &Provenance::compiler, Is::other, "compiler"},
    {"flags", &Provenance::flags, Is::other, "its flags", "", Reading::none, Column::verbatim},
    {"agon_version", &Provenance::agon_version, Is::other, "version of agon"},
    {"git_commit", &Provenance::git_commit, Is::other, "commit of its sources"},
    {"git_dirty", &Provenance::git_dirty, Is::other, "they were changed since"},
    {"noise_floor_pct", &CellRecord::noise_floor_pct, Is::other, "spread of the same measurement on this machine", "%"},
    {"numerics", &Provenance::numerics, Is::other, "fingerprint of what decides the numbers", "", Reading::none, Column::text, 2, "unknown"},
    {"conformance", &CellRecord::conformance, Is::other, "level of agon check that the rule's plugin had reached when the run was planned", "", Reading::none, Column::text, 1, "unknown"},
    // clang-format on
});

// The row of that name, or null.
constexpr const CellField* find_field(std::string_view name) {
  for (const CellField& field : kCellFields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

// What identifies a cell: the rows down to `mode`.
inline constexpr std::span<const CellField> kIdentityFields(kCellFields.data(),
                                                            find_field("mode") + 1);

// The numbers and texts of what a cell has many of.
template <typename Part, typename... Types>
struct PartField {
  std::string_view name;
  std::variant<Types Part::*...> member;
};

inline constexpr auto kCurveFields = std::to_array<PartField<CurvePoint, int64_t, double>>({
    {"epoch", &CurvePoint::epoch},
    {"updates", &CurvePoint::updates},
    {"samples", &CurvePoint::samples},
    {"train_s", &CurvePoint::train_s},
    {"loss_train", &CurvePoint::loss_train},
    {"score_train", &CurvePoint::score_train},
    {"score_val", &CurvePoint::score_val},
    {"lr", &CurvePoint::lr},
});

inline constexpr auto kSeriesFields =
    std::to_array<PartField<SeriesPoint, std::string, int64_t, double>>({
        {"series", &SeriesPoint::series},
        {"x", &SeriesPoint::x},
        {"draws", &SeriesPoint::draws},
        {"value", &SeriesPoint::value},
        {"reason", &SeriesPoint::reason},
    });

inline constexpr auto kPictureFields = std::to_array<
    PartField<Picture, std::string, int64_t, std::vector<float>, std::vector<std::string>>>({
    {"key", &Picture::key},
    {"title", &Picture::title},
    {"column_title", &Picture::column_title},
    {"row_title", &Picture::row_title},
    {"value_title", &Picture::value_title},
    {"rows", &Picture::rows},
    {"cols", &Picture::cols},
    {"numbers", &Picture::values},
    {"kind", &Picture::kind},
    {"names", &Picture::series},
    {"image_rows", &Picture::image_rows},
    {"image_cols", &Picture::image_cols},
});

inline constexpr auto kTestRowsFields =
    std::to_array<PartField<TestRows, std::string, int64_t, std::vector<uint8_t>>>({
        {"score", &TestRows::score},
        {"rows", &TestRows::rows},
        {"format", &TestRows::format},
        {"data", &TestRows::data},
    });

inline constexpr auto kWarningFields = std::to_array<PartField<Warning, std::string, int64_t>>({
    {"text", &Warning::text},
    {"times", &Warning::times},
});

// fn(field, part.*member) for each row that stands for a member of this part, in their order.
template <typename Fields, typename Part, typename Fn>
void for_each_field(const Fields& fields, Part& part, Fn&& fn) {
  for (const auto& field : fields) {
    std::visit(
        [&](auto member) {
          if constexpr (std::is_invocable_v<decltype(member), Part&>) fn(field, part.*member);
        },
        field.member);
  }
}

// fn(value) of the row's member in a record or one of its parts.
template <typename Fn>
void visit_field(const CellField& field, const CellRecord& record, Fn&& fn) {
  for_each_field(std::span(&field, 1), record, [&](auto&, const auto& x) { fn(x); });
  for_each_field(std::span(&field, 1), record.id, [&](auto&, const auto& x) { fn(x); });
  for_each_field(std::span(&field, 1), record.outcome, [&](auto&, const auto& x) { fn(x); });
  for_each_field(std::span(&field, 1), *record.provenance, [&](auto&, const auto& x) { fn(x); });
}

}  // namespace agon::reports
