// SPDX-License-Identifier: MIT
#include "reports/statistics/rows.h"

#include <fmt/format.h>

#include "core/error.h"

namespace agon::reports {
namespace {

constexpr const char* kFix = "compare runs of the same task and data";

void append(RowTable& table, uint64_t seed, const std::vector<double>& values) {
  if (table.seeds == 0) table.rows = values.size();
  if (values.size() != table.rows) {
    throw Error(Exit::data, fmt::format("the run of seed {}", seed),
                fmt::format("it has {} test rows, other seeds have {}", values.size(), table.rows),
                "one score needs runs on the same test rows");
  }
  table.values.insert(table.values.end(), values.begin(), values.end());
  ++table.seeds;
}

}  // namespace

RowTable table_of(const Runs& runs) {
  RowTable out;
  for (const auto& [seed, values] : runs.by_seed) append(out, seed, values);
  return out;
}

PairedRuns paired(const Runs& x, const Runs& y) {
  if (x.test != y.test) {
    throw Error(Exit::data, fmt::format("test rows '{}'", y.test),
                fmt::format("they are not '{}': row by row there is nothing to pair", x.test),
                kFix);
  }
  PairedRuns out;
  for (const auto& [seed, values] : x.by_seed) {
    const auto it = y.by_seed.find(seed);
    if (it == y.by_seed.end()) continue;
    append(out.x, seed, values);
    append(out.y, seed, it->second);
  }
  if (out.x.rows != out.y.rows) {
    throw Error(Exit::data, fmt::format("test rows '{}'", y.test),
                fmt::format("some runs have {} of them, others {}", out.x.rows, out.y.rows), kFix);
  }
  out.dropped = x.by_seed.size() + y.by_seed.size() - 2 * out.x.seeds;
  return out;
}

RowTable minus(const RowView& x, const RowView& y) {
  RowTable out{x.seeds, x.rows, {}};
  out.values.reserve(x.values.size());
  for (size_t i = 0; i < x.values.size(); ++i) out.values.push_back(x.values[i] - y.values[i]);
  return out;
}

std::vector<double> seed_means(const RowView& x) {
  std::vector<double> out;
  for (size_t seed = 0; seed < x.seeds && x.rows > 0; ++seed) {
    const auto values = x.of_seed(seed);
    double sum = 0;  // from the first value on, so that equal values lose nothing
    for (const double v : values) sum += v - values.front();
    out.push_back(values.front() + sum / static_cast<double>(x.rows));
  }
  return out;
}

}  // namespace agon::reports
