// SPDX-License-Identifier: MIT
//
// The keys under which the host itself writes metrics (columns m_<key>, which claims read) and
// pictures of a cell. A rule that declares one of them is refused at load: it would replace what
// the host measured. The host can write no others: a key that is not in the list does not compile.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace agon::harness {

inline constexpr auto kHostMetrics = std::to_array<std::string_view>(
    {// trajectories
     "nrmse", "nrmse_max", "horizon_s", "persistence_nrmse", "lost_trials", "lost_runs",
     "frequency_error", "orbit_distance", "basin_accuracy", "locked", "w1",
     // real targets
     "rmse",
     // forgetting
     "level_b", "samples_a", "a_before", "end_a", "end_b", "best_b", "matched_b", "a_kept",
     "samples_to_match",
     // speed
     "samples_per_s_train_wall", "samples_per_s_predict_wall", "samples_per_s_first_epoch",
     "samples_per_s_later_epochs", "bytes_per_sample", "machine_gflops", "machine_gbytes_per_s",
     "machine_load", "machine_stolen"});

inline constexpr auto kHostPictures =
    std::to_array<std::string_view>({"generated", "free_run", "long_run"});

constexpr bool is_host_metric(std::string_view key) {
  return std::ranges::find(kHostMetrics, key) != kHostMetrics.end();
}
constexpr bool is_host_picture(std::string_view key) {
  return std::ranges::find(kHostPictures, key) != kHostPictures.end();
}

consteval const char* host_metric(const char* key) {
  if (!is_host_metric(key)) throw "add the key to kHostMetrics";
  return key;
}
consteval const char* host_picture(const char* key) {
  if (!is_host_picture(key)) throw "add the key to kHostPictures";
  return key;
}

}  // namespace agon::harness
