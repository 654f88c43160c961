// SPDX-License-Identifier: MIT
//
// What `agon bench` measured: rules beside peers, in one process of one machine. `agon bench --json` prints
// it, bench.json in a run's folder keeps it, and the report shows it. Plain data, any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace agon::reports {

inline constexpr const char* kBenchFile = "bench.json";  // in a run's folder

// Somebody else at the work of a row, in the same rounds.
struct BenchRival {
  std::string name;                                            // "bp", "eigen", "torch"
  double median_s = std::numeric_limits<double>::quiet_NaN();  // CPU seconds of a step
  double p10_s = std::numeric_limits<double>::quiet_NaN();
  double ratio =
      std::numeric_limits<double>::quiet_NaN();  // its time over ours: above 1 we are faster
  double low = std::numeric_limits<double>::quiet_NaN(),
         high = std::numeric_limits<double>::quiet_NaN();  // 95 % over the rounds
};

struct BenchRow {
  std::string name;                                            // "bp SGD 784-16x3-1 B64"
  double median_s = std::numeric_limits<double>::quiet_NaN();  // CPU seconds of a step
  double p10_s = std::numeric_limits<double>::quiet_NaN();     // what it costs without neighbours
  double macs = std::numeric_limits<double>::quiet_NaN();      // multiply-accumulates of a step
  double of_peak = std::numeric_limits<double>::quiet_NaN();  // two operations each, of peak_gflops
  double peak_gflops = std::numeric_limits<double>::quiet_NaN();  // of the bursts between
  // 95 % interval of the same work twice in every round, one over the other: it has 1 in it where the
  // machine was fit for comparing.
  double again_low = std::numeric_limits<double>::quiet_NaN(),
         again_high = std::numeric_limits<double>::quiet_NaN();
  size_t rounds = 0, discarded = 0;
  std::vector<BenchRival> rivals{};
};

struct BenchPeer {
  std::string name;
  std::string about;  // "NumPy 1.24.2", or why it is absent
  bool present = false;
};

struct Bench {
  std::string utc, agon_version, cpu, simd_target, compiler;
  double load_per_core = std::numeric_limits<double>::quiet_NaN();  // when it began
  double stolen = std::numeric_limits<double>::quiet_NaN();  // share of the time, by a hypervisor
  std::vector<BenchPeer> peers{};                            // that were asked for
  std::vector<BenchRow> rows{};
};

std::string bench_json(const Bench& bench);
Bench bench_from_json(std::string_view json);  // throws std::runtime_error for what no agon wrote

// Names of the peers that are a rival of some row, in their order.
std::vector<std::string> peers_of(const Bench& bench);
// The rival that is no peer but a rule of ours, or the same otherwise; nullptr where there is none.
const BenchRival* beside(const Bench& bench, const BenchRow& row);
// nullptr where the row has none of that name.
const BenchRival* rival(const BenchRow& row, std::string_view name);

// "23.4 us", "580 ns", "1.76 ms".
std::string duration_text(double seconds);

}  // namespace agon::reports
