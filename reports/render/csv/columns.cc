// SPDX-License-Identifier: MIT
#include "reports/render/csv/columns.h"

#include <algorithm>
#include <array>

namespace agon::reports {
namespace {

constexpr auto kBefore = std::to_array<std::string_view>({"schema_version",
                                                          "run_id",
                                                          "cell_key",
                                                          "study",
                                                          "rule",
                                                          "plugin_version",
                                                          "plugin_build",
                                                          "params_json",
                                                          "task",
                                                          "task_hash",
                                                          "kind",
                                                          "depth",
                                                          "width",
                                                          "n_params",
                                                          "activation",
                                                          "lr",
                                                          "batch",
                                                          "epochs",
                                                          "updates",
                                                          "ruleset",
                                                          "seed",
                                                          "mode",
                                                          "status",
                                                          "status_detail",
                                                          "attempts",
                                                          "epochs_done",
                                                          "diverged_at",
                                                          "log_tail",
                                                          "warnings",
                                                          "metric",
                                                          "score_train",
                                                          "score_val",
                                                          "score_test",
                                                          "score_chance",
                                                          "loss_init",
                                                          "loss_final",
                                                          "loss_best",
                                                          "epochs_to_target",
                                                          "time_to_target_s",
                                                          "train_s",
                                                          "eval_s",
                                                          "wall_s",
                                                          "samples_per_s_train",
                                                          "samples_per_s_predict",
                                                          "peak_rss_mib",
                                                          "macs_per_sample"});

constexpr auto kAfter = std::to_array<std::string_view>(
    {"utc", "host_id", "os", "cpu", "simd_target", "threads", "compiler", "flags", "agon_version",
     "git_commit", "git_dirty", "noise_floor_pct", "numerics"});

constexpr auto kCurve = std::to_array<std::string_view>({"cell_key", "epoch", "updates", "samples",
                                                         "train_s", "loss_train", "score_train",
                                                         "score_val", "lr", "score_a", "score_b"});

constexpr auto kRobustness =
    std::to_array<std::string_view>({"harm", "level", "draws", "score", "nrmse", "reason"});

constexpr auto kClaim = std::to_array<std::string_view>(
    {"schema_version", "claim", "source", "check", "at", "value", "take", "estimate", "low", "high",
     "interval", "n", "bound", "verdict", "claim_verdict", "reason", "remark"});

constexpr auto kNoResult = std::to_array<std::string_view>(
    {"run_id", "plugin_build", "status_detail", "attempts", "log_tail", "warnings",
     "time_to_target_s", "train_s", "eval_s", "wall_s", "peak_rss_mib"});

}  // namespace

std::span<const std::string_view> cell_columns_before_metrics() { return kBefore; }
std::span<const std::string_view> cell_columns_after_metrics() { return kAfter; }
std::span<const std::string_view> curve_columns() { return kCurve; }
std::span<const std::string_view> identity_columns() {
  const auto mode = std::ranges::find(kBefore, "mode");
  return {kBefore.begin(), mode + 1};
}
std::span<const std::string_view> robustness_columns() { return kRobustness; }
std::span<const std::string_view> claim_columns() { return kClaim; }

bool is_result_column(std::string_view name) {
  const auto in = [name](const auto& names) {
    return std::ranges::find(names, name) != names.end();
  };
  // samples_per_s_* and speed_* are the clock's, in cells.csv and in summary.csv.
  return !in(kNoResult) && !in(kAfter) && !name.starts_with("samples_per_s_") &&
         !name.starts_with("m_samples_per_s_") && !name.starts_with("speed_");
}

}  // namespace agon::reports
